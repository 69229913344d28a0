"""The question bank as its authors see it, keys included."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, QuerySet

from studium.assessment import rights
from studium.assessment.asked import content_of, headline
from studium.assessment.kinds import Response, kind
from studium.assessment.models import ExamQuestion, ItemStatistics, Question, QuestionStatus, Quiz
from studium.content.models import lesson_texts
from studium.lib.db import read_rows, uuid_param, uuid_value
from studium.lib.errors import NotFound
from studium.lib.prepared import Prepared

if TYPE_CHECKING:
    from studium.identity.models import User

_CHOICES = """
SELECT q.id, q.question_text, q.kind, q.points, l.topic, s.answers, s.share_sum
FROM questions q JOIN quizzes z ON z.id = q.quiz_id JOIN lessons l ON l.id = z.lesson_id
LEFT JOIN item_statistics s ON s.question_id = q.id
WHERE l.course_id = %s AND q.retired_at IS NULL AND q.status = 'approved'
ORDER BY l.order_index, z.position, q.quiz_id, q.position LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class BankLine:
    """A question in the bank: how often it was answered, what share was right, where it is used."""

    question: Question
    lesson_topic: str
    quiz_title: str
    answers: int
    facility: float | None
    exams: int

    @property
    def title(self) -> str:
        """The question in a line."""
        return headline(self.question.question_text)


@dataclass(frozen=True, slots=True)
class Choice:
    """A question that an exam may ask, in the list a paper is chosen from."""

    id: UUID
    title: str
    kind: str
    points: int
    lesson_topic: str
    facility: float | None


def paper_choices(*, viewer: User, course_id: UUID, limit: int) -> list[Choice]:
    """The questions in use of a course in reading order, for the staff. One statement."""
    rights.require_results(viewer, course_id)
    return [
        Choice(
            uuid_value(question),
            headline(text),
            kind_name,
            points,
            topic,
            float(share_sum) / answers if answers else None,
        )
        for question, text, kind_name, points, topic, answers, share_sum in read_rows(
            _CHOICES, [uuid_param(course_id), limit]
        )
    ]


def _uses(places: QuerySet[ExamQuestion]) -> QuerySet[ExamQuestion, tuple[UUID, int]]:
    """Question -> how many exams it is on."""
    return places.values("question_id").annotate(n=Count("pk")).values_list("question_id", "n")


_OF_QUIZ = Prepared(
    lambda quiz: (
        Question.objects.filter(quiz_id=quiz, retired_at__isnull=True)
        .select_related("quiz__lesson")
        .defer(*lesson_texts("quiz__lesson"))
        .order_by("position")
    ),
    "quiz",
)
_USES_OF_QUIZ = Prepared(
    lambda quiz: _uses(ExamQuestion.objects.filter(question__quiz_id=quiz)), "quiz"
)
_SUMS_OF_QUIZ = Prepared(lambda quiz: ItemStatistics.objects.filter(question__quiz_id=quiz), "quiz")


def quiz_questions(*, viewer: User, quiz_id: UUID) -> tuple[Quiz, list[BankLine]]:
    """A quiz and its questions in use, in order, for the staff."""
    quiz, _role = rights.quiz_for_reader(viewer, quiz_id)
    rights.require_results(viewer, quiz.lesson.course_id)
    uses = dict(_USES_OF_QUIZ.all(quiz=quiz_id))
    return quiz, _lines(_OF_QUIZ.all(quiz=quiz_id), uses, _SUMS_OF_QUIZ.all(quiz=quiz_id))


def course_questions(
    *,
    viewer: User,
    course_id: UUID,
    text: str = "",
    kind_name: str = "",
    lesson_id: UUID | None = None,
    limit: int = 100,
    offset: int = 0,
) -> tuple[list[BankLine], int]:
    """The bank of a course, in reading order, for the staff: questions in use, and how many."""
    rights.require_results(viewer, course_id)
    rows = Question.objects.filter(
        quiz__lesson__course_id=course_id,
        retired_at__isnull=True,
        status=QuestionStatus.APPROVED,
    )
    if text:
        rows = rows.filter(question_text__icontains=text)
    if kind_name:
        rows = rows.filter(kind=kind_name)
    if lesson_id is not None:
        rows = rows.filter(quiz__lesson_id=lesson_id)
    ordered = rows.order_by("quiz__lesson__order_index", "quiz__position", "quiz_id", "position")
    shown = list(
        ordered[offset : offset + limit]
        .select_related("quiz__lesson")
        .defer(*lesson_texts("quiz__lesson"))
    )
    ids = [one.pk for one in shown]
    uses = dict(_uses(ExamQuestion.objects.filter(question_id__in=ids)))
    return _lines(shown, uses, ItemStatistics.objects.filter(question_id__in=ids)), rows.count()


def question_for_staff(*, viewer: User, question_id: UUID) -> Question:
    """One question with its key, for the staff of its course."""
    rows = Question.objects.select_related("quiz__lesson__course")
    rows = rows.defer(*lesson_texts("quiz__lesson"))
    question = rows.filter(pk=question_id).first()
    # Learners meet questions in quizzes and exams, never by their own address.
    if question is None or not rights.may_see_results(viewer, question.quiz.lesson.course_id):
        raise NotFound
    return question


def right_answer(question: Question) -> Response:
    """The key in the form of a response, for the staff."""
    return kind(question.kind).right_answer(content_of(question))


def _lines(
    found: Sequence[Question], uses: Mapping[UUID, int], items: Iterable[ItemStatistics]
) -> list[BankLine]:
    sums = {row.question_id: row for row in items}
    return [
        BankLine(
            question=one,
            lesson_topic=one.quiz.lesson.topic,
            quiz_title=one.quiz.title,
            answers=sums[one.pk].answers if one.pk in sums else 0,
            facility=float(sums[one.pk].share_sum) / sums[one.pk].answers
            if one.pk in sums and sums[one.pk].answers
            else None,
            exams=uses.get(one.pk, 0),
        )
        for one in found
    ]
