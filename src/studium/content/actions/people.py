"""People put into a course by its instructor: one, or a whole class list in two steps."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import transaction

from studium.content import rights, rules
from studium.content.actions import enrollments
from studium.content.actions.courses import held, held_for_author
from studium.content.models import Course, CourseInvitation, Enrollment
from studium.identity.actions import invitations
from studium.identity.rules import canonical_email
from studium.lib.errors import Invalid, NotFound

if TYPE_CHECKING:
    from studium.identity.models import User

ENROL, INVITE, MEMBER, PROBLEM = "enrol", "invite", "member", "problem"


@dataclass(frozen=True, slots=True)
class RosterLine:
    """What will happen, or has happened, to one line of a class list.

    `outcome` is enrol, invite, member (nothing to do) or problem; `link` is the token of an
    invitation that was just made, shown once.
    """

    row: rules.RosterRow
    outcome: str
    message: str = ""
    link: str = ""


def check_people(*, by: User, course_id: uuid.UUID, data: bytes) -> list[RosterLine]:
    """The report on a class list, line by line. Nothing is stored."""
    course = _course(by, course_id)
    rows = rules.read_roster(data)
    return _outcomes(course, rows)


@transaction.atomic
def add_people(
    *, by: User, course_id: uuid.UUID, rows: Sequence[rules.RosterRow], now: datetime
) -> list[RosterLine]:
    """Enrol and invite as the check said; everything or nothing.

    Raises `Invalid` while a row has a problem.
    """
    course = held_for_author(by, course_id)
    lines = _outcomes(course, rows)
    if wrong := [line for line in lines if line.outcome == PROBLEM]:
        first = wrong[0]
        raise Invalid(
            f"Line {first.row.line}: {first.message} Nobody was added; correct the list first."
        )
    people = _known(line.row.email for line in lines)
    roles = {
        people[canonical_email(line.row.email)].pk: line.row.role
        for line in lines
        if line.outcome == ENROL
    }
    enrollments.put_in_many(course, roles, by=by, source="staff", now=now)
    return _invited(course, lines, by=by, now=now)


@transaction.atomic
def take_up_invitation(*, user: User, invitation_id: uuid.UUID, now: datetime) -> Course | None:
    """Enrol whoever accepted an invitation in the course that hangs on it, if one does.

    Call it in the transaction that accepts the invitation.
    """
    row = CourseInvitation.objects.filter(
        invitation_id=invitation_id, invitation__accepted_by_id=user.pk
    ).first()
    if row is None:
        return None
    course = held(row.course_id)
    enrollments.put_in(course, user, row.role, by=user, source="invitation", now=now)
    return course


def _invited(
    course: Course, lines: Sequence[RosterLine], *, by: User, now: datetime
) -> list[RosterLine]:
    """The lines, those who have no account yet with the token of their invitation."""
    rows = [line.row for line in lines if line.outcome == INVITE]
    if not rows:
        return list(lines)
    made = invitations.invite_many(by=by, emails=[row.email for row in rows], now=now)
    CourseInvitation.objects.bulk_create(
        [
            CourseInvitation(invitation=one.invitation, course=course, role=row.role)
            for one, row in zip(made, rows, strict=True)
        ],
        batch_size=500,
    )
    links = iter(made)
    return [
        replace(line, link=next(links).token) if line.outcome == INVITE else line for line in lines
    ]


def _course(by: User, course_id: uuid.UUID) -> Course:
    course = Course.objects.filter(pk=course_id).first()
    if course is None:
        raise NotFound
    rights.require_edit_course(by, course)
    return course


def _outcomes(course: Course, rows: Sequence[rules.RosterRow]) -> list[RosterLine]:
    people = _known(row.email for row in rows)
    members = set(
        Enrollment.objects.filter(course=course, ended_at__isnull=True).values_list(
            "user_id", flat=True
        )
    )
    return [_outcome(row, people.get(canonical_email(row.email)), members) for row in rows]


def _outcome(row: rules.RosterRow, person: User | None, members: set[uuid.UUID]) -> RosterLine:
    if row.problem:
        return RosterLine(row, PROBLEM, row.problem)
    if person is None:
        return RosterLine(row, INVITE, "Not registered yet: gets an invitation.")
    if not person.is_active:
        return RosterLine(row, PROBLEM, "This account is switched off; ask an administrator.")
    if person.pk in members:
        return RosterLine(row, MEMBER, "Is in the course already; the role stays as it is.")
    return RosterLine(row, ENROL, "Will be enrolled.")


def _known(emails: Iterable[str]) -> dict[str, User]:
    """The people who have these addresses, by canonical address."""
    wanted = list({canonical_email(email) for email in emails})
    people: dict[str, User] = {}
    for at in range(0, len(wanted), 500):
        found = get_user_model().objects.filter(email_canonical__in=wanted[at : at + 500])
        people |= {person.email_canonical: person for person in found}
    return people
