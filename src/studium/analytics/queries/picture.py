"""One student in one course as the engine sees them: is it getting better, what fades, what next.

What is counted (attempts, lessons done) comes from `queries.student`; here levels, their history
and what is to be expected are put beside it. A fixed number of statements whatever was answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from studium.analytics import epochs, improvement, rights, stored
from studium.analytics.engine import Concept as ConceptRow
from studium.analytics.engine import Level, Mastery
from studium.analytics.explained import Explained, Standing, explain_level
from studium.analytics.improvement import Change, LevelPoint
from studium.analytics.queries.answers import (
    AnswerDot,
    AnswerLine,
    answer_dots,
    answers_behind,
)
from studium.analytics.queries.readiness import Outlook, next_exam_of, outlook
from studium.analytics.queries.reliability import shows_percentages
from studium.analytics.queries.standing import (
    ConceptStanding,
    Day,
    concept_days,
    levels,
    standings,
)
from studium.analytics.queries.student import Progress, progress_in
from studium.assessment.queries import running_exam
from studium.content import concepts as course_concepts
from studium.content.queries import course_by_slug
from studium.lib.db import uuid_param
from studium.lib.errors import NotFound

if TYPE_CHECKING:
    from studium.content.models import Course
    from studium.identity.models import User

ANSWERS_PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class Topic:
    """A concept, where the student stands on it, and its level at the end of each day. `quiz_id`
    is a quiz of its lesson that can be taken, if there is one."""

    standing: ConceptStanding
    days: tuple[Day, ...]
    quiz_id: UUID | None = None

    @property
    def change(self) -> Change | None:
        """What became of the level, worked out when it is asked for: few pages show every one."""
        return improvement.change(self.days) if self.days else None

    @property
    def is_early(self) -> bool:
        """Whether it is too early to say anything."""
        return self.standing.words == "too early to say"


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything the progress page of a course shows. `topics` begin with what is most worth
    doing; `percentages` is False where pages say words instead of the engine's numbers."""

    progress: Progress
    topics: tuple[Topic, ...]
    levels: tuple[LevelPoint, ...]
    change: Change | None
    outlook: Outlook | None
    sits_exam: bool
    percentages: bool

    @property
    def course(self) -> Course:
        return self.progress.course

    @property
    def answers(self) -> int:
        """How many answers the levels rest on; one about two concepts counts once."""
        return self.progress.answers

    @property
    def fading(self) -> list[Topic]:
        """What time has brought under the goal, the longest due first."""
        found = [one for one in self.topics if one.standing.is_fading]
        return sorted(found, key=lambda one: (one.standing.due_at is None, one.standing.due_at))

    def name_of(self, concept_id: UUID) -> str:
        """The name of a concept of the course."""
        names = (one.standing.name for one in self.topics if one.standing.concept_id == concept_id)
        return next(names, "")


@dataclass(frozen=True, slots=True)
class ConceptPicture:
    """One student on one concept: level over time, why it is what it is, and every answer.

    `explained` is None before the first answer. `closed` names the exam the student sits, which
    hides the answers meanwhile; `more` says whether older answers follow those of the page.
    """

    course: Course
    topic: Topic
    explained: Explained | None
    dots: tuple[AnswerDot, ...]
    answers: tuple[AnswerLine, ...]
    more: bool
    closed: str
    percentages: bool


def own_picture(*, viewer: User, slug: str, now: datetime) -> Picture:
    """The viewer's own picture in a course they are a student of."""
    course = course_by_slug(slug)
    rights.require_own_progress(viewer, course)
    return _picture(viewer, course, now, as_staff=False)


def student_picture(
    *, viewer: User, slug: str, student_id: UUID, now: datetime
) -> tuple[Picture, User]:
    """A student's picture for the staff of the course."""
    course = course_by_slug(slug)
    student = rights.student_for_staff(viewer, course, student_id)
    return _picture(student, course, now, as_staff=True), student


def own_concept(
    *, viewer: User, slug: str, concept_id: UUID, now: datetime, offset: int = 0
) -> ConceptPicture:
    """The viewer on a concept of a course they are a student of."""
    course = course_by_slug(slug)
    rights.require_own_progress(viewer, course)
    return _concept(viewer, course, concept_id, now, offset, as_staff=False)


def student_concept(
    *, viewer: User, slug: str, student_id: UUID, concept_id: UUID, now: datetime, offset: int = 0
) -> tuple[ConceptPicture, User]:
    """A student on a concept, for the staff of the course."""
    course = course_by_slug(slug)
    student = rights.student_for_staff(viewer, course, student_id)
    return _concept(student, course, concept_id, now, offset, as_staff=True), student


# --- parts -----------------------------------------------------------------------------------


def _picture(student: User, course: Course, now: datetime, *, as_staff: bool) -> Picture:
    days = concept_days(student.pk, course.pk)
    standing = standings(course.pk, [student.pk], now=now)[student.pk]
    over_time = improvement.levels(days)
    exam = next_exam_of(student, course, now=now)
    progress = progress_in(student, course, now, as_staff=as_staff)
    quizzes = {one.id: one.quiz_id for one in progress.lessons}
    topics = [
        _topic(one, days.get(one.concept_id, []), quizzes.get(one.lesson_id or course.pk))
        for one in standing
    ]
    return Picture(
        progress=progress,
        topics=_ordered(topics),
        levels=tuple(over_time),
        change=improvement.change(over_time, enough=improvement.ENOUGH_ANSWERS),
        outlook=outlook(exam, student, now=now) if exam is not None else None,
        sits_exam=running_exam(student, now) is not None,
        percentages=shows_percentages(),
    )


def _topic(standing: ConceptStanding, days: Sequence[Day], quiz_id: UUID | None = None) -> Topic:
    return Topic(standing, tuple(days), quiz_id)


_WORDS = ("shaky", "in progress", "too early to say", "solid")


def _ordered(topics: Sequence[Topic]) -> tuple[Topic, ...]:
    """What is most worth doing first: what fades, what is shaky, what is under way, what is hardly
    tried, what is solid; in each the lowest level first, and untried ones in the course's order."""

    def key(topic: Topic) -> tuple[object, ...]:
        one = topic.standing
        worth = _WORDS.index(one.words) if one.words in _WORDS else len(_WORDS)
        if not one.n:
            return (2, worth, one.place, one.name)
        return (0 if one.is_fading else 1, worth, one.p, one.name)

    return tuple(sorted(topics, key=key))


def _concept(
    student: User, course: Course, concept_id: UUID, now: datetime, offset: int, *, as_staff: bool
) -> ConceptPicture:
    every = standings(course.pk, [student.pk], now=now)[student.pk]
    standing = next((one for one in every if one.concept_id == concept_id), None)
    if standing is None:
        raise NotFound
    exam = None if as_staff else running_exam(student, now)
    about = _counted_as(concept_id)
    lines: list[AnswerLine] = []
    dots: list[AnswerDot] = []
    more = False
    if exam is None:
        lines, more = answers_behind(
            student=student, course=course, concept_ids=about, now=now, as_staff=as_staff,
            offset=offset, limit=ANSWERS_PER_PAGE,
        )  # fmt: skip
        dots = answer_dots(
            student=student, course=course, concept_ids=about, now=now, as_staff=as_staff
        )
    return ConceptPicture(
        course=course,
        topic=_topic(standing, concept_days(student.pk, course.pk).get(concept_id, [])),
        explained=_explained(student, course, concept_id, now) if standing.n else None,
        dots=tuple(dots),
        answers=tuple(lines),
        more=more,
        closed=exam.exam.title if exam is not None else "",
        percentages=shows_percentages(),
    )


def _counted_as(concept_id: UUID) -> list[UUID]:
    """The concept and those whose answers count for it."""
    targets = course_concepts.counted_as(epoch=epochs.current_id())
    return [concept_id, *(one for one, target in targets.items() if target == concept_id)]


def _explained(student: User, course: Course, concept_id: UUID, now: datetime) -> Explained:
    epoch, concept = epochs.current_id(), uuid_param(concept_id)
    key = (uuid_param(student.pk), concept)
    concepts = stored.read(stored.CONCEPTS, epoch, [concept])
    masteries = stored.read(stored.MASTERY, epoch, [key])
    level = levels(course.pk, [student.pk]).get(student.pk)
    rows = Standing(
        shared=stored.read_shared(epoch),
        level=level or Level(),
        concept=concepts.get(concept) or ConceptRow(),
        mastery=masteries.get(key) or Mastery(),
    )
    return explain_level(rows, now.timestamp())
