"""What people do with the tutor: ask it, clear what they asked, switch it on and off."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from studium.ai.own_answer import compare
from studium.content import rights as course_rights
from studium.content.models import Course, Lesson
from studium.identity.actions import audit
from studium.lib import localized
from studium.lib.errors import NotFound
from studium.lib.jobs import cancel, enqueue, live_job
from studium.lib.words import phrase
from studium.notes import connections, tutor_rights, tutoring
from studium.notes.models import TutorMessage, TutorSwitch, Wording
from studium.notes.rules import tutor as rules

if TYPE_CHECKING:
    from studium.identity.models import User


@transaction.atomic
def ask(
    *, by: User, lesson_id: UUID, question: str, mode: str, now: datetime, own_answer: str = ""
) -> TutorMessage:
    """Answer a question out of the lesson's course and keep both for the person who asked.

    The quotations are there at once. Where a model works for the course, a job adds its checked
    words. Raises `Invalid`, `Conflict` (exam, switched off), `TooMany`, or as reading the lesson.
    """
    lesson = Lesson.objects.select_related("course").filter(pk=lesson_id).first()
    if lesson is None:
        raise NotFound
    tutor_rights.require_tutor(by, lesson, now)
    asked = rules.cleaned(question=question, mode=mode, own_answer=own_answer)
    _require_patience(by, now)
    found = tutoring.found_for(by, lesson, asked.text)
    said = tutoring.verbatim(found)
    tag = lesson.course.language
    compared = compare(asked.own_answer, said, tag=tag) if asked.own_answer else None
    words = said.state != "absent" and rules.tells(asked.mode) and _model_works(lesson.course, by)
    message = TutorMessage.objects.create(
        user=by,
        lesson=lesson,
        asked_at=now,
        mode=asked.mode,
        question=asked.text,
        own_answer=asked.own_answer,
        state=said.state,
        reply=rules.stored(said, compared),
        wording=Wording.PENDING if words else Wording.NONE,
    )
    if words:
        enqueue(
            rules.TUTOR_JOB,
            target=message.pk,
            title=localized.said(phrase("Answer in “%(lesson)s”", lesson=lesson.topic))[:200],
            arguments={"message_id": str(message.pk)},
            by=by,
            course_id=None,  # the staff of the course sees totals, not who asks
        )
    return message


@transaction.atomic
def stop_wording(*, by: User, message_id: UUID, now: datetime) -> TutorMessage:
    """Do without a model's words; the quotations stay."""
    message = TutorMessage.objects.select_for_update().filter(pk=message_id, user=by).first()
    if message is None:
        raise NotFound
    if message.wording == Wording.PENDING:
        job = live_job(rules.TUTOR_JOB, message.pk)
        if job is not None:
            cancel(job)
        message.wording = Wording.FAILED
        message.save(update_fields=["wording"])
    return message


@transaction.atomic
def delete_history(*, by: User, now: datetime, lesson_id: UUID | None = None) -> int:
    """Delete what this person asked, in one lesson or everywhere; returns how many questions."""
    tutor_rights.require_no_exam(by, now)
    rows = TutorMessage.objects.filter(user=by)
    if lesson_id is not None:
        rows = rows.filter(lesson_id=lesson_id)
    return rows.delete()[0]


def forget(*, person_id: UUID) -> int:
    """Delete all that a person asked, for their erasure; runs in the transaction of that."""
    return TutorMessage.objects.filter(user_id=person_id).delete()[0]


@transaction.atomic
def set_tutor(*, by: User, course_id: UUID, on: bool, now: datetime) -> bool:
    """Switch the tutor of a course on or off for everybody in it; returns what it is now."""
    course = Course.objects.filter(pk=course_id).first()
    if course is None:
        raise NotFound
    course_rights.require_edit_course(by, course)
    if tutor_rights.is_on(course_id) == on:
        return on
    TutorSwitch.objects.update_or_create(
        course=course, defaults={"is_on": on, "changed_by": by, "changed_at": now}
    )
    audit.record(
        by=by,
        action="tutor.switched",
        object_type="course",
        object_id=course.pk,
        course_id=course.pk,
        detail={"on": on},
        now=now,
    )
    return on


def _require_patience(by: User, now: datetime) -> None:
    asked = TutorMessage.objects.filter(user=by)
    rules.require_patience(
        last_minute=asked.filter(asked_at__gt=now - timedelta(minutes=1)).count(),
        last_day=asked.filter(asked_at__gt=now - timedelta(days=1)).count(),
    )


def _model_works(course: Course, by: User) -> bool:
    return connections.model_works(course, by_id=by.pk)
