"""Practice across a course, begun and ended: what is chosen meets what is asked.

What was suggested, whether it was taken and how the chance on the concept changed is kept
(`practice_offers`). The change is what the engine says afterwards; it proves nothing about others.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from studium.analytics import rights
from studium.analytics.queries import choosing, picture
from studium.analytics.queries.standing import standings
from studium.assessment.actions import sessions
from studium.assessment.queries import running_exam
from studium.content.models import Concept, Course
from studium.content.queries import course_by_slug
from studium.lib.errors import NotFound
from studium.lib.looks import one_look

if TYPE_CHECKING:
    from studium.analytics.queries.choosing import Suggestion
    from studium.assessment.models import PracticeSession
    from studium.identity.models import User

QUESTIONS = 10
"""So many questions has a session."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A session, and whether it is new."""

    session: PracticeSession
    is_new: bool


@transaction.atomic
def begin_practice(
    *,
    by: User,
    course_id: UUID,
    now: datetime,
    count: int = QUESTIONS,
    concept_id: UUID | None = None,
) -> Begun:
    """Choose questions and begin a session, or give the one that is going on.

    Raises `NotFound`, `NotAllowed` for staff, or `Conflict`: `exam_running`, `nothing_to_practise`.
    """
    course = sessions.require_practice(by, course_id, now=now)
    if concept_id is not None and not _is_known(concept_id, course):
        raise NotFound
    before = sessions.going_on(by=by, course_id=course_id, now=now)
    if before is not None:
        return Begun(before, is_new=False)
    chosen = choosing.choose_questions(by, course, now=now, count=count, concept_id=concept_id)
    session = sessions.begin_session(
        by=by,
        course_id=course_id,
        planned=[sessions.Planned(one.question_id, one.reason, one.p) for one in chosen],
        concept_id=concept_id,
        now=now,
    )
    sessions.take_offer(by=by, session=session, now=now)
    return Begun(session, is_new=session.created_at == now)


@transaction.atomic
def finish_practice(*, by: User, session_id: UUID, now: datetime) -> PracticeSession:
    """End a session, and keep what came of the offer that it took. Again changes nothing."""
    session = sessions.finish_session(by=by, session_id=session_id, now=now)
    if session.concept_id is not None:
        rows = standings(session.course_id, [by.pk], now=now)[by.pk]
        found = next((one for one in rows if one.concept_id == session.concept_id), None)
        if found is not None:
            sessions.note_outcome(session_id=session.pk, p_after=found.p)
    return session


def look_at_progress(
    *, by: User, slug: str, now: datetime
) -> tuple[picture.Picture, Suggestion | None]:
    """One's own picture in a course, and what is suggested now; nothing while an exam is sat."""
    with one_look():
        course = course_by_slug(slug)
        rights.require_own_progress(by, course)
        sits = running_exam(by, now) is not None
        offered = None if sits else offer_practice(by=by, course=course, now=now)
        return picture.own_picture(viewer=by, slug=slug, now=now), offered


def offer_practice(*, by: User, course: Course, now: datetime) -> Suggestion | None:
    """What is suggested to a student of the course now; that it was is kept, once a day."""
    found = choosing.suggestion(by, course, now=now)
    if found is not None:
        sessions.note_offer(
            by=by,
            course_id=course.pk,
            offer=sessions.Offer(
                concept_id=found.concept_id,
                kind=found.kind,
                minutes=found.minutes,
                points=found.points,
                p_before=found.p_now,
                p_expected=found.p_after,
            ),
            now=now,
        )
    return found


def _is_known(concept_id: UUID, course: Course) -> bool:
    """Whether it is a concept of the course, or of another one of its owner."""
    return Concept.objects.filter(pk=concept_id, course__owner_id=course.owner_id).exists()
