"""Lay the ground of a measurement: a migrated database, a real course, people who are signed in.

    python -m benchmarks.ground world OUT.json      # course, students, sessions, a running exam
    python -m benchmarks.ground small OUT.json [N]  # eight (N) students of an exam, not signed in
    python -m benchmarks.ground hall OUT.json       # 200 students in the middle of one exam
    python -m benchmarks.ground races OUT.json N    # an exam, N students and lessons, with tokens
    python -m benchmarks.ground record WORLD OUT    # what the product does for each page
    python -m benchmarks.ground fill WORLD COUNT    # that many responses, by SQL
    python -m benchmarks.ground triggers WORLD      # what the triggers cost one autosave

It works on the data folder and database that the environment names, as every command does.
"""

from __future__ import annotations

import json
import os
import pickle
import secrets
import shutil
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

STUDENTS = 8
HALL = 216  # students of `hall`: 200, 8 others, and 8 to warm up with
NEWCOMERS = 64  # students of `hall` who have a session and have not begun
HALL_QUESTIONS = 20
QUESTIONS = 12
PASSWORD = "under load for an hour"
CSRF = "Benchmark0Benchmark0Benchmark012"  # 32 letters and digits, as Django makes them
BOOK = Path(__file__).resolve().parent.parent / "src/studium/cli/demo/rust_book"


def make_tables() -> None:
    """Every table, empty: by the migrations, after a copy of the migrated SQLite database that
    BENCH_MIGRATED names, where it names one, so that a short proof does not begin with seconds of
    migrating."""
    from django.core.management import call_command
    from django.db import connection

    given = os.environ.get("BENCH_MIGRATED")
    if given and connection.vendor == "sqlite":
        place = Path(connection.settings_dict["NAME"])
        if not place.exists():
            shutil.copyfile(given, place)
    call_command("migrate", verbosity=0)


def world() -> dict[str, Any]:
    """The course, eight students with a session and a running attempt each, and the teacher."""
    from tests import factories

    from studium.lib import clock

    make_tables()
    now = clock.now()
    bruno = factories.person(
        "Bruno Berg", email="bruno@bench.example", password=PASSWORD, role="INSTRUCTOR"
    )
    course, seconds = take_in_book(bruno, now)
    lesson = typical_lesson(course)
    exam = exam_of(course)
    students = [student(number, course, exam, now) for number in range(STUDENTS + 1)]
    base = f"/courses/{course.slug}/"
    return {
        "import_seconds": seconds,
        "course": {"id": str(course.pk), "slug": course.slug},
        "lesson": {"id": str(lesson.pk), "html_bytes": len(lesson.content_html.encode())},
        "exam": str(exam.pk),
        "session_cookie": "studium",
        "csrf": CSRF,
        "paths": {
            "lesson": f"{base}lessons/{lesson.pk}/",
            "progress": f"{base}progress/",
            "insight": f"/teach{base}insight/",
        },
        "students": students[:STUDENTS],
        "viewer": students[:1] * 4,  # whose progress is looked at
        "scout": students[STUDENTS],  # whose requests are recorded
        "staff": [{"id": str(bruno.pk), "token": session(bruno, now)}] * 4,
    }


def small(students: int = STUDENTS) -> dict[str, Any]:
    """What it takes to sit an exam: a course of two lessons, its exam, eight people's passwords."""
    from tests import factories

    make_tables()
    bruno = factories.person(
        "Bruno Berg", email="bruno@bench.example", password=PASSWORD, role="INSTRUCTOR"
    )
    course = factories.course(owner=bruno, title="Ownership")
    people = [_enrolled(number, course, bruno.password) for number in range(students)]
    return {
        "exam": str(exam_of(course).pk),
        "password": PASSWORD,
        "students": [{"id": str(one.pk), "email": one.email} for one in people],
    }


def hall() -> dict[str, Any]:
    """An exam of twenty questions with 200 students in it, signed in, nothing answered yet; and
    64 more who have a session and have not begun."""
    from tests import factories

    from studium.lib import clock

    make_tables()
    now = clock.now()
    bruno = factories.person(
        "Bruno Berg", email="bruno@bench.example", password=PASSWORD, role="INSTRUCTOR"
    )
    course = factories.course(owner=bruno, title="Ownership")
    exam = exam_of(course, questions=HALL_QUESTIONS)
    password = bruno.password
    people = [_enrolled(number, course, password) for number in range(HALL + NEWCOMERS)]
    return {
        "course": {"id": str(course.pk), "slug": course.slug},
        "exam": str(exam.pk),
        "session_cookie": "studium",
        "csrf": CSRF,
        "students": [_sitting(one, exam, now) for one in people[:HALL]],
        "lessons": [str(one.pk) for one in course.lessons.all()],
        "newcomers": [{"id": str(one.pk), "token": session(one, now)} for one in people[HALL:]],
        "staff": {"id": str(bruno.pk), "token": session(bruno, now)},
    }


def _enrolled(number: int, course: Any, password: str) -> Any:
    """A student whose password is hashed already: hashing hundreds takes longer than all else."""
    from tests import factories

    from studium.identity.models import User

    email = f"ada{number}@bench.example"
    who = User.objects.create(name="Ada Alm", email=email, email_canonical=email, password=password)
    factories.enrollment(user=who, course=course)
    return who


def _sitting(who: Any, exam: Any, now: Any) -> dict[str, Any]:
    from studium.assessment.actions import sit

    attempt = sit.start_attempt(by=who, exam_id=exam.pk, now=now)
    places = exam.paper.select_related("question").order_by("position")
    return {
        "id": str(who.pk),
        "token": session(who, now),
        "attempt": str(attempt.pk),
        "questions": [
            {
                "id": str(one.question_id),
                "responses": RESPONSES[one.question.kind],
                "revision": 0,
            }
            for one in places
        ],
    }


def races(rounds: int) -> dict[str, Any]:
    """What forty connections race for: an exam of one attempt, a course that is open by its code,
    and for each round a student and a lesson."""
    from tests import factories

    from studium.identity.actions import tokens
    from studium.lib import clock

    make_tables()
    now = clock.now()

    def token(who: Any) -> str:
        return tokens.create_token(by=who, name="races", now=now).token

    bruno = factories.person(
        "Bruno Berg", email="bruno@bench.example", password=PASSWORD, role="INSTRUCTOR"
    )
    course = factories.course(owner=bruno, title="Ownership", lessons=rounds)
    lessons = list(course.lessons.order_by("order_index"))
    opened = factories.course(
        owner=bruno, title="Borrowing", self_enrolment="code", join_code="K7QM2XNA"
    )
    people = [
        factories.person("Ada Alm", email=f"ada{number}@bench.example", password=PASSWORD)
        for number in range(rounds)
    ]
    for one in people:
        factories.enrollment(user=one, course=course)
    return {
        "exam": str(factories.exam(course=course, duration_minutes=600).pk),
        "open_course": str(opened.pk),
        "code": opened.join_code,
        "staff": token(bruno),
        "rounds": [
            {"id": str(one.pk), "token": token(one), "lesson": str(lesson.pk)}
            for one, lesson in zip(people, lessons, strict=True)
        ],
    }


def take_in_book(owner: Any, now: Any) -> tuple[Any, float]:
    """The Rust book, imported and published through the actions; with the seconds it took."""
    from studium.content.actions.courses import publish_course
    from studium.content.actions.lessons import publish_lessons
    from studium.formats import archive, load

    began = time.perf_counter()
    report = load.check(archive.read_folder(BOOK))
    course = load.load(by=owner, report=report, now=now)
    seconds = time.perf_counter() - began
    drafts = list(course.lessons.filter(status="draft").values_list("pk", flat=True))
    if drafts:
        publish_lessons(by=owner, course_id=course.pk, lesson_ids=drafts, now=now)
    return publish_course(by=owner, course_id=course.pk, now=now), seconds


def typical_lesson(course: Any) -> Any:
    """The lesson in the middle when they are put in the order of their size."""
    lessons = sorted(course.lessons.all(), key=lambda one: len(one.content_html))
    return lessons[len(lessons) // 2]


def exam_of(course: Any, *, questions: int = QUESTIONS) -> Any:
    """An exam with questions of every kind there is."""
    from tests import factories

    quiz = factories.quiz(
        lesson=course.lessons.earliest("order_index"), status="draft", questions=0
    )
    kinds = [kind for kind in factories.KINDS if kind in RESPONSES]
    for number in range(questions):
        factories.question(quiz=quiz, kind=kinds[number % len(kinds)])
    paper = list(quiz.questions.order_by("position"))
    return factories.exam(
        course=course, questions=paper, duration_minutes=600, attempts_allowed=1000
    )


# Two valid responses to each kind of `tests.factories.KINDS`; a student changes their mind.
RESPONSES: dict[str, list[Any]] = {
    "single_choice": ["a", "b"],
    "multiple_choice": [["a", "b"], ["c"]],
    "true_false": [True, False],
    "short_text": ["an owner", "the owner of the value"],
    "numeric": ["3", "4.5"],
    "tracing": [{"compiles": True, "output": "3"}, {"compiles": True, "output": "4"}],
}


def student(number: int, course: Any, exam: Any, now: Any) -> dict[str, Any]:
    """A signed-in student of the course whose attempt has begun and has an answer to everything."""
    from tests import factories

    from studium.assessment.actions import sit
    from studium.assessment.models import Question

    who = factories.person("Ada Alm", email=f"ada{number}@bench.example", password=PASSWORD)
    factories.enrollment(user=who, course=course)
    attempt = sit.start_attempt(by=who, exam_id=exam.pk, now=now)
    paper = list(Question.objects.filter(used_in__exam=exam).order_by("used_in__position"))
    for question in paper:
        sit.save_answer(
            by_id=who.pk,
            attempt_id=attempt.pk,
            question_id=question.pk,
            response=RESPONSES[question.kind][0],
            revision=1,
            now=now,
        )
    return {
        "id": str(who.pk),
        "token": session(who, now),
        "attempt": str(attempt.pk),
        "questions": [
            {"id": str(one.pk), "responses": RESPONSES[one.kind], "revision": 1} for one in paper
        ],
    }


def session(user: Any, now: Any) -> str:
    """A sign-in without the sign-in page: the row, and the token for the cookie."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from studium.identity.models import Session
    from studium.identity.sessions import token_hash

    token = secrets.token_urlsafe(32)
    data = {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: "studium.identity.authentication.EmailBackend",
        HASH_SESSION_KEY: user.get_session_auth_hash(),
    }
    Session.objects.create(
        token_hash=token_hash(token),
        user=user,
        data=json.dumps(data),
        created_at=now,
        last_seen_at=now,
        expires_at=now + timedelta(days=14),
    )
    return token


def main(arguments: list[str]) -> None:
    django.setup()
    action, place, *more = arguments
    laid: dict[str, Callable[..., dict[str, Any]]] = {
        "world": world,
        "small": small,
        "hall": hall,
        "races": races,
    }
    if action in laid:
        made = laid[action](*map(int, more))
        Path(place).write_text(json.dumps(made), "utf-8")
        return
    given = json.loads(Path(place).read_text("utf-8"))
    if action == "record":
        from benchmarks.record import record

        Path(more[0]).write_bytes(pickle.dumps(record(given)))
    elif action == "fill":
        from benchmarks.fill import fill

        fill(given, int(more[0]))
    elif action == "triggers":
        from benchmarks.trigger_cost import measure

        print(json.dumps(measure(given)))
    else:
        raise SystemExit(f"There is no action {action!r}.")


if __name__ == "__main__":
    main(sys.argv[1:])
