"""Attacks on attempts: other people's, answer keys, marks, owners, clocks, oracles.

Each class of attack has its number in the list that the project tests against.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import get_resolver

from studium.assessment.actions import papers, practise, sit
from studium.assessment.models import (
    AttemptAnswer,
    Exam,
    ExamAttempt,
    Feedback,
    Quiz,
    QuizAnswer,
)
from studium.identity.actions import tokens
from tests import factories

pytestmark = pytest.mark.django_db

CANARY = "kanari"


def moment() -> datetime:
    return datetime.now(UTC)


def questions_with_canaries(quiz: Quiz) -> list:
    """One question of each kind; a canary in each key and explanation that must not be shown."""
    made = []
    for kind, content in factories.KINDS.items():
        more: dict[str, Any] = {
            "explanation": f"{CANARY}-why-{kind}",
            "explanation_html": f"<p>{CANARY}-why-{kind}</p>",
        }
        if content.get("options"):
            # A right option cannot be kept from those who must be able to choose it: its
            # explanation can, and so can the list of right ids.
            more["options"] = [
                {
                    **option,
                    "id": f"{option['id']}{kind[:1]}7f3a",
                    "explanation": f"{CANARY}-{option['id']}",
                    "explanation_html": f"{CANARY}-{option['id']}",
                }
                for option in content["options"]
            ]
            ids = [option["id"] for option in more["options"]]
            more["answer"] = ids[0] if kind == "single_choice" else json.dumps(ids[:2])
        if kind == "short_text":
            more |= {"answer": f"{CANARY}-text", "spec": {"accepted": [f"{CANARY}-text"]}}
        if kind == "numeric":
            more |= {"answer": "41.99173", "spec": {"tolerance": "0.00077"}}
        if kind == "tracing":
            output = {"compiles": True, "output": f"{CANARY}-out"}
            more |= {"answer": json.dumps(output), "spec": {"program": "fn main() {}"}}
        made.append(factories.question(quiz=quiz, kind=kind, **more))
    return made


SECRETS = (CANARY, "41.99173", "0.00077")


@pytest.fixture
def quiz(course) -> Quiz:
    made = factories.quiz(lesson=course.lessons.first(), status="draft", questions=0)
    questions_with_canaries(made)
    made.status = "published"
    made.save()
    return made


@pytest.fixture
def exam(course, quiz) -> Exam:
    """Its paper is the practice quiz, which is the hardest case for keeping keys."""
    return factories.exam(
        course=course,
        questions=list(quiz.questions.order_by("position")),
        attempts_allowed=2,
        closes_at=moment() + timedelta(hours=3),
        release="after_close",
    )


@pytest.fixture
def attempt(ada, exam) -> ExamAttempt:
    return sit.start_attempt(by=ada, exam_id=exam.pk, now=moment())


def addresses(**ids: Any) -> Iterator[str]:
    """Every page and API address there is, filled in with ids of this course."""

    def walk(patterns: Any, prefix: str = "") -> Iterator[str]:
        for one in patterns:
            route = prefix + str(getattr(one.pattern, "_route", ""))
            if hasattr(one, "url_patterns"):
                yield from walk(one.url_patterns, route)
            elif hasattr(one.pattern, "_route"):
                yield route

    for route in walk(get_resolver().url_patterns):
        names = re.findall(r"<(?:\w+:)?(\w+)>", route)
        if all(name in ids for name in names):
            yield "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(ids[found[1]]), route)


def everything(reply: Any) -> str:
    body = b"".join(reply.streaming_content) if reply.streaming else reply.content
    return body.decode(errors="replace") + str(dict(reply.headers)) + str(reply.cookies)


def test_a05_no_key_leaves_before_the_release_on_any_address(
    ada, course, quiz, exam, attempt, client_of
) -> None:
    question = quiz.questions.first()
    base = {
        "slug": course.slug,
        "course_id": course.pk,
        "lesson_id": quiz.lesson_id,
        "quiz_id": quiz.pk,
        "exam_id": exam.pk,
        "attempt_id": attempt.pk,
        "question_id": question.pk,
        "user_id": ada.pk,
        "id": attempt.pk,
    }
    seen = 0
    # Which database answers makes no difference to a method without a body.
    methods = ("get", "head", "options") if connection.vendor == "sqlite" else ("get",)
    ways = ((client_of(ada), {}), (Client(), _token(ada)))
    for address in addresses(**base):
        if address.startswith("/account/"):
            continue
        for method in methods:
            for client, headers in ways:
                reply = getattr(client, method)(address, headers=headers)
                assert reply.status_code < 500, address
                text = everything(reply)
                assert not any(secret in text for secret in SECRETS), f"{method} {address}"
                seen += reply.status_code == 200
    assert seen > 10
    assert ways[0][0].get("/progress/").status_code == 200  # nothing signed ada out on the way


def _token(user: Any) -> dict[str, str]:
    made = tokens.create_token(by=user, name="test", now=moment())
    return {"Authorization": f"Bearer {made.token}"}


@pytest.mark.parametrize("when", ["running", "handed in", "closed by the clock"])
def test_a05_pages_of_the_attempt_hold_no_key_and_no_mark(ada, exam, quiz, client_of, when) -> None:
    began = moment() - (timedelta(minutes=31) if when == "closed by the clock" else timedelta(0))
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=began)
    question = quiz.questions.get(kind="single_choice")
    client = client_of(ada)
    address = f"/api/v1/exam-attempts/{attempt.pk}/answers/{question.pk}"
    body = {"response": question.answer, "revision": 1}
    replies = [client.put(address, json.dumps(body), content_type="application/json")]
    if when == "handed in":
        replies.append(client.post(f"/exam-attempts/{attempt.pk}/submit/"))
    for page in ("", "state/", "result/"):
        replies.append(client.get(f"/exam-attempts/{attempt.pk}/{page}", follow=True))
    replies.append(client.get(f"/exams/{exam.pk}/"))
    for reply in replies:
        text = everything(reply)
        assert not any(secret in text for secret in SECRETS)
        assert "is-ok" not in text.split("</header>")[-1] or when == "running"
    attempt.refresh_from_db()
    if attempt.score is not None:
        shown = " ".join(everything(reply) for reply in replies)
        assert f"{attempt.score} %" not in shown.replace("60 %", "")


def test_a05_the_same_question_in_practice_gives_no_key_while_the_exam_runs(
    ada, quiz, exam, client_of
) -> None:
    run = practise.start_quiz(by=ada, quiz_id=quiz.pk, now=moment())
    for question in quiz.questions.exclude(kind="essay"):  # practice asks none
        response = {
            "single_choice": "bs7f3a",
            "multiple_choice": ["cm7f3a"],
            "true_false": False,
            "short_text": "wrong",
            "numeric": "1",
            "tracing": {"compiles": False, "line": 1},
        }[question.kind]
        practise.answer_question(
            by=ada, attempt_id=run.pk, question_id=question.pk, response=response, now=moment()
        )
    client = client_of(ada)
    before = client.get(f"/quiz-attempts/{run.pk}/?q=1").content.decode()
    assert CANARY in before  # practice tells, so that this test can fail
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=moment())
    for number in range(1, 7):
        text = everything(client.get(f"/quiz-attempts/{run.pk}/?q={number}"))
        assert not any(secret in text for secret in SECRETS)
    sit.submit(by=ada, attempt_id=attempt.pk, now=moment())


def test_a05_after_the_release_keys_are_there(ada, bruno, exam, attempt, client_of) -> None:
    sit.submit(by=ada, attempt_id=attempt.pk, now=moment())
    papers.update_exam(by=bruno, exam_id=exam.pk, now=moment(), settings={"release": "at_once"})
    text = everything(client_of(ada).get(f"/exam-attempts/{attempt.pk}/result/"))
    assert all(secret in text for secret in (CANARY, "41.99173"))


def test_a05_an_earlier_result_hides_keys_while_the_next_attempt_runs(
    ada, bruno, exam, attempt, client_of
) -> None:
    sit.submit(by=ada, attempt_id=attempt.pk, now=moment())
    papers.update_exam(by=bruno, exam_id=exam.pk, now=moment(), settings={"release": "at_once"})
    sit.start_attempt(by=ada, exam_id=exam.pk, now=moment())
    text = everything(client_of(ada).get(f"/exam-attempts/{attempt.pk}/result/"))
    assert not any(secret in text for secret in SECRETS)


def test_a04_another_persons_attempt_does_not_exist(
    ada, chloe, course, exam, attempt, client_of
) -> None:
    classmate = factories.person("Carl Cole")
    factories.enrollment(user=classmate, course=course)
    for person in (chloe, classmate, None):
        client = client_of(person)
        for page in ("", "state/", "result/"):
            reply = client.get(f"/exam-attempts/{attempt.pk}/{page}")
            assert reply.status_code == (404 if person else 302)
        for act in ("save/", "submit/"):
            client.post(f"/exam-attempts/{attempt.pk}/{act}", {"q-1": "a"})
    attempt.refresh_from_db()
    assert attempt.status == "in_progress"
    assert not AttemptAnswer.objects.exists()


def test_a04_another_persons_run_does_not_exist(ada, chloe, quiz, client_of) -> None:
    run = practise.start_quiz(by=ada, quiz_id=quiz.pk, now=moment())
    client = client_of(chloe)
    assert client.get(f"/quiz-attempts/{run.pk}/").status_code == 404
    for act in ("answer/", "finish/"):
        assert client.post(f"/quiz-attempts/{run.pk}/{act}", {"q": 1}).status_code == 404
    run.refresh_from_db()
    assert run.status == "in_progress"


def test_a04_not_yours_and_not_there_look_the_same(chloe, attempt, quiz, client_of) -> None:
    client = client_of(chloe)
    for template in ("/exam-attempts/{}/", "/exam-attempts/{}/result/", "/exams/{}/"):
        real = attempt.exam_id if "exams" in template else attempt.pk
        mine, none = (client.get(template.format(one)) for one in (real, quiz.lesson_id))
        assert (mine.status_code, none.status_code) == (404, 404)
        assert len(mine.content) == len(none.content)


def test_a09_a_mark_cannot_be_sent(ada, attempt, client_of) -> None:
    forged = {"score": "100", "passed": "true", "status": "graded", "points": "6"}
    client = client_of(ada)
    before = ExamAttempt.objects.values().get()
    client.post(f"/exam-attempts/{attempt.pk}/save/", forged)
    for method in ("put", "patch", "delete"):
        for address in (f"/exam-attempts/{attempt.pk}/", f"/exam-attempts/{attempt.pk}/result/"):
            assert getattr(client, method)(address, forged).status_code == 405
    assert ExamAttempt.objects.values().get() == before


def test_a10_an_owner_cannot_be_sent(ada, chloe, exam, client_of) -> None:
    client = client_of(ada)
    fields = {"ready": "on", "user": str(chloe.pk), "user_id": str(chloe.pk)}
    client.post(f"/exams/{exam.pk}/start/", fields)
    assert ExamAttempt.objects.get().user_id == ada.pk


def test_a12_no_question_is_seen_before_the_start(ada, exam, client_of) -> None:
    client = client_of(ada)
    text = everything(client.get(f"/exams/{exam.pk}/"))
    assert "data-question" not in text
    for question in exam.paper.select_related("question"):
        assert question.question.question_text not in text


@pytest.mark.parametrize("field", ["attempted_at", "started_at", "deadline_at", "time_left", "now"])
def test_a12_the_start_takes_no_time_from_the_client(ada, exam, client_of, field) -> None:
    client = client_of(ada)
    before = moment()
    fields = {"ready": "on", field: "2099-01-01T00:00:00Z"}
    client.post(f"/exams/{exam.pk}/start/", fields, headers={"Date": "Fri, 01 Jan 2099"})
    attempt = ExamAttempt.objects.get()
    assert before <= attempt.attempted_at <= moment()
    assert attempt.deadline_at - attempt.attempted_at == timedelta(minutes=30)


def test_a13_after_the_deadline_the_plain_form_saves_nothing(ada, exam, quiz, client_of) -> None:
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=moment() - timedelta(minutes=31))
    question = quiz.questions.get(kind="true_false")
    client_of(ada).post(f"/exam-attempts/{attempt.pk}/submit/", {f"q-{question.pk}": "true"})
    attempt.refresh_from_db()
    assert not AttemptAnswer.objects.exists()
    assert (attempt.closed_by, attempt.submitted_at) == ("deadline", attempt.deadline_at)


def test_a16_practice_scores_nobody_from_outside_and_no_answer_twice(
    ada, chloe, quiz, client_of
) -> None:
    assert client_of(chloe).post(f"/quizzes/{quiz.pk}/start/").status_code == 404
    run = practise.start_quiz(by=ada, quiz_id=quiz.pk, now=moment())
    question = quiz.questions.get(kind="true_false")
    number = run.paper.index(str(question.pk)) + 1
    client = client_of(ada)
    for value in ("false", "true"):
        client.post(f"/quiz-attempts/{run.pk}/answer/", {"q": number, f"q-{question.pk}": value})
    assert QuizAnswer.objects.get().response is False


def test_a16_with_feedback_at_the_end_no_page_tells_right_from_wrong(ada, quiz, client_of) -> None:
    Quiz.objects.update(feedback=Feedback.END)
    pages = []
    for response in (True, False):
        run = practise.start_quiz(by=ada, quiz_id=quiz.pk, now=moment())
        question = quiz.questions.get(kind="true_false")
        practise.answer_question(
            by=ada, attempt_id=run.pk, question_id=question.pk, response=response, now=moment()
        )
        number = run.paper.index(str(question.pk)) + 1
        text = everything(client_of(ada).get(f"/quiz-attempts/{run.pk}/?q={number}"))
        assert not any(secret in text for secret in SECRETS)
        pages.append(text)
        practise.finish_quiz(by=ada, attempt_id=run.pk, now=moment())
    assert "Not this one" not in "".join(pages)
    assert len(pages[0]) == len(pages[1])


PAYLOADS = [
    "<script>window.__x=1</script>",
    "<img src=x onerror=window.__x=1>",
    '"><svg onload=window.__x=1>',
    "{{ 7*7 }}",
    "javascript:window.__x=1",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a02_what_a_student_answers_is_shown_as_text(
    ada, bruno, course, client_of, payload
) -> None:
    quiz = factories.quiz(lesson=course.lessons.first(), status="draft", questions=0)
    question = factories.question(quiz=quiz, kind="short_text")
    exam = factories.exam(course=course, questions=[question])
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=moment())
    sit.save_answer(
        by_id=ada.pk,
        attempt_id=attempt.pk,
        question_id=question.pk,
        response=payload,
        revision=1,
        now=moment(),
    )
    paper = client_of(ada).get(f"/exam-attempts/{attempt.pk}/").content.decode()
    sit.submit(by=ada, attempt_id=attempt.pk, now=moment())
    pages = [paper] + [
        client_of(person).get(f"/exam-attempts/{attempt.pk}/result/").content.decode()
        for person in (ada, bruno)
    ]
    for page in pages:
        if "<" in payload:
            assert payload not in page
        assert "{{ 7*7 }}" in page or "7*7" not in payload


def test_a14_the_back_button_and_two_tabs_meet_one_attempt(ada, exam, client_of) -> None:
    first, second = client_of(ada), client_of(ada)
    places = {
        tab.post(f"/exams/{exam.pk}/start/", {"ready": "on"})["Location"]
        for tab in (first, second, first)
    }
    assert len(places) == 1
    assert ExamAttempt.objects.count() == 1


def test_f09_no_raw_change_reaches_a_paper_that_was_begun(attempt, quiz) -> None:
    """The database itself refuses what an action would not even try."""
    question = quiz.questions.first()
    for statement in (
        "UPDATE questions SET question_text = 'other'",
        "UPDATE questions SET answer = 'other'",
        "UPDATE exam_questions SET points = 9",
        "DELETE FROM exam_questions",
        "DELETE FROM questions",
    ):
        with pytest.raises(DatabaseError):
            _run(statement)
    question.refresh_from_db()
    assert question.question_text != "other"


def _run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        connection.check_constraints()
