"""`/exams`: terms, paper, attempts and how it went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from ninja import Query, Router
from ninja.responses import Status

from studium.analytics import queries as analytics
from studium.assessment import queries, rights, terms
from studium.assessment.actions import papers, sit
from studium.lib import clock
from studium.lib.errors import Invalid
from studium.rest.attempt_shapes import AttemptLine, ExamAttempt, attempt_shown, line_shown
from studium.rest.auth import Request
from studium.rest.describe import says
from studium.rest.exam_shapes import (
    Exam,
    ExamChange,
    Paper,
    PaperLine,
    Start,
    Statistics,
    exam_shown,
)
from studium.rest.fields import Id
from studium.rest.paging import Items, Page
from studium.rest.quiz_shapes import settings_sent

if TYPE_CHECKING:
    from studium.identity.models import User

router = Router()


@router.get("/{exam_id}", response=Exam)
def read_exam(request: Request, exam_id: Id) -> Exam:
    """One exam, and how it stands for the asker."""
    return read_exam_for(request.auth, exam_id)


@router.patch("/{exam_id}", response=Exam, openapi_extra=says("not_allowed"))
def change_exam(request: Request, exam_id: Id, sent: ExamChange) -> Exam:
    """Change terms."""
    given = settings_sent(sent)
    nulls = [one for one in given if given[one] is None and one not in terms.NULLABLE]
    if nulls:
        raise Invalid("Some terms cannot be null.", fields=dict.fromkeys(nulls, "Not null."))
    papers.update_exam(by=request.auth, exam_id=exam_id, settings=given, now=clock.now())
    return read_exam_for(request.auth, exam_id)


@router.post(
    "/{exam_id}/publish",
    response=Exam,
    openapi_extra=says("not_allowed", "paper_is_empty", "exam_is_over"),
)
def publish_exam(request: Request, exam_id: Id) -> Exam:
    """Let students see the exam, and begin it in its window."""
    papers.publish_exam(by=request.auth, exam_id=exam_id, now=clock.now())
    return read_exam_for(request.auth, exam_id)


@router.post("/{exam_id}/archive", response=Exam, openapi_extra=says("not_allowed"))
def archive_exam(request: Request, exam_id: Id) -> Exam:
    """Take an exam out of use; attempts that run go on, results stay."""
    papers.archive_exam(by=request.auth, exam_id=exam_id, now=clock.now())
    return read_exam_for(request.auth, exam_id)


@router.get("/{exam_id}/questions", response=Items[PaperLine], openapi_extra=says("not_allowed"))
def read_paper(request: Request, exam_id: Id, page: Query[Page]) -> Items[PaperLine]:
    """The paper with its keys, for the staff."""
    rows, count = page.cut(queries.paper_of(viewer=request.auth, exam_id=exam_id))
    return Items[PaperLine](items=[_place(one) for one in rows], count=count)


@router.put(
    "/{exam_id}/questions",
    response=Items[PaperLine],
    openapi_extra=says("not_allowed", "paper_is_frozen", "paper_is_empty"),
)
def set_paper(request: Request, exam_id: Id, sent: Paper) -> Items[PaperLine]:
    """Put exactly these questions on the paper, in this order; refused once somebody began."""
    by = request.auth
    places = [papers.Place(one.id, one.points) for one in sent.questions]
    papers.set_paper(by=by, exam_id=exam_id, places=places, now=clock.now())
    lines = queries.paper_of(viewer=by, exam_id=exam_id)
    return Items[PaperLine](items=[_place(one) for one in lines], count=len(lines))


@router.get("/{exam_id}/attempts", response=Items[AttemptLine], tags=["exam attempts"])
def list_attempts(request: Request, exam_id: Id, page: Query[Page]) -> Items[AttemptLine]:
    """One's own attempts, oldest first; for the staff everybody's, newest first."""
    user, now = request.auth, clock.now()
    view = queries.exam_view(viewer=user, exam_id=exam_id, now=now)
    if view.role == rights.STUDENT:
        sit.close_overdue(now=now, exam_id=exam_id, user_id=user.pk)
        own = queries.own_attempts(viewer=user, exam_id=exam_id, now=now)
        rows, count = page.cut(own)
    else:
        rows, count = queries.attempts_at(
            viewer=user, exam_id=exam_id, now=now, limit=page.limit, offset=page.offset
        )
    return Items[AttemptLine](items=[line_shown(one) for one in rows], count=count)


@router.post(
    "/{exam_id}/attempts",
    response={200: ExamAttempt, 201: ExamAttempt},
    tags=["exam attempts"],
    exclude_unset=True,
    openapi_extra=says(
        "not_allowed",
        "not_open_yet",
        "exam_closed",
        "no_attempts_left",
        "wait_before_next",
        "network_not_allowed",
        "exam_password",
        "try_again",
        location="/exam-attempts/{id}",
    ),
)
def start_attempt(request: Request, exam_id: Id, sent: Start | None = None) -> Status[Any]:
    """Begin an attempt (201), or get the one that runs (200), with its questions."""
    by, now = request.auth, clock.now()
    password = sent.password if sent else None
    attempt = sit.start_attempt(by=by, exam_id=exam_id, now=now, password=password)
    view = queries.attempt_view(viewer=by, attempt_id=attempt.pk, now=now)
    return Status(201 if attempt.attempted_at == now else 200, attempt_shown(view))


@router.get("/{exam_id}/statistics", response=Statistics, openapi_extra=says("not_allowed"))
def read_statistics(request: Request, exam_id: Id) -> Statistics:
    """How an exam went over all attempts, for its staff."""
    exam, _role = rights.exam_for_reader(request.auth, exam_id)
    rights.require_results(request.auth, exam.course_id)
    return Statistics.model_validate(analytics.exam_picture(exam))


def read_exam_for(user: User, exam_id: UUID) -> Exam:
    """An exam as this person may see it; warnings about its terms are for authors."""
    view = queries.exam_view(viewer=user, exam_id=exam_id, now=clock.now())
    author = view.role in (rights.INSTRUCTOR, rights.ADMIN)
    return exam_shown(view, terms.exam_warnings(papers.settings_of(view.exam)) if author else [])


def _place(line: Any) -> PaperLine:
    question = line.question
    return PaperLine(
        id=question.pk,
        position=line.position,
        points=line.points,
        kind=question.kind,
        question_text=question.question_text,
        lesson=line.lesson_topic,
        right=queries.right_answer(question),
        answers=line.answers,
        facility=line.facility,
    )
