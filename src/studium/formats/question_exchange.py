"""Questions into a quiz from a file, and out to one: check first, then all of it or nothing.

`check` stores nothing and says of every row what it becomes; `load` stores what was checked,
in one transaction, with tags and concepts: everything, or on request only the rows that are sound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from studium.assessment import queries
from studium.assessment.actions import bank, curate
from studium.content.rules import concept_names
from studium.formats import gift_in, gift_out, questions_csv
from studium.formats.question_rows import RESULTS, Outgoing, QuestionFile, QuestionRow
from studium.lib.db import on_postgresql
from studium.lib.errors import Conflict, Invalid

if TYPE_CHECKING:
    from studium.identity.models import User

READERS: dict[str, Callable[[bytes], list[QuestionRow]]] = {
    "gift": gift_in.read,
    "csv": questions_csv.read,
}
WRITERS: dict[str, Callable[[Iterable[Outgoing]], QuestionFile]] = {
    "gift": gift_out.write,
    "csv": questions_csv.write,
}
MANY = 500
"""Questions that SQLite's one writer stores in about 0.2 seconds; nobody's save waits longer."""
ENDINGS = {"gift": "gift", "txt": "gift", "csv": "csv", "tsv": "csv"}
MEDIA = {"gift": "text/plain; charset=utf-8", "csv": "text/csv; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class QuestionReport:
    """What becomes of each question of a file."""

    format: str
    rows: tuple[QuestionRow, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows have each result, in the order of `RESULTS`."""
        return {name: sum(row.result == name for row in self.rows) for name in RESULTS}

    @property
    def sound(self) -> tuple[QuestionRow, ...]:
        """The rows that can be stored."""
        return tuple(row for row in self.rows if row.result in ("ready", "partly"))

    @property
    def is_whole(self) -> bool:
        """Whether no row is refused, and there is something to store."""
        return bool(self.sound) and not any(row.problem for row in self.rows)


def format_of(name: str, data: bytes) -> str:
    """The format of a file, by the ending of its name, else by how it begins."""
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if ending in ENDINGS:
        return ENDINGS[ending]
    head = data[:4000].decode("utf-8-sig", "replace").lstrip().split("\n", 1)[0].lower()
    columns = {one.strip(' "\r') for one in head.replace(";", ",").replace("\t", ",").split(",")}
    return "csv" if {"kind", "question"} <= columns else "gift"


def check(*, by: User, quiz_id: UUID, data: bytes, format: str) -> QuestionReport:
    """What importing these bytes into the quiz would do; stores nothing."""
    if format not in READERS:
        raise Invalid(
            f"There is no format “{format[:40]}”. Use one of {', '.join(READERS)}.",
            fields={"format": "Unknown."},
        )
    rows = READERS[format](data)
    drafts = [row.draft for row in rows if row.draft is not None]
    problems = iter(bank.check_drafts(by=by, quiz_id=quiz_id, drafts=drafts))
    known = queries.known_texts(viewer=by, quiz_id=quiz_id)
    made = []
    for row in rows:
        if row.draft is not None:
            row = _with_problems(row, next(problems), format)
            row = _with_note(row, known)
        made.append(row)
    return QuestionReport(format, tuple(made))


def load(
    *, by: User, quiz_id: UUID, report: QuestionReport, now: datetime, only_sound: bool = False
) -> list[Any]:
    """Store the checked questions at the end of the quiz, with their tags.

    Raises `Invalid` with `not_importable` when a row is refused, unless `only_sound`, and when
    nothing is left to store; `Conflict` with `exams_running` where storing so many would keep
    answers of running exams waiting.
    """
    if not report.sound or not (only_sound or report.is_whole):
        first = next((row for row in report.rows if row.problem), None)
        place = f"{first.place}: " if first and first.place else ""
        why = f"{place}{first.problem}" if first else "The file has no question that can be asked."
        raise Invalid(f"Nothing was stored. {why}", code="not_importable")
    rows = report.sound
    if len(rows) > MANY and not on_postgresql() and queries.exams_run():
        raise Conflict(
            f"Somebody sits an exam, and storing {len(rows):,} questions at once would keep their "
            f"answers waiting. Import at most {MANY} at a time, or when no exam runs.",
            code="exams_running",
        )

    def tag(made: Sequence[Any]) -> None:
        pairs = list(zip(made, rows, strict=True))
        curate.tag_imported(by=by, tags={one.pk: row.tags for one, row in pairs}, now=now)
        curate.concepts_imported(by=by, concepts={one.pk: row.concepts for one, row in pairs})

    drafts = [row.draft for row in rows if row.draft is not None]
    return bank.add_questions(by=by, quiz_id=quiz_id, drafts=drafts, now=now, then=tag)


def export(questions: Iterable[queries.Exported], *, format: str) -> QuestionFile:
    """A file of questions in use, and what it could not carry."""
    if format not in WRITERS:
        raise Invalid(
            f"There is no format “{format[:40]}”. Use one of {', '.join(WRITERS)}.",
            fields={"format": "Unknown."},
        )
    return WRITERS[format](Outgoing(one.draft, one.tags, one.concepts) for one in questions)


# --- parts -----------------------------------------------------------------------------------


def _with_problems(row: QuestionRow, problems: dict[str, str], format: str) -> QuestionRow:
    words = _tag_problem(row)
    if words:
        problems = {**problems, "tags": words}
    if words := _concept_problem(row):
        problems = {**problems, "concepts": words}
    if not problems:
        return row
    if format == "csv":
        parts = [
            f"Column {questions_csv.column_of(field)}: {words}" for field, words in problems.items()
        ]
    else:
        parts = list(problems.values())
    return replace(row, problem=" ".join(parts))


def _tag_problem(row: QuestionRow) -> str:
    if len(row.tags) > curate.MAX_TAGS:
        return f"A question has at most {curate.MAX_TAGS} tags."
    for tag in row.tags:
        try:
            curate.tag_name(tag)
        except Invalid as wrong:
            return wrong.message
    return ""


def _concept_problem(row: QuestionRow) -> str:
    try:
        concept_names(row.concepts)
    except Invalid as wrong:
        return wrong.message
    return ""


def _with_note(row: QuestionRow, known: set[str]) -> QuestionRow:
    assert row.draft is not None
    words = " ".join(row.draft.question_text.split())
    if words in known:
        return replace(row, note="The course has a question with the same words.")
    known.add(words)
    return row
