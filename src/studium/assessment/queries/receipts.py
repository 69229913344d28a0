"""Receipts of attempts: to download, and to check against what the database holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from studium.assessment import chain, journal, receipt, rights
from studium.assessment.models import EventKind, ExamAttempt
from studium.lib.db import uuid_param
from studium.lib.errors import NotFound
from studium.lib.prepared import ByHand, together

if TYPE_CHECKING:
    from studium.identity.models import User

_ENDS = (EventKind.SUBMIT, EventKind.CLOSE)
_HIDDEN = (EventKind.NOTE,)  # what staff noted is not the student's to read
_FINAL = """
SELECT hash FROM attempt_events WHERE attempt_id = %s AND kind IN (%s, %s) ORDER BY seq LIMIT 1
"""
_SHOWN = 20  # lines that are named one by one


@dataclass(frozen=True, slots=True)
class Check:
    """What checking a receipt came to. `compared` is false where the database has no such attempt
    that the viewer may know of; then only the file was looked at."""

    code: str
    exam_title: str
    person_name: str
    faults: tuple[str, ...]
    compared: bool
    differences: tuple[str, ...]

    @property
    def is_good(self) -> bool:
        """Whether the file is whole, and is what the database holds."""
        return self.compared and not self.faults and not self.differences


def final_receipt(attempt_id: UUID) -> str | None:
    """The short code of handing in; None while the attempt runs. Check rights first."""
    return code_in(together(final_asked(attempt_id))[0])


def final_asked(attempt_id: UUID) -> ByHand:
    """The statement of `final_receipt`, to be asked together with others; `code_in` reads its
    rows."""
    return ByHand(_FINAL, [uuid_param(attempt_id), *map(str, _ENDS)])


def code_in(ends: Sequence[tuple[Any, ...]]) -> str | None:
    """The short code of handing in, of the rows that `final_asked` gave."""
    return chain.code_of(ends[0][0]) if ends else None


def receipt_file(*, viewer: User, attempt_id: UUID) -> bytes:
    """The receipt of one's attempt, or of one in a course one is staff of, as a file.

    It ends with handing in: what grading added comes out by the rules of release, not here. While
    the attempt runs it holds what was saved so far, and says that it is not final.
    """
    attempt, _as_staff = rights.exam_attempt_for_reader(viewer, attempt_id)
    lines = _told(journal.lines(attempt.pk))
    if not lines:
        raise NotFound
    return receipt.render(_document(attempt, lines))


def check_receipt(content: bytes, *, viewer: User | None = None) -> Check:
    """Check a receipt by itself and against the database.

    `viewer` is who asks on a page: other people's attempts do not exist for them. Without one
    every attempt is compared, for the operator's command.
    """
    faults = tuple(receipt.faults(content))
    try:
        made = receipt.read(content)
        attempt = _attempt(made, viewer)
    except (ValueError, TypeError, AttributeError):
        return Check("", "", "", faults, False, ())
    differences = _differences(made, attempt) if attempt is not None else []
    return Check(
        code=str(made["code"])[:40],
        exam_title=_part(made, "exam", "title"),
        person_name=_part(made, "person", "name"),
        faults=faults,
        compared=attempt is not None,
        differences=tuple(differences),
    )


def check_journals() -> tuple[int, list[tuple[UUID, list[str]]]]:
    """How many attempts there are, and those whose journal is not what was written, with what is
    wrong. For the operator: it knows no rights."""
    ids = list(ExamAttempt.objects.order_by("pk").values_list("pk", flat=True))
    found = ((attempt_id, journal.verify(attempt_id)) for attempt_id in ids)
    return len(ids), [(attempt_id, faults) for attempt_id, faults in found if faults]


def _attempt(made: Mapping[str, Any], viewer: User | None) -> ExamAttempt | None:
    attempt_id = UUID(made["attempt"])
    if viewer is None:
        return ExamAttempt.objects.select_related("exam", "user").filter(pk=attempt_id).first()
    try:
        return rights.exam_attempt_for_reader(viewer, attempt_id)[0]
    except NotFound:
        return None


def _told(lines: Sequence[journal.Line]) -> list[journal.Line]:
    """The journal up to handing in, or the whole of a running attempt's."""
    for place, line in enumerate(lines):
        if line.event.kind in _ENDS:
            return list(lines[: place + 1])
    return list(lines)


def _document(attempt: ExamAttempt, lines: Sequence[journal.Line]) -> dict[str, Any]:
    return receipt.document(
        attempt_id=attempt.pk,
        attempt_no=attempt.attempt_no,
        exam=(attempt.exam_id, attempt.exam.title),
        person=(attempt.user_id, attempt.user.name),
        final=lines[-1].event.kind in _ENDS,
        events=[
            receipt.Shown(
                line.event.seq,
                line.event.kind,
                line.hash,
                None if line.event.kind in _HIDDEN or _is_lost(line, attempt) else line.event,
            )
            for line in lines
        ],
    )


def _is_lost(line: journal.Line, attempt: ExamAttempt) -> bool:
    """Whether the line's words were erased with the person: its hash alone can be told."""
    return line.is_erased and attempt.user.erased_at is not None


def _differences(made: Mapping[str, Any], attempt: ExamAttempt) -> list[str]:
    """How the file differs from what the database would give now, a sentence each."""
    found = [f"The database: {fault}" for fault in journal.verify(attempt.pk)]
    told = made["events"] if isinstance(made["events"], list) else []
    stored = _told(journal.lines(attempt.pk))[: len(told)]
    if not stored:
        return [*found, "The database has no line of this attempt."]
    fresh = _document(attempt, stored)
    found += _line_differences(told, fresh["events"])
    named = {
        "exam": f"In the database the exam is “{attempt.exam.title}”.",
        "person": f"In the database the attempt is that of “{attempt.user.name}”.",
        "attempt_no": f"In the database it is attempt {attempt.attempt_no}.",
        "handed_in": "What was handed in is something else in the database.",
    }
    if any(_is_lost(line, attempt) for line in stored):
        del named["handed_in"]  # the hashes of its lines are compared
    return found + [said for name, said in named.items() if made[name] != fresh[name]]


def _line_differences(told: Sequence[Any], stored: Sequence[Any]) -> list[str]:
    found = []
    if len(told) > len(stored):
        found.append(
            f"The file has {len(told)} lines up to handing in, the database {len(stored)}."
        )
    for place, (one, other) in enumerate(zip(told, stored, strict=False), start=1):
        hidden = "id" not in other  # its place and hash say whether it is the same
        if one != other and not (hidden and _in_short(one) == other):
            found.append(f"Line {place} ({other['kind']}) is another one in the database.")
    if len(found) > _SHOWN:
        found[_SHOWN:] = [f"And {len(found) - _SHOWN} more lines differ."]
    return found


def _in_short(line: Any) -> Any:
    """A line of a file as one is that does not tell what it says."""
    shown = isinstance(line, dict) and all(name in line for name in ("seq", "kind", "hash"))
    return {name: line[name] for name in ("seq", "kind", "hash")} if shown else line


def _part(made: Mapping[str, Any], name: str, key: str) -> str:
    value = made[name]
    return str(value.get(key, ""))[:300] if isinstance(value, dict) else ""
