"""Attempts at exams and runs through quizzes as the API shows them.

What is not released is null, and the queries behind this see to it; here are only shapes.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from studium.rest.fields import Id, Moment, Percent, Sent, Shown, number
from studium.rest.quiz_shapes import Kind, Option, Response

if TYPE_CHECKING:
    from studium.assessment import queries

Points = Annotated[float, Field(examples=[3.0])]


# What a kind needs to be answered beside the options: prompts, gaps, limits; null where nothing.
AnswerField = Annotated[dict[str, Any] | None, Field(examples=[None])]
# How parts of an answer count, in a sentence; empty where it is right or wrong.
Credit = Annotated[str, Field(examples=["Each right pair counts."])]


class Saved(Shown):
    """The stored answer to a question of an exam; a null response was cleared."""

    response: Response
    revision: Annotated[int, Field(examples=[1])]
    saved_at: Moment


class Receipt(Shown):
    """The acknowledgement of a change: it is on the disk. `receipt` is a short code of its line in
    the journal, which everything before it went into."""

    revision: Annotated[int, Field(examples=[1])]
    saved_at: Moment
    receipt: Annotated[str, Field(examples=["7K3M-9QWX-2B4D-H"])]


class PaperQuestion(Shown):
    """A question as asked; `answer` is there once something was saved."""

    id: Id
    kind: Kind
    question_text: Annotated[str, Field(examples=["How many owners does a value have?"])]
    points: int
    options: list[Option] | None
    field: AnswerField = None
    credit: Credit = ""
    answer: Saved | None = None


class ExamAttempt(Shown):
    """An attempt at an exam. `score` and `passed` are null until the release rule tells them."""

    id: Id
    exam_id: Id
    attempt_no: int
    status: Annotated[str, Field(examples=["in_progress"])]
    closed_by: Annotated[str | None, Field(examples=[None])]
    score: Annotated[Percent | None, Field(examples=[None])]
    passed: Annotated[bool | None, Field(examples=[None])]
    attempted_at: Moment
    deadline_at: Moment
    submitted_at: Annotated[Moment | None, Field(examples=[None])]
    server_time: Moment
    receipt: Annotated[str | None, Field(examples=["7K3M-9QWX-2B4D-H"])]
    questions: list[PaperQuestion]


class AttemptLine(Shown):
    """An attempt in a list, without its questions."""

    id: Id
    exam_id: Id
    exam_title: Annotated[str, Field(examples=["Final exam"])]
    user_id: Id
    user_name: Annotated[str, Field(examples=["Ada Alm"])]
    attempt_no: int
    attempts_allowed: int
    status: Annotated[str, Field(examples=["graded"])]
    closed_by: Annotated[str | None, Field(examples=["user"])]
    attempted_at: Moment
    deadline_at: Moment
    submitted_at: Moment | None
    pass_mark: Percent
    released: bool
    score: Percent | None
    passed: bool | None
    points: Points | None
    max_points: Points | None


class Event(Shown):
    """A line of an attempt's journal."""

    seq: int
    kind: Annotated[str, Field(examples=["save"])]
    question_id: Id | None
    response: Response
    revision: int | None
    occurred_at: Moment


class Message(Shown):
    """What the staff wrote during an exam."""

    id: Id
    text: Annotated[str, Field(examples=["Ten minutes left."])]
    sent_at: Moment
    to_all: bool


class State(Shown):
    """How an attempt stands. While `paused_at` is set the clock stands: what is left is
    `deadline_at - paused_at`, and the deadline moves when it goes on."""

    status: Annotated[str, Field(examples=["in_progress"])]
    closed_by: str | None
    deadline_at: Moment
    grace_seconds: int
    submitted_at: Moment | None
    paused_at: Moment | None
    server_time: Moment
    pulse: int
    messages: list[Message]


class Signal(Sent):
    """A fact about how an exam is sat: for how long, how much, and how long ago."""

    signal: Annotated[
        Literal["tab_left", "tab_returned", "pasted", "reconnected"], Field(examples=["tab_left"])
    ]
    seconds: Annotated[int | None, Field(strict=True, ge=0, le=86_400, examples=[None])] = None
    characters: Annotated[int | None, Field(strict=True, ge=0, le=1_000_000, examples=[None])] = (
        None
    )
    seconds_ago: Annotated[int | None, Field(strict=True, ge=0, le=86_400, examples=[0])] = None


class Signals(Sent):
    """Facts since the last time."""

    signals: Annotated[list[Signal], Field(max_length=50)]


class Noted(Shown):
    """How many facts were kept; an attempt has a limit."""

    noted: int


class Marked(Shown):
    """A question after grading; key, points and explanation are null until they are released."""

    number: int
    id: Id
    kind: Kind
    question_text: str
    max_points: int
    options: list[Option] | None
    field: AnswerField
    answer: Saved | None
    points: Points | None
    parts: dict[str, bool]
    right: Response
    explanation_html: str | None
    option_explanations: dict[str, str]
    remark_html: str


class LessonPoints(Shown):
    """What was earned on the questions of one lesson."""

    lesson_id: Id
    topic: str
    points: Points
    max_points: Points


class Later(Shown):
    """A part of a result that is not out yet, and from when it is; null is never."""

    part: Annotated[str, Field(examples=["key"])]
    at: Moment | None


class Result(Shown):
    """What an attempt came to, as far as the asker may know.

    `counts` is the rule by which attempts make the result of the exam, `result` what that is over
    those whose score is out; `penalty_percent` is what handing in late cost.
    """

    attempt: AttemptLine
    release: Annotated[str, Field(examples=["at_once"])]
    releases_at: Moment | None
    correctness_shown: bool
    keys_shown: bool
    explanations_shown: bool
    later: list[Later]
    counts: Annotated[str, Field(examples=["best"])]
    result: Annotated[int | None, Field(examples=[80])]
    penalty_percent: Annotated[int | None, Field(examples=[0])]
    questions: list[Marked]
    lessons: list[LessonPoints]


class Feedback(Shown):
    """How an answer was; `right` is the key in the form of a response."""

    share: Annotated[float, Field(ge=0, le=1, examples=[1.0])]
    right: Response
    explanation_html: str | None
    options: dict[str, str]
    parts: dict[str, bool]
    remark_html: str


class Given(Shown):
    """The answer to a question of a run."""

    response: Response


class RunQuestion(Shown):
    """A question of a run; `feedback` is null until it may be told."""

    id: Id
    kind: Kind
    question_text: Annotated[str, Field(examples=["How many owners does a value have?"])]
    points: int
    options: list[Option] | None
    field: AnswerField = None
    credit: Credit = ""
    answer: Given | None
    feedback: Feedback | None


class QuizRunLine(Shown):
    """A run through a quiz in a list."""

    id: Id
    quiz_id: Id
    attempt_no: int
    status: Annotated[str, Field(examples=["in_progress"])]
    started_at: Moment
    finished_at: Moment | None
    score: Percent | None
    points: Points | None
    max_points: Points | None


class QuizRun(QuizRunLine):
    """A run with its questions."""

    passed: bool | None
    questions: list[RunQuestion]


def attempt_shown(view: queries.AttemptView) -> dict[str, Any]:
    """An attempt in the promised shape, in which `answer` is left out until there is one."""
    return view.as_json()


def run_shown(view: queries.RunView) -> QuizRun:
    """A run through a quiz."""
    return QuizRun.model_validate(view.as_json())


def line_shown(line: queries.AttemptLine) -> AttemptLine:
    """An attempt in a list."""
    return AttemptLine.model_validate(line)


def result_shown(view: queries.ResultView) -> Result:
    """The result of an attempt."""
    return Result(
        attempt=line_shown(view.line),
        release=view.release,
        releases_at=view.releases_at,
        correctness_shown=view.correctness_shown,
        keys_shown=view.keys_shown,
        explanations_shown=view.explanations_shown,
        later=[Later(part=part, at=at) for part, at in view.later],
        counts=view.counts,
        result=view.counted.score,
        penalty_percent=view.penalty_percent,
        questions=[_marked(one) for one in view.questions],
        lessons=[
            LessonPoints(
                lesson_id=one.lesson_id,
                topic=one.topic,
                points=float(one.points),
                max_points=float(one.max_points),
            )
            for one in view.lessons
        ],
    )


def _marked(one: Any) -> Marked:
    asked = one.asked.as_json()
    points: Decimal | None = one.points
    return Marked(
        number=one.number,
        id=asked["id"],
        kind=asked["kind"],
        question_text=asked["question_text"],
        max_points=asked["points"],
        options=asked["options"],
        field=asked["field"],
        parts=dict(one.parts),
        remark_html=one.remark_html,
        answer=Saved.model_validate(one.answer) if one.answer else None,
        points=number(points),
        right=one.right,
        explanation_html=one.explanation_html,
        option_explanations=dict(one.option_explanations),
    )
