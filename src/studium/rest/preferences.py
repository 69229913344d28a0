"""`/me/preferences`: what a person has set for themselves."""

from __future__ import annotations

from ninja import Router

from studium.identity import queries
from studium.identity.actions.preferences import set_preferences
from studium.lib import clock
from studium.rest.auth import Request
from studium.rest.fields import Flag, Sent, Shown

router = Router(tags=["me"])


class Preferences(Shown):
    """`single_keys`: keys like `/` act alone. `keep_lessons`: opened lessons stay on the device."""

    single_keys: bool
    keep_lessons: bool


class PreferencesChange(Sent):
    """What is left out stays."""

    single_keys: Flag | None = None
    keep_lessons: Flag | None = None


@router.get("/preferences", response=Preferences)
def read_preferences(request: Request) -> Preferences:
    """What the person who asks has set."""
    return Preferences.model_validate(queries.preferences(request.auth))


@router.patch("/preferences", response=Preferences)
def change_preferences(request: Request, sent: PreferencesChange) -> Preferences:
    """Change what one has set for oneself."""
    kept = set_preferences(
        by=request.auth,
        single_keys=sent.single_keys,
        keep_lessons=sent.keep_lessons,
        now=clock.now(),
    )
    return Preferences.model_validate(kept)
