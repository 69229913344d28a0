"""`/search`: lessons and courses one may read, by their words."""

from __future__ import annotations

from typing import Annotated, Literal

from ninja import Query, Router
from pydantic import Field

from studium.content import queries
from studium.lib.errors import Invalid
from studium.rest.auth import Request
from studium.rest.fields import Id, Search, Shown
from studium.rest.paging import Items, Page

router = Router()
_BEFORE, _AFTER = 60, 140


class Hit(Shown):
    """Something found; `text` is a piece of the lesson or the course's description."""

    kind: Literal["lesson", "course"]
    id: Id
    course_id: Id
    course: Annotated[str, Field(examples=["Ownership in Rust"])]
    title: Annotated[str, Field(examples=["What is ownership?"])]
    text: Annotated[str, Field(examples=["… each value has an owner …"])]


class Wanted(Page):
    """What is searched; every word must be there."""

    q: Search
    kind: Literal["lesson", "course"] = "lesson"


@router.get("", response=Items[Hit])
def search(request: Request, page: Query[Wanted]) -> Items[Hit]:
    """Find lessons (or courses) that hold every word; those with it in the title come first."""
    if not page.q.strip():
        raise Invalid("Say what to look for.", fields={"q": "This is empty."})
    if page.kind == "course":
        courses, count = queries.catalogue(
            request.auth, search=page.q, offset=page.offset, limit=page.limit
        )
        hits = [
            Hit(
                kind="course",
                id=row.pk,
                course_id=row.pk,
                course=row.title,
                title=row.title,
                text=_piece(row.description, page.q),
            )
            for row in courses
        ]
        return Items[Hit](items=hits, count=count)
    lessons, count = queries.lessons_with(
        request.auth, page.q, limit=page.limit, offset=page.offset
    )
    hits = [
        Hit(
            kind="lesson",
            id=row.pk,
            course_id=row.course_id,
            course=row.course.title,
            title=row.topic,
            text=_piece(row.content, page.q),
        )
        for row in lessons
    ]
    return Items[Hit](items=hits, count=count)


def _piece(text: str, q: str) -> str:
    """The words around the first hit, on one line."""
    at = max(0, text.casefold().find(q.split()[0].casefold()))
    piece = " ".join(text[max(0, at - _BEFORE) : at + _AFTER].split())
    return ("… " if at > _BEFORE else "") + piece
