"""Quizzes and runs through them, as their readers may see them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from studium.assessment import rights, rules
from studium.assessment.asked import (
    Asked,
    asked,
    content_of,
    explanation_html,
    option_explanations,
    remark_html,
    variant_seed,
)
from studium.assessment.kinds import NEED_PERSON, Response, kind
from studium.assessment.models import (
    Feedback,
    PracticeAnswer,
    Question,
    QuestionStatus,
    Quiz,
    QuizAnswer,
    QuizAttempt,
    QuizAttemptStatus,
    QuizStatus,
)
from studium.assessment.own import quiz_runs_of, run_rows_of
from studium.assessment.queries.running import running_exam
from studium.content.models import lesson_texts
from studium.lib.db import read_rows, uuid_param, uuid_value
from studium.lib.looks import is_looking
from studium.lib.prepared import Prepared

if TYPE_CHECKING:
    from studium.identity.models import User

_LINES = f"""
SELECT z.id, z.title, z.status, l.id, l.topic,
  (SELECT COUNT(*) FROM questions q WHERE q.quiz_id = z.id AND q.retired_at IS NULL
   AND q.status = 'approved' AND q.kind NOT IN ({", ".join(f"'{one}'" for one in NEED_PERSON)}))
FROM quizzes z JOIN lessons l ON l.id = z.lesson_id
WHERE l.course_id = %s ORDER BY l.order_index, z.position, z.id LIMIT %s OFFSET %s
"""
_COUNT = """
SELECT COUNT(*) FROM quizzes z JOIN lessons l ON l.id = z.lesson_id WHERE l.course_id = %s
"""


def _runs_of(**narrowed: UUID) -> QuerySet[QuizAttempt]:
    rows = QuizAttempt.objects.filter(**narrowed).select_related("quiz__lesson")
    return rows.defer(*lesson_texts("quiz__lesson")).order_by("started_at", "pk")


_OWN_RUNS = Prepared(lambda user, quiz: _runs_of(user_id=user, quiz_id=quiz), "user", "quiz")
_ANSWERS = Prepared(lambda run: QuizAnswer.objects.filter(attempt_id=run), "run")
_FINISHED = "SELECT 1 FROM quiz_attempts WHERE id = %s AND status = 'finished'"


@dataclass(frozen=True, slots=True)
class QuizView:
    """A quiz, how many questions it asks, and the viewer's runs, oldest first."""

    quiz: Quiz
    role: str
    questions: int
    runs: tuple[QuizAttempt, ...]

    @property
    def running(self) -> QuizAttempt | None:
        return next((run for run in self.runs if run.status == QuizAttemptStatus.IN_PROGRESS), None)

    @property
    def runs_left(self) -> int | None:
        """How many more may be begun; None is without limit."""
        limit = self.quiz.max_attempts
        return None if limit is None else max(0, limit - len(self.runs))


@dataclass(frozen=True, slots=True)
class QuizLine:
    """A quiz in the list of the staff, and how many questions a run through it asks."""

    id: UUID
    title: str
    status: str
    lesson_id: UUID
    topic: str
    questions: int


@dataclass(frozen=True, slots=True)
class Practised:
    """A question of a run. What follows `response` is None where it is not told (yet)."""

    number: int
    asked: Asked
    answered: bool
    response: Response
    share: Decimal | None
    right: Response
    explanation_html: str | None
    option_explanations: dict[str, str]
    parts: dict[str, bool]
    remark_html: str

    def as_json(self) -> dict[str, Any]:
        """The shape the API gives; `feedback` is null until it may be told."""
        made = self.asked.as_json()
        made["answer"] = {"response": self.response} if self.answered else None
        made["feedback"] = None
        if self.share is not None:
            made["feedback"] = {
                "share": float(self.share),
                "right": self.right,
                "explanation_html": self.explanation_html,
                "options": self.option_explanations,
                "parts": self.parts,
                "remark_html": self.remark_html,
            }
        return made


@dataclass(frozen=True, slots=True)
class RunView:
    """A run through a quiz. `paused` names the exam that runs meanwhile and hides all feedback."""

    run: QuizAttempt
    quiz: Quiz
    questions: tuple[Practised, ...]
    paused: str | None

    @property
    def finished(self) -> bool:
        return self.run.status == QuizAttemptStatus.FINISHED

    @property
    def open_number(self) -> int | None:
        """The first question without an answer, or None when all have one."""
        return next((one.number for one in self.questions if not one.answered), None)

    def as_json(self) -> dict[str, Any]:
        """The shape the API gives."""
        run = self.run
        return {
            "id": str(run.pk),
            "quiz_id": str(run.quiz_id),
            "attempt_no": run.attempt_no,
            "status": run.status,
            "started_at": run.started_at.isoformat(),
            "finished_at": run.finished_at.isoformat() if run.finished_at else None,
            "score": run.score,
            "points": None if run.points is None else float(run.points),
            "max_points": None if run.max_points is None else float(run.max_points),
            "passed": None if run.score is None else run.score >= self.quiz.pass_mark,
            "questions": [one.as_json() for one in self.questions],
        }


def quiz_view(*, viewer: User, quiz_id: UUID) -> QuizView:
    """One quiz for a member of its course; a draft for staff only."""
    quiz, role = rights.quiz_for_reader(viewer, quiz_id)
    runs = QuizAttempt.objects.filter(quiz=quiz, user_id=viewer.pk).order_by("attempt_no")
    return QuizView(quiz, role, _in_use(quiz).count(), tuple(runs))


def is_finished_run(attempt_id: UUID) -> bool:
    """Whether there is such a run and it has ended; says nothing of who may see it."""
    return bool(read_rows(_FINISHED, [uuid_param(attempt_id)]))


def run_view(*, viewer: User, attempt_id: UUID, now: datetime) -> RunView:
    """A run of one's own, with as much feedback as the quiz and a running exam allow."""
    run = rights.quiz_attempt_for(viewer, attempt_id)
    exam = running_exam(viewer, now)
    finished = run.status == QuizAttemptStatus.FINISHED
    answers = {row.question_id: row for row in _ANSWERS.all(run=run.pk)}
    rows = {str(row.pk): row for row in _asked_in(run)}
    told = exam is None and (finished or run.quiz.feedback == Feedback.EACH)
    questions = tuple(
        practised(
            number,
            rows[one],
            answers.get(rows[one].pk),
            seed=variant_seed(run),
            order_seed=run.shuffle_seed,
            told=told and (finished or rows[one].pk in answers),
        )
        for number, one in enumerate(run.paper, start=1)
    )
    return RunView(run, run.quiz, questions, exam.exam.title if exam else None)


def quizzes_of_lesson(*, viewer: User, lesson_id: UUID) -> list[QuizView]:
    """A lesson's quizzes in order: published ones for students, all of them for staff."""
    return quizzes_of_lessons(viewer=viewer, lesson_ids=[lesson_id]).get(lesson_id, [])


def quizzes_of_lessons(*, viewer: User, lesson_ids: list[UUID]) -> dict[UUID, list[QuizView]]:
    """The same for several lessons of one course, in a fixed number of queries."""
    rows = list(
        Quiz.objects.filter(lesson_id__in=lesson_ids)
        .select_related("lesson__course")
        .defer(*lesson_texts("lesson"))
        .annotate(
            in_use=Count(
                "questions",
                filter=Q(questions__retired_at__isnull=True, questions__status="approved")
                & ~Q(questions__kind__in=NEED_PERSON),
            )
        )
        .order_by("position", "pk")
    )
    role = rights.role_in(viewer, rows[0].lesson.course_id) if rows else None
    if role is None:
        return {}
    shown = [row for row in rows if role != rights.STUDENT or _is_practised(row)]
    runs: dict[UUID, list[QuizAttempt]] = {}
    for run in sorted(_runs(viewer, shown), key=lambda one: one.attempt_no):
        runs.setdefault(run.quiz_id, []).append(run)
    found: dict[UUID, list[QuizView]] = {}
    for row in shown:
        view = QuizView(row, role, row.in_use, tuple(runs.get(row.pk, ())))
        found.setdefault(row.lesson_id, []).append(view)
    return found


def quiz_lines(
    *, viewer: User, course_id: UUID, limit: int = 50, offset: int = 0
) -> tuple[list[QuizLine], int]:
    """A part of all quizzes of a course in reading order and how many there are, for its staff.

    Nobody's runs are read; nothing for those who are no staff. Two statements.
    """
    if rights.role_in(viewer, course_id) in (None, rights.STUDENT):
        return [], 0
    course = uuid_param(course_id)
    rows = read_rows(_LINES, [course, limit, offset])
    lines = [
        QuizLine(uuid_value(row[0]), row[1], row[2], uuid_value(row[3]), row[4], row[5])
        for row in rows
    ]
    return lines, read_rows(_COUNT, [course])[0][0]


_TO_TAKE = """
SELECT z.id, z.lesson_id, z.max_attempts FROM quizzes z
JOIN lessons l ON l.id = z.lesson_id JOIN courses c ON c.id = l.course_id
WHERE l.course_id = %s AND (%s = 0 OR (
  z.status = 'published' AND l.status = 'published' AND c.status <> 'draft'))
ORDER BY z.position, z.id
"""


def quizzes_to_take(*, viewer: User, course_id: UUID) -> dict[UUID, UUID]:
    """Of each lesson of a course the first quiz that the viewer may begin to run through now.

    A fixed number of queries, and no more than the ids is read.
    """
    role = rights.role_in(viewer, course_id)
    if role is None:
        return {}
    begun = Counter(run.quiz_id for run in run_rows_of(viewer.pk, course_id))
    found: dict[UUID, UUID] = {}
    wanted = read_rows(_TO_TAKE, [uuid_param(course_id), int(role == rights.STUDENT)])
    for quiz, lesson, most in wanted:
        if most is None or begun[uuid_value(quiz)] < most:
            found.setdefault(uuid_value(lesson), uuid_value(quiz))
    return found


def own_runs(*, viewer: User, quiz_id: UUID | None = None) -> list[QuizAttempt]:
    """The viewer's runs, all or those through one quiz, oldest first."""
    if quiz_id is not None:
        return _OWN_RUNS.all(user=viewer.pk, quiz=quiz_id)
    return list(_runs_of(user_id=viewer.pk))


def _asked_in(run: QuizAttempt) -> list[Question]:
    """The questions of a run, in no order."""
    names = {f"q{place}": UUID(one) for place, one in enumerate(run.paper)}
    return _questions(len(names)).all(**names) if names else []


@cache
def _questions(count: int) -> Prepared[Question]:
    return Prepared(
        lambda **ids: Question.objects.filter(pk__in=list(ids.values())),
        *(f"q{place}" for place in range(count)),
    )


def _runs(viewer: User, quizzes: Sequence[Quiz]) -> list[QuizAttempt]:
    """The viewer's runs through these quizzes, or through all of their course."""
    if quizzes and is_looking():
        return quiz_runs_of(viewer.pk, quizzes[0].lesson.course_id)
    return list(QuizAttempt.objects.filter(quiz__in=quizzes, user_id=viewer.pk))


def _is_practised(quiz: Quiz) -> bool:
    return quiz.status == QuizStatus.PUBLISHED and rights.lesson_is_out(quiz.lesson)


def _in_use(quiz: Quiz) -> Any:
    """What a run asks: nothing that a person has to mark."""
    return Question.objects.filter(
        quiz=quiz, retired_at__isnull=True, status=QuestionStatus.APPROVED
    ).exclude(kind__in=NEED_PERSON)


def practised(
    number: int,
    question: Question,
    answer: QuizAnswer | PracticeAnswer | None,
    *,
    seed: object,
    order_seed: int | None,
    told: bool,
) -> Practised:
    """A question with the answer it got; `seed` draws its numbers, `order_seed` its options."""
    ids = [option["id"] for option in question.options or ()]
    order = rules.option_order(ids, order_seed, question.pk)
    share = answer.share if answer is not None else Decimal(0)
    its, content = kind(question.kind), content_of(question, seed=seed)
    response = answer.response if answer is not None else None
    return Practised(
        number=number,
        asked=asked(question, points=question.points, option_ids=order, seed=seed),
        answered=answer is not None,
        response=response,
        share=share if told else None,
        right=its.right_answer(content) if told else None,
        explanation_html=explanation_html(question, seed=seed) if told else None,
        option_explanations=option_explanations(content) if told else {},
        parts=its.parts(content, response) if told and response is not None else {},
        remark_html=remark_html(content, response) if told else "",
    )
