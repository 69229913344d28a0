"""Authoring in the browser: quizzes, a form per kind of question, exams from them."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from studium.assessment.actions import sit
from studium.assessment.models import Exam, Question, Quiz
from tests import factories

pytestmark = pytest.mark.django_db

FORMS = {
    "single_choice": {
        "option-1": "nothing",
        "option-2": "the *box*",
        "right": "2",
        "why-2": "Moved.",
    },
    "multiple_choice": {"option-1": "a", "option-2": "b", "option-4": "c", "right": ["1", "4"]},
    "true_false": {"truth": "false"},
    "short_text": {"accepted": "owner\r\nthe owner\r\n\r\n"},
    "numeric": {"number": "3.5", "tolerance": "0.1"},
    "tracing": {"program": "fn main() {\r\n}", "compiles": "false", "line": "1"},
}
KEYS = {
    "true_false": "false",
    "short_text": "owner",
    "numeric": "3.5",
    "tracing": '{"compiles": false, "line": 1}',
}


@pytest.fixture
def quiz(course) -> Quiz:
    return factories.quiz(lesson=course.lessons.first(), status="draft", questions=0)


@pytest.fixture
def client(bruno, client_of):
    return client_of(bruno)


def base(course) -> str:
    return f"/teach/courses/{course.slug}/"


def test_a_quiz_is_made_filled_and_published(client, course) -> None:
    lesson = course.lessons.first()
    page = client.get(f"{base(course)}quizzes/").content.decode()
    assert "Questions live in quizzes" in page
    client.post(f"{base(course)}quizzes/", {"lesson": str(lesson.pk), "title": "Moves"})
    quiz = Quiz.objects.get()
    at = f"{base(course)}quizzes/{quiz.pk}/"
    refused = client.post(f"{at}status/", {"status": "published"}, follow=True)
    assert "has no approved question yet" in refused.content.decode()
    client.post(
        f"{at}questions/new/",
        {"kind": "true_false", "question_text": "Is it?", "points": "1", "truth": "true"}
        | {"save": "1"},
    )
    client.post(f"{at}status/", {"status": "published"})
    quiz.refresh_from_db()
    assert quiz.status == "published"
    assert "Moves" in client.get(f"{base(course)}quizzes/").content.decode()


def test_the_quizzes_are_listed_some_at_a_time_in_reading_order(client, course) -> None:
    lessons = list(course.lessons.order_by("order_index"))
    made = [(lesson, f"Quiz {n}") for lesson in lessons[:2] for n in range(20)]
    for place, (lesson, title) in enumerate(made):
        factories.quiz(lesson=lesson, title=f"{title} of {lesson.slug}", position=100 + place)
    titles = [f"{title} of {lesson.slug}" for lesson, title in made]
    seen = []
    for at in (0, 25, 50):
        page = client.get(f"{base(course)}quizzes/?offset={at}").content.decode()
        shown = [one for one in titles if f">{one}<" in page]
        assert sorted(shown, key=lambda one: page.index(f">{one}<")) == shown
        assert "Questions live in quizzes" not in page
        seen.append(shown)
    assert seen == [titles[:25], titles[25:], []]


@pytest.mark.parametrize("kind", FORMS)
def test_each_kind_has_a_form_that_stores_previews_and_comes_back_filled(
    client, course, quiz, kind
) -> None:
    at = f"{base(course)}quizzes/{quiz.pk}/questions/new/"
    assert client.get(f"{at}?kind={kind}").status_code == 200
    form = {"kind": kind, "question_text": "What **now**?", "points": "2", **FORMS[kind]}
    preview = client.post(at, {**form, "preview": "1"}).content.decode()
    assert "<strong>now</strong>" in preview
    assert not Question.objects.exists()
    assert client.post(at, {**form, "save": "1"}).status_code == 302
    made = Question.objects.get()
    assert (made.kind, made.points) == (kind, 2)
    if kind in KEYS:
        assert made.answer == KEYS[kind]
    edit = f"{base(course)}questions/{made.pk}/"
    page = client.get(edit).content.decode()
    assert "What **now**?" in page
    # Saving what the form shows changes nothing, answered or not.
    exam = factories.exam(course=course, questions=[made])
    ada = factories.person("Ada Two")
    factories.enrollment(user=ada, course=course)
    sit.start_attempt(by=ada, exam_id=exam.pk, now=datetime.now(UTC))
    client.post(edit, {**form, "save": "1"})
    assert Question.objects.count() == 1


def test_a_choice_keeps_which_option_is_right_through_the_form(client, course, quiz) -> None:
    at = f"{base(course)}quizzes/{quiz.pk}/questions/new/"
    form = {"kind": "multiple_choice", "question_text": "Which?", "points": "1"}
    client.post(at, {**form, **FORMS["multiple_choice"], "save": "1"})
    made = Question.objects.get()
    texts = {option["id"]: option["text"] for option in made.options}
    assert [texts[one] for one in json.loads(made.answer)] == ["a", "c"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"question_text": " "}, "The question has no text"),
        ({"right": ""}, "No option is marked as right"),
        ({"option-2": "nothing"}, "is there twice"),
        ({"points": "many"}, "Points are a whole number"),
    ],
)
def test_a_form_with_faults_says_them_and_keeps_what_was_typed(
    client, course, quiz, change, words
) -> None:
    at = f"{base(course)}quizzes/{quiz.pk}/questions/new/"
    form = {"kind": "single_choice", "question_text": "Kept?", "points": "1"}
    reply = client.post(at, {**form, **FORMS["single_choice"], **change, "save": "1"})
    assert reply.status_code == 422
    assert words in reply.content.decode()
    assert "nothing" in reply.content.decode()
    assert not Question.objects.exists()


def test_an_answered_question_is_saved_as_a_new_version(client, ada, course) -> None:
    quiz = factories.quiz(lesson=course.lessons.first(), questions=1)
    question = quiz.questions.get()
    exam = factories.exam(course=course, questions=[question])
    sit.start_attempt(by=ada, exam_id=exam.pk, now=datetime.now(UTC))
    form = {"kind": "true_false", "question_text": "Better?", "points": "1", "truth": "true"}
    reply = client.post(
        f"{base(course)}questions/{question.pk}/", {**form, "save": "1"}, follow=True
    )
    assert "Saved as version 2" in reply.content.decode()


def test_questions_move_by_button_and_by_drag(client, course, quiz) -> None:
    ids = [str(factories.question(quiz=quiz).pk) for _ in range(3)]
    at = f"{base(course)}quizzes/{quiz.pk}/order/"

    def order() -> list[str]:
        return [
            str(one) for one in quiz.questions.order_by("position").values_list("pk", flat=True)
        ]

    client.post(at, {"down": ids[0]})
    assert order() == [ids[1], ids[0], ids[2]]
    client.post(at, {"up": ids[2]})
    assert order() == [ids[1], ids[2], ids[0]]
    client.post(at, {"order": ids})
    assert order() == ids
    client.post(at, {"order": ids[:2]})
    client.post(at, {"up": "nonsense"})
    assert order() == ids


def test_an_exam_is_set_filled_and_published(client, course) -> None:
    quiz = factories.quiz(lesson=course.lessons.first(), questions=3)
    ids = [str(one) for one in quiz.questions.order_by("position").values_list("pk", flat=True)]
    terms = {
        "title": "Final",
        "duration_minutes": "45",
        "pass_mark": "60",
        "attempts_allowed": "2",
        "grace_seconds": "0",
        "release": "at_once",
        "opens_at": "2026-01-05T08:00",
        "closes_at": "2026-01-05T08:30",
    }
    bad = client.post(f"{base(course)}exams/new/", {**terms, "closes_at": "2026-01-05T07:00"})
    assert bad.status_code == 422
    assert "closes at or before its opening time" in bad.content.decode()
    made = client.post(f"{base(course)}exams/new/", terms)
    exam = Exam.objects.get()
    assert made["Location"] == f"{base(course)}exams/{exam.pk}/paper/"
    picked = {
        "question": [ids[0], ids[2]],
        f"points-{ids[0]}": "3",
        f"order-{ids[0]}": "2",
        f"points-{ids[2]}": "1",
        f"order-{ids[2]}": "1",
    }
    assert client.post(made["Location"], picked).status_code == 302
    paper = exam.paper.order_by("position").values_list("question_id", "points")
    assert [(str(one), points) for one, points in paper] == [(ids[2], 1), (ids[0], 3)]
    builder = f"{base(course)}exams/{exam.pk}/"
    page = client.get(builder).content.decode()
    assert "open for 30 minutes and lasts 45" in page
    late = client.post(f"{builder}status/", {"status": "published"}, follow=True)
    assert "closing time of" in late.content.decode()
    client.post(builder, {**terms, "opens_at": "", "closes_at": ""})
    client.post(f"{builder}status/", {"status": "published"})
    exam.refresh_from_db()
    assert (exam.status, exam.opens_at, exam.attempts_allowed) == ("published", None, 2)
    assert "Final" in client.get(f"{base(course)}exams/").content.decode()


def test_a_bad_paper_is_refused_with_words(client, course) -> None:
    question = factories.quiz(lesson=course.lessons.first()).questions.first()
    exam = factories.exam(course=course, status="draft")
    at = f"{base(course)}exams/{exam.pk}/paper/"
    for fields in (
        {"question": [str(question.pk)], f"points-{question.pk}": "0"},
        {"question": ["nonsense"]},
        {"question": [str(exam.pk)]},
    ):
        assert client.post(at, fields).status_code == 422
    assert exam.paper.count() == 3


def test_ids_of_another_course_are_not_found_under_this_one(
    client, eva, bruno, course, other_course, client_of
) -> None:
    factories.enrollment(user=bruno, course=other_course, role="instructor")
    quiz = factories.quiz(lesson=other_course.lessons.first())
    exam = factories.exam(course=other_course)
    question = quiz.questions.first()
    for address in (
        f"quizzes/{quiz.pk}/",
        f"quizzes/{quiz.pk}/questions/new/",
        f"questions/{question.pk}/",
        f"exams/{exam.pk}/",
        f"exams/{exam.pk}/paper/",
    ):
        assert client.get(base(course) + address).status_code == 404
        assert client.get(base(other_course) + address).status_code == 200
    for address in (
        f"quizzes/{quiz.pk}/status/",
        f"quizzes/{quiz.pk}/order/",
        f"questions/{question.pk}/retire/",
        f"exams/{exam.pk}/status/",
    ):
        assert client.post(base(course) + address, {"status": "archived"}).status_code == 404
    quiz.refresh_from_db()
    assert quiz.status == "published"


def test_students_see_no_authoring_page(ada, course, client_of) -> None:
    quiz = factories.quiz(lesson=course.lessons.first())
    exam = factories.exam(course=course)
    for address in (
        "quizzes/",
        f"quizzes/{quiz.pk}/",
        f"questions/{quiz.questions.first().pk}/",
        "exams/",
        f"exams/{exam.pk}/",
        f"exams/{exam.pk}/paper/",
    ):
        assert client_of(ada).get(base(course) + address).status_code in (403, 404)
