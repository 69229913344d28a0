"""`/search`: what one may read, by its words."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from ninja import Query, Router
from pydantic import Field

from studium.content import queries
from studium.content.queries import search as finding
from studium.lib.errors import Invalid
from studium.rest.auth import Request
from studium.rest.fields import Id, Search, Shown
from studium.rest.paging import Items, Page

router = Router()
Kind = Literal["lesson", "course", "note", "own_note", "question", "person"]


class Hit(Shown):
    """Something found; `text` is a piece of it around the words.

    `lesson_id` is the lesson of a note or question, `block_id` the passage of a lesson that fits
    best, `role` that of a person in a course one teaches. A person has no course here.
    """

    kind: Kind
    id: Id
    course_id: Id | None
    course: Annotated[str, Field(examples=["Ownership in Rust"])]
    title: Annotated[str, Field(examples=["What is ownership?"])]
    text: Annotated[str, Field(examples=["… each value has an owner …"])]
    lesson_id: Id | None = None
    block_id: Annotated[str, Field(examples=["b-6bf1db32ab"])] = ""
    role: Annotated[str, Field(examples=["student"])] = ""
    is_draft: bool = False


class Wanted(Page):
    """What is searched; every word must be there, from its beginning or in another form."""

    q: Search
    kind: Kind = "lesson"
    course_id: Annotated[UUID | None, Field(description="Only in this course.")] = None


@router.get("", response=Items[Hit])
def search(request: Request, page: Query[Wanted]) -> Items[Hit]:
    """Find lessons, notes, questions, people (or courses) that hold every word.

    Drafts, questions and people are found by the teaching staff alone, own notes by their writer.
    """
    if not page.q.strip():
        raise Invalid("Say what to look for.", fields={"q": "This is empty."})
    if page.kind == "course":
        return _courses(request, page)
    what = finding.wanted(
        request.auth, page.q, course_id=page.course_id, tag=request.auth.locale[:2]
    )
    hits = finding.found(request.auth, what, page.kind, limit=page.limit, offset=page.offset)
    count = finding.counts(request.auth, what, kinds=(page.kind,))[page.kind]
    return Items[Hit](items=[_shown(one) for one in hits], count=count)


def _shown(one: finding.Hit) -> Hit:
    return Hit(
        kind=one.kind,
        id=one.id,
        course_id=one.course_id,
        course=one.course_title,
        title=one.title,
        text="".join(piece.text for piece in one.pieces),
        lesson_id=one.lesson_id,
        block_id=one.block_id,
        role=one.role if one.kind == "person" else "",
        is_draft=one.is_draft,
    )


def _courses(request: Request, page: Wanted) -> Items[Hit]:
    rows, count = queries.catalogue(
        request.auth, search=page.q, offset=page.offset, limit=page.limit
    )
    hits = [
        Hit(
            kind="course",
            id=row.pk,
            course_id=row.pk,
            course=row.title,
            title=row.title,
            text=" ".join(row.description.split())[:200],
        )
        for row in rows
    ]
    return Items[Hit](items=hits, count=count)
