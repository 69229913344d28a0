"""Too much, too hard or of the wrong shape: what is wrong, where, what to do; nothing is stored.

A36, and the limits of answers, lessons, imports and exams as a person meets them on the pages.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from studium.assessment.actions import practise, sit
from studium.assessment.models import AttemptAnswer, Exam, QuizAnswer
from studium.content.models import Course, Lesson
from studium.identity.models import User
from studium.lib import clock
from tests import factories
from tests.lib.test_markdown import HARD
from tests.security.matrix import snapshot
from tests.security.test_hostile_imports import zipped

pytestmark = pytest.mark.django_db
SECONDS = 2.0
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def bruno_sees(bruno: User, client_of: Callable[..., Client]) -> Client:
    return client_of(bruno, raise_request_exception=False)


@pytest.fixture
def lesson(course: Course) -> Lesson:
    return course.lessons.earliest("order_index")


@pytest.fixture
def teach(course: Course) -> str:
    return f"/teach/courses/{course.slug}/"


# --- A36 -------------------------------------------------------------------------------------

SLOW = {
    name: HARD[name]
    for name in ("brackets", "quotes in lines", "nested emphasis", "open divisions", "definitions")
} | {"braces": "{" * 50_000, "braces in pairs": "{~" * 25_000, "formulas": "$\\frac{" * 9_000}


@pytest.mark.parametrize("name", SLOW)
def test_a36_hard_text_is_saved_and_previewed_in_two_seconds_or_refused(
    name: str, bruno_sees: Client, lesson: Lesson, teach: str
) -> None:
    form = {"topic": "T", "content": SLOW[name], "based_on": 1}
    bruno_sees.post(f"{teach}lessons/preview/", {**form, "content": "$x$\n\n```rust\nx\n```\n"})
    for address in (f"{teach}lessons/preview/", f"{teach}lessons/{lesson.pk}/"):
        begun = time.thread_time()
        answer = bruno_sees.post(address, form)
        spent = time.thread_time() - begun
        assert answer.status_code in (200, 302, 413, 422), address
        assert spent < SECONDS, f"{address}: {spent:.2f} s"
    begun = time.thread_time()
    assert bruno_sees.get(f"/courses/{lesson.course.slug}/lessons/{lesson.pk}/").status_code == 200
    assert time.thread_time() - begun < SECONDS


@pytest.mark.parametrize("name", SLOW)
def test_a36_hard_text_of_a_question_is_taken_in_two_seconds_or_refused(
    name: str, bruno_sees: Client, lesson: Lesson, teach: str
) -> None:
    quiz = factories.quiz(lesson=lesson)
    form = {
        "kind": "short_text", "question_text": SLOW[name], "explanation": SLOW[name],
        "accepted": "a", "points": "1",
    }  # fmt: skip
    for button in ("preview", "save"):
        begun = time.thread_time()
        answer = bruno_sees.post(f"{teach}quizzes/{quiz.pk}/questions/new/", {**form, button: "1"})
        spent = time.thread_time() - begun
        assert answer.status_code in (200, 302, 413, 422)
        assert spent < 2 * SECONDS, f"{button}: {spent:.2f} s for two hard texts"


# --- Answers of the wrong shape, by the forms --------------------------------------------------

WRONG: dict[str, list[str]] = {
    "single_choice": ["{q}=a&{q}=b", "{q}=z", "{q}=a%00", "{q}=%ED%A0%80", "{q}=" + "a" * 20_000],
    "multiple_choice": ["{q}=z", "{q}=a&{q}=a", "{q}=a%00", "&".join(["{q}=a"] * 101)],
    "true_false": ["{q}=true&{q}=false", "{q}=yes", "{q}=1", "{q}=NaN"],
    "short_text": ["{q}=a&{q}=b", "{q}=a%00b", "{q}=" + "x" * 10_001, "{q}=" + "x" * 5_000_000],
    "numeric": ["{q}=NaN", "{q}=Infinity", "{q}=-inf", "{q}=1e999999", "{q}=1%00", "{q}=3&{q}=4"],
    "tracing": [
        "{q}-compiles=maybe", "{q}-compiles=true&{q}-output=%00",
        "{q}-compiles=true&{q}-output=" + "x" * 10_001,
        "{q}-compiles=false&{q}-line=NaN", "{q}-compiles=false&{q}-line=-1",
        "{q}-compiles=false&{q}-line=" + "9" * 400,
    ],
}  # fmt: skip
CASES = [(kind, form) for kind, forms in WRONG.items() for form in forms]


def _short(value: object) -> str:
    return str(value)[:40].replace("\0", "")


@pytest.mark.parametrize(("kind", "form"), CASES, ids=_short)
def test_a_practice_form_of_the_wrong_shape_is_asked_again_and_stores_nothing(
    kind: str, form: str, ada: User, lesson: Lesson, client_of: Callable[..., Client]
) -> None:
    quiz = factories.quiz(lesson=lesson, status="draft", questions=0)
    question = factories.question(quiz=quiz, kind=kind)
    quiz.status = "published"
    quiz.save()
    run = practise.start_quiz(by=ada, quiz_id=quiz.pk, now=clock.now())
    client = client_of(ada, raise_request_exception=False)
    before = snapshot()
    body = f"q=1&{form.format(q=f'q-{question.pk}')}"
    answer = client.post(f"/quiz-attempts/{run.pk}/answer/", body, content_type=FORM)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert 'name="q-' in answer.content.decode()
    assert not QuizAnswer.objects.exists()
    assert snapshot() == before


@pytest.mark.parametrize(("kind", "form"), CASES, ids=_short)
def test_an_exam_form_of_the_wrong_shape_names_its_question_and_stores_nothing(
    kind: str, form: str, ada: User, course: Course, client_of: Callable[..., Client]
) -> None:
    quiz = factories.quiz(lesson=course.lessons.first(), status="draft", questions=0)
    question = factories.question(quiz=quiz, kind=kind)
    exam = factories.exam(course=course, questions=[question])
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=clock.now())
    body = form.format(q=f"q-{question.pk}")
    answer = client_of(ada, raise_request_exception=False).post(
        f"/exam-attempts/{attempt.pk}/save/", body, content_type=FORM
    )
    # What a form without scripts cannot send counts as not given; it never becomes an answer.
    assert answer.status_code in (302, 422)
    if answer.status_code == 422:
        assert "Question 1" in answer.content.decode()
    assert not AttemptAnswer.objects.exclude(response=None).exists()


def test_a_form_of_seven_megabytes_is_refused_before_it_is_read(
    ada: User, course: Course, client_of: Callable[..., Client]
) -> None:
    attempt = sit.start_attempt(by=ada, exam_id=factories.exam(course=course).pk, now=clock.now())
    answer = client_of(ada, raise_request_exception=False).post(
        f"/exam-attempts/{attempt.pk}/save/", "a=" + "x" * 7_000_000, content_type=FORM
    )
    assert answer.status_code in (400, 413)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("short_text", {"accepted": "a\x00"}),
        ("tracing", {"program": "x\x00", "compiles": "true", "output": "3"}),
        ("tracing", {"program": "x", "compiles": "true", "output": "3\x00"}),
    ],
)
def test_a_key_with_a_nul_is_refused_and_not_left_to_the_database(
    bruno_sees: Client, lesson: Lesson, teach: str, kind: str, fields: dict[str, str]
) -> None:
    quiz = factories.quiz(lesson=lesson)
    before = snapshot()
    form = {"kind": kind, "question_text": "What?", "points": "1", "save": "1", **fields}
    answer = bruno_sees.post(f"{teach}quizzes/{quiz.pk}/questions/new/", form)
    refused(answer, 422, "control character", "take it out")
    assert snapshot() == before


# --- Lessons, imports, exams -------------------------------------------------------------------


def refused(answer: Any, status: int, *words: str) -> None:
    """The page says what is wrong, where, and what to do, in these words."""
    text = answer.content.decode()
    assert answer.status_code == status, text[:500]
    for word in words:
        assert word in text, f"“{word}” is not on the page"


def test_a_lesson_over_two_megabytes_is_refused_with_its_size(
    bruno_sees: Client, lesson: Lesson, teach: str
) -> None:
    before = snapshot()
    form = {"topic": "T", "content": "x" * 2_000_001, "based_on": 1}
    for address in (f"{teach}lessons/{lesson.pk}/", f"{teach}lessons/new/"):
        refused(bruno_sees.post(address, form), 422, "2,000,001", "at most 2,000,000", "Shorten")
    assert snapshot() == before


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"a.md": b"x" * 2_000_001}, ["a.md", "2,000,000"]),
        (
            {"a.md": b"---\norder: 1\n---\n# A\n", "b.md": b"---\norder: 1\n---\n# B\n"},
            ["b.md", "one place"],
        ),
        (
            {"a.md": b"# A\n\n{{#quiz q}}\n", "quizzes/q.toml": b"[[questions]\n"},
            ["q.toml", "TOML"],
        ),
        ({"a.md": b"\xff\xfe# A\n"}, ["a.md", "UTF-8"]),
    ],
    ids=["a lesson too long", "two in one place", "a broken quiz", "an unreadable file"],
)
def test_a_course_that_cannot_come_in_says_which_file_and_why(
    bruno_sees: Client, files: dict[str, bytes], words: list[str]
) -> None:
    before = snapshot()
    sent = SimpleUploadedFile("course.zip", zipped({"course.toml": b'title = "T"\n', **files}))
    place = bruno_sees.post("/teach/import/", {"file": sent})["Location"]
    refused(bruno_sees.get(place), 200, "cannot be imported like this", *words)
    refused(bruno_sees.post(place), 422)
    assert snapshot() == before


def test_a_zip_that_unpacks_to_more_than_200_mb_is_refused_with_its_limit(
    bruno_sees: Client,
) -> None:
    before = snapshot()
    # Each file swells sixtyfold, which one file may; together they pass the limit.
    part = b"".join(random.Random(n).randbytes(4096) + bytes(4096 * 60) for n in range(120))
    sent = zipped({f"{number}.bin": part for number in range(8)})
    assert len(part) * 8 > 200_000_000 > 20 * len(sent)
    answer = bruno_sees.post("/teach/import/", {"file": SimpleUploadedFile("c.zip", sent)})
    refused(answer, 413, "more than 200 MB", ".bin", "Leave out")
    assert snapshot() == before


def test_a_zip_that_escapes_its_folder_is_refused_by_name(bruno_sees: Client) -> None:
    before = snapshot()
    sent = SimpleUploadedFile("c.zip", zipped({"a.md": b"# A\n", "../../out.md": b"# Out\n"}))
    answer = bruno_sees.post("/teach/import/", {"file": sent})
    refused(answer, 400, "out.md leads out of its folder", "Pack the folder itself")
    assert snapshot() == before


@pytest.mark.parametrize("minutes", ["0", "-1", "10000", "1.5", "NaN", "", "\u0663"])
def test_an_exam_of_no_sensible_duration_is_refused_at_the_field(
    bruno_sees: Client, course: Course, teach: str, minutes: str
) -> None:
    before = snapshot()
    form = {
        "title": "E", "duration_minutes": minutes, "pass_mark": "60", "attempts_allowed": "1",
        "grace_seconds": "0", "release": "at_once",
    }  # fmt: skip
    answer = bruno_sees.post(f"{teach}exams/new/", form)
    if minutes == "\u0663":  # a three in Arabic digits is a three
        assert (answer.status_code, Exam.objects.get().duration_minutes) == (302, 3)
        return
    refused(answer, 422, 'aria-invalid="true"', "duration_minutes")
    assert snapshot() == before


def test_two_lessons_are_not_put_in_one_place(
    bruno_sees: Client, course: Course, teach: str
) -> None:
    first, second = course.lessons.order_by("order_index").values_list("pk", flat=True)
    before = snapshot()
    for order in ([first, first], [first], [first, second, second]):
        body = "&".join(f"order={quote(str(one))}" for one in order)
        answer = bruno_sees.post(f"{teach}order/", body, content_type=FORM)
        assert answer.status_code in (409, 422), order
    assert snapshot() == before
