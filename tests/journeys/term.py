"""A term of a class, recorded and folded as real answers are: who it is about, and what they did.

Ada knew the first lesson a month ago and has not been there since. Dev has given two answers. Eva
is ready for the exam that lies ahead. Three of the class need help. Of the questions of the first
exam one has its key wrong: those who know the matter miss it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from studium.analytics import actions
from studium.assessment.actions import sit
from studium.assessment.models import Exam, Question, Quiz
from studium.content.models import Course, Lesson
from studium.identity.models import User
from tests import factories
from tests.analytics.answers import practise

TOPICS = ("Moves", "Borrowing", "Slices")
STRUGGLING = ("Ines Ito", "Jon Juhl", "Kim Kaya")
_OTHERS = 27


@dataclass(frozen=True, slots=True)
class Term:
    """The course with its lessons, the people named above, the exams, and the bad question."""

    course: Course
    lessons: tuple[Lesson, ...]
    ada: User
    dev: User
    eva: User
    struggling: tuple[User, ...]
    past: Exam
    ahead: Exam
    bad: Question


def run(bruno: User) -> Term:
    """Build it, the newest answers being of yesterday."""
    course = factories.course(owner=bruno, title="Ownership", lessons=0, status="draft")
    lessons = tuple(factories.lesson(course=course, topic=topic) for topic in TOPICS)
    course.status = "published"
    course.save(update_fields=["status"])
    quizzes = tuple(factories.quiz(lesson=one, questions=6) for one in lessons)
    people = {
        name: _student(course, name) for name in ("Ada Alm", "Dev Dahl", "Eva Ek", *STRUGGLING)
    }
    others = [_student(course, f"Student{number} Other") for number in range(1, _OTHERS + 1)]
    past, bad = _past_exam(course, lessons[0])
    ahead = factories.exam(
        course=course, title="Second exam", pass_mark=60, questions=_asked(lessons),
        opens_at=_ago(-5), closes_at=_ago(-6),
    )  # fmt: skip
    _practise(people, others, quizzes)
    _sit(people, others, past)
    actions.catch_up(now=datetime.now(UTC))
    return Term(
        course, lessons, people["Ada Alm"], people["Dev Dahl"], people["Eva Ek"],
        tuple(people[name] for name in STRUGGLING), past, ahead, bad,
    )  # fmt: skip


def _student(course: Course, name: str) -> User:
    person = factories.person(name)
    factories.enrollment(user=person, course=course)
    return person


def _ago(days: float) -> datetime:
    return datetime.now(UTC) - timedelta(days=days)


def _asked(lessons: Sequence[Lesson]) -> list[Question]:
    """Two new questions of each lesson, asked in the exam alone."""
    found: list[Question] = []
    for lesson in lessons:
        drawn = factories.quiz(lesson=lesson, title="For the exam", status="draft", questions=2)
        found += drawn.questions.order_by("position")
    return found


def _past_exam(course: Course, lesson: Lesson) -> tuple[Exam, Question]:
    drawn = factories.quiz(lesson=lesson, title="First exam", status="draft", questions=4)
    asked = list(drawn.questions.order_by("position"))
    exam = factories.exam(
        course=course, title="First exam", questions=asked, opens_at=_ago(21), closes_at=_ago(19)
    )
    return exam, asked[3]


def _practise(people: dict[str, User], others: Sequence[User], quizzes: Sequence[Quiz]) -> None:
    for number, person in enumerate(others):
        quiz = quizzes[number % 3]
        practise(person, quiz, [1.0, 1, 0, 1, 1, 0], at=_ago(40))
        if number < 14:  # after a month they have forgotten some of it
            practise(person, quiz, [0.0, 0, 0, 1, 0, 0], at=_ago(10))
    for name in STRUGGLING:
        for place, quiz in enumerate(quizzes):
            practise(people[name], quiz, [0.0, 0, 0, 1, 0, 0], at=_ago(12 - 3 * place))
    for place, quiz in enumerate(quizzes):
        for days in (6, 2):
            practise(people["Eva Ek"], quiz, [1.0] * 6, at=_ago(days + 0.1 * place))
    for days in (42, 41):
        practise(people["Ada Alm"], quizzes[0], [1.0] * 6, at=_ago(days))
    practise(people["Ada Alm"], quizzes[1], [1.0, 0, 1, 1, 1, 1], at=_ago(1))
    practise(people["Dev Dahl"], quizzes[0], [1.0, 0.0], at=_ago(1), finish=False)


def _sit(people: dict[str, User], others: Sequence[User], exam: Exam) -> None:
    """The key of the fourth question is wrong: only those who know little choose it."""
    for person in (*others, people["Eva Ek"]):
        _hand_in(person, exam, "aaab")
    for name in STRUGGLING:
        _hand_in(people[name], exam, "baba")


def _hand_in(person: User, exam: Exam, responses: str) -> None:
    began = _ago(20)
    attempt = sit.start_attempt(by=person, exam_id=exam.pk, now=began)
    for place, response in zip(exam.paper.order_by("position"), responses, strict=True):
        sit.save_answer(
            by_id=person.pk, attempt_id=attempt.pk, question_id=place.question_id,
            response=response, revision=1, now=began + timedelta(minutes=place.position),
        )  # fmt: skip
    sit.submit(by=person, attempt_id=attempt.pk, now=began + timedelta(minutes=6))
