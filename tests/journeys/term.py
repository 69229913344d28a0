"""A term of a class, recorded and folded as real answers are: who it is about, and what they did.

Ada knew the first lesson a month ago and has not been there since. Dev has given two answers. Eva
is ready for the exam that lies ahead. Three of the class need help. Of the questions of the first
exam one has its key wrong: those who know the matter miss it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

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
    days = _days(people, others, quizzes, past)
    for _when, done in sorted(days, key=lambda day: -day[0]):  # as they would have come in
        done()
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


def _days(
    people: dict[str, User], others: Sequence[User], quizzes: Sequence[Quiz], exam: Exam
) -> list[tuple[float, Callable[[], object]]]:
    """What was done, each with how many days ago."""
    days: list[tuple[float, Callable[[], object]]] = []

    def practised(person: User, quiz: Quiz, shares: list[float], ago: float) -> None:
        days.append((ago, partial(practise, person, quiz, shares, at=_ago(ago))))

    def handed_in(person: User, responses: str) -> None:
        days.append((20, partial(_hand_in, person, exam, responses)))

    for number, person in enumerate(others):
        quiz = quizzes[number % 3]
        practised(person, quiz, [1, 1, 0, 1, 1, 0], 42)
        if number < 14:  # after a month they have forgotten most of it
            practised(person, quiz, [0, 0, 0, 1, 0, 0], 10)
    for name in STRUGGLING:
        for place, quiz in enumerate(quizzes):
            practised(people[name], quiz, [0, 0, 0, 1, 0, 0], 12 - 3 * place)
    for place, quiz in enumerate(quizzes):
        for ago in (6, 2):
            practised(people["Eva Ek"], quiz, [1] * 6, ago + 0.1 * place)
    for ago in (41.5, 41):
        practised(people["Ada Alm"], quizzes[0], [1] * 6, ago)
    practised(people["Ada Alm"], quizzes[1], [1, 0, 0, 1, 0, 1], 1)
    for person in (*others, people["Eva Ek"]):
        handed_in(person, "aaab")
    for name in STRUGGLING:  # the key of the fourth question is wrong: they alone choose it
        handed_in(people[name], "baba")
    dev = partial(practise, people["Dev Dahl"], quizzes[0], [1, 0], at=_ago(1), finish=False)
    return [*days, (1, dev)]


def _hand_in(person: User, exam: Exam, responses: str) -> None:
    began = _ago(20)
    attempt = sit.start_attempt(by=person, exam_id=exam.pk, now=began)
    for place, response in zip(exam.paper.order_by("position"), responses, strict=True):
        sit.save_answer(
            by_id=person.pk, attempt_id=attempt.pk, question_id=place.question_id,
            response=response, revision=1, now=began + timedelta(minutes=place.position),
        )  # fmt: skip
    sit.submit(by=person, attempt_id=attempt.pk, now=began + timedelta(minutes=6))
