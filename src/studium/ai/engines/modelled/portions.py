"""A lesson in portions a model can hold, and the fixed plan questions are asked by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from studium.ai.model import LessonText, PlanLine, Source
from studium.ai.prose import passages

MOST_CHARACTERS = 24_000
"""Of a portion: about 7,000 tokens, which leaves room for the answer in a context of 16,000."""
_SPAN = 1_600  # characters of a span questions are asked about
_FEWEST = 120  # a shorter span says too little to ask about
PER_SPAN = 2


@dataclass(frozen=True, slots=True)
class Portion:
    """Consecutive passages of one lesson: their place and their text as it stands in the source."""

    block_id: str
    start: int
    end: int
    text: str


def portions(lesson: LessonText, *, most: int = MOST_CHARACTERS) -> list[Portion]:
    """The lesson cut between passages, each portion as long as `most` allows.

    A portion is a piece of the source from the first to the last of its passages. A single passage
    that is longer is a portion of its own, cut at `most`.
    """
    return _grouped(lesson, most, at_headings=False)


def spans(lesson: LessonText) -> list[Portion]:
    """The spans questions are asked about: of one section, long enough to say something."""
    return [one for one in _grouped(lesson, _SPAN, at_headings=True) if len(one.text) >= _FEWEST]


def _grouped(lesson: LessonText, most: int, *, at_headings: bool) -> list[Portion]:
    found: list[Portion] = []
    for passage in passages(lesson):
        begin, end = passage.plain.begin, passage.plain.end
        new = not found or end - found[-1].start > most or (at_headings and passage.is_heading)
        if at_headings and passage.is_heading:
            found.append(Portion(passage.block.id, end, end, ""))
        elif new:
            found.append(Portion(passage.block.id, begin, min(end, begin + most), ""))
        else:
            found[-1] = replace(found[-1], end=max(end, found[-1].end))
    filled = [replace(one, text=lesson.source[one.start : one.end].strip()) for one in found]
    return [one for one in filled if one.text]


def fixed_plan(lesson: LessonText, plan: Sequence[PlanLine]) -> list[PlanLine]:
    """The plan with a span for every line: what names none is spread evenly over the lesson.

    One call asks about one span (so questions do not repeat each other, and a model that runs into
    its limit spoils one span and not the rest).
    """
    lines: list[PlanLine] = []
    held = spans(lesson)
    for line in plan or (PlanLine(count=PER_SPAN * len(held)),):
        if line.source is not None:
            lines.append(line)
        elif held:
            lines += _spread(line, held)
    return lines


def _spread(line: PlanLine, held: Sequence[Portion]) -> list[PlanLine]:
    """So many items over the spans: evenly, the first ones get one more."""
    count = min(line.count, len(held))
    chosen = [held[place * len(held) // count] for place in range(count)] if count else []
    each, more = divmod(line.count, count) if count else (0, 0)
    return [
        replace(
            line,
            count=each + (place < more),
            source=Source(one.block_id, one.start, one.end, one.text),
        )
        for place, one in enumerate(chosen)
    ]
