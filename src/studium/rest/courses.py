"""`/courses`: a learning path, its settings, its lessons in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal
from uuid import UUID

from ninja import Query, Router
from pydantic import Field

from studium.content import queries, rights
from studium.content.actions import courses, enrollments
from studium.content.actions import lessons as lesson_actions
from studium.content.actions.courses import CourseTerms
from studium.content.actions.lessons import LessonText
from studium.lib import clock
from studium.rest.auth import Request
from studium.rest.describe import says
from studium.rest.fields import (
    Flag,
    Id,
    Line,
    Markdown,
    Moment,
    Paragraph,
    Search,
    Sent,
    Shown,
    Text,
    Title,
)
from studium.rest.lesson_shapes import Lesson, lesson_shown
from studium.rest.paging import Items, Page

if TYPE_CHECKING:
    from studium.content.models import Course as CourseRow
    from studium.identity.models import User

router = Router()
Entry = Literal["closed", "code", "open"]
CourseTitle = Annotated[Text, Field(min_length=1, max_length=200, examples=["Ownership in Rust"])]
Language = Annotated[Text, Field(min_length=2, max_length=12, examples=["en"])]
Slug = Annotated[str, Field(examples=["ownership-in-rust"])]


class Person(Shown):
    """Somebody, by name."""

    id: Id
    name: Annotated[str, Field(examples=["Bruno Berg"])]


class Course(Shown):
    """A course. `role` is the asker's in it; `join_code` is there for those who may change it."""

    id: Id
    title: CourseTitle
    slug: Slug
    description: str
    status: Annotated[str, Field(examples=["published"])]
    language: Language
    self_enrolment: Entry
    show_checked_notes: bool
    owner: Person
    role: Annotated[str | None, Field(examples=["student"])]
    join_code: Annotated[str | None, Field(examples=[None])]
    created_at: Moment
    updated_at: Moment


class NewCourse(Sent):
    """The settings of a course."""

    title: CourseTitle
    description: Paragraph = ""
    language: Language = "en"
    self_enrolment: Entry = "closed"
    show_checked_notes: Flag = False


class CourseChange(Sent):
    """Settings to change; what is left out stays."""

    title: CourseTitle | None = None
    description: Paragraph | None = None
    language: Language | None = None
    self_enrolment: Entry | None = None
    show_checked_notes: Flag | None = None


class JoinCode(Sent):
    """The code that an instructor gave out, however it is spelled."""

    code: Annotated[Text, Field(min_length=1, max_length=40, examples=["K7QM-2XNA"])]


class NewLesson(Sent):
    """A lesson to add, as a draft, at the end of its chapter, its part or the course."""

    topic: Title
    content: Markdown = ""
    part: Line = ""
    parent_id: Id | None = None


class LessonLine(Shown):
    """A lesson in the outline, with what the asker has done; `state` is done, started or new."""

    id: Id
    topic: str
    part: str
    parent_id: Id | None
    minutes: int
    status: Annotated[str, Field(examples=["published"])]
    place: int
    state: Annotated[str, Field(examples=["started"])]
    done_at: Moment | None


class Order(Sent):
    """All lessons of a course in their new order."""

    lesson_ids: Annotated[list[Id], Field(max_length=2000)]


class Filter(Page):
    """Which courses are asked for; every word must be in title or description."""

    search: Search = ""


@router.get("", response=Items[Course])
def list_courses(request: Request, page: Query[Filter]) -> Items[Course]:
    """The courses one may know of, by title."""
    rows, count = queries.catalogue(
        request.auth, search=page.search, offset=page.offset, limit=page.limit
    )
    roles = rights.roles_of(request.auth)
    shown = [course_shown(row, request.auth, roles.get(row.pk)) for row in rows]
    return Items[Course](items=shown, count=count)


@router.post(
    "", response={201: Course}, openapi_extra=says("not_allowed", location="/courses/{id}")
)
def create_course(request: Request, sent: NewCourse) -> Course:
    """Make a course, as a draft; whoever makes it owns it and is its first instructor."""
    terms = CourseTerms(**sent.model_dump())
    made = courses.create_course(by=request.auth, terms=terms, now=clock.now())
    return read(request.auth, made.pk)


@router.post(
    "/join", response=Course, openapi_extra=says("wrong_code", "invalid"), summary="Join by code"
)
def join_course(request: Request, sent: JoinCode) -> Course:
    """Enter the course that has this code."""
    course = enrollments.join_by_code(by=request.auth, code=sent.code, now=clock.now())
    return read(request.auth, course.pk)


@router.get("/{course_id}", response=Course)
def read_course(request: Request, course_id: Id) -> Course:
    """One course."""
    return read(request.auth, course_id)


@router.patch("/{course_id}", response=Course, openapi_extra=says("not_allowed"))
def change_course(request: Request, course_id: Id, sent: CourseChange) -> Course:
    """Change settings. The slug stays, so that links keep working."""
    course = queries.course_by_id(course_id)
    rights.require_edit_course(request.auth, course)
    given = {name: value for name, value in sent.model_dump().items() if value is not None}
    kept = {name: getattr(course, name) for name in CourseChange.model_fields}
    terms = CourseTerms(**{**kept, **given})
    courses.edit_course(by=request.auth, course_id=course_id, terms=terms, now=clock.now())
    return read(request.auth, course_id)


@router.post(
    "/{course_id}/publish", response=Course, openapi_extra=says("not_allowed", "no_lessons")
)
def publish_course(request: Request, course_id: Id) -> Course:
    """Show the course to its members, or bring it back from the archive."""
    courses.publish_course(by=request.auth, course_id=course_id, now=clock.now())
    return read(request.auth, course_id)


@router.post("/{course_id}/unpublish", response=Course, openapi_extra=says("not_allowed"))
def unpublish_course(request: Request, course_id: Id) -> Course:
    """Make the course a draft again, which only its staff sees."""
    courses.unpublish_course(by=request.auth, course_id=course_id, now=clock.now())
    return read(request.auth, course_id)


@router.post("/{course_id}/archive", response=Course, openapi_extra=says("not_allowed"))
def archive_course(request: Request, course_id: Id) -> Course:
    """Keep the course for reading only."""
    courses.archive_course(by=request.auth, course_id=course_id, now=clock.now())
    return read(request.auth, course_id)


@router.post("/{course_id}/join-code", response=Course, openapi_extra=says("not_allowed"))
def renew_join_code(request: Request, course_id: Id) -> Course:
    """Make a new join code; the old one stops working at once."""
    courses.renew_join_code(by=request.auth, course_id=course_id, now=clock.now())
    return read(request.auth, course_id)


@router.get("/{course_id}/lessons", response=Items[LessonLine])
def list_lessons(request: Request, course_id: Id, page: Query[Page]) -> Items[LessonLine]:
    """The lessons in reading order; drafts for the staff only."""
    user, course = request.auth, queries.course_by_id(course_id)
    rights.require_see_course(user, course)
    drafts = rights.is_course_staff(user, course_id)
    rows, count = page.cut(queries.outline(user, course, drafts=drafts))
    return Items[LessonLine](items=[LessonLine.model_validate(row) for row in rows], count=count)


@router.post(
    "/{course_id}/lessons",
    response={201: Lesson},
    openapi_extra=says("not_allowed", "too_many", location="/lessons/{id}"),
)
def create_lesson(request: Request, course_id: Id, sent: NewLesson) -> Lesson:
    """Add a lesson."""
    made = lesson_actions.add_lesson(
        by=request.auth,
        course_id=course_id,
        text=LessonText(topic=sent.topic, content=sent.content, part=sent.part),
        parent_id=sent.parent_id,
        now=clock.now(),
    )
    return lesson_shown(queries.lesson_for_reader(request.auth, made.pk), request.auth)


@router.put(
    "/{course_id}/lessons/order",
    response=Items[LessonLine],
    openapi_extra=says("not_allowed", "lessons_changed"),
)
def order_lessons(request: Request, course_id: Id, sent: Order) -> Items[LessonLine]:
    """Put all lessons in this order; the list must name each lesson once."""
    lesson_actions.order_lessons(
        by=request.auth, course_id=course_id, lesson_ids=sent.lesson_ids, now=clock.now()
    )
    rows = queries.outline(request.auth, queries.course_by_id(course_id), drafts=True)
    shown = [LessonLine.model_validate(row) for row in rows]
    return Items[LessonLine](items=shown, count=len(shown))


def read(user: User, course_id: UUID) -> Course:
    """A course as this person may see it; else `NotFound`."""
    course = queries.course_by_id(course_id)
    rights.require_see_course(user, course)
    return course_shown(course, user, rights.role_in(user, course_id))


def course_shown(course: CourseRow, user: User, role: str | None) -> Course:
    """The shape of a course for somebody with this role in it."""
    names = [one for one in Course.model_fields if one not in ("owner", "role", "join_code")]
    may_edit = role == "instructor" or rights.is_admin(user)
    return Course(
        **{name: getattr(course, name) for name in names},
        owner=Person(id=course.owner_id, name=course.owner.name),
        role=role,
        join_code=course.join_code if may_edit else None,
    )
