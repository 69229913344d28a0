"""The pages of the item analysis and of regrades, and what a student reads of one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from studium.assessment.actions import regrade as regrades
from studium.assessment.models import Exam, ExamAttempt, Regrade
from studium.content.models import Course
from studium.identity.models import User
from tests import factories
from tests.assessment.test_regrade import questions_of, sat, sit_all

pytestmark = pytest.mark.django_db
Browser = Callable[..., Client]

THREE = [["a", "a", "a"], ["b", "a", "a"], ["b", "b", "a"], ["b", "a", "b"], ["a", "b", "b"]]


@pytest.fixture
def exam(course: Course) -> Exam:
    """Three single choices, "a" right; pass mark 50."""
    return factories.exam(course=course, pass_mark=50)


def base(exam: Exam) -> str:
    return f"/teach/courses/{exam.course.slug}/"


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def planned(page: Client, exam: Exam, **form: str) -> Regrade:
    first = questions_of(exam)[0]
    address = f"{base(exam)}exams/{exam.pk}/items/{first}/regrade/"
    answer = page.post(address, {f"right-{first}": "b", "reason": "The key was b."} | form)
    assert answer.status_code == 302, text_of(answer)
    return Regrade.objects.latest("created_at")


def test_the_table_shows_figures_with_words_and_sorts(
    exam: Exam, bruno: User, now: datetime, client_of: Browser
) -> None:
    sit_all(exam, now, THREE)
    page = client_of(bruno)
    shown = text_of(page.get(f"{base(exam)}exams/{exam.pk}/items/"))
    assert "5 first attempts" in shown
    assert "40 %" in shown
    assert "Few people so far" in shown
    for order in ("right", "-right", "tells", "time", "look", "-place", "nonsense"):
        assert page.get(f"{base(exam)}exams/{exam.pk}/items/?sort={order}").status_code == 200
    only = text_of(page.get(f"{base(exam)}exams/{exam.pk}/items/?only=look"))
    assert "No question is worth a look." in only
    table = page.get(f"{base(exam)}exams/{exam.pk}/items.csv").content.decode()
    assert table.splitlines()[0].lstrip("\ufeff").startswith("number,question,kind")
    assert ",5,0.4," in table.splitlines()[1]


def test_no_average_is_shown_under_five_people(
    exam: Exam, bruno: User, now: datetime, client_of: Browser
) -> None:
    page = client_of(bruno)
    empty = text_of(page.get(f"{base(exam)}exams/{exam.pk}/items/"))
    assert "Figures will be here." in empty
    sit_all(exam, now, THREE[:4])
    shown = text_of(page.get(f"{base(exam)}exams/{exam.pk}/items/"))
    assert "25 %" not in shown
    assert "from five people on" in shown
    assert ",4,,,,,,," in page.get(f"{base(exam)}exams/{exam.pk}/items.csv").content.decode()


def test_a_question_shows_options_by_thirds_and_answers_seen(
    exam: Exam, bruno: User, now: datetime, client_of: Browser
) -> None:
    sit_all(exam, now, THREE)
    first = questions_of(exam)[0]
    shown = text_of(client_of(bruno).get(f"{base(exam)}exams/{exam.pk}/items/{first}/"))
    for words in ("Bottom third", "Answers seen", "Version 1", "Fix key and regrade"):
        assert words in shown


def test_a_key_is_fixed_from_the_question_and_undone(
    exam: Exam, bruno: User, now: datetime, client_of: Browser
) -> None:
    attempts = sit_all(exam, now, THREE)
    page = client_of(bruno)
    row = planned(page, exam, kind="key")
    address = f"{base(exam)}regrades/{row.pk}/"
    preview = text_of(page.get(address, follow=True))
    assert "5 attempts would get a new mark" in preview
    assert "66 → <strong>100</strong>" in preview
    assert "the right answer is “Two”" in preview
    page.post(f"{address}act/", {"act": "apply"})
    assert ExamAttempt.objects.get(pk=attempts[1].pk).score == 100
    assert "5 attempts got a new mark" in text_of(page.get(address, follow=True))
    history = text_of(page.get(f"{base(exam)}exams/{exam.pk}/regrades/"))
    assert "The key was b." in history
    page.post(f"{address}act/", {"act": "undo"})
    assert ExamAttempt.objects.get(pk=attempts[1].pk).score == 66
    assert "undone by Bruno Berg" in text_of(page.get(address, follow=True))


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"kind": "key", "reason": " "}, "Say why"),
        ({"kind": "points", "points": "none"}, "Points are a whole number"),
        ({"kind": "other"}, "This must be one of"),
        ({"kind": "accept", "right": ""}, "Say what is right."),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(
    exam: Exam, bruno: User, client_of: Browser, form: dict[str, str], said: str
) -> None:
    first = questions_of(exam)[0]
    sent = {"reason": "Why."} | ({f"right-{first}": "b"} if "right" not in form else {}) | form
    address = f"{base(exam)}exams/{exam.pk}/items/{first}/regrade/"
    answer = client_of(bruno).post(address, sent)
    assert answer.status_code == 422
    assert said in text_of(answer)


def test_a_student_reads_old_and_new_mark_with_the_reason(
    exam: Exam, ada: User, bruno: User, now: datetime, client_of: Browser
) -> None:
    attempt = sat(exam, ada, ["b", "a", "a"], now)
    page = client_of(ada)
    address = f"/exam-attempts/{attempt.pk}/"
    assert "Regraded" not in text_of(page.get(address, follow=True))
    row = planned(client_of(bruno), exam, kind="accept")
    regrades.apply_regrade(by=bruno, regrade_id=row.pk, now=now)
    shown = text_of(page.get(address, follow=True))
    assert "Regraded: from 66 % to 100 %." in shown
    assert "Why: The key was b." in shown
    regrades.undo_regrade(by=bruno, regrade_id=row.pk, now=now)
    assert "A regrade was undone: from 100 % to 66 %." in text_of(page.get(address, follow=True))


def test_a_dropped_question_says_so_and_nothing_is_told_before_release(
    course: Course, ada: User, bruno: User, now: datetime, client_of: Browser
) -> None:
    hidden = factories.exam(course=course, release="never")
    shown = factories.exam(course=course, title="Shown")
    for exam, words in [(hidden, False), (shown, True)]:
        attempt = sat(exam, ada, ["b", "a", "a"], now)
        row = planned(client_of(bruno), exam, kind="drop")
        regrades.apply_regrade(by=bruno, regrade_id=row.pk, now=now)
        page = text_of(client_of(ada).get(f"/exam-attempts/{attempt.pk}/", follow=True))
        assert ("dropped, counts for nobody" in page) is words
        assert ("Regraded: from" in page) is words
        assert ("The key was b." in page) is words


def test_pages_of_an_exam_of_another_course_are_not_there(
    exam: Exam, bruno: User, now: datetime, client_of: Browser
) -> None:
    other = factories.course(owner=bruno, title="Second course")
    first, page = questions_of(exam)[0], client_of(bruno)
    row = planned(page, exam, kind="drop")
    for address in (
        f"exams/{exam.pk}/items/",
        f"exams/{exam.pk}/items.csv",
        f"exams/{exam.pk}/items/{first}/",
        f"exams/{exam.pk}/items/{first}/regrade/",
        f"exams/{exam.pk}/regrades/",
        f"regrades/{row.pk}/",
    ):
        assert page.get(f"/teach/courses/{other.slug}/{address}").status_code == 404
