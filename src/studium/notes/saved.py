"""What follows when lessons were saved: notes are made, by one job for each save or import; and
when they were rendered again: notes cite their passages as they are now."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from studium.content.models import Course, Lesson
from studium.identity.models import User
from studium.lib.jobs import enqueue
from studium.lib.models import Job
from studium.lib.prepared import Prepared
from studium.notes import rules, store
from studium.notes.models import AiNote, NoteWishes


def make_notes_of(*, course_id: UUID, by_id: UUID, lesson_id: UUID | None) -> Job | None:
    """Queue the notes of a saved lesson, or of a whole course that was imported.

    None where the course does not wish it. Only a row is written here: saving is not slower by
    what an engine does.
    """
    if not makes_on_save(course_id):
        return None
    by = User.objects.filter(pk=by_id).first()
    course = Course.objects.filter(pk=course_id).only("title").first()
    if course is None:
        return None
    if lesson_id is None:
        return enqueue(
            rules.COURSE_JOB,
            target=course_id,
            title=f"AI notes for “{course.title}”",
            arguments={"course_id": str(course_id), "own": True},
            by=by,
            course_id=course_id,
        )
    return enqueue(
        rules.SAVED_JOB,
        target=lesson_id,
        arguments={"lesson_id": str(lesson_id)},
        by=by,
        course_id=course_id,
    )


_MAKES = Prepared(
    lambda course: NoteWishes.objects.filter(course_id=course).values_list(
        "make_on_save", flat=True
    ),
    "course",
)


def makes_on_save(course_id: UUID) -> bool:
    """Whether the course has notes made as soon as a lesson was saved; by default it has."""
    return _MAKES.first(course=course_id) is not False


@transaction.atomic
def follow_passages(*, lesson_id: UUID) -> None:
    """Have the sentences of a lesson's AI note cite its passages by the names they have now.

    The text is the same, so the note is as new as it was.
    """
    note = AiNote.objects.select_for_update().filter(lesson_id=lesson_id).first()
    if note is None:
        return
    lesson = Lesson.objects.get(pk=lesson_id)
    said, base = store.reanchored(note.sentences, lesson), store.reanchored(note.machine, lesson)
    if (said, base) != (note.sentences, note.machine):
        AiNote.objects.filter(pk=note.pk).update(sentences=said, machine=base)
