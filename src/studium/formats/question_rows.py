"""Questions on their way in or out, one row each: what the check report and every format share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from studium.assessment.actions.bank import QuestionDraft

MAX_BYTES = 20 * 1024 * 1024
MAX_QUESTIONS = 20_000

RESULTS = ("ready", "partly", "left_out", "refused")


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """One question of a file. `number` counts from 1, `place` says where it stands in the file.

    `lost` names what of it does not come along, `problem` why it cannot be taken (with what to do),
    `left_out` why it is passed over, `note` what else is worth knowing.
    """

    number: int
    place: str
    title: str
    kind: str = ""
    draft: QuestionDraft | None = None
    tags: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    left_out: str = ""
    problem: str = ""
    note: str = ""
    concepts: tuple[str, ...] = ()

    @property
    def result(self) -> str:
        """`ready`, `partly` (something is lost), `left_out` or `refused`."""
        if self.problem:
            return "refused"
        if self.left_out or self.draft is None:
            return "left_out"
        return "partly" if self.lost else "ready"

    @property
    def reason(self) -> str:
        """Why the result is what it is, in sentences."""
        return self.problem or self.left_out or " ".join(filter(None, [*self.lost, self.note]))


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A question to be written to a file."""

    draft: QuestionDraft
    tags: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Missed:
    """What of a question a file could not carry; `whole`: the question is not in the file."""

    title: str
    reason: str
    whole: bool


@dataclass(frozen=True, slots=True)
class QuestionFile:
    """A written file, and what it does not hold."""

    data: bytes
    count: int
    missed: tuple[Missed, ...]


def refused_file(problem: str, *, place: str = "") -> list[QuestionRow]:
    """The one row of a file that cannot be read at all."""
    return [QuestionRow(1, place, "", problem=problem)]


def text_of(data: bytes) -> str | list[QuestionRow]:
    """The text of a file, or the row that says why it is none."""
    if len(data) > MAX_BYTES:
        size = len(data) / 1_048_576
        return refused_file(f"The file has {size:.1f} MB; at most 20 MB are taken. Split it.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as flaw:
        line = data.count(b"\n", 0, flaw.start) + 1
        words = "The file is not UTF-8 text. Save it as UTF-8."
        return refused_file(words, place=f"line {line}")


def headline(text: str) -> str:
    """The beginning of a text, for one line of a report."""
    line = " ".join(text.split())
    return line if len(line) <= 90 else line[:89] + "…"


def limited(rows: Sequence[QuestionRow]) -> list[QuestionRow]:
    """The rows, or the one that says that there are too many."""
    if len(rows) > MAX_QUESTIONS:
        return refused_file(
            f"The file has {len(rows):,} questions; at most {MAX_QUESTIONS:,} are taken at once. "
            "Split it."
        )
    return list(rows)
