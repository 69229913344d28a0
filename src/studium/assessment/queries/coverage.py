"""How far a course's concepts are covered: by lessons, by questions, by answers.

A question counts for the concepts it names, else for those of its lesson, else for its lesson as a
whole. Answers are read from the running sums of each question, never counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from studium.assessment.models import ItemStatistics, Question, QuestionConcept
from studium.content import rights
from studium.content.models import Course, Lesson, LessonConcept, LessonStatus
from studium.content.queries import NamedConcept, concepts_of
from studium.lib.prepared import Prepared

if TYPE_CHECKING:
    from studium.identity.models import User


@dataclass(frozen=True, slots=True)
class ConceptCoverage:
    """A concept with what stands behind it; of merged ones together.

    `merged` are the concepts that count as this one; `answers` those to its questions so far.
    """

    concept: NamedConcept
    lessons: int
    questions: int
    answers: int
    merged: tuple[NamedConcept, ...]


@dataclass(frozen=True, slots=True)
class LessonCoverage:
    """A lesson with questions that name no concept, and the names its author gave the lesson."""

    id: UUID
    topic: str
    concepts: tuple[str, ...]
    questions: int
    answers: int

    @property
    def is_named(self) -> bool:
        """Whether its untagged questions count for concepts of its author."""
        return bool(self.concepts)


@dataclass(frozen=True, slots=True)
class Coverage:
    """The concepts of a course by name, and its lessons in order.

    What a lesson is as a whole is left out where its author named its concepts and nothing counts
    for it.
    """

    concepts: tuple[ConceptCoverage, ...]
    lessons: tuple[LessonCoverage, ...]

    @property
    def without_questions(self) -> tuple[ConceptCoverage, ...]:
        """Concepts that no question asks about."""
        return tuple(one for one in self.concepts if not one.questions)

    @property
    def without_concepts(self) -> int:
        """How many questions in use count for their lesson as a whole."""
        return sum(one.questions for one in self.lessons if not one.is_named)


@dataclass(slots=True)
class _Sum:
    questions: int = 0
    answers: int = 0


def _of_item(question: str) -> Any:
    """The answers to one question so far."""
    sums = ItemStatistics.objects.filter(question_id=OuterRef(question)).values("answers")
    return Coalesce(sums[:1], 0)


def _answers(question: str) -> Any:
    return Sum(_of_item(question))


def _named(course: UUID) -> QuerySet[QuestionConcept, tuple[UUID, int, int]]:
    """Concept -> how many questions in use name it, and the answers to all that do."""
    rows = QuestionConcept.objects.filter(question__quiz__lesson__course_id=course)
    live = Count("pk", filter=Q(question__retired_at__isnull=True))
    counted = rows.values("concept_id").annotate(n=live, total=_answers("question_id"))
    return counted.values_list("concept_id", "n", "total")


def _of_lessons(course: UUID) -> QuerySet[Question, tuple[UUID, int, int]]:
    """Lesson -> its questions in use that name no concept, and the answers to all such ones."""
    tagged = QuestionConcept.objects.filter(question_id=OuterRef("pk"))
    rows = Question.objects.filter(~Exists(tagged), quiz__lesson__course_id=course)
    live = Count("pk", filter=Q(retired_at__isnull=True))
    counted = rows.values(lesson=F("quiz__lesson_id")).annotate(n=live, total=_answers("pk"))
    return counted.values_list("lesson", "n", "total")


_NAMED = Prepared(_named, "course")
_UNTAGGED = Prepared(_of_lessons, "course")
_LINKS = Prepared(
    lambda course: LessonConcept.objects.filter(lesson__course_id=course).values_list(
        "lesson_id", "concept_id"
    ),
    "course",
)
_LESSONS = Prepared(
    lambda course: (
        Lesson.objects.filter(course_id=course)
        .exclude(status=LessonStatus.ARCHIVED)
        .order_by("order_index")
        .values_list("pk", "topic")
    ),
    "course",
)


def coverage(*, viewer: User, course: Course) -> Coverage:
    """What a course's concepts rest on, for its staff; raises as `rights.require_course_staff`."""
    rights.require_course_staff(viewer, course)
    named = concepts_of(course)
    ends = {one.id: one.merged_into or one.id for one in named}
    teaches = _teaches(course, ends)
    sums: dict[UUID, _Sum] = defaultdict(_Sum)
    _add_named(sums, course, ends)
    untagged = _untagged(course)
    own = {one.lesson_id: ends[one.id] for one in named if one.lesson_id}
    for lesson_id, (questions, answers) in untagged.items():
        for end in teaches.get(lesson_id) or ({own[lesson_id]} if lesson_id in own else ()):
            sums[end].questions += questions
            sums[end].answers += answers
    lessons = _lessons_of(teaches, own)
    merged: dict[UUID, list[NamedConcept]] = defaultdict(list)
    for one in named:
        if one.merged_into:
            merged[one.merged_into].append(one)
    names = {one.id: one.name for one in named}
    return Coverage(
        tuple(
            ConceptCoverage(
                one, lessons[one.id], sums[one.id].questions, sums[one.id].answers,
                tuple(merged[one.id]),
            )
            for one in named
            if not one.merged_into
            and (not one.lesson_id or lessons[one.id] or sums[one.id].answers or merged[one.id])
        ),
        tuple(_lines(course, teaches, untagged, names)),
    )  # fmt: skip


# --- parts -----------------------------------------------------------------------------------


def _teaches(course: Course, ends: Mapping[UUID, UUID]) -> dict[UUID, set[UUID]]:
    """Lesson -> the concepts its author named, as they count now."""
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for lesson_id, concept_id in _LINKS.all(course=course.pk):
        found[lesson_id].add(ends[concept_id])
    return found


def _lessons_of(teaches: Mapping[UUID, set[UUID]], own: Mapping[UUID, UUID]) -> dict[UUID, int]:
    """Concept -> how many lessons teach it: those that name it, and the one that it is."""
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for lesson_id, ends in teaches.items():
        for end in ends:
            found[end].add(lesson_id)
    for lesson_id, end in own.items():
        if lesson_id not in teaches:  # else its questions count for what its author named
            found[end].add(lesson_id)
    return defaultdict(int, {end: len(lessons) for end, lessons in found.items()})


def _add_named(sums: dict[UUID, _Sum], course: Course, ends: Mapping[UUID, UUID]) -> None:
    """Add the questions that name concepts themselves. One that names two that were merged counts
    once, which takes its rows; concepts without merges are summed by the database.
    """
    families = {end for one, end in ends.items() if one != end}
    inside = {one for one, end in ends.items() if end in families}
    for concept_id, questions, answers in _NAMED.all(course=course.pk):
        end = ends.get(concept_id)
        # Otherwise it is a concept of another course of the owner.
        if end is not None and concept_id not in inside:
            sums[end].questions += questions
            sums[end].answers += answers
    if not inside:
        return
    links = QuestionConcept.objects.filter(question__quiz__lesson__course=course)
    seen: set[tuple[UUID, UUID]] = set()
    some = links.filter(concept_id__in=inside).annotate(answers=_of_item("question_id"))
    for concept_id, question_id, retired, answers in some.values_list(
        "concept_id", "question_id", "question__retired_at", "answers"
    ):
        if (ends[concept_id], question_id) not in seen:
            seen.add((ends[concept_id], question_id))
            sums[ends[concept_id]].questions += retired is None
            sums[ends[concept_id]].answers += answers


def _untagged(course: Course) -> dict[UUID, tuple[int, int]]:
    """Lesson -> how many questions in use name no concept, and the answers to such questions."""
    return {lesson: (count, total) for lesson, count, total in _UNTAGGED.all(course=course.pk)}


def _lines(
    course: Course,
    teaches: Mapping[UUID, set[UUID]],
    untagged: Mapping[UUID, tuple[int, int]],
    names: Mapping[UUID, str],
) -> Iterable[LessonCoverage]:
    for pk, topic in _LESSONS.all(course=course.pk):
        own = teaches.get(pk)
        listed = tuple(sorted((names[one] for one in own), key=str.casefold)) if own else ()
        yield LessonCoverage(pk, topic, listed, *untagged.get(pk, (0, 0)))
