"""`/courses/{id}/groups`, `/groups`: students of a course who belong together."""

from __future__ import annotations

from typing import Annotated, Literal

from ninja import Query, Router
from pydantic import Field

from studium.content import queries, rules
from studium.content import rights as content_rights
from studium.content.actions import groups
from studium.lib import clock
from studium.rest.auth import Request
from studium.rest.describe import says
from studium.rest.fields import Email, Flag, Id, Name, Sent, Shown, Text
from studium.rest.paging import Items, Page

router = Router(tags=["groups"])
GroupName = Annotated[Text, Field(min_length=1, max_length=80, examples=["Tuesday lab"])]


class Group(Shown):
    """A group of a course; `count` is how many students are in it."""

    id: Id
    course_id: Id
    name: GroupName
    count: int


class NewGroup(Sent):
    """The name of a group; a course has each name once."""

    name: GroupName


class GroupMember(Shown):
    """A student in a group."""

    user_id: Id
    name: Name
    email: Email


class Members(Sent):
    """The students of the course that are in the group: these and no others."""

    user_ids: Annotated[list[Id], Field(max_length=5000)]


class GroupList(Sent):
    """Lines of `email,group`; `check` stores nothing and says what each line would do."""

    csv: Annotated[Text, Field(max_length=2_000_000, examples=["ada@example.org,Lab A\n"])]
    check: Flag = False


class GroupedLine(Shown):
    """What becomes of a line: join, member (in it already) or problem."""

    line: int
    email: str
    group: str
    outcome: Literal["join", "member", "problem"]
    message: str
    is_new: bool


@router.get("/courses/{course_id}/groups", response=Items[Group], openapi_extra=says("not_allowed"))
def list_groups(request: Request, course_id: Id, page: Query[Page]) -> Items[Group]:
    """The groups of a course by name, for its staff."""
    course = queries.course_by_id(course_id)
    content_rights.require_course_staff(request.auth, course)
    rows, count = page.cut(queries.groups_of(course))
    return Items[Group](items=[Group.model_validate(one) for one in rows], count=count)


@router.post(
    "/courses/{course_id}/groups",
    response={201: Group},
    openapi_extra=says("not_allowed", "group_exists", "too_many", location="/groups/{id}"),
)
def make_group(request: Request, course_id: Id, sent: NewGroup) -> Group:
    """Make a group without anybody in it."""
    made = groups.make_group(by=request.auth, course_id=course_id, name=sent.name, now=clock.now())
    return _shown(request, made.pk)


@router.post(
    "/courses/{course_id}/groups/list",
    response=Items[GroupedLine],
    openapi_extra=says("not_allowed", "too_many"),
)
def fill_groups(request: Request, course_id: Id, sent: GroupList) -> Items[GroupedLine]:
    """Check a list line by line, or do what it says: all lines or, with a problem, none."""
    by, data = request.auth, sent.csv.encode()
    if sent.check:
        lines = groups.check_groups(by=by, course_id=course_id, data=data)
    else:
        rows = rules.read_groups(data)
        lines = groups.fill_groups(by=by, course_id=course_id, rows=rows, now=clock.now())
    return Items[GroupedLine](items=[_line(one) for one in lines], count=len(lines))


@router.get("/groups/{group_id}", response=Group, openapi_extra=says("not_allowed"))
def read_group(request: Request, group_id: Id) -> Group:
    """One group, for the staff of its course."""
    return _shown(request, group_id)


@router.patch(
    "/groups/{group_id}", response=Group, openapi_extra=says("not_allowed", "group_exists")
)
def rename_group(request: Request, group_id: Id, sent: NewGroup) -> Group:
    """Give a group another name; who is in it stays."""
    groups.rename_group(by=request.auth, group_id=group_id, name=sent.name, now=clock.now())
    return _shown(request, group_id)


@router.delete("/groups/{group_id}", response={204: None}, openapi_extra=says("not_allowed"))
def remove_group(request: Request, group_id: Id) -> None:
    """Take a group away; its students and their results stay in the course."""
    groups.remove_group(by=request.auth, group_id=group_id, now=clock.now())


@router.get(
    "/groups/{group_id}/members",
    response=Items[GroupMember],
    openapi_extra=says("not_allowed"),
)
def list_group_members(request: Request, group_id: Id, page: Query[Page]) -> Items[GroupMember]:
    """Who is in a group, by name."""
    rows, count = page.cut(_members(request, group_id))
    return Items[GroupMember](items=rows, count=count)


@router.put(
    "/groups/{group_id}/members",
    response=Items[GroupMember],
    openapi_extra=says("not_allowed"),
)
def set_group_members(request: Request, group_id: Id, sent: Members) -> Items[GroupMember]:
    """Say who is in a group; only students of its course can be."""
    groups.set_members(by=request.auth, group_id=group_id, user_ids=sent.user_ids, now=clock.now())
    rows = _members(request, group_id)
    return Items[GroupMember](items=rows, count=len(rows))


# --- parts -----------------------------------------------------------------------------------


def _shown(request: Request, group_id: Id) -> Group:
    return Group.model_validate(queries.group_for_staff(request.auth, group_id))


def _members(request: Request, group_id: Id) -> list[GroupMember]:
    group = queries.group_for_staff(request.auth, group_id)
    students = queries.grouped_students(queries.course_by_id(group.course_id))
    return [GroupMember.model_validate(one) for one in students if group_id in one.groups]


def _line(one: groups.GroupLine) -> GroupedLine:
    return GroupedLine(
        line=one.row.line,
        email=one.row.email,
        group=one.row.group,
        outcome=one.outcome,  # type: ignore[arg-type]  # pydantic checks the word
        message=one.message,
        is_new=one.is_new,
    )
