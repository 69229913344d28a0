"""What the worker tidies in identity."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from studium.identity import jobs
from studium.identity.models import Session, SignInLimit, User


@pytest.mark.django_db
def test_ended_sessions_and_old_counts_go_and_the_others_stay(ada: User) -> None:
    now = datetime.now(UTC)
    for name, end in (("over", now - timedelta(hours=1)), ("on", now + timedelta(hours=1))):
        Session.objects.create(
            user=ada, token_hash=name, created_at=now - timedelta(days=3), expires_at=end
        )
    SignInLimit.objects.create(key="old", failures=9, last_at=now - timedelta(days=3))
    SignInLimit.objects.create(key="new", failures=9, last_at=now - timedelta(hours=3))

    jobs.forget_what_has_ended()

    assert set(Session.objects.values_list("token_hash", flat=True)) == {"on"}
    assert set(SignInLimit.objects.values_list("key", flat=True)) == {"new"}
