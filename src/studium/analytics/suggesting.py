"""Practice that the staff of a course suggest to a student: made, made anew, taken back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from studium.analytics import rights
from studium.analytics.models import PracticeSuggestion
from studium.content.models import Concept, Enrollment
from studium.content.queries import course_by_id
from studium.identity.actions import notifying
from studium.lib.errors import Invalid, NotFound

if TYPE_CHECKING:
    from studium.identity.models import User

LONGEST = 300


@transaction.atomic
def suggest_practice(
    *, by: User, course_id: UUID, user_id: UUID, concept_id: UUID, words: str = "", now: datetime
) -> PracticeSuggestion:
    """Suggest to a student of the course to practise one of its concepts; they see from whom.

    Suggested again, it is made anew, with the later words. Raises `NotAllowed` for students,
    `NotFound` for people and concepts that are not of this course, `Invalid` for long words and
    for a person who has left.
    """
    course = course_by_id(course_id)
    student = rights.student_for_staff(by, course, user_id)
    words = " ".join(words.replace("\x00", "").split())
    if len(words) > LONGEST:
        message = f"The note may have {LONGEST} characters; this one has {len(words)}."
        raise Invalid(message, fields={"words": message})
    if not Enrollment.objects.filter(user=student, course=course, ended_at__isnull=True).exists():
        raise Invalid("This person has left the course, so nothing can be suggested to them.")
    concept = Concept.objects.filter(pk=concept_id, course_id=course_id).first()
    if concept is None:
        raise NotFound
    row, _made = PracticeSuggestion.objects.update_or_create(
        user=student,
        concept_id=concept_id,
        defaults={"course": course, "suggested_by": by, "words": words, "made_at": now},
    )
    values = {"by": by.name, "concept": concept.name}
    address = reverse("practise", args=[course.slug])
    notifying.notify([student.pk], "practice_suggested", values, address, now=now)
    return row


@transaction.atomic
def take_back_suggestion(*, by: User, suggestion_id: UUID, now: datetime) -> None:
    """Take a suggestion back; anybody of the staff may. Raises `NotFound` as if it were not there
    for everybody else."""
    row = PracticeSuggestion.objects.select_related("course").filter(pk=suggestion_id).first()
    if row is None or not rights.may_see_insight(by, row.course):
        raise NotFound
    row.delete()


def forget_suggestions(*, user_id: UUID) -> None:
    """Remove what was suggested to a person, for their erasure; runs in the transaction of that."""
    PracticeSuggestion.objects.filter(user_id=user_id).delete()
