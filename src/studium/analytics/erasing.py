"""Erasing a person: every package forgets what it knows of them, in one transaction.

Name, address, sign-in, notes, conversations, reading, what they wrote in essays and appeals, and
everything worked out about them go at once and for good. Attempts with what was chosen, marks and
the journals' hashes stay, of nobody: scores of a course would otherwise change for everybody else.
So does the audit log, which only grows.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from studium.analytics.purging import forget as forget_figures
from studium.assessment.actions import forgetting as assessment
from studium.content.actions import forgetting as content
from studium.identity.actions import audit, erasing
from studium.notes.actions import tutor

if TYPE_CHECKING:
    from studium.identity.models import User


@transaction.atomic
def erase_person(*, by: User, person_id: UUID, now: datetime) -> User:
    """Erase a person, for themselves or by an admin. There is no way back.

    Raises `Conflict` for the last admin (`last_admin`), for the only instructor of a course
    (`last_instructor`), while they sit an exam (`exam_running`) and for whom this was done before;
    `NotFound` and `NotAllowed` as everywhere.
    """
    person = erasing.held_to_erase(by=by, person_id=person_id)
    assessment.require_no_exam(person, now=now)
    content.require_no_course_alone(person_id=person.pk)
    own = by.pk == person.pk
    forget_figures(person.pk, now=now)
    tutor.forget(person_id=person.pk)
    assessment.forget(person_id=person.pk)
    content.forget(person_id=person.pk, now=now)
    erasing.blank(person, now=now)
    assessment.forget_words(person_id=person.pk)  # the database lets these go of nobody only
    audit.record(
        by=person if own else by,
        action="person.erase",
        object_type="user",
        object_id=person.pk,
        detail={"own": own},
        now=now,
    )
    return person
