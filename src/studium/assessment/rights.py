"""Who may do what with quizzes, exams and attempts. In a course only the enrolment's role counts.

Each `…_for` function fetches a row and checks the right in one go, so that no action can forget
it. What a person may not know of is answered like what does not exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet

from studium.assessment.models import (
    Exam,
    ExamAttempt,
    ExamStatus,
    PracticeSession,
    Question,
    Quiz,
    QuizAttempt,
    QuizStatus,
)
from studium.content import rights as course_rights
from studium.content.models import Course, CourseStatus, Lesson, LessonStatus, lesson_texts
from studium.lib.db import uuid_param
from studium.lib.errors import NotAllowed, NotFound
from studium.lib.looks import is_looking, once
from studium.lib.prepared import ByHand, Prepared, together
from studium.lib.words import phrase

if TYPE_CHECKING:
    from studium.identity.models import User

ADMIN, INSTRUCTOR, ASSISTANT, STUDENT = "admin", "instructor", "assistant", "student"


def _own_attempt(attempt: UUID, user: UUID) -> QuerySet[ExamAttempt]:
    rows = ExamAttempt.objects.select_related("exam__course")
    return rows.filter(pk=attempt, user_id=user)


# What every step of an exam asks.
_EXAM = Prepared(lambda exam: Exam.objects.select_related("course").filter(pk=exam), "exam")
_OWN = Prepared(_own_attempt, "attempt", "user")
_OWN_LOCKED = Prepared(
    lambda attempt, user: _own_attempt(attempt, user).select_for_update(of=("self",), no_key=True),
    "attempt",
    "user",
)


_ROLE_AT_EXAM = """
SELECT e.role FROM enrollments e JOIN exams x ON x.course_id = e.course_id
WHERE x.id = %s AND e.user_id = %s AND e.ended_at IS NULL
"""


def _own_run(attempt: UUID, user: UUID) -> QuerySet[QuizAttempt]:
    rows = QuizAttempt.objects.select_related("quiz__lesson__course")
    return rows.defer(*lesson_texts("quiz__lesson")).filter(pk=attempt, user_id=user)


_RUN = Prepared(_own_run, "attempt", "user")
_RUN_LOCKED = Prepared(
    lambda attempt, user: _own_run(attempt, user).select_for_update(of=("self",), no_key=True),
    "attempt",
    "user",
)
_QUIZ = Prepared(
    lambda quiz: (
        Quiz.objects.select_related("lesson__course").defer(*lesson_texts("lesson")).filter(pk=quiz)
    ),
    "quiz",
)
READ = Prepared(
    lambda attempt: ExamAttempt.objects.select_related("exam__course", "user").filter(pk=attempt),
    "attempt",
)
"""An attempt with all that its pages say of its exam and its owner, whoever asks; see
`attempt_for_reader`."""


def role_in(user: User, course_id: UUID) -> str | None:
    """`student`, `assistant`, `instructor`, `admin`, or None for somebody outside."""
    return ADMIN if course_rights.is_admin(user) else course_rights.role_in(user, course_id)


def may_write(user: User, course_id: UUID) -> bool:
    """Whether the person writes questions, quizzes and exams of the course."""
    return role_in(user, course_id) in (INSTRUCTOR, ADMIN)


def may_use_whole_bank(user: User, course: Course) -> bool:
    """Whether the person draws on the questions of all courses of the course's owner."""
    return user.pk == course.owner_id or course_rights.is_admin(user)


def may_see_results(user: User, course_id: UUID) -> bool:
    """Whether the person sees everybody's attempts, and keys before their release."""
    return role_in(user, course_id) in (ASSISTANT, INSTRUCTOR, ADMIN)


def require_author(user: User, course_id: UUID, *, known: bool = True) -> None:
    """Raise unless the person writes in the course; `known`: learners may know of the thing."""
    role = role_in(user, course_id)
    if role is None or (role == STUDENT and not known):
        raise NotFound
    if role not in (INSTRUCTOR, ADMIN):
        raise NotAllowed("Only instructors of this course can change its questions and exams.")


def require_results(user: User, course_id: UUID, *, known: bool = True) -> None:
    """Raise unless the person sees everybody's results in the course."""
    role = role_in(user, course_id)
    if role is None or (role == STUDENT and not known):
        raise NotFound
    if role == STUDENT:
        raise NotAllowed("Only the staff of this course can see everybody's results.")


def lesson_for_author(user: User, lesson_id: UUID) -> Lesson:
    """The lesson, where the person writes in its course."""
    lesson = Lesson.objects.select_related("course").filter(pk=lesson_id).first()
    if lesson is None:
        raise NotFound
    require_author(user, lesson.course_id, known=lesson_is_out(lesson))
    return lesson


def course_for_author(user: User, course_id: UUID) -> Course:
    """The course, where the person writes in it."""
    course = Course.objects.filter(pk=course_id).first()
    if course is None:
        raise NotFound
    require_author(user, course_id, known=course.status != CourseStatus.DRAFT)
    return course


def quiz_for_author(user: User, quiz_id: UUID, *, lock: bool = False) -> Quiz:
    """The quiz, where the person writes in its course; with `lock` nobody else changes it now."""
    rows = Quiz.objects.select_related("lesson__course").defer(*lesson_texts("lesson"))
    quiz = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=quiz_id).first()
    if quiz is None:
        raise NotFound
    require_author(user, quiz.lesson.course_id, known=quiz_is_out(quiz))
    return quiz


def question_for_author(user: User, question_id: UUID, *, lock: bool = False) -> Question:
    """The question, where the person writes in its course."""
    rows = Question.objects.select_related("quiz__lesson__course")
    rows = rows.defer(*lesson_texts("quiz__lesson"))
    found = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=question_id)
    question = found.first()
    if question is None:
        raise NotFound
    # Learners meet questions in quizzes and exams, never by their own address.
    require_author(user, question.quiz.lesson.course_id, known=False)
    return question


def exam_for_author(user: User, exam_id: UUID, *, lock: bool = False) -> Exam:
    """The exam, where the person writes in its course."""
    rows = Exam.objects.select_related("course")
    exam = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=exam_id).first()
    if exam is None:
        raise NotFound
    require_author(user, exam.course_id, known=exam_is_out(exam))
    return exam


@once
def exam_of(exam_id: UUID) -> Exam | None:
    """The exam with its course, whoever asks. Check the right next."""
    return _EXAM.first(exam=exam_id)


def exam_for_reader(user: User, exam_id: UUID) -> tuple[Exam, str]:
    """The exam and the person's role; a draft is there for staff only."""
    exam, role = _exam_and_role(user, exam_id)
    if exam is None or role is None or (role == STUDENT and not exam_is_out(exam)):
        raise NotFound
    return exam, role


def _exam_and_role(user: User, exam_id: UUID) -> tuple[Exam | None, str | None]:
    if is_looking():  # other parts of the page ask for either of them
        exam = exam_of(exam_id)
        return exam, role_in(user, exam.course_id) if exam else None
    exams, roles = together(
        _EXAM.asked(exam=exam_id),
        ByHand(_ROLE_AT_EXAM, [uuid_param(exam_id), uuid_param(user.pk)]),
    )
    taking_part = roles and course_rights.is_active(user)
    role = str(roles[0][0]) if taking_part else None
    return next(iter(exams), None), ADMIN if course_rights.is_admin(user) else role


def quiz_for_reader(user: User, quiz_id: UUID) -> tuple[Quiz, str]:
    """The quiz and the person's role; a draft is there for staff only."""
    quiz = _QUIZ.first(quiz=quiz_id)
    role = role_in(user, quiz.lesson.course_id) if quiz else None
    if quiz is None or role is None or (role == STUDENT and not quiz_is_out(quiz)):
        raise NotFound
    return quiz, role


def exam_attempt_for(user: User, attempt_id: UUID, *, lock: bool = False) -> ExamAttempt:
    """The person's own attempt."""
    rows = _OWN_LOCKED if lock else _OWN
    attempt = rows.first(attempt=attempt_id, user=user.pk)
    if attempt is None or not user.is_active:
        raise NotFound
    return attempt


def exam_attempt_for_reader(user: User, attempt_id: UUID) -> tuple[ExamAttempt, bool]:
    """An attempt of one's own, or any attempt in a course one is staff of; and whether as staff."""
    return attempt_for_reader(user, READ.all(attempt=attempt_id))


def attempt_for_reader(user: User, found: Sequence[ExamAttempt]) -> tuple[ExamAttempt, bool]:
    """`exam_attempt_for_reader` of what `READ` found, which was asked together with others: nothing
    of theirs may be shown before."""
    attempt = next(iter(found), None)
    if attempt is None or not user.is_active:
        raise NotFound
    if attempt.user_id == user.pk:
        return attempt, False
    if not may_see_results(user, attempt.exam.course_id):
        raise NotFound
    return attempt, True


def quiz_attempt_for(user: User, attempt_id: UUID, *, lock: bool = False) -> QuizAttempt:
    """The person's own run through a quiz."""
    attempt = (_RUN_LOCKED if lock else _RUN).first(attempt=attempt_id, user=user.pk)
    if attempt is None or not user.is_active:
        raise NotFound
    return attempt


def practice_session_for(user: User, session_id: UUID, *, lock: bool = False) -> PracticeSession:
    """The person's own practice session."""
    rows = PracticeSession.objects.select_related("course")
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    session = rows.filter(pk=session_id, user_id=user.pk).first()
    if session is None or not user.is_active:
        raise NotFound
    return session


def require_learner(role: str | None, what: str) -> None:
    """Raise unless the role is a student's: staff look at things, they leave no results."""
    if role != STUDENT:
        raise NotAllowed(
            phrase(
                "Only students of this course take %(what)s. You see it as its staff.", what=what
            )
        )


def lesson_is_out(lesson: Lesson) -> bool:
    """Whether the lesson's students may know of it."""
    return lesson.status == LessonStatus.PUBLISHED and lesson.course.status != CourseStatus.DRAFT


def quiz_is_out(quiz: Quiz) -> bool:
    """Whether the students may know of the quiz; an archived one keeps its results."""
    return quiz.status != QuizStatus.DRAFT and lesson_is_out(quiz.lesson)


def exam_is_out(exam: Exam) -> bool:
    """Whether the students may know of the exam; an archived one keeps its results."""
    return exam.status != ExamStatus.DRAFT and exam.course.status != CourseStatus.DRAFT


def exam_for_supervisor(user: User, exam_id: UUID) -> Exam:
    """The exam, where the person supervises it: every member of its course's staff may."""
    exam, _role = exam_for_reader(user, exam_id)
    require_results(user, exam.course_id)
    return exam
