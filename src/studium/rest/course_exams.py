"""`/courses/{id}/exams` and `…/quizzes`: what can be taken in a course."""

from __future__ import annotations

from ninja import Query, Router

from studium.assessment import queries
from studium.assessment.actions import papers
from studium.content import queries as content
from studium.content import rights as course_rights
from studium.lib import clock
from studium.rest.auth import Request
from studium.rest.describe import says
from studium.rest.exam_shapes import Exam, NewExam, exam_shown
from studium.rest.exams import read_exam_for
from studium.rest.fields import Id
from studium.rest.paging import Items, Page
from studium.rest.quiz_shapes import Quiz, quiz_shown

router = Router()


@router.get(
    "/{course_id}/exams",
    response=Items[Exam],
    tags=["exams"],
    openapi_extra=says("not_enrolled"),
)
def list_exams(request: Request, course_id: Id, page: Query[Page]) -> Items[Exam]:
    """The exams of a course in order of opening; drafts for the staff only."""
    user = request.auth
    course_rights.require_read_course(user, content.course_by_id(course_id))
    views = queries.exams_of_course(viewer=user, course_id=course_id, now=clock.now())
    rows, count = page.cut(views)
    return Items[Exam](items=[exam_shown(one, []) for one in rows], count=count)


@router.post(
    "/{course_id}/exams",
    response={201: Exam},
    tags=["exams"],
    openapi_extra=says("not_allowed", location="/exams/{id}"),
)
def create_exam(request: Request, course_id: Id, sent: NewExam) -> Exam:
    """Add an exam, as a draft with an empty paper."""
    by = request.auth
    made = papers.create_exam(
        by=by, course_id=course_id, settings=sent.model_dump(), now=clock.now()
    )
    return read_exam_for(by, made.pk)


@router.get(
    "/{course_id}/quizzes",
    response=Items[Quiz],
    tags=["quizzes"],
    openapi_extra=says("not_enrolled"),
)
def list_course_quizzes(request: Request, course_id: Id, page: Query[Page]) -> Items[Quiz]:
    """The quizzes of a course in reading order; drafts for the staff only."""
    user, course = request.auth, content.course_by_id(course_id)
    course_rights.require_read_course(user, course)
    drafts = course_rights.is_course_staff(user, course_id)
    lessons = [one.id for one in content.outline(user, course, drafts=drafts)]
    found = queries.quizzes_of_lessons(viewer=user, lesson_ids=lessons)
    rows, count = page.cut([view for lesson in lessons for view in found.get(lesson, [])])
    return Items[Quiz](items=[quiz_shown(one) for one in rows], count=count)
