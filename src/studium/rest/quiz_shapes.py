"""Quizzes and questions as the API takes and shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, Field

from studium.rest.fields import Flag, Id, Moment, Percent, QuestionText, Sent, Shown, Text

if TYPE_CHECKING:
    from studium.assessment.queries import QuizView

QuizTitle = Annotated[Text, Field(min_length=1, max_length=200, examples=["Check yourself"])]
Slug = Annotated[Text, Field(min_length=1, max_length=120, examples=["check-yourself"])]
Runs = Annotated[int, Field(strict=True, ge=1, le=1000, examples=[3])]
Kind = Annotated[Text, Field(max_length=20, examples=["single_choice"])]
Points = Annotated[int, Field(strict=True, ge=1, le=1000, examples=[1])]
Response = Annotated[Any, Field(examples=["a1b2c3d4"])]


class Quiz(Shown):
    """A quiz; `attempts_left` is null without a limit, `running_id` names one's running run."""

    id: Id
    lesson_id: Id
    title: QuizTitle
    slug: Annotated[str | None, Field(examples=["check-yourself"])]
    status: Annotated[str, Field(examples=["published"])]
    position: int
    pass_mark: Percent
    max_attempts: Runs | None
    shuffle: bool
    feedback: Literal["each", "end"]
    question_count: int
    attempts: int
    attempts_left: int | None
    running_id: Id | None


class NewQuiz(Sent):
    """The settings of a quiz. `slug` is the name by which a lesson's text places it."""

    title: QuizTitle
    slug: Slug | None = None
    pass_mark: Percent = 60
    max_attempts: Runs | None = None
    shuffle: Flag = False
    feedback: Literal["each", "end"] = "each"


class QuizChange(Sent):
    """Settings to change; what is left out stays."""

    title: QuizTitle | None = None
    slug: Slug | None = None
    pass_mark: Percent | None = None
    max_attempts: Runs | None = None
    shuffle: Flag | None = None
    feedback: Literal["each", "end"] | None = None


class OptionSent(Sent):
    """An option, in Markdown. Mark the right ones; ids are drawn when it is stored. `share` is the
    percent of the points it earns or costs, as text, where the kind knows shares."""

    text: Annotated[Text, Field(max_length=10_000, examples=["One"])]
    right: Flag = False
    explanation: Annotated[Text, Field(max_length=10_000, examples=[""])] = ""
    share: Annotated[Text | None, Field(max_length=80, examples=[None])] = None


class NewQuestion(Sent):
    """A question. The key of a choice is marked at its options, an order is that of the options;
    else `answer` is the key: true or false, a text, a number or its string, an object. `spec` has
    what else the kind needs, see docs/question-kinds.md."""

    kind: Kind
    question_text: QuestionText
    options: Annotated[
        list[OptionSent] | None,
        Field(max_length=100, examples=[[{"text": "One", "right": True}, {"text": "Two"}]]),
    ] = None
    answer: Annotated[Any, Field(examples=[None])] = None
    spec: Annotated[dict[str, Any], Field(max_length=50, examples=[{}])] = {}
    points: Points = 1
    explanation: Annotated[Text, Field(max_length=50_000, examples=["One at a time."])] = ""


class QuestionChange(Sent):
    """Fields to write anew; what is left out stays. `position` moves the question."""

    kind: Kind | None = None
    question_text: QuestionText | None = None
    options: Annotated[
        list[OptionSent] | None,
        Field(max_length=100, examples=[[{"text": "One", "right": True}, {"text": "Two"}]]),
    ] = None
    answer: Annotated[Any, Field(examples=[None])] = None
    spec: Annotated[dict[str, Any] | None, Field(max_length=50, examples=[{}])] = None
    points: Points | None = None
    explanation: Annotated[Text, Field(max_length=50_000, examples=["One at a time."])] | None = (
        None
    )
    position: Annotated[int, Field(strict=True, ge=1, le=100_000, examples=[None])] | None = None


class Question(Shown):
    """A question as its authors see it, key included."""

    id: Id
    quiz_id: Id
    kind: Kind
    question_text: str
    options: Annotated[
        list[dict[str, Any]] | None, Field(examples=[[{"id": "a1b2c3d4", "text": "One"}]])
    ]
    right: Response
    spec: Annotated[dict[str, Any], Field(examples=[{}])]
    points: Points
    explanation: str
    position: int
    version: int
    status: Annotated[str, Field(examples=["approved"])]
    origin: Annotated[str, Field(examples=["human"])]
    replaces: Id | None
    retired_at: Moment | None
    answers: Annotated[int | None, Field(examples=[12])] = None
    facility: Annotated[float | None, Field(examples=[0.75])] = None


class Option(Shown):
    """An option to choose."""

    id: Annotated[str, Field(examples=["a1b2c3d4"])]
    text: Annotated[str, Field(examples=["One"])]


def quiz_shown(view: QuizView) -> Quiz:
    """A quiz that the asker may see."""
    quiz = view.quiz
    own: dict[str, Any] = {
        "question_count": view.questions,
        "attempts": len(view.runs),
        "attempts_left": view.runs_left,
        "running_id": view.running.pk if view.running else None,
    }
    rest = [name for name in Quiz.model_fields if name not in own]
    return Quiz.model_validate(own | {name: getattr(quiz, name) for name in rest})


def settings_sent(sent: BaseModel) -> dict[str, Any]:
    """The settings that were really sent; null counts where it was sent."""
    return sent.model_dump(exclude_unset=True)


def question_shown(row: Any, right: Any, line: Any = None) -> Question:
    """A question for the staff; `line` brings how often it was answered."""
    own: dict[str, Any] = {
        "right": right,
        "replaces": row.replaces_id,
        "spec": row.spec or {},
        "options": [_option(one) for one in row.options] if row.options else None,
        "answers": line.answers if line else None,
        "facility": line.facility if line else None,
    }
    rest = [name for name in Question.model_fields if name not in own]
    return Question.model_validate(own | {name: getattr(row, name) for name in rest})


def _option(one: dict[str, Any]) -> dict[str, Any]:
    return {name: one[name] for name in ("id", "text", "explanation", "share") if name in one}
