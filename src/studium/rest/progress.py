"""Shapes of progress that several resources show."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from studium.analytics import telling
from studium.analytics.queries import ConceptPicture, Picture
from studium.analytics.rules import FEW_ANSWERS
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


class LevelDay(Shown):
    """A level at the end of a day, from `n` answers so far; figures are null where percentages
    are not shown."""

    day: date
    p: Share | None
    low: Share | None
    high: Share | None
    n: int


class LevelChange(Shown):
    """What became of a level on questions of equal difficulty: better, worse, steady (under 5
    points) or unclear. `low` to `high` holds the difference 8 times out of 10."""

    verdict: Annotated[str, Field(examples=["better"])]
    first: LevelDay
    latest: LevelDay
    low: Annotated[float | None, Field(examples=[0.12])]
    high: Annotated[float | None, Field(examples=[0.31])]
    text: Annotated[str, Field(examples=["Up from 46 to 68 % in 7 weeks."])]


class ConceptLevel(Shown):
    """Where somebody stands on a concept now: the chance to get an average question right at the
    first try. Figures are null while it is too early to say, or percentages are not shown."""

    concept_id: Id
    name: str
    lesson_id: Id | None
    place: int
    p: Share | None
    low: Share | None
    high: Share | None
    n: int
    wins: Annotated[float, Field(examples=[5])]
    last_at: Moment | None
    words: Annotated[str, Field(examples=["in progress"])]
    due_at: Moment | None
    is_fading: bool
    days: list[LevelDay]
    change: LevelChange | None


class Mover(Shown):
    """A concept of the exam and the share of its marks that three more right answers would add."""

    concept_id: Id
    gain: float | None


class ExamReadiness(Shown):
    """What is to be expected of the next exam; `words` and the score are null while it is too
    early, and `text` says why."""

    exam_id: Id
    exam: str
    pass_mark: Percent
    words: Annotated[str | None, Field(examples=["likely"])]
    mean: Share | None
    low: Share | None
    high: Share | None
    text: Annotated[str, Field(examples=["Likely to pass"])]
    answers: int
    touched: int
    concepts: int
    movers: list[Mover]


class ExplainedPart(Shown):
    """A part of the sum, in logits."""

    name: Annotated[str, Field(examples=["concept_gap"])]
    value: Annotated[float, Field(examples=[-0.42])]
    text: Annotated[str, Field(examples=["the time since the last answer"])]


class AnswerBehind(Shown):
    """An answer that counts for the concept, and what its owner says beside it."""

    id: Id
    kind: Annotated[str, Field(examples=["quiz"])]
    attempt_id: Id
    title: str
    attempt_no: int | None
    question: str
    lesson: str
    share: Share
    at: Moment
    corrected: bool
    slip: Annotated[str | None, Field(examples=["I misread it."])]


class ConceptProgress(Shown):
    """One student on one concept: level, the sentences and parts that explain it (`logit` is their
    sum), and a page of the answers behind it, newest first. `closed` names the exam that the
    student sits, which hides the answers meanwhile."""

    concept: ConceptLevel
    sentences: list[str]
    parts: list[ExplainedPart]
    logit: float | None
    fresh: Annotated[Share | None, Field(description="Right after the last answer.")]
    more: Annotated[Share | None, Field(description="After three more right answers now.")]
    answers: list[AnswerBehind]
    has_older: bool
    closed: str


class Progress(Shown):
    """One student in one course. `concepts` begin with what is most worth doing."""

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
    percentages: bool
    change: LevelChange | None
    levels: list[LevelDay]
    concepts: list[ConceptLevel]
    readiness: ExamReadiness | None


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
    change: LevelChange | None


def course_line(line: Any) -> CourseProgress:
    """A course of `analytics.my_progress`."""
    values = {name: getattr(line, name) for name in CourseProgress.model_fields}
    values["change"] = _change(line.change, told=line.percentages)
    return CourseProgress.model_validate(values)


def progress_shown(found: Picture) -> Progress:
    """What `analytics` found for one student in one course."""
    progress, told = found.progress, found.percentages
    names = ("done", "total", "answers", "last_updated", "trend", "lessons", "exams", "practice",
             "steps")  # fmt: skip
    values: dict[str, Any] = {name: getattr(progress, name) for name in names}
    values |= {
        "course_id": found.course.pk,
        "percentages": told,
        "change": _change(found.change, told=told),
        "levels": [_day(one, told=told) for one in found.levels],
        "concepts": [_concept(one, told=told) for one in found.topics],
        "readiness": _readiness(found.outlook, told=told) if found.outlook else None,
    }
    return Progress.model_validate(values)


def concept_shown(found: ConceptPicture, now: datetime) -> ConceptProgress:
    """One student on one concept."""
    topic, explained = found.topic, found.explained
    told = found.percentages and not topic.is_early
    said = explained is not None and not topic.is_early
    return ConceptProgress(
        concept=_concept(topic, told=found.percentages),
        sentences=telling.level(explained, topic.standing.words, now=now, percentages=told)
        if explained is not None and said
        else [],
        parts=[
            ExplainedPart(name=one.name, value=one.value, text=telling.part(explained, one.name))
            for one in explained.parts
        ]
        if explained is not None and told
        else [],
        logit=explained.logit if explained is not None and told else None,
        fresh=explained.fresh.p if explained is not None and explained.fresh and told else None,
        more=explained.more.p if explained is not None and told else None,
        answers=[_answer(one) for one in found.answers],
        has_older=found.more,
        closed=found.closed,
    )


def _answer(line: Any) -> AnswerBehind:
    values = {name: getattr(line, name) for name in AnswerBehind.model_fields}
    values["slip"] = line.slip.words if line.slip else None
    return AnswerBehind.model_validate(values)


def _day(one: Any, *, told: bool) -> LevelDay:
    figures = (one.p, one.low, one.high) if told else (None, None, None)
    return LevelDay(day=one.day, p=figures[0], low=figures[1], high=figures[2], n=one.n)


def _change(found: Any, *, told: bool) -> LevelChange | None:
    if found is None:
        return None
    return LevelChange(
        verdict=found.verdict,
        first=_day(found.first, told=told),
        latest=_day(found.latest, told=told),
        low=found.low if told else None,
        high=found.high if told else None,
        text=telling.change(found, percentages=told),
    )


def _concept(topic: Any, *, told: bool) -> ConceptLevel:
    one = topic.standing
    kept = ("concept_id", "name", "lesson_id", "place", "n", "wins", "last_at", "words", "due_at",
            "is_fading")  # fmt: skip
    values: dict[str, Any] = {name: getattr(one, name) for name in kept}
    shown = told and not topic.is_early
    values |= {name: getattr(one, name) if shown else None for name in ("p", "low", "high")}
    values["days"] = [_day(day, told=told and day.n >= FEW_ANSWERS) for day in topic.days]
    values["change"] = _change(topic.change, told=told)
    return ConceptLevel.model_validate(values)


def _readiness(found: Any, *, told: bool) -> ExamReadiness:
    ready, evidence = found.readiness, found.evidence
    numbers = ready if told else None
    return ExamReadiness(
        exam_id=found.exam.pk,
        exam=found.exam.title,
        pass_mark=found.exam.pass_mark,
        words=ready.words if ready else None,
        mean=numbers.mean if numbers else None,
        low=numbers.low if numbers else None,
        high=numbers.high if numbers else None,
        text=telling.chance(ready.words) if ready else telling.no_forecast(evidence),
        answers=evidence.answers,
        touched=evidence.touched,
        concepts=evidence.concepts,
        movers=[
            Mover(concept_id=one.concept_id, gain=one.gain if told else None)
            for one in found.movers
        ],
    )
