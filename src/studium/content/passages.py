"""The passages of lessons are written here, in the transaction that saves the lesson."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.db import transaction

from studium.ai.model import Block, LessonText
from studium.ai.prose import LONGEST_BLOCK
from studium.ai.retrieval import passages_of
from studium.content import passage_index
from studium.content.models import Lesson
from studium.content.models.passage import Passage

_OTHER_KINDS = frozenset({"code", "table", "math"})
_BATCH = 500
_LESSONS = 50


def write_passages(lessons: Sequence[Lesson], *, language: str) -> int:
    """Replace the passages of these lessons of one course; returns how many there are now.

    Runs in the caller's transaction: readers find the old text or the new one, never half.
    """
    Passage.objects.filter(lesson__in=[one.pk for one in lessons]).delete()
    rows = [one for lesson in lessons for one in passages_in(lesson, language=language)]
    Passage.objects.bulk_create(rows, batch_size=_BATCH)
    return len(rows)


def passages_in(lesson: Lesson, *, language: str) -> list[Passage]:
    """The passages of a lesson, not stored yet."""
    return [Passage(**one) for one in rows_of(lesson, language=language)]


def rows_of(lesson: Any, *, language: str) -> Iterator[dict[str, Any]]:
    """The columns of each passage of a lesson, in reading order: prose, then code and tables."""
    blocks = [_block(one) for one in lesson.blocks]
    text = LessonText(lesson.topic, lesson.content, tuple(blocks), language)
    prose = [asdict(one) for one in passages_of(text, name="")]
    for place, one in enumerate([*prose, *_others(blocks)], start=1):
        told = [[each["begin"], each["until"], each["start"], each["end"]] for each in one["told"]]
        yield {
            "lesson_id": lesson.pk,
            "course_id": lesson.course_id,
            "place": place,
            "version": lesson.version,
            "language": language[:12],
            "is_prose": bool(told),
            "block_id": one["block_id"],
            "begins": one["start"],
            "ends": one["end"],
            "title": lesson.topic,
            "heading": one["heading"][:300],
            "text": one["text"].replace("\x00", ""),
            "told": told,
        }


@transaction.atomic
def write_again() -> int:
    """All passages of all lessons anew, and the index with them; returns how many there are."""
    passage_index.remake()
    Passage.objects.all().delete()
    count = 0
    rows = Lesson.objects.select_related("course").defer("content_html", "outline")
    for lesson in rows.order_by("pk").iterator(chunk_size=_LESSONS):
        count += write_passages([lesson], language=lesson.course.language)
    return count


def _block(one: Mapping[str, Any]) -> Block:
    return Block(one["id"], one["kind"], one["start"], one["end"], one["text"])


def _others(blocks: Iterable[Block]) -> Iterator[dict[str, Any]]:
    """What is searched and never quoted."""
    for one in blocks:
        if one.kind in _OTHER_KINDS and one.text.strip():
            yield {
                "heading": "",
                "block_id": one.id,
                "start": one.start,
                "end": one.end,
                "text": one.text[:LONGEST_BLOCK],
                "told": [],
            }
