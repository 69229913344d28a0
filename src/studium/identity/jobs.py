"""What the worker tidies in identity: sessions that are over, old counts of wrong passwords."""

from __future__ import annotations

from datetime import timedelta

from studium.identity.models import SignInLimit
from studium.identity.sessions import SessionStore
from studium.lib import clock
from studium.lib.jobs import periodic

KEPT = timedelta(days=2)
"""A count of wrong passwords older than this has no effect: the longest wait is shorter."""


@periodic(seconds=3600)
def forget_what_has_ended() -> None:
    """Delete sessions that are over and counts whose waiting time is long past."""
    SessionStore.clear_expired()
    SignInLimit.objects.filter(last_at__lt=clock.now() - KEPT).delete()
