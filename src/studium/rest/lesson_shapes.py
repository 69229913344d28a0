"""A lesson as the API shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from studium.content import rights
from studium.rest.fields import Id, Moment, Shown

if TYPE_CHECKING:
    from studium.content.models import Lesson as LessonRow
    from studium.identity.models import User


class Heading(Shown):
    """A heading of the rendered lesson; `id` is its anchor."""

    id: Annotated[str, Field(examples=["what-is-ownership"])]
    level: int
    text: str


class Origin(Shown):
    """The document that a lesson was imported from; `pages` are `[block id, page]`, from page 1."""

    file_name: Annotated[str, Field(examples=["book.pdf"])]
    format: Annotated[str, Field(examples=["pdf"])]
    pages: Annotated[list[tuple[str, int]], Field(examples=[[["b-0f3a9c21de", 3]]])]


class Lesson(Shown):
    """A lesson. `content` is the Markdown, for those who may change it; else null."""

    id: Id
    course_id: Id
    topic: Annotated[str, Field(examples=["What is ownership?"])]
    content: Annotated[str | None, Field(examples=["Each value has an owner.\n"])]
    html: Annotated[str, Field(examples=["<p>Each value has an owner.</p>"])]
    outline: list[Heading]
    part: Annotated[str, Field(examples=["The basics"])]
    parent_id: Id | None
    order_index: int
    minutes: int
    version: int
    status: Annotated[str, Field(examples=["published"])]
    updated_at: Moment
    origin: Origin | None


def lesson_shown(lesson: LessonRow, user: User) -> Lesson:
    """A lesson that the person may see, with its Markdown if they may change it."""
    may_edit = rights.may_edit_course(user, lesson.course)
    values: dict[str, Any] = {
        "content": lesson.content if may_edit else None,
        "html": lesson.content_html,
        "part": lesson.part_title,
        "origin": getattr(lesson, "origin", None),
    }
    rest = [name for name in Lesson.model_fields if name not in values]
    return Lesson.model_validate(values | {name: getattr(lesson, name) for name in rest})
