"""`/courses/{id}/concepts`, `/concepts`: what a course teaches, and what each concept rests on."""

from __future__ import annotations

from typing import Annotated

from ninja import Query, Router
from ninja.responses import Status
from pydantic import Field

from studium.assessment import queries
from studium.assessment.actions import curate
from studium.assessment.queries.suggesting import suggested_concepts
from studium.content import queries as content
from studium.content.actions import concepts
from studium.lib import clock
from studium.rest.auth import Request
from studium.rest.describe import says
from studium.rest.fields import Id, Sent, Shown, Text
from studium.rest.paging import Items, Page

router = Router(tags=["concepts"])
ConceptName = Annotated[Text, Field(min_length=1, max_length=120, examples=["Ownership"])]


class Concept(Shown):
    """A concept with what stands behind it, merged ones included.

    `lesson_id` is the lesson that it is as a whole, if it is one; `merged_into` the concept that it
    counts as, and `can_undo` whether that can be taken back still. A merged one has no figures.
    """

    id: Id
    course_id: Id
    name: ConceptName
    lesson_id: Id | None
    merged_into: Id | None
    can_undo: bool
    lessons: int
    questions: int
    answers: int


class NewConcept(Sent):
    """The name of a concept; a course has each name once."""

    name: ConceptName


class Merge(Sent):
    """The concept of the same course that this one is to count as."""

    into_id: Id


class ConceptNames(Sent):
    """What a lesson teaches or a question asks about: these names and no others."""

    names: Annotated[list[ConceptName], Field(max_length=20, examples=[["Ownership", "Moves"]])]


class ConceptsNamed(Shown):
    """The names of concepts; `suggested` are words that the lesson's text offers."""

    names: list[str]
    suggested: Annotated[list[str], Field(examples=[[]])] = []


@router.get(
    "/courses/{course_id}/concepts", response=Items[Concept], openapi_extra=says("not_allowed")
)
def list_concepts(request: Request, course_id: Id, page: Query[Page]) -> Items[Concept]:
    """All concepts of a course by name, for its staff."""
    rows, count = page.cut(_shown(request, course_id))
    return Items[Concept](items=rows, count=count)


@router.post(
    "/courses/{course_id}/concepts",
    response={201: Concept},
    openapi_extra=says("not_allowed", "concept_exists", "too_many"),
)
def add_concept(request: Request, course_id: Id, sent: NewConcept) -> Status[Concept]:
    """Name another concept of a course."""
    made = concepts.add_concept(
        by=request.auth, course_id=course_id, name=sent.name, now=clock.now()
    )
    return Status(201, _one(request, made.pk))


@router.get("/concepts/{concept_id}", response=Concept, openapi_extra=says("not_allowed"))
def read_concept(request: Request, concept_id: Id) -> Concept:
    """One concept, for the staff of its course."""
    return _one(request, concept_id)


@router.patch(
    "/concepts/{concept_id}",
    response=Concept,
    openapi_extra=says("not_allowed", "concept_exists", "concept_merged"),
)
def rename_concept(request: Request, concept_id: Id, sent: NewConcept) -> Concept:
    """Give a concept another name; what was answered about it stays its own."""
    concepts.rename_concept(by=request.auth, concept_id=concept_id, name=sent.name, now=clock.now())
    return _one(request, concept_id)


@router.post(
    "/concepts/{concept_id}/merge",
    response=Concept,
    openapi_extra=says("not_allowed", "concept_merged", "conflict"),
)
def merge_concept(request: Request, concept_id: Id, sent: Merge) -> Concept:
    """Let a concept count as another one; gives that one. Tags and answers keep their names."""
    target = concepts.merge_concepts(
        by=request.auth, concept_id=concept_id, into_id=sent.into_id, now=clock.now()
    )
    return _one(request, target.pk)


@router.post(
    "/concepts/{concept_id}/unmerge",
    response=Concept,
    openapi_extra=says("not_allowed", "merge_counted"),
)
def unmerge_concept(request: Request, concept_id: Id) -> Concept:
    """Take a merge back, as long as analytics has not counted with it."""
    concepts.undo_merge(by=request.auth, concept_id=concept_id, now=clock.now())
    return _one(request, concept_id)


@router.get(
    "/lessons/{lesson_id}/concepts",
    response=ConceptsNamed,
    openapi_extra=says("not_allowed", "not_enrolled"),
)
def read_lesson_concepts(request: Request, lesson_id: Id) -> ConceptsNamed:
    """What a lesson teaches, and what its words offer; for those who may change it."""
    lesson = content.lesson_of_author(request.auth, lesson_id)
    names = content.concepts_of_lessons([lesson_id]).get(lesson_id, [])
    return ConceptsNamed(names=names, suggested=suggested_concepts(lesson))


@router.put(
    "/lessons/{lesson_id}/concepts",
    response=ConceptsNamed,
    openapi_extra=says("not_allowed", "too_many"),
)
def set_lesson_concepts(request: Request, lesson_id: Id, sent: ConceptNames) -> ConceptsNamed:
    """Say what a lesson teaches; concepts that are new to the course are made."""
    concepts.set_lesson_concepts(
        by=request.auth, lesson_id=lesson_id, names=sent.names, now=clock.now()
    )
    return ConceptsNamed(names=content.concepts_of_lessons([lesson_id]).get(lesson_id, []))


@router.get("/questions/{question_id}/concepts", response=ConceptsNamed)
def read_question_concepts(request: Request, question_id: Id) -> ConceptsNamed:
    """What a question asks about itself, for the staff; without any, it asks about its lesson."""
    queries.question_for_staff(viewer=request.auth, question_id=question_id)
    return _of_question(question_id)


@router.put(
    "/questions/{question_id}/concepts",
    response=ConceptsNamed,
    openapi_extra=says("not_allowed", "too_many"),
)
def set_question_concepts(request: Request, question_id: Id, sent: ConceptNames) -> ConceptsNamed:
    """Say what a question asks about. Answers so far keep the concepts of their time."""
    curate.set_concepts(by=request.auth, question_id=question_id, names=sent.names, now=clock.now())
    return _of_question(question_id)


# --- parts -----------------------------------------------------------------------------------


def _shown(request: Request, course_id: Id) -> list[Concept]:
    course = content.course_by_id(course_id)
    found = queries.coverage(viewer=request.auth, course=course)
    counted = {one.concept.id: one for one in found.concepts}
    return [_concept(one, counted.get(one.id)) for one in content.concepts_of(course)]


def _one(request: Request, concept_id: Id) -> Concept:
    found = content.concept_for_staff(request.auth, concept_id)
    return next(one for one in _shown(request, found.course_id) if one.id == concept_id)


def _concept(one: content.NamedConcept, its: queries.ConceptCoverage | None) -> Concept:
    return Concept(
        id=one.id,
        course_id=one.course_id,
        name=one.name,
        lesson_id=one.lesson_id,
        merged_into=one.merged_into,
        can_undo=one.can_undo,
        lessons=its.lessons if its else 0,
        questions=its.questions if its else 0,
        answers=its.answers if its else 0,
    )


def _of_question(question_id: Id) -> ConceptsNamed:
    names = queries.concepts_of_questions([question_id]).get(question_id, ())
    return ConceptsNamed(names=list(names))
