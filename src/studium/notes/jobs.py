"""Making notes takes longer than a request should: one job for a lesson, one for a whole course.

Both may run twice: a lesson whose notes are fresh is left alone, so a course goes on where its
worker died.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import transaction

from studium.ai.engines import engine
from studium.ai.model import Engine
from studium.ai.skills.notes import make_notes
from studium.content.models import Lesson, LessonStatus
from studium.lib import clock
from studium.lib.jobs import JobContext, job
from studium.notes import rules, store
from studium.notes.models import AiNote


@lru_cache(maxsize=1)
def built_engine() -> Engine:
    """The engine, built once in a process."""
    return engine(rules.ENGINE)


@job(rules.LESSON_JOB, title="Make AI notes", timeout_seconds=600)
def generate(context: JobContext, lesson_id: str, replace_edited: bool = False) -> dict[str, Any]:
    """Notes of one lesson, made again even when they are fresh."""
    context.progress(0, 100, "Reading the lesson")
    lesson = Lesson.objects.select_related("course").get(pk=lesson_id)

    def tell(share: float) -> None:
        context.progress(round(share * 100), 100, "Choosing what to keep")

    return {"outcome": _make(lesson, replace_edited=replace_edited, tell=tell)}


@job(rules.COURSE_JOB, title="Make AI notes for the course")
def generate_course(
    context: JobContext, course_id: str, replace_edited: bool = False
) -> dict[str, Any]:
    """Notes of every lesson that has none, or that changed since; returns how many were what."""
    waiting = _lessons_to_do(UUID(course_id), replace_edited=replace_edited)
    outcomes: Counter[str] = Counter()
    for number, lesson_id in enumerate(waiting):
        lesson = Lesson.objects.select_related("course").get(pk=lesson_id)
        step = f"Lesson {number + 1} of {len(waiting)}: {lesson.topic}"
        context.progress(number, len(waiting), step)
        outcomes[_make(lesson, replace_edited=replace_edited)] += 1
    return {"lessons": len(waiting), **outcomes}


def _lessons_to_do(course_id: UUID, *, replace_edited: bool) -> list[UUID]:
    rows = Lesson.objects.filter(course_id=course_id).exclude(status=LessonStatus.ARCHIVED)
    columns = ("engine", "prompt_version", "source_hash", "status", "edited_by_id", "lesson_id")
    notes = {
        one.lesson_id: one
        for one in AiNote.objects.filter(lesson__course_id=course_id).only(*columns)
    }
    version = built_engine().version
    todo = []
    for lesson_id, content_hash in rows.order_by("order_index").values_list("pk", "content_hash"):
        note = notes.get(lesson_id)
        edited = note is not None and note.edited_by_id is not None
        fresh = store.is_fresh(note, content_hash, engine_version=version)
        if replace_edited if edited else not fresh:
            todo.append(lesson_id)
    return todo


def _make(lesson: Lesson, *, replace_edited: bool, tell: Any = None) -> str:
    """Make, check and store the notes of one lesson; the work is done outside the transaction."""
    text = rules.lesson_text(
        topic=lesson.topic,
        content=lesson.content,
        blocks=lesson.blocks,
        language=lesson.course.language,
    )
    made = make_notes(text, built_engine(), progress=tell)
    with transaction.atomic():
        return store.store_checked(
            lesson,
            made,
            source_hash=lesson.content_hash,
            replace_edited=replace_edited,
            now=clock.now(),
        )
