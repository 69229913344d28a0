"""What staff write into a gradebook: weights, excuses, scores by hand, and all of it from a file.

A cell keeps its history: what is written stands above what came before, and `cleared` takes it
back to what the attempts say.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from studium.assessment import rights
from studium.assessment.models import EntryKind, GradebookTerms, GradeEntry, GradeItem
from studium.assessment.queries import grades
from studium.content.models import Course, Enrollment
from studium.identity.actions import audit
from studium.identity.rules import canonical_email
from studium.lib import inserts
from studium.lib.errors import Invalid, NotFound, TooLarge

if TYPE_CHECKING:
    from studium.identity.models import AuditEntry, User

MAX_REASON = 1000
MAX_BYTES = 2_000_000
MAX_LINES = 10_000
CHANGE, SAME, PROBLEM = "change", "same", "problem"
_BESIDE = {"email", "name", "total", "total_explained"}


@dataclass(frozen=True, slots=True)
class Change:
    """What a file would write into one cell; `outcome` is change, same or problem."""

    line: int
    email: str
    item: str
    before: str
    after: str
    outcome: str
    message: str = ""
    user_id: UUID | None = None
    thing_id: UUID | None = None
    score: int | None = None


@transaction.atomic
def set_weights(
    *,
    by: User,
    course_id: UUID,
    now: datetime,
    weights: Mapping[UUID, object],
    missing_is_zero: bool | None = None,
    due: Mapping[UUID, object] | None = None,
) -> None:
    """Say what each exam and quiz weighs: 0 to 100 with two decimals, None for not set.

    A quiz without a weight is no column. `due`: when quizzes are due. Things that are not named
    keep what they have.
    """
    course = rights.course_for_author(by, course_id)
    items = {one.thing_id: one for listed in grades.items_of(course_id) for one in listed}
    problems: dict[str, str] = {}
    values: dict[UUID, Decimal | None] = {}
    for thing_id, raw in weights.items():
        if thing_id not in items:
            raise NotFound
        value, problem = _weight(raw)
        values[thing_id] = value
        if problem:
            problems[f"weight-{thing_id}"] = problem
    moments: dict[UUID, datetime | None] = {}
    for thing_id, at in (due or {}).items():
        if at is None or (isinstance(at, datetime) and 1970 < at.year < 9999):
            moments[thing_id] = at
        else:
            problems[f"due-{thing_id}"] = "This must be a date and time, or nothing."
    if problems:
        raise Invalid("Some weights do not fit. Mend what is marked.", fields=problems)
    before = {one.head: str(one.set_weight) for one in items.values() if one.thing_id in values}
    for thing_id, value in values.items():
        row = _item_row(course, items[thing_id])
        row.weight = value
        if thing_id in moments and items[thing_id].kind == "quiz":
            row.due_at = moments[thing_id]
        row.save()
    if missing_is_zero is not None:
        GradebookTerms.objects.update_or_create(
            course=course, defaults={"missing_is_zero": missing_is_zero}
        )
    after = {items[one].head: str(value) for one, value in values.items()}
    detail = {"before": before, "after": after, "missing_is_zero": missing_is_zero}
    _record("gradebook.weights", course, by=by, now=now, detail=detail)


@transaction.atomic
def write_cell(
    *,
    by: User,
    course_id: UUID,
    user_id: UUID,
    thing_id: UUID,
    kind: str,
    now: datetime,
    score: object = None,
    reason: str = "",
) -> GradeEntry:
    """Excuse a learner from an item, write a score by hand (with a reason), or take that back.

    `kind`: excused, score or cleared; `score`: a whole number from 0 to 100.
    """
    course = rights.course_for_author(by, course_id)
    items = {one.thing_id: one for listed in grades.items_of(course_id) for one in listed}
    learner = Enrollment.objects.filter(
        course=course, user_id=user_id, role="student", ended_at__isnull=True
    )
    if thing_id not in items or not learner.exists():
        raise NotFound
    item = _item_row(course, items[thing_id])
    entry = _made(item, user_id, kind, score, reason, by=by, now=now)
    entry.save(force_insert=True)
    _told(entry, items[thing_id].head, course, by=by, now=now).save(force_insert=True)
    return entry


def check_file(*, by: User, course_id: UUID, data: bytes, now: datetime) -> list[Change]:
    """What a file of grades would change, cell by cell; nothing is stored.

    The file is a CSV as the gradebook gives it: `email` and a column per item; a number from 0 to
    100, `excused`, or nothing (which leaves the cell as it is). Raises `Invalid` when it cannot be
    read at all.
    """
    rights.course_for_author(by, course_id)
    table = _table(data)
    book = grades.book(viewer=by, course_id=course_id, now=now)
    heads = {one.head.casefold(): place for place, one in enumerate(book.items)}
    columns = _columns(table[0], heads)
    people = {canonical_email(one.email): one for one in book.learners}
    found: list[Change] = []
    seen: dict[str, int] = {}
    for line, row in enumerate(table[1:], start=2):
        cells = dict(zip(columns, row, strict=False))
        found += _line_changes(line, cells, book, people, heads, seen)
    return found


@transaction.atomic
def import_file(
    *, by: User, course_id: UUID, data: bytes, reason: str, now: datetime
) -> list[Change]:
    """Write what the check showed; refused as a whole while a line has a problem."""
    changes = check_file(by=by, course_id=course_id, data=data, now=now)
    if any(one.outcome == PROBLEM for one in changes):
        raise Invalid("Some lines have problems. Check the file again.", fields={"file": "See it."})
    wanted = [one for one in changes if one.outcome == CHANGE]
    course = rights.course_for_author(by, course_id)
    named = {one.thing_id: one for listed in grades.items_of(course_id) for one in listed}
    rows = {one: _item_row(course, named[one]) for one in {each.thing_id for each in wanted} if one}
    entries, log = [], []
    for one in wanted:
        assert one.user_id is not None
        assert one.thing_id is not None
        kind = EntryKind.EXCUSED if one.score is None else EntryKind.SCORE
        entry = _made(rows[one.thing_id], one.user_id, kind, one.score, reason, by=by, now=now)
        entries.append(entry)
        log.append(_told(entry, named[one.thing_id].head, course, by=by, now=now))
    inserts.run(inserts.inserts([*entries, *log]))
    return wanted


# --- parts -----------------------------------------------------------------------------------


def _made(
    item: GradeItem,
    user_id: UUID,
    kind: str,
    score: object,
    reason: str,
    *,
    by: User,
    now: datetime,
) -> GradeEntry:
    """What is written into a cell, not stored yet."""
    number, words = _entry(kind, score, reason)
    return GradeEntry(
        item=item,
        user_id=user_id,
        kind=kind,
        score=number,
        reason=words,
        written_by=by,
        created_at=now,
    )


def _told(entry: GradeEntry, head: str, course: Course, *, by: User, now: datetime) -> AuditEntry:
    """What the log says of it, not stored yet."""
    return audit.entry(
        by=by,
        action="gradebook.entry",
        object_type="course",
        object_id=course.pk,
        course_id=course.pk,
        detail={
            "item": head,
            "user": str(entry.user_id),
            "kind": entry.kind,
            "score": entry.score,
            "reason": entry.reason,
        },
        now=now,
    )


def _item_row(course: Course, item: grades.Item) -> GradeItem:
    key = {"exam_id": item.thing_id} if item.kind == "exam" else {"quiz_id": item.thing_id}
    row, _made = GradeItem.objects.get_or_create(**key, defaults={"course": course})
    return row


def _weight(raw: object) -> tuple[Decimal | None, str]:
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None, ""
    try:
        value = Decimal(str(raw).strip().replace(",", "."))
        fits = value.is_finite() and 0 <= value <= 100 and value == round(value, 2)
    except InvalidOperation:
        fits = False
    if not fits:
        return None, "A weight is a number from 0 to 100, with two decimals at most."
    return value, ""


def _entry(kind: str, score: object, reason: str) -> tuple[int | None, str]:
    words, problems = reason.strip(), {}
    if kind not in EntryKind.values:
        problems["kind"] = f"This must be one of {', '.join(EntryKind.values)}."
    if len(words) > MAX_REASON or "\x00" in words:
        problems["reason"] = f"A reason is a text of at most {MAX_REASON:,} characters."
    number = _score(score)
    if kind == EntryKind.SCORE and number is None:
        problems["score"] = "A score is a whole number from 0 to 100."
    if kind == EntryKind.SCORE and not words:
        problems["reason"] = "Say why this score stands: it is kept with your name."
    if problems:
        raise Invalid("This cannot be written. Mend what is marked.", fields=problems)
    return (number if kind == EntryKind.SCORE else None), words


def _score(score: object) -> int | None:
    text = str(score).strip()
    if isinstance(score, bool) or not (text.isascii() and text.isdigit() and len(text) <= 3):
        return None
    return int(text) if int(text) <= 100 else None


def _table(data: bytes) -> list[list[str]]:
    if len(data) > MAX_BYTES:
        raise TooLarge(f"The file has more than {MAX_BYTES // 1_000_000} MB.")
    try:
        text = data.decode("utf-8-sig")
        dialect = (
            ";" if text.split("\n", 1)[0].count(";") > text.split("\n", 1)[0].count(",") else ","
        )
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=dialect, strict=True) if row]
    except (UnicodeDecodeError, csv.Error):
        raise _unreadable("The file is no CSV in UTF-8.") from None
    if len(rows) < 2 or "\x00" in text:
        raise _unreadable("The file needs a line of headings and a line per learner.")
    if len(rows) > MAX_LINES:
        raise TooLarge(f"The file has more than {MAX_LINES:,} lines.")
    return rows


def _columns(head: list[str], heads: Mapping[str, int]) -> list[str]:
    columns = [_unquoted(one).casefold() for one in head]
    unknown = [one for one in columns if one not in heads and one not in _BESIDE]
    if "email" not in columns:
        raise _unreadable("There is no column called email.")
    if unknown:
        raise _unreadable(f"There is no item called “{unknown[0][:80]}” in this gradebook.")
    if len(set(columns)) < len(columns):
        raise _unreadable("Two columns have the same heading.")
    return columns


def _line_changes(
    line: int,
    cells: Mapping[str, str],
    book: grades.Book,
    people: Mapping[str, grades.Learner],
    heads: Mapping[str, int],
    seen: dict[str, int],
) -> list[Change]:
    email = _unquoted(cells.get("email", ""))
    learner = people.get(canonical_email(email))
    if learner is None:
        words = "No learner of this course has this address."
        return [Change(line, email, "", "", "", PROBLEM, words)]
    first = seen.setdefault(learner.email, line)
    if first != line:
        words = f"This learner stands in line {first} already."
        return [Change(line, email, "", "", "", PROBLEM, words)]
    return [
        _change(line, learner, book.items[place], learner.cells[place], _unquoted(cells[head]))
        for head, place in heads.items()
        if _unquoted(cells.get(head, ""))
    ]


def _change(
    line: int, learner: grades.Learner, item: grades.Item, cell: grades.Cell, sent: str
) -> Change:
    before, number = str(cell.plain), _score(sent)
    told: dict[str, Any] = {"user_id": learner.user_id, "thing_id": item.thing_id, "score": number}
    if sent.casefold() == before.casefold():
        return Change(line, learner.email, item.head, before, sent, SAME, "", **told)
    if number is None and sent.casefold() != EntryKind.EXCUSED:
        words = "This is neither a whole number from 0 to 100 nor “excused”."
        return Change(line, learner.email, item.head, before, sent[:80], PROBLEM, words, **told)
    return Change(line, learner.email, item.head, before, sent, CHANGE, "", **told)


def _unquoted(text: str) -> str:
    """A cell without the quote that the way out puts before what looks like a formula."""
    text = text.strip()
    return text[1:] if text.startswith("'") and text[1:2] in tuple("=+-@\t\r|%") else text


def _unreadable(message: str) -> Invalid:
    return Invalid(message, fields={"file": message})


def _record(
    action: str, course: Course, *, by: User, now: datetime, detail: dict[str, Any]
) -> None:
    audit.record(
        by=by,
        action=action,
        object_type="course",
        object_id=course.pk,
        course_id=course.pk,
        detail=detail,
        now=now,
    )
