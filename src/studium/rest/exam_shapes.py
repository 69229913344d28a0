"""Exams as the API takes and shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from studium.rest.accommodation_shapes import Terms, terms_shown
from studium.rest.fields import Flag, Id, Moment, Paragraph, Percent, Sent, SentMoment, Shown, Text
from studium.rest.quiz_shapes import Points, Response

if TYPE_CHECKING:
    from studium.assessment.queries import ExamView

ExamTitle = Annotated[Text, Field(min_length=1, max_length=200, examples=["Final exam"])]
Minutes = Annotated[int, Field(strict=True, ge=1, le=1440, examples=[60])]
Attempts = Annotated[int, Field(strict=True, ge=1, le=1000, examples=[2])]
Grace = Annotated[int, Field(strict=True, ge=0, le=600, examples=[0])]
Release = Literal["at_once", "after_close", "on_date", "never"]
PartRelease = Literal["with_score", "at_once", "after_close", "on_date", "never"]
Counts = Literal["best", "last", "first", "mean"]
Closing = Literal["cut", "full_time"]
Delay = Annotated[int, Field(strict=True, ge=0, le=43_200, examples=[0])]
Network = Annotated[Text, Field(max_length=64, examples=["192.0.2.0/24"])]
Networks = Annotated[list[Network], Field(max_length=50, examples=[[]])]
Password = Annotated[Text, Field(max_length=200, examples=["the blue door"])]
_NULL = Field(examples=[None])


class Tier(Sent):
    """What handing in up to so many minutes after the due time costs."""

    minutes: Annotated[int, Field(strict=True, ge=1, le=525_600, examples=[60])]
    penalty_percent: Annotated[int, Field(strict=True, ge=0, le=100, examples=[10])]


Tiers = Annotated[list[Tier], Field(max_length=20, examples=[[]])]


class Exam(Shown):
    """An exam. `state` is how it stands for the asker: draft, archived, not_open, open, running,
    waiting (until `begins_at`), used_up or closed; `running_id` names one's running attempt,
    `terms` are one's own, `result` is what counts of the attempts whose score is out.

    `networks` is null but for the staff. The password can be set, and never read.
    """

    id: Id
    course_id: Id
    title: ExamTitle
    description: str
    status: Annotated[str, Field(examples=["published"])]
    duration_minutes: Minutes
    pass_mark: Percent
    attempts_allowed: Attempts
    opens_at: Moment | None
    closes_at: Moment | None
    grace_seconds: Grace
    shuffle: bool
    release: Release
    release_on: Annotated[Moment | None, _NULL]
    release_correctness: PartRelease
    release_key: PartRelease
    release_explanation: PartRelease
    closing: Closing
    retry_delay_minutes: Delay
    counts: Counts
    due_at: Annotated[Moment | None, _NULL]
    late_tiers: Tiers
    has_password: bool
    networks: Annotated[list[str] | None, _NULL]
    created_at: Moment
    state: Annotated[str, Field(examples=["open"])]
    question_count: int
    points: int
    attempts: int
    attempts_left: int
    running_id: Annotated[Id | None, _NULL]
    begins_at: Annotated[Moment | None, _NULL]
    result: Annotated[Percent | None, _NULL]
    terms: Terms
    warnings: Annotated[list[str], Field(examples=[[]])]


class NewExam(Sent):
    """The terms of an exam."""

    title: ExamTitle
    description: Paragraph = ""
    duration_minutes: Minutes = 60
    pass_mark: Percent = 60
    attempts_allowed: Attempts = 1
    opens_at: Annotated[SentMoment | None, _NULL] = None
    closes_at: Annotated[SentMoment | None, _NULL] = None
    grace_seconds: Grace = 0
    shuffle: Flag = False
    release: Release = "at_once"
    release_on: Annotated[SentMoment | None, _NULL] = None
    release_correctness: PartRelease = "with_score"
    release_key: PartRelease = "with_score"
    release_explanation: PartRelease = "with_score"
    closing: Closing = "cut"
    retry_delay_minutes: Delay = 0
    counts: Counts = "best"
    due_at: Annotated[SentMoment | None, _NULL] = None
    late_tiers: Tiers = []
    networks: Networks = []
    password: Annotated[Password | None, _NULL] = None


class ExamChange(Sent):
    """Terms to change; what is left out stays. Running attempts keep those they began with. An
    empty `password` takes it away."""

    title: ExamTitle | None = None
    description: Paragraph | None = None
    duration_minutes: Minutes | None = None
    pass_mark: Percent | None = None
    attempts_allowed: Attempts | None = None
    opens_at: Annotated[SentMoment | None, _NULL] = None
    closes_at: Annotated[SentMoment | None, _NULL] = None
    grace_seconds: Grace | None = None
    shuffle: Flag | None = None
    release: Release | None = None
    release_on: Annotated[SentMoment | None, _NULL] = None
    release_correctness: PartRelease | None = None
    release_key: PartRelease | None = None
    release_explanation: PartRelease | None = None
    closing: Closing | None = None
    retry_delay_minutes: Delay | None = None
    counts: Counts | None = None
    due_at: Annotated[SentMoment | None, _NULL] = None
    late_tiers: Tiers | None = None
    networks: Networks | None = None
    password: Password | None = None


class Start(Sent):
    """What beginning may need."""

    password: Annotated[Password | None, _NULL] = None


class Place(Sent):
    """A question on a paper and what it is worth there."""

    id: Id
    points: Points = 1


class Paper(Sent):
    """All questions of a paper, in order."""

    questions: Annotated[list[Place], Field(max_length=500)]


class PaperLine(Shown):
    """A question on a paper, for the staff, and how people did on it over all its uses."""

    id: Id
    position: int
    points: int
    kind: Annotated[str, Field(examples=["single_choice"])]
    question_text: str
    lesson: str
    right: Response
    answers: int
    facility: Annotated[float | None, Field(examples=[0.75])]


class ItemLine(Shown):
    """How a question did. `share` is null where too few people answered; grey figures are thin."""

    id: Id
    position: int
    text: str
    lesson: str
    answers: int
    share: Annotated[float | None, Field(examples=[0.75])]
    low: Annotated[float | None, Field(examples=[0.6])]
    high: Annotated[float | None, Field(examples=[0.85])]
    words: str
    grey: bool
    flag: Annotated[str, Field(examples=["none"])]


class Statistics(Shown):
    """How an exam went. Averages are null under five people; `histogram` counts scores by tens."""

    hand_ins: int
    people: int
    running: int
    passed: int
    mean: Annotated[float | None, Field(examples=[71.5])]
    spread: Annotated[float | None, Field(examples=[12.0])]
    histogram: list[int]
    questions: list[ItemLine]


def exam_shown(view: ExamView, warnings: list[str]) -> Exam:
    """An exam that the asker may see; `warnings` are for its authors."""
    own: dict[str, Any] = {
        "state": view.state,
        "question_count": view.questions,
        "points": view.points,
        "attempts": view.attempts,
        "attempts_left": view.attempts_left,
        "running_id": view.running_id,
        "warnings": warnings,
        "begins_at": view.begins_at,
        "result": view.counted.score,
        "terms": terms_shown(view.terms),
        "has_password": bool(view.exam.password_hash),
        "networks": None if view.role == "student" else view.exam.networks,
    }
    rest = [name for name in Exam.model_fields if name not in own]
    return Exam.model_validate(own | {name: getattr(view.exam, name) for name in rest})
