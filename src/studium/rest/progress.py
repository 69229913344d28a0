"""Shapes of progress that several resources show."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from studium.rest.fields import Id, Moment, Percent, Shown

Share = Annotated[float, Field(ge=0, le=1, examples=[0.75])]


class Score(Shown):
    """A score that its owner may know."""

    kind: Annotated[str, Field(examples=["exam"])]
    of: Id
    title: str
    attempt_id: Id
    score: Percent
    at: Moment


class Trend(Shown):
    """From the first to the latest score; `verdict` is better, worse or same."""

    verdict: Annotated[str, Field(examples=["better"])]
    first: Score
    latest: Score
    count: int
    same_thing: bool


class Tried(Shown):
    """An attempt; `score` and `passed` are null until they are released, `wait` says why."""

    kind: Annotated[str, Field(examples=["exam"])]
    id: Id
    of: Id
    title: str
    attempt_no: int
    at: Moment
    score: Percent | None
    passed: bool | None
    pass_mark: Percent
    wait: Annotated[str, Field(examples=["none"])]
    releases_at: Moment | None


class LessonStanding(Shown):
    """How a student stands in a lesson; `share` is null while it is too early to say."""

    id: Id
    topic: str
    place: int
    done: bool
    answers: int
    share: Share | None
    low: Share | None
    high: Share | None
    words: Annotated[str, Field(examples=["too early to say"])]
    last_at: Moment | None
    quiz_id: Id | None


class Step(Shown):
    """Something to do next, and why."""

    kind: Annotated[str, Field(examples=["practise"])]
    why: Annotated[str, Field(examples=["weak"])]
    id: Id | None
    title: str
    lesson_id: Id | None
    minutes: int
    share: Share | None
    answers: int


class Progress(Shown):
    """One student in one course."""

    course_id: Id
    done: int
    total: int
    answers: int
    last_updated: Moment | None
    trend: Trend | None
    lessons: list[LessonStanding]
    exams: list[Tried]
    practice: list[Tried]
    steps: list[Step]


class CourseProgress(Shown):
    """A course in the list of one's own progress; `progress` is the per cent of lessons done."""

    title: str
    slug: Annotated[str, Field(examples=["ownership"])]
    progress: Percent
    lessons: int
    answers: int
    trend: Trend | None
    latest: Tried | None
    scores: list[Percent]


def course_line(line: Any) -> CourseProgress:
    """A course of `analytics.my_progress`."""
    return CourseProgress.model_validate(line)


def progress_shown(progress: Any) -> Progress:
    """What `analytics` found for one student in one course."""
    values = {
        name: getattr(progress, name) for name in Progress.model_fields if name != "course_id"
    }
    return Progress.model_validate({**values, "course_id": progress.course.pk})
