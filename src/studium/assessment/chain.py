"""The hash chain of an attempt's journal: plain arithmetic on what an event says.

An event's hash is the SHA-256, in 64 hex digits, of the hash before it followed by the event's own
text; the first event follows a value made of the attempt's id. So no event can be changed, taken
out, put in or moved without changing every hash after it, and whoever holds one hash can tell.

The text is JSON with sorted keys, without blanks, in UTF-8, with ids as written in addresses and
moments in UTC with microseconds. A number that has no fraction and less than 54 bits is written as
a whole number, any other as the shortest text of its double (both databases keep numbers, not how
they were written). `docs/saves-and-receipts.md` shows an example.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

ERASED = "[erased]"
"""What stands in place of a text whose writer was erased. The line keeps the hash of what was
written, so that the lines after it still follow and a receipt is still found."""

# Made once: json.dumps would make one for every value.
_as_json = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
).encode
_EXACT = 2**53  # whole numbers below this are the same as doubles
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
_MISREAD = str.maketrans("ILO", "110", "- ")
_CODE_DIGITS = 12  # 60 bits of the hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What one line of a journal says. `response` is None where nothing was answered, too."""

    id: UUID
    attempt_id: UUID
    seq: int
    kind: str
    occurred_at: datetime
    question_id: UUID | None = None
    response: Any = None
    revision: int | None = None
    actor_id: UUID | None = None
    detail: Mapping[str, Any]

    def text(self) -> str:
        """The text that is hashed."""
        return f"{self.head()}{self.seq}}}"

    def head(self) -> str:
        """The text up to its place in the journal, which may be known to the database only."""
        # Keys in the order of the alphabet; put together by hand, because every save does it.
        revision = "null" if self.revision is None else str(self.revision)
        detail = "{}" if self.detail == {} else normal(self.detail)
        return (
            f'{{"actor":{_id(self.actor_id)},"attempt":"{self.attempt_id}",'
            f'"detail":{detail},"id":"{self.id}","kind":"{self.kind}",'
            f'"occurred_at":"{moment(self.occurred_at)}","question":{_id(self.question_id)},'
            f'"response":{normal(self.response)},"revision":{revision},"seq":'
        )


def start_value(attempt_id: UUID) -> str:
    """What stands before an attempt's first event: bound to the attempt, so that no journal can be
    given to another one."""
    return sha256(f"studium attempt journal {attempt_id}".encode()).hexdigest()


def link(before: str, text: str) -> str:
    """The hash of an event with this text after the hash `before`."""
    return sha256((before + text).encode()).hexdigest()


def normal(value: Any) -> str:
    """A JSON value as the one text that it has here; raises `ValueError` for NaN and infinity."""
    if not isinstance(value, str | bool | None):
        value = _plain(value)
    return _as_json(value)


def moment(value: datetime) -> str:
    """A moment as the text has it: `2026-03-02T09:00:00.000000+00:00`."""
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def code_of(hash_: str) -> str:
    """The short code of a hash, as people copy it: `7K3M-9QWX-2B4D-H`.

    Twelve digits of Crockford's base 32 (https://www.crockford.com/base32.html) are the first 60
    bits of the hash; the last one is a check digit by Luhn's rule for 32 digits (ISO/IEC 7812-1
    annex B, modulus 32), which finds every wrong digit and nearly every exchange of neighbours.
    """
    number = int(hash_[:15], 16)
    digits = "".join(_DIGITS[number >> shift & 31] for shift in range(55, -1, -5))
    return f"{digits[:4]}-{digits[4:8]}-{digits[8:]}-{_check_digit(digits)}"


def read_code(written: str) -> str | None:
    """A code as somebody typed it, in the form of `code_of`; None where it cannot be one."""
    digits = written.strip().upper().translate(_MISREAD)
    if len(digits) != _CODE_DIGITS + 1 or any(digit not in _DIGITS for digit in digits):
        return None
    if _check_digit(digits[:-1]) != digits[-1]:
        return None
    return f"{digits[:4]}-{digits[4:8]}-{digits[8:12]}-{digits[12]}"


def _check_digit(digits: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = _DIGITS.index(digit)
        if place % 2 == 0:  # every second digit from the right counts double, its digits added
            value = 2 * value // 32 + 2 * value % 32
        total += value
    return _DIGITS[-total % 32]


def _id(value: UUID | None) -> str:
    return "null" if value is None else f'"{value}"'


def _plain(value: Any) -> Any:
    """The value with every number in its one form; keys are texts."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return int(value)
    return value if isinstance(value, int) and abs(value) < _EXACT else float(value)
