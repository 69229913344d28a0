"""`/quizzes`: settings, questions, and running through one."""

from __future__ import annotations

from typing import Any

from ninja import Query, Router
from ninja.responses import Status

from studium.assessment import queries
from studium.assessment.actions import bank, practise
from studium.lib import clock
from studium.lib.errors import Invalid
from studium.rest.attempt_shapes import QuizRun, QuizRunLine, run_shown
from studium.rest.auth import Request
from studium.rest.describe import says
from studium.rest.fields import Id, Search
from studium.rest.paging import Items, Page
from studium.rest.quiz_shapes import (
    Kind,
    NewQuestion,
    Question,
    Quiz,
    QuizChange,
    question_shown,
    quiz_shown,
    settings_sent,
)

router = Router()


class Bank(Page):
    """Which questions of a course's bank are asked for."""

    text: Search = ""
    kind: Kind = ""
    lesson_id: Id | None = None


@router.get("/quizzes/{quiz_id}", response=Quiz)
def read_quiz(request: Request, quiz_id: Id) -> Quiz:
    """One quiz and how far one is with it."""
    return quiz_shown(queries.quiz_view(viewer=request.auth, quiz_id=quiz_id))


@router.patch("/quizzes/{quiz_id}", response=Quiz, openapi_extra=says("not_allowed"))
def change_quiz(request: Request, quiz_id: Id, sent: QuizChange) -> Quiz:
    """Change settings."""
    given = settings_sent(sent)
    nulls = [name for name in given if given[name] is None and name not in ("slug", "max_attempts")]
    if nulls:
        raise Invalid("Some settings cannot be null.", fields=dict.fromkeys(nulls, "Not null."))
    bank.update_quiz(by=request.auth, quiz_id=quiz_id, settings=given, now=clock.now())
    return quiz_shown(queries.quiz_view(viewer=request.auth, quiz_id=quiz_id))


@router.post(
    "/quizzes/{quiz_id}/publish",
    response=Quiz,
    openapi_extra=says("not_allowed", "quiz_is_empty"),
)
def publish_quiz(request: Request, quiz_id: Id) -> Quiz:
    """Let students practise."""
    bank.publish_quiz(by=request.auth, quiz_id=quiz_id, now=clock.now())
    return quiz_shown(queries.quiz_view(viewer=request.auth, quiz_id=quiz_id))


@router.post("/quizzes/{quiz_id}/archive", response=Quiz, openapi_extra=says("not_allowed"))
def archive_quiz(request: Request, quiz_id: Id) -> Quiz:
    """Take a quiz out of use; runs and results stay."""
    bank.archive_quiz(by=request.auth, quiz_id=quiz_id, now=clock.now())
    return quiz_shown(queries.quiz_view(viewer=request.auth, quiz_id=quiz_id))


@router.get(
    "/quizzes/{quiz_id}/questions",
    response=Items[Question],
    openapi_extra=says("not_allowed"),
)
def list_questions(request: Request, quiz_id: Id, page: Query[Page]) -> Items[Question]:
    """The questions in use with their keys, for the staff."""
    _quiz, lines = queries.quiz_questions(viewer=request.auth, quiz_id=quiz_id)
    rows, count = page.cut(lines)
    return Items[Question](items=[_line(one) for one in rows], count=count)


@router.post(
    "/quizzes/{quiz_id}/questions",
    response={201: Question},
    openapi_extra=says("not_allowed", "conflict", location="/questions/{id}"),
)
def create_question(request: Request, quiz_id: Id, sent: NewQuestion) -> Question:
    """Add a question at the end of a quiz."""
    made = bank.add_question(by=request.auth, quiz_id=quiz_id, draft=_draft(sent), now=clock.now())
    return question_shown(made, queries.right_answer(made))


@router.get(
    "/courses/{course_id}/questions",
    response=Items[Question],
    openapi_extra=says("not_allowed"),
)
def list_bank(request: Request, course_id: Id, page: Query[Bank]) -> Items[Question]:
    """The question bank of a course in reading order, for the staff."""
    lines, count = queries.course_questions(
        viewer=request.auth,
        course_id=course_id,
        text=page.text,
        kind_name=page.kind,
        lesson_id=page.lesson_id,
        limit=page.limit,
        offset=page.offset,
    )
    return Items[Question](items=[_line(one) for one in lines], count=count)


@router.get("/quizzes/{quiz_id}/attempts", response=Items[QuizRunLine])
def list_runs(request: Request, quiz_id: Id, page: Query[Page]) -> Items[QuizRunLine]:
    """One's own runs through a quiz, oldest first."""
    view = queries.quiz_view(viewer=request.auth, quiz_id=quiz_id)
    rows, count = page.cut(view.runs)
    return Items[QuizRunLine](items=[QuizRunLine.model_validate(row) for row in rows], count=count)


@router.post(
    "/quizzes/{quiz_id}/attempts",
    response={200: QuizRun, 201: QuizRun},
    openapi_extra=says(
        "not_allowed",
        "no_attempts_left",
        "exam_running",
        "conflict",
        "quiz_is_empty",
        "try_again",
        location="/quiz-attempts/{id}",
    ),
)
def start_run(request: Request, quiz_id: Id) -> Status[Any]:
    """Begin a run (201), or get the one that is under way (200)."""
    by, now = request.auth, clock.now()
    run = practise.start_quiz(by=by, quiz_id=quiz_id, now=now)
    view = queries.run_view(viewer=by, attempt_id=run.pk, now=now)
    return Status(201 if run.started_at == now else 200, run_shown(view))


def _draft(sent: NewQuestion) -> bank.QuestionDraft:
    given = sent.model_dump(exclude={"options"})
    options = None
    if sent.options is not None:
        options = [bank.OptionDraft(**one.model_dump()) for one in sent.options]
    return bank.QuestionDraft(**given, options=options)


def _line(line: Any) -> Question:
    return question_shown(line.question, queries.right_answer(line.question), line)
