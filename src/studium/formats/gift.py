"""Moodle's GIFT, read: what a file says, before anything is made of it.

The format is documented at https://docs.moodle.org/en/GIFT_format. A file is a list of blocks with
empty lines between them. Reading takes time in proportion to the file, raises for no content, and
goes on after a block that is broken; every flaw has its line and column.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Literal

Kind = Literal["MC", "TF", "Short", "Numerical", "Matching", "Essay", "Description"]

FORMATS = ("moodle", "html", "plain", "markdown")
MAX_BLOCK = 200_000
"""Characters of one block; longer ones are refused unread."""

_ID = re.compile(r"\[id:([^\]\r\n]{1,200})\]")
_CONCEPT = re.compile(r"\[concept:([^\]\r\n]{1,200})\]")
_TAG = re.compile(r"\[tag:([^\]\r\n]{1,200})\]")
_FORMAT = re.compile(r"\s*\[(html|markdown|moodle|plain)\]", re.IGNORECASE)
_MARK = re.compile(r"\\.|[{}]", re.DOTALL)
_ANSWER_MARK = re.compile(r"\\.|[=~]|####", re.DOTALL)
_HASH = re.compile(r"\\.|#", re.DOTALL)
_ARROW = re.compile(r"\\.|(?<!-)->", re.DOTALL)
_COLONS = re.compile(r"\\.|::", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_WEIGHT = re.compile(r"\s*%\s*(-?[0-9]{1,6}(?:[.,][0-9]{0,12})?)\s*%")
_NUMBER = re.compile(
    r"[+-]?(?:[0-9]{1,60}(?:[.,][0-9]{0,60})?|[.,][0-9]{1,60})(?:[eE][+-]?[0-9]{1,4})?"
)
_MEANT = {"n": "\n", **{one: one for one in "\\~=#{}:|"}}


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of text and what it is written in: one of `FORMATS`."""

    format: str
    text: str


@dataclass(frozen=True, slots=True)
class Span:
    """A numeric answer: `low` to `high`, or `number` give or take `tolerance` (None: exactly)."""

    number: Decimal | None = None
    tolerance: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: whether it began with `=`, its weight in per cent if it has one."""

    right: bool
    weight: Decimal | None
    text: Text
    feedback: Text | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """One row of a matching question; an empty `question` makes `answer` a distractor."""

    question: Text
    answer: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the file has it. `truth` and the two feedbacks are for true or false: the
    first one is for the wrong answer, the second one for the right one. `blank`: the answers stood
    inside the sentence, which now reads `_____` there."""

    kind: Kind
    stem: Text
    title: str | None = None
    answers: tuple[Answer, ...] = ()
    pairs: tuple[Pair, ...] = ()
    truth: bool | None = None
    first_feedback: Text | None = None
    second_feedback: Text | None = None
    general: Text | None = None
    blank: bool = False
    single: bool = False
    id: str | None = None
    tags: tuple[str, ...] = ()
    category: str = ""
    concepts: tuple[str, ...] = ()
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Category:
    """A `$CATEGORY:` line; it holds for what follows."""

    path: str
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a block and what to do; line and column count from 1."""

    line: int
    column: int
    message: str
    advice: str
    title: str = ""


Item = Question | Category | Flaw


def parse(source: str) -> list[Item]:
    """What a GIFT file holds, in order; a block that cannot be read gives a `Flaw`."""
    items: list[Item] = []
    category = ""
    for block in _blocks(source):
        for item in block.items():
            if isinstance(item, Category):
                category = item.path
            elif isinstance(item, Question):
                item = replace(item, category=category)
            items.append(item)
    return items


class _Broken(Exception):
    """A block cannot be read; `at` is an offset in its text."""

    def __init__(self, at: int, message: str, advice: str) -> None:
        super().__init__(message)
        self.at, self.message, self.advice = at, message, advice


class _Block:
    """The lines between two empty ones, comments taken out; knows where each character stood."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._starts: list[int] = []
        self._numbers: list[int] = []
        self._length = 0
        self._comments: list[str] = []
        self._category: Category | None = None

    def add(self, line: str, number: int) -> None:
        bare = line.lstrip()
        if bare.startswith("//"):
            self._comments.append(bare)
        elif bare.startswith("$CATEGORY:"):
            self._category = Category(bare[10:].strip(), number)
        else:
            self._starts.append(self._length)
            self._numbers.append(number)
            self._lines.append(line)
            self._length += len(line) + 1

    def items(self) -> Iterator[Item]:
        if self._category is not None:
            yield self._category
        text = "\n".join(self._lines)
        if not text.strip():
            return
        first = self._numbers[0]
        if len(text) > MAX_BLOCK:
            yield Flaw(
                first,
                1,
                f"The question has {len(text):,} characters; at most {MAX_BLOCK:,} are read.",
                "Put an empty line between questions, or shorten it.",
            )
            return
        try:
            made = _question(text)
        except _Broken as broken:
            line, column = self._place(broken.at)
            title = " ".join(text.split())[:80]
            yield Flaw(line, column, broken.message, broken.advice, title)
            return
        ids = [found[1].strip() for one in self._comments for found in _ID.finditer(one)]
        tags = [found[1].strip() for one in self._comments for found in _TAG.finditer(one)]
        concepts = [found[1].strip() for one in self._comments for found in _CONCEPT.finditer(one)]
        yield replace(
            made,
            id=ids[-1] if ids else None,
            tags=tuple(dict.fromkeys(tags)),
            concepts=tuple(dict.fromkeys(concepts)),
            line=first,
        )

    def _place(self, at: int) -> tuple[int, int]:
        row = bisect_right(self._starts, at) - 1
        return self._numbers[row], at - self._starts[row] + 1


def _blocks(source: str) -> Iterator[_Block]:
    text = source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    block = _Block()
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            block.add(line, number)
        else:
            yield block
            block = _Block()
    yield block


# --- one block -------------------------------------------------------------------------------


def _question(text: str) -> Question:
    title, start = _title(text)
    format, start = _format(text, start, "moodle")
    opening = _first(_MARK, text, start, "{")
    stray = _first(_MARK, text, start, "}")
    if stray is not None and (opening is None or stray < opening):
        raise _Broken(stray, "There is a } without a { before it.", r"Write \} for the character.")
    if opening is None:
        return Question("Description", _text(text[start:], format), title)
    closing = _first(_MARK, text, opening + 1, "}")
    inner = _first(_MARK, text, opening + 1, "{")
    if inner is not None and (closing is None or inner < closing):
        raise _Broken(inner, "There is a { inside the answers.", r"Write \{ for the character.")
    if closing is None:
        raise _Broken(
            opening,
            "The answers that begin here have no } before the next empty line.",
            r"Close them with }, take out empty lines, or write \{ for the character.",
        )
    after = text[closing + 1 :]
    for again in (_first(_MARK, text, closing + 1, "{"), _first(_MARK, text, closing + 1, "}")):
        if again is not None:
            raise _Broken(
                again,
                "There is a second { or } after the answers.",
                r"A question has answers in one place; write \{ and \} for the characters.",
            )
    stem = _text(text[start:opening], format)
    blank = bool(after.strip())
    if blank:
        # An empty sentence before the gap is as good as one after it.
        joined = f"{stem.text} _____ {_text(after, format).text}".strip()
        stem = Text(format, joined)
    made = _answered(text, opening + 1, closing, format)
    return replace(made, stem=stem, title=title, blank=blank)


def _title(text: str) -> tuple[str | None, int]:
    start = len(text) - len(text.lstrip())
    if not text.startswith("::", start):
        return None, start
    end = _first(_COLONS, text, start + 2, "::")
    if end is None:
        raise _Broken(start, "The title that begins with :: has no end.", "Close it with ::.")
    return _unescaped(text[start + 2 : end].strip()) or None, end + 2


def _answered(text: str, start: int, end: int, format: str) -> Question:
    """The part of a question that stands between its braces."""
    general = None
    for found in _ANSWER_MARK.finditer(text, start, end):
        if found[0] == "####":
            general = _feedback(text[found.end() : end], format)
            end = found.start()
            break
    made = _by_kind(text, start, end, format)
    return replace(made, general=general)


def _by_kind(text: str, start: int, end: int, format: str) -> Question:
    body = text[start:end]
    nothing = Text(format, "")
    at = start + len(body) - len(body.lstrip())
    body = body.strip()
    if not body:
        return Question("Essay", nothing)
    if body.startswith("#"):
        return _numerical(text, at + 1, end, format)
    head = body.split("#", 1)[0].strip().upper()
    if head in ("T", "TRUE", "F", "FALSE"):
        return _true_false(body, head.startswith("T"), format)
    answers = list(_answers(text, at, end, format))
    if any(not one.right for one in answers):
        return Question(
            "MC", nothing, answers=tuple(answers), single=any(one.right for one in answers)
        )
    pairs = list(_pairs(text, at, end, format))
    if len(pairs) > 1:
        if len(pairs) < len(answers):
            raise _Broken(
                at,
                "Some answers have -> and some have not.",
                "Give each pair of a matching question its ->, or write each answer without it.",
            )
        return Question("Matching", nothing, pairs=tuple(pairs))
    return Question("Short", nothing, answers=tuple(answers))


def _true_false(body: str, truth: bool, format: str) -> Question:
    parts = _split(_HASH, body, "#")
    wrong = _feedback(parts[1], format) if len(parts) > 1 else None
    right = _feedback("#".join(parts[2:]), format) if len(parts) > 2 else None
    return Question(
        "TF", Text(format, ""), truth=truth, first_feedback=wrong, second_feedback=right
    )


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, str, int, int]]:
    """Where each `=` or `~` stands, which it is, and from where to where its answer goes."""
    marks = [found for found in _ANSWER_MARK.finditer(text, start, end) if found[0] in ("=", "~")]
    if not marks or text[start : marks[0].start()].strip():
        raise _Broken(
            start,
            "The answers begin with neither = nor ~.",
            "Put = before a right answer and ~ before a wrong one; T or F alone also stand.",
        )
    ends = [found.start() for found in marks[1:]] + [end]
    for found, stop in zip(marks, ends, strict=True):
        yield found.start(), found[0], found.end(), stop


def _answers(text: str, start: int, end: int, format: str) -> Iterator[Answer]:
    for at, mark, begin, stop in _pieces(text, start, end):
        weight, begin = _weight(text, begin, stop)
        told, feedback = _told(text[begin:stop], format)
        if not told.text and mark == "~" and feedback is None:
            raise _Broken(at, "This answer is empty.", "Write it, or take its mark out.")
        yield Answer(mark == "=", weight, told, feedback)


def _told(raw: str, format: str) -> tuple[Text, Text | None]:
    parts = _split(_HASH, raw, "#")
    own, begin = _format(parts[0], 0, format)
    feedback = _feedback("#".join(parts[1:]), format) if len(parts) > 1 else None
    return _text(parts[0][begin:], own), feedback


def _pairs(text: str, start: int, end: int, format: str) -> Iterator[Pair]:
    for _at, _mark, begin, stop in _pieces(text, start, end):
        raw = text[begin:stop]
        arrow = _first(_ARROW, raw, 0, "->")
        if arrow is None:
            continue
        own, from_ = _format(raw[:arrow], 0, format)
        answer = _split(_HASH, raw[arrow + 2 :], "#")[0]
        yield Pair(_text(raw[from_:arrow], own), _text(answer, "moodle").text)


# --- numbers ---------------------------------------------------------------------------------


def _numerical(text: str, start: int, end: int, format: str) -> Question:
    body = text[start:end]
    at = start + len(body) - len(body.lstrip())
    if body.lstrip()[:1] not in ("=", "~"):
        told, feedback = _told(body, format)
        answer = Answer(True, None, told, feedback, _span(told.text, at))
        return Question("Numerical", Text(format, ""), answers=(answer,), single=True)
    made = []
    for place, mark, begin, stop in _pieces(text, at, end):
        weight, begin = _weight(text, begin, stop)
        told, feedback = _told(text[begin:stop], format)
        if mark == "~" or told.text in ("", "*"):
            # Feedback for any other answer; it is no number.
            made.append(Answer(False, weight, told, feedback))
            continue
        made.append(Answer(True, weight, told, feedback, _span(told.text, place + 1)))
    return Question("Numerical", Text(format, ""), answers=tuple(made))


def _span(text: str, at: int) -> Span:
    low, dots, high = text.partition("..")
    if dots:
        first, last = _decimal(low, at), _decimal(high, at)
        if first > last:
            raise _Broken(at, "The range ends before it begins.", "Write the lower number first.")
        return Span(low=first, high=last)
    number, colon, tolerance = text.partition(":")
    if not colon:
        return Span(number=_decimal(number, at))
    near = _decimal(tolerance, at)
    if near < 0:
        raise _Broken(at, "The tolerance is negative.", "Write it without a sign.")
    return Span(number=_decimal(number, at), tolerance=near)


def _decimal(text: str, at: int) -> Decimal:
    bare = text.strip()
    if not _NUMBER.fullmatch(bare):
        raise _Broken(
            at,
            f"“{bare[:40]}” is no number.",
            "Write 3.14, 3.14:0.01 (give or take) or 3.1..3.2 (from to).",
        )
    try:
        return Decimal(bare.replace(",", "."))
    except InvalidOperation:
        raise _Broken(at, f"“{bare[:40]}” is no number.", "Write it in digits.") from None


# --- pieces of text --------------------------------------------------------------------------


def _weight(text: str, begin: int, stop: int) -> tuple[Decimal | None, int]:
    found = _WEIGHT.match(text, begin, stop)
    if found is None:
        return None, begin
    weight = Decimal(found[1].replace(",", ".").rstrip("."))
    if not -100 <= weight <= 100:
        raise _Broken(begin, f"A weight of {weight} % is not possible.", "Write -100 to 100.")
    return weight, found.end()


def _feedback(raw: str, format: str) -> Text | None:
    own, begin = _format(raw, 0, format)
    told = _text(raw[begin:], own)
    return told if told.text else None


def _format(text: str, start: int, otherwise: str) -> tuple[str, int]:
    found = _FORMAT.match(text, start)
    return (found[1].lower(), found.end()) if found else (otherwise, start)


def _text(raw: str, format: str) -> Text:
    """A piece without its outer blanks; in Moodle's own format a line end is only a blank."""
    bare = " ".join(raw.split()) if format == "moodle" else raw.strip()
    return Text(format, _unescaped(bare))


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: _MEANT.get(found[1], found[0]), text)


def _first(marks: re.Pattern[str], text: str, start: int, wanted: str) -> int | None:
    """Where a mark stands that no backslash takes away."""
    for found in marks.finditer(text, start):
        if found[0] == wanted:
            return found.start()
    return None


def _split(marks: re.Pattern[str], text: str, wanted: str) -> list[str]:
    parts, begin = [], 0
    for found in marks.finditer(text):
        if found[0] == wanted:
            parts.append(text[begin : found.start()])
            begin = found.end()
    return [*parts, text[begin:]]
