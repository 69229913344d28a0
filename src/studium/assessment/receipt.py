"""A receipt as a file: everything it takes to recompute an attempt's chain, and nothing else.

The file is JSON with one rendering, so that a changed byte anywhere is found: `seal` is the SHA-256
of all the rest, the events chain from `start` to `head`, and what was handed in is what the events
say. Whoever makes a file with other events can seal it anew; that is found by comparing `head`,
or its short `code`, with what the student wrote down or the database holds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from studium.assessment import chain
from studium.assessment.chain import Event

FORMAT = 1
MAX_BYTES = 20 * 1024 * 1024
# What other people's JSON can come to: no UTF-8, numbers that are none, brackets without end.
_UNREADABLE = (ValueError, TypeError, OverflowError, RecursionError)
_KEYS = {
    *("studium_receipt", "attempt", "attempt_no", "exam", "person", "final"),
    *("start", "events", "head", "code", "handed_in", "seal"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """An event of a receipt: whole, or by its hash alone where it is not the student's to read."""

    seq: int
    kind: str
    hash: str
    event: Event | None

    def as_json(self) -> dict[str, Any]:
        """The event as the file has it."""
        made: dict[str, Any] = {"seq": self.seq, "kind": self.kind, "hash": self.hash}
        event = self.event
        if event is not None:
            made |= {
                "id": str(event.id),
                "at": chain.moment(event.occurred_at),
                "question": _text(event.question_id),
                "response": event.response,
                "revision": event.revision,
                "actor": _text(event.actor_id),
                "detail": dict(event.detail),
            }
        return made


def document(
    *,
    attempt_id: UUID,
    attempt_no: int,
    exam: tuple[UUID, str],
    person: tuple[UUID, str],
    final: bool,
    events: Sequence[Shown],
) -> dict[str, Any]:
    """The receipt of an attempt whose journal begins with these events, at least one."""
    head = events[-1].hash
    made = {
        "studium_receipt": FORMAT,
        "attempt": str(attempt_id),
        "attempt_no": attempt_no,
        "exam": {"id": str(exam[0]), "title": exam[1]},
        "person": {"id": str(person[0]), "name": person[1]},
        "final": final,
        "start": chain.start_value(attempt_id),
        "events": [one.as_json() for one in events],
        "head": head,
        "code": chain.code_of(head),
        "handed_in": handed_in(events),
    }
    return {**made, "seal": seal(made)}


def handed_in(events: Sequence[Shown]) -> list[dict[str, Any]]:
    """The last response to each question, in the order in which they were first answered."""
    last: dict[UUID | None, dict[str, Any]] = {}
    for one in events:
        if one.event is not None and one.kind == "save":
            event = one.event
            last[event.question_id] = {
                "question": _text(event.question_id),
                "response": event.response,
                "revision": event.revision,
                "saved_at": chain.moment(event.occurred_at),
            }
    return list(last.values())


def seal(made: Mapping[str, Any]) -> str:
    """The SHA-256 of everything in a receipt but its seal, in hex."""
    rest = {name: value for name, value in made.items() if name != "seal"}
    return sha256(chain.normal(rest).encode()).hexdigest()


def render(made: Mapping[str, Any]) -> bytes:
    """The one way a receipt is written."""
    return (json.dumps(made, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def read(content: bytes) -> dict[str, Any]:
    """The receipt in a file; raises `ValueError` with a sentence for anything else."""
    if len(content) > MAX_BYTES:
        raise ValueError(f"A receipt has at most {MAX_BYTES // 1024**2} MB.")
    try:
        made = json.loads(content.decode())
    except _UNREADABLE:
        raise ValueError("This is no receipt: it is no JSON in UTF-8.") from None
    if not isinstance(made, dict) or made.get("studium_receipt") != FORMAT:
        raise ValueError("This is no receipt of Studium, or one of another version.")
    if made.keys() != _KEYS:
        raise ValueError("This is no whole receipt: parts of it are missing or were added.")
    return made


def faults(content: bytes) -> list[str]:
    """What is wrong with a receipt, from the file alone, a sentence each."""
    try:
        made = read(content)
    except ValueError as error:
        return [str(error)]
    try:
        return _whole_faults(made, content) + _chain_faults(made)
    except (*_UNREADABLE, KeyError, AttributeError, IndexError) as error:
        return [f"A line of it cannot be read: {error!r}."]


def _whole_faults(made: Mapping[str, Any], content: bytes) -> list[str]:
    found = []
    if made["seal"] != seal(made):
        found.append("The seal does not fit: something in the file was changed.")
    if content != render(made):
        found.append("The file was written anew: it is not byte by byte what was downloaded.")
    return found


def _chain_faults(made: Mapping[str, Any]) -> list[str]:
    attempt_id = UUID(made["attempt"])
    found = []
    before = chain.start_value(attempt_id)
    if made["start"] != before:
        found.append("The start of the chain is not that of this attempt.")
    events = [_shown(attempt_id, one) for one in made["events"]]
    for place, one in enumerate(events, start=1):
        if one.seq != place:
            found.append(f"Line {place} is missing or out of order.")
            break
        if one.event is not None and chain.link(before, one.event.text()) != one.hash:
            found.append(f"Line {place} ({one.kind}) was changed: its hash does not fit.")
        before = one.hash
    if made["head"] != before or made["code"] != chain.code_of(before):
        found.append("The head or the code is not that of the last line.")
    if chain.normal(made["handed_in"]) != chain.normal(handed_in(events)):
        found.append("What was handed in is not what the lines say.")
    return found


def _shown(attempt_id: UUID, made: Mapping[str, Any]) -> Shown:
    if "id" not in made:
        return Shown(made["seq"], made["kind"], made["hash"], None)
    event = Event(
        id=UUID(made["id"]),
        attempt_id=attempt_id,
        seq=made["seq"],
        kind=made["kind"],
        occurred_at=datetime.fromisoformat(made["at"]),
        question_id=UUID(made["question"]) if made["question"] else None,
        response=made["response"],
        revision=made["revision"],
        actor_id=UUID(made["actor"]) if made["actor"] else None,
        detail=made["detail"],
    )
    return Shown(event.seq, event.kind, made["hash"], event)


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)
