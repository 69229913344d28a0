"""`/courses/{id}/enrollments` and `…/gradebook`: who takes part, and how they did."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from ninja import Query, Router
from pydantic import Field

from studium.analytics import queries as analytics
from studium.assessment import queries as assessment
from studium.content import queries, rights
from studium.content import rules as content_rules
from studium.content.actions import enrollments, people
from studium.identity.rules import canonical_email
from studium.lib import clock
from studium.lib.errors import Invalid
from studium.rest.attempt_shapes import AttemptLine, line_shown
from studium.rest.auth import Request
from studium.rest.describe import says
from studium.rest.fields import Email, Id, Moment, Name, Percent, Search, Sent, Shown
from studium.rest.paging import Items, Page

router = Router()
Role = Literal["student", "assistant", "instructor"]


class Member(Shown):
    """Somebody in a course; `progress` is the per cent of lessons done."""

    user_id: Id
    name: Name
    email: Email
    role: Role
    progress: Percent
    created_at: Moment


class NewMember(Sent):
    """Whom to enrol: oneself in an open course (nothing is sent), or, as its instructor, a person
    by address. Somebody without an account is invited."""

    email: Email | None = None
    role: Role | None = None


class Enrolled(Shown):
    """What came of it: `enrolled`, `member` (was in the course already) or `invited`.

    `invitation` is the token of the invitation's address, shown this once.
    """

    outcome: Literal["enrolled", "member", "invited"]
    member: Member | None
    invitation: Annotated[str | None, Field(examples=[None])]


class RoleChange(Sent):
    """The member's new role in the course."""

    role: Role


class Learner(Shown):
    """A student of the course and their attempts at its exams, oldest first."""

    user_id: Id
    name: Name
    progress: Percent
    attempts: list[AttemptLine]


class Filter(Page):
    """Which learners are asked for, by name or address, or in a group."""

    search: Search = ""
    group_id: Id | None = None


@router.get("/{course_id}/enrollments", response=Items[Member], openapi_extra=says("not_allowed"))
def list_members(request: Request, course_id: Id, page: Query[Page]) -> Items[Member]:
    """Who takes part, for the staff: teachers first, then by name."""
    course = queries.course_by_id(course_id)
    rights.require_course_staff(request.auth, course)
    rows, count = page.cut(queries.people_of(course))
    return Items[Member](items=[_member(row) for row in rows], count=count)


@router.post(
    "/{course_id}/enrollments",
    response={201: Enrolled},
    openapi_extra=says("not_allowed", "code", "not_open", "too_many", "conflict"),
)
def enrol(request: Request, course_id: Id, sent: NewMember | None = None) -> Enrolled:
    """Enrol oneself (send nothing), or somebody else as the course's instructor."""
    by, now = request.auth, clock.now()
    if sent is None or sent.email is None:
        if sent is not None and sent.role is not None:
            raise Invalid("A role goes with an address.", fields={"email": "This is missing."})
        enrollments.enrol_self(by=by, course_id=course_id, now=now)
        return Enrolled(
            outcome="enrolled",
            member=_member(queries.membership(course_id, by.pk)),
            invitation=None,
        )
    rows = content_rules.read_roster(_line(sent.email, sent.role or "student"))
    line = people.add_people(by=by, course_id=course_id, rows=rows, now=now)[0]
    found = [
        one
        for one in queries.people_of(queries.course_by_id(course_id))
        if one.user.email_canonical == canonical_email(sent.email)
    ]
    words: dict[str, Any] = {"enrol": "enrolled", "invite": "invited"}
    return Enrolled(
        outcome=words.get(line.outcome, "member"),
        member=_member(found[0]) if found else None,
        invitation=line.link or None,
    )


@router.patch(
    "/{course_id}/enrollments/{user_id}",
    response=Member,
    openapi_extra=says("not_allowed", "last_instructor"),
)
def change_member(request: Request, course_id: Id, user_id: Id, sent: RoleChange) -> Member:
    """Give a member another role."""
    enrollments.change_role(
        by=request.auth, course_id=course_id, user_id=user_id, role=sent.role, now=clock.now()
    )
    return _member(queries.membership(course_id, user_id))


@router.delete(
    "/{course_id}/enrollments/{user_id}",
    response={204: None},
    openapi_extra=says("not_allowed", "last_instructor"),
)
def end_membership(request: Request, course_id: Id, user_id: Id) -> None:
    """End a membership, one's own or, as instructor, somebody's; results stay."""
    enrollments.end_enrollment(
        by=request.auth, course_id=course_id, user_id=user_id, now=clock.now()
    )


@router.get("/{course_id}/gradebook", response=Items[Learner], openapi_extra=says("not_allowed"))
def read_gradebook(request: Request, course_id: Id, page: Query[Filter]) -> Items[Learner]:
    """The students of a course by name, each with all their attempts, for its staff."""
    user, course = request.auth, queries.course_by_id(course_id)
    rights.require_course_staff(user, course)
    rows, count = analytics.students_page(
        course, search=page.search, group=page.group_id, offset=page.offset, limit=page.limit
    )
    made = assessment.gradebook(
        viewer=user, course_id=course_id, user_ids=[row.id for row in rows], now=clock.now()
    )
    learners = [
        Learner(
            user_id=row.id,
            name=row.name,
            progress=row.progress,
            attempts=[line_shown(line) for line in made[row.id]],
        )
        for row in rows
    ]
    return Items[Learner](items=learners, count=count)


def _line(email: str, role: str) -> bytes:
    """A class list of one; what would be read as several lines is no address."""
    if any(letter in email for letter in '\r\n,;\t"'):
        raise Invalid("This is no address.", fields={"email": "This is no e-mail address."})
    return f"email,role\n{email},{role}\n".encode()


def _member(row: Any) -> Member:
    return Member(
        user_id=row.user_id,
        name=row.user.name,
        email=row.user.email,
        role=row.role,
        progress=row.progress,
        created_at=row.created_at,
    )
