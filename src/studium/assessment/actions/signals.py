"""What a paper tells about how it is sat: facts for the staff, told to the student beforehand.

Nobody is judged here. A fact has a name and a time; what it means is for people to ask.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from studium.assessment import closing, presence, rights
from studium.assessment.models import AttemptStatus
from studium.lib.errors import Invalid

if TYPE_CHECKING:
    from studium.identity.models import User

KINDS = ("tab_left", "tab_returned", "pasted", "reconnected")
AT_ONCE = 50
_FIELDS = {"signal": None, "seconds": 86_400, "characters": 1_000_000, "seconds_ago": 86_400}


def note_signals(*, by: User, attempt_id: UUID, signals: Sequence[object], now: datetime) -> int:
    """Note what happened at the paper, and that it is there; gives how many facts were kept.

    Each signal is `{signal, seconds?, characters?, seconds_ago?}`: one of `KINDS`; for how long (a
    tab was left, a connection was lost); how much was pasted; how long ago it happened. An attempt
    that has ended, or has reached its limit, keeps nothing more.
    """
    facts = [_read(number, one, now=now) for number, one in enumerate(signals[: AT_ONCE + 1])]
    if len(facts) > AT_ONCE:
        raise Invalid(
            f"At most {AT_ONCE} signals are taken at once.", fields={"signals": "Too many."}
        )
    with transaction.atomic():
        attempt = rights.exam_attempt_for(by, attempt_id, lock=bool(facts))
        if attempt.status != AttemptStatus.IN_PROGRESS or closing.is_overdue(attempt, now):
            return 0
        presence.beat(attempt_id, now=now)
        return presence.note(attempt_id, facts, now=now, by_id=by.pk) if facts else 0


def _read(number: int, given: object, *, now: datetime) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise _wrong(number, "This must be an object with a signal.")
    if unknown := given.keys() - _FIELDS.keys():
        raise _wrong(number, f"There is no such field: {sorted(map(str, unknown))[0][:80]}.")
    if given.get("signal") not in KINDS:
        raise _wrong(number, f"The signal must be one of {', '.join(KINDS)}.")
    for name, most in _FIELDS.items():
        if most is not None and name in given and not _is_count(given[name], most):
            raise _wrong(number, f"{name} must be a whole number from 0 to {most}.")
    fact = {name: value for name, value in given.items() if name != "seconds_ago"}
    if ago := given.get("seconds_ago"):
        fact["at"] = (now - timedelta(seconds=ago)).isoformat()
    return fact


def _is_count(value: object, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most


def _wrong(number: int, problem: str) -> Invalid:
    return Invalid("A signal cannot be read.", fields={f"signals.{number}": problem})
