"""The pages of practice: one question a screen, with feedback, without scripts."""

from __future__ import annotations

import pytest

from studium.assessment.kinds import NEED_PERSON
from studium.assessment.models import QuizAnswer, QuizAttempt
from tests import factories
from tests.web.test_exam import ALL_RIGHT

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiz(course):
    """One question of each kind that practice asks."""
    made = factories.quiz(lesson=course.lessons.first(), status="draft", questions=0)
    for kind in [name for name in factories.KINDS if name not in NEED_PERSON]:
        factories.question(quiz=made, kind=kind, explanation_html=f"<p>Because of {kind}.</p>")
    made.status = "published"
    made.save()
    return made


def start(client, quiz) -> QuizAttempt:
    client.post(f"/quizzes/{quiz.pk}/start/")
    return QuizAttempt.objects.latest("started_at")


def answer(client, run, number, question, value):
    name = f"q-{question.pk}"
    fields = (
        {f"{name}-{part}": given for part, given in value.items()}
        if isinstance(value, dict)
        else {name: value}
    )
    return client.post(f"/quiz-attempts/{run.pk}/answer/", {"q": number, **fields})


def test_a_run_from_start_to_score(ada, quiz, client_of) -> None:
    client = client_of(ada)
    assert "No run yet." in client.get(f"/quizzes/{quiz.pk}/").content.decode()
    run = start(client, quiz)
    for number, question in enumerate(quiz.questions.order_by("position"), start=1):
        page = client.get(f"/quiz-attempts/{run.pk}/").content.decode()
        assert f"Question {number} of 6" in page
        assert "Because of" not in page
        reply = answer(client, run, number, question, ALL_RIGHT[question.kind])
        assert reply["Location"] == f"/quiz-attempts/{run.pk}/?q={number}"
        page = client.get(reply["Location"]).content.decode()
        assert 'role="status"' in page
        assert "Right" in page
        assert f"Because of {question.kind}." in page
    client.post(f"/quiz-attempts/{run.pk}/finish/")
    page = client.get(f"/quiz-attempts/{run.pk}/").content.decode()
    assert "100 %" in page
    assert "6 of 6 questions answered" in page
    assert "100 %" in client.get(f"/quizzes/{quiz.pk}/").content.decode()


def test_a_wrong_answer_shows_the_right_one_and_why(ada, quiz, client_of) -> None:
    client = client_of(ada)
    run, first = start(client, quiz), quiz.questions.order_by("position")[0]
    page = client.get(answer(client, run, 1, first, "b")["Location"]).content.decode()
    assert "Not this one" in page
    assert "Right answer" in page
    assert "Because of single_choice." in page


def test_no_answer_and_a_bad_one_are_asked_for_again(ada, quiz, client_of) -> None:
    client = client_of(ada)
    run, questions = start(client, quiz), list(quiz.questions.order_by("position"))
    empty = client.post(f"/quiz-attempts/{run.pk}/answer/", {"q": 1})
    assert (empty.status_code, "Give an answer first." in empty.content.decode()) == (422, True)
    bad = answer(client, run, 5, questions[4], "many")
    assert bad.status_code == 422
    assert 'value="many"' in bad.content.decode()
    assert not QuizAnswer.objects.exists()


@pytest.mark.parametrize("number", ["0", "7", "x", "-1", "99999999", "²"])
def test_a_question_that_is_none_is_not_found(ada, quiz, client_of, number) -> None:
    client = client_of(ada)
    run = start(client, quiz)
    assert client.get(f"/quiz-attempts/{run.pk}/", {"q": number}).status_code == 404


def test_an_answer_cannot_be_given_twice(ada, quiz, client_of) -> None:
    client = client_of(ada)
    run, first = start(client, quiz), quiz.questions.order_by("position")[0]
    answer(client, run, 1, first, "b")
    answer(client, run, 1, first, "a")
    assert QuizAnswer.objects.get().response == "b"


def test_staff_see_the_quiz_and_do_not_practise_it(bruno, quiz, client_of) -> None:
    client = client_of(bruno)
    assert "You see this quiz as staff" in client.get(f"/quizzes/{quiz.pk}/").content.decode()
    assert client.post(f"/quizzes/{quiz.pk}/start/").status_code == 403


def test_a_question_page_costs_a_fixed_number_of_queries(
    ada, course, client_of, django_assert_max_num_queries
) -> None:
    quiz = factories.quiz(lesson=course.lessons.first(), questions=40)
    client = client_of(ada)
    run = start(client, quiz)
    with django_assert_max_num_queries(6):
        client.get(f"/quiz-attempts/{run.pk}/")
