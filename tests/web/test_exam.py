"""The pages of an exam, with and without scripts."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from studium.assessment.actions import papers, sit
from studium.assessment.models import AttemptAnswer, ExamAttempt
from tests import factories

pytestmark = pytest.mark.django_db


def moment() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def exam(course):
    """One question of each kind in `ALL_RIGHT`."""
    quiz = factories.quiz(lesson=course.lessons.first(), status="draft", questions=0)
    for kind in ALL_RIGHT:
        factories.question(quiz=quiz, kind=kind)
    questions = list(quiz.questions.order_by("position"))
    return factories.exam(course=course, questions=questions, attempts_allowed=2)


def form_for(exam, answers: dict) -> dict:
    """The fields of the plain form, by kind."""
    fields: dict = {}
    for place in exam.paper.select_related("question"):
        kind, name = place.question.kind, f"q-{place.question_id}"
        if kind == "tracing" and kind in answers:
            for part, value in answers[kind].items():
                fields[f"{name}-{part}"] = value
        elif kind in answers:
            fields[name] = answers[kind]
    return fields or {"q-": ""}


ALL_RIGHT = {
    "single_choice": "a",
    "multiple_choice": ["a", "b"],
    "true_false": "true",
    "short_text": "Owner",
    "numeric": "3.0",
    "tracing": {"compiles": "true", "output": "3\r\n"},
}


def test_the_lobby_says_the_rules_and_asks_whether_one_is_ready(ada, exam, client_of) -> None:
    client = client_of(ada)
    page = client.get(f"/exams/{exam.pk}/").content.decode()
    for words in ("6 questions", "30 minutes", "60 % to pass", "2 attempts", "Start the exam"):
        assert words in page
    unready = client.post(f"/exams/{exam.pk}/start/")
    assert unready.status_code == 422
    assert not ExamAttempt.objects.exists()
    begun = client.post(f"/exams/{exam.pk}/start/", {"ready": "on"})
    attempt = ExamAttempt.objects.get()
    assert (begun.status_code, begun["Location"]) == (302, f"/exam-attempts/{attempt.pk}/")
    assert "Go on with the exam" in client.get(f"/exams/{exam.pk}/").content.decode()


def test_the_paper_holds_every_question_and_what_was_saved(ada, exam, client_of) -> None:
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=moment())
    client = client_of(ada)
    page = client.get(f"/exam-attempts/{attempt.pk}/").content.decode()
    assert page.count("data-question=") == 6
    assert f'data-deadline="{attempt.deadline_at.isoformat()}"' in page
    assert f'data-state-url="/exam-attempts/{attempt.pk}/state/"' in page
    client.post(f"/exam-attempts/{attempt.pk}/save/", form_for(exam, ALL_RIGHT))
    page = client.get(f"/exam-attempts/{attempt.pk}/").content.decode()
    assert page.count('data-revision="1"') == 6
    assert 'value="Owner"' in page


def test_without_scripts_answers_are_saved_and_only_changes_get_a_new_revision(
    ada, exam, client_of
) -> None:
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=moment())
    client = client_of(ada)
    for _ in range(2):
        reply = client.post(f"/exam-attempts/{attempt.pk}/save/", form_for(exam, ALL_RIGHT))
        assert reply.status_code == 302
    assert set(AttemptAnswer.objects.values_list("revision", flat=True)) == {1}
    assert AttemptAnswer.objects.count() == 6


def test_a_bad_answer_in_the_plain_form_is_named_and_the_others_are_kept(
    ada, exam, client_of
) -> None:
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=moment())
    fields = form_for(exam, {**ALL_RIGHT, "numeric": "three"})
    reply = client_of(ada).post(f"/exam-attempts/{attempt.pk}/submit/", fields)
    assert reply.status_code == 422
    assert "Question 5: The answer is no number" in reply.content.decode()
    assert AttemptAnswer.objects.count() == 5
    attempt.refresh_from_db()
    assert attempt.status == "in_progress"


def test_handing_in_without_scripts_saves_grades_and_shows_the_result(ada, exam, client_of) -> None:
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=moment())
    client = client_of(ada)
    reply = client.post(f"/exam-attempts/{attempt.pk}/submit/", form_for(exam, ALL_RIGHT))
    assert reply["Location"] == f"/exam-attempts/{attempt.pk}/result/"
    page = client.get(reply["Location"]).content.decode()
    assert "100 %" in page
    assert "6 of 6 answered" in page
    assert "Your answer, right" in page
    paper = client.get(f"/exam-attempts/{attempt.pk}/")
    assert paper["Location"] == f"/exam-attempts/{attempt.pk}/result/"


def test_the_dialog_hands_in_what_is_saved(ada, exam, client_of) -> None:
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=moment())
    client = client_of(ada)
    for _ in range(2):
        assert client.post(f"/exam-attempts/{attempt.pk}/submit/").status_code == 302
    assert ExamAttempt.objects.get().score == 0


def test_reading_an_attempt_whose_time_is_over_closes_it(ada, exam, client_of) -> None:
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=moment() - timedelta(minutes=31))
    client = client_of(ada)
    state = client.get(f"/exam-attempts/{attempt.pk}/state/").json()
    assert state["status"] == "graded"
    page = client.get(f"/exam-attempts/{attempt.pk}/result/").content.decode()
    assert "at the deadline, with what was saved" in page


@pytest.mark.parametrize("reader", ["ada", "bruno"])
def test_the_result_of_an_attempt_whose_time_is_over_closes_it(
    reader, ada, exam, client_of, request
) -> None:
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=moment() - timedelta(minutes=31))
    reply = client_of(request.getfixturevalue(reader)).get(f"/exam-attempts/{attempt.pk}/result/")
    assert reply.status_code == 200
    attempt.refresh_from_db()
    assert (attempt.status, attempt.score) == ("graded", 0)
    assert "0 of 6 answered" in reply.content.decode()


def test_the_state_says_only_what_the_clock_needs(ada, exam, client_of) -> None:
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=moment())
    state = client_of(ada).get(f"/exam-attempts/{attempt.pk}/state/").json()
    assert {"status", "deadline_at", "server_time", "own"} <= set(state)
    assert not {"score", "passed", "questions"} & set(state)


def test_every_attempt_is_listed_with_its_score(ada, exam, client_of) -> None:
    for answers in ({}, ALL_RIGHT):
        attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=moment())
        client_of(ada).post(f"/exam-attempts/{attempt.pk}/submit/", form_for(exam, answers))
    page = client_of(ada).get(f"/exams/{exam.pk}/").content.decode()
    assert "0 %" in page
    assert "100 %" in page
    assert "You have used all your attempts." in page
    result = client_of(ada).get(f"/exam-attempts/{attempt.pk}/result/").content.decode()
    assert "up 100 points" in result


@pytest.mark.parametrize("release", ["after_close", "never"])
def test_before_the_release_the_result_page_shows_no_score(
    ada, bruno, course, client_of, release
) -> None:
    closes = moment() + timedelta(hours=2)
    exam = factories.exam(course=course, release=release, closes_at=closes)
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=moment())
    sit.submit(by=ada, attempt_id=attempt.pk, now=moment())
    for address in (f"/exam-attempts/{attempt.pk}/result/", f"/exams/{exam.pk}/"):
        page = client_of(ada).get(address).content.decode()
        assert "0 %" not in page.replace("60 %", "")
        assert "Not passed" not in page
    staff = client_of(bruno).get(f"/exam-attempts/{attempt.pk}/result/").content.decode()
    assert "0 %" in staff
    papers.update_exam(by=bruno, exam_id=exam.pk, now=moment(), settings={"release": "at_once"})
    page = client_of(ada).get(f"/exam-attempts/{attempt.pk}/result/").content.decode()
    assert "Not passed" in page


def test_an_exam_that_is_not_open_says_when_it_opens(ada, course, client_of) -> None:
    exam = factories.exam(course=course, opens_at=moment() + timedelta(days=1))
    client = client_of(ada)
    page = client.get(f"/exams/{exam.pk}/").content.decode()
    assert "Come back then" in page
    assert re.search(r"<form[^>]* data-opens=\"[^\"]+\" hidden>", page)
    assert client.post(f"/exams/{exam.pk}/start/", {"ready": "on"}).status_code == 302
    assert not ExamAttempt.objects.exists()


def test_the_pages_cost_a_fixed_number_of_queries(
    ada, course, client_of, django_assert_max_num_queries
) -> None:
    quiz = factories.quiz(lesson=course.lessons.first(), status="draft", questions=30)
    exam = factories.exam(course=course, questions=list(quiz.questions.all()), attempts_allowed=9)
    client = client_of(ada)
    for _ in range(5):
        attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=moment())
        with django_assert_max_num_queries(7):
            client.get(f"/exam-attempts/{attempt.pk}/")
        sit.submit(by=ada, attempt_id=attempt.pk, now=moment())
    with django_assert_max_num_queries(12):
        client.get(f"/exam-attempts/{attempt.pk}/result/")
    with django_assert_max_num_queries(9):
        client.get(f"/exams/{exam.pk}/")
