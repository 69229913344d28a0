"""Making notes takes longer than a request should: a job for a lesson, for a part, for a course.

Each may run twice and comes to the same result: what is fresh is left alone, what was merged is
merged already. A course is one job whose parts are its lessons, so several workers share it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django.db import transaction

from studium.ai.model import CheckedNotes, Engine
from studium.content.models import Lesson, LessonStatus
from studium.lib import clock
from studium.lib.errors import Refused
from studium.lib.jobs import JobContext, Part, job, periodic, with_parts
from studium.lib.models import Job
from studium.notes import (
    making,
    model_jobs,  # noqa: F401 - registers its kinds of jobs
    rejections,
    renewing,
    rules,
    store,
    tutor_job,  # noqa: F401 - registers its kind of jobs
)
from studium.notes.connections import built_in, engine_for
from studium.notes.models import AiNote, NoteStatus

_ROUNDS = 3  # that a lesson may change while its notes are made
_DAY = 24 * 3600.0


def built_engine() -> Engine:
    """The built-in engine."""
    return built_in()


@job(rules.LESSON_JOB, title="Make AI notes", timeout_seconds=600)
def generate(
    context: JobContext,
    lesson_id: str,
    replace_edited: bool = False,
    missing: bool = False,
    own: bool = False,
) -> dict[str, Any]:
    """Notes of one lesson, made again even when they are fresh; not so with `missing`.

    With `missing` an approved note is not made anew: only what cites changed text is. `own` asks
    for the built-in engine.
    """
    context.progress(0, 100, "Reading the lesson")
    lesson = _lesson(lesson_id)
    note = AiNote.objects.filter(lesson=lesson).first()
    if missing and _is_fresh(note, lesson, _engine(lesson, context, own=own)):
        return {"outcome": "fresh"}
    if missing and note is not None and note.status == NoteStatus.APPROVED:
        return {"outcome": _refresh(context, lesson)}
    return {"outcome": _make(context, lesson, replace_edited=replace_edited, own=own)}


@job(rules.SAVED_JOB, title="Make AI notes of a saved lesson", timeout_seconds=600)
def after_save(context: JobContext, lesson_id: str) -> dict[str, Any]:
    """Notes for a lesson that was saved: made where there are none or an untouched draft.

    What a person edited or approved is left as it is; its stale sentences are marked and wait for
    that person. A lesson that is saved again meanwhile is read again.
    """
    outcome = "fresh"
    for _ in range(_ROUNDS):
        lesson = _lesson(lesson_id)
        note = AiNote.objects.filter(lesson=lesson).first()
        held = note is not None and (
            note.status == NoteStatus.APPROVED
            or note.edited_by_id is not None
            or note.engine not in ("", rules.ENGINE)  # a model's words were asked for
        )
        if held or _is_fresh(note, lesson, built_in()):
            break
        outcome = _make(context, lesson, replace_edited=False, own=True)
    return {"outcome": outcome}


@job(rules.COURSE_JOB, title="Make AI notes for the course")
def generate_course(
    context: JobContext, course_id: str, replace_edited: bool = False, own: bool = False
) -> dict[str, Any]:
    """Notes of every lesson that has none, or that changed since; returns how many were what."""
    parts = with_parts(
        context, lambda: _parts(context, UUID(course_id), replace_edited=replace_edited, own=own)
    )
    outcomes = Counter(_outcome(one) for one in parts)
    failed = outcomes["failed"]
    if failed:
        raise Refused(
            f"{failed} of {len(parts)} lessons failed; the notes of the others are kept. "
            "Try again: only what is missing is made."
        )
    return {"lessons": len(parts), **outcomes}


@job(rules.PART_JOB, title="Make a part of the notes again", timeout_seconds=600)
def generate_part(
    context: JobContext,
    lesson_id: str,
    sentence: str = "",
    kind: str = "",
    heading: str = "",
    replace_edited: bool = False,
) -> dict[str, Any]:
    """One sentence (another one in its place) or one section, merged into what people did."""
    context.progress(0, 100, "Reading the lesson")
    lesson = _lesson(lesson_id)
    made = making.checked(lesson, tell=_tell(context), by_id=context.by_id)
    note = AiNote.objects.filter(lesson=lesson).first()
    new = None
    if note is not None and sentence:
        held = {one["id"]: one for one in rules.identified(note.sentences)}
        if sentence not in held:
            return {"outcome": "gone"}
        said = {one["text"] for one in [*note.sentences, *note.machine]}
        new = making.another(lesson, made, held[sentence], said=said)

    def put(note: AiNote) -> str:
        if sentence and new is None:
            return "no_other"
        now, by_id = clock.now(), context.by_id
        if new is not None:
            return renewing.replace_one(
                note, lesson, sentence, new, made=made, now=now, by_id=by_id
            )
        return renewing.replace_section(
            note, lesson, made, kind=kind, heading=heading, replace_edited=replace_edited,
            now=now, by_id=by_id,
        )  # fmt: skip

    return {"outcome": _into_note(lesson, made, put)}


@job(rules.REFRESH_JOB, title="Refresh the notes", timeout_seconds=600)
def refresh(context: JobContext, lesson_id: str) -> dict[str, Any]:
    """Make exactly the sentences again that cite changed text; the others stay as they are."""
    context.progress(0, 100, "Reading the lesson")
    return {"outcome": _refresh(context, _lesson(lesson_id))}


@periodic(_DAY)
def forget_rejections() -> None:
    """What was refused is kept for 30 days."""
    rejections.prune(now=clock.now())


def _refresh(context: JobContext, lesson: Lesson) -> str:
    note = AiNote.objects.filter(lesson=lesson).first()
    if note is None or note.status not in store.READY:
        return "nothing"
    made = making.checked(lesson, tell=_tell(context), by_id=context.by_id)
    renewals = making.renewals(lesson, made, renewing.stale_in(note, lesson))

    def put(note: AiNote) -> str:
        return renewing.refresh(
            note, lesson, renewals, made=made, now=clock.now(), by_id=context.by_id
        )

    return _into_note(lesson, made, put)


def _into_note(lesson: Lesson, made: CheckedNotes, put: Callable[[AiNote], str]) -> str:
    """Change the note in one short transaction; everything slow is done before."""
    with transaction.atomic():
        note = store.held_note(lesson.pk)
        if note is None or note.status not in store.READY:
            return "nothing"
        store.refuse(lesson, made, now=clock.now())
        return put(note)


def _make(context: JobContext, lesson: Lesson, *, replace_edited: bool, own: bool = False) -> str:
    """Make, check and store the notes of one lesson; the work is done outside the transaction."""
    made = making.checked(lesson, tell=_tell(context), by_id=context.by_id, own=own)
    with transaction.atomic():
        return store.store_checked(
            lesson,
            made,
            source_hash=lesson.content_hash,
            replace_edited=replace_edited,
            now=clock.now(),
            by_id=context.by_id,
        )


def _tell(context: JobContext) -> Callable[[float], None]:
    return lambda share: context.progress(round(share * 100), 100, "Choosing what to keep")


def _parts(
    context: JobContext, course_id: UUID, *, replace_edited: bool, own: bool
) -> Iterator[Part]:
    arguments = {"replace_edited": replace_edited, "missing": not replace_edited, "own": own}
    for lesson in _lessons_to_do(context, course_id, replace_edited=replace_edited, own=own):
        name, title = str(lesson.pk), f"AI notes for “{lesson.topic}”"
        yield Part(rules.LESSON_JOB, name, title, {"lesson_id": name, **arguments})


def _lessons_to_do(
    context: JobContext, course_id: UUID, *, replace_edited: bool, own: bool
) -> list[Lesson]:
    columns = ("engine", "prompt_version", "source_hash", "status", "edited_by_id", "lesson_id")
    notes = {
        one.lesson_id: one
        for one in AiNote.objects.filter(lesson__course_id=course_id).only(*columns)
    }
    rows = Lesson.objects.filter(course_id=course_id).exclude(status=LessonStatus.ARCHIVED)
    rows = rows.select_related("course").defer("content", "content_html", "blocks", "outline")
    lessons = list(rows.order_by("order_index"))
    engine = _engine(lessons[0], context, own=own) if lessons else built_in()
    todo = []
    for lesson in lessons:
        note = notes.get(lesson.pk)
        edited = note is not None and note.edited_by_id is not None
        if replace_edited if edited else not _is_fresh(note, lesson, engine):
            todo.append(lesson)
    return todo


def _engine(lesson: Lesson, context: JobContext, *, own: bool) -> Engine:
    return built_in() if own else engine_for(lesson.course, by_id=context.by_id)


def _is_fresh(note: AiNote | None, lesson: Lesson, engine: Engine) -> bool:
    """An approved note is fresh as long as its lesson is, whatever engine would work today."""
    if note is not None and note.status == NoteStatus.APPROVED:
        return not rules.is_stale(note.source_hash, lesson.content_hash)
    return store.is_fresh(
        note, lesson.content_hash, engine=engine.name, engine_version=engine.version
    )


def _outcome(part: Job) -> str:
    return str((part.result or {}).get("outcome", part.status))


def _lesson(lesson_id: str) -> Lesson:
    return Lesson.objects.select_related("course").get(pk=lesson_id)
