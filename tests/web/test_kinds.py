"""Every kind of question on its pages: written, tried, answered without scripts, marked, told."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import UUID

import pytest

from studium.assessment.actions import sit
from studium.assessment.asked import content_of, variant_seed
from studium.assessment.kinds import KINDS, kind
from studium.assessment.models import AttemptAnswer, ExamAttempt, Question, Quiz, QuizAttempt
from studium.assessment.writing import drawn_ids
from studium.assessment.writing import write as written
from studium.web.question_form import draft_in
from tests import factories

pytestmark = pytest.mark.django_db

PROGRAM = "fn main() {\r\n    x\r\n}"
# What an author fills in, and what the page must say when it is marked as wrong.
FORMS: dict[str, dict[str, Any]] = {
    "single_choice": {"option-1": "<a>", "option-2": "b", "option-3": "c", "right": "2",
                      "share-2": "100", "share-3": "50", "why-2": "Because."},
    "multiple_choice": {"option-1": "a", "option-2": "b", "option-3": "c", "right": ["1", "3"]},
    "true_false": {"truth": "true", "when_false": "No, **one** owner."},
    "short_text": {"accepted": "owner\r\nthe owner | 50 | Leave out the article.",
                   "case_sensitive": "on", "wildcards": "on"},
    "numeric": {"number": "a * 2", "tolerance": "0.1", "parameters": "a = 2, 3", "units":
                "m\r\nkm = 1000", "unit_share": "25", "also": "7 .. 9 | 10 | Far off."},
    "matching": {"prompt-1": "x<y", "match-1": "X", "prompt-2": "y", "match-2": "Y",
                 "distractors": "Z\r\n", "credit": "subtract"},
    "ordering": {"entries": "first <1>\r\nsecond\r\nthird", "credit": "places"},
    "cloze": {"text": "A [[value|thing]] is [[*moved|copied]].", "wrong_costs": "on"},
    "output": {"program": PROGRAM, "output": "1\r\n2", "credit": "lines", "spaces": "none"},
    "tracing": {"program": PROGRAM, "compiles": "false", "line": "2"},
    "essay": {"rubric": "Rule: 0 none; 2 named\r\nWhy: 0 none; 1 said", "show_rubric": "on",
              "min_words": "2", "max_words": "50", "model": "So that it is dropped once."},
}  # fmt: skip


def fields_for(question_id: UUID | str, response: Any, prefix: str = "q") -> dict[str, Any]:
    """A response as the fields of the page send it."""
    name = f"{prefix}-{question_id}"
    if isinstance(response, dict):
        return {
            f"{name}-{part}": str(one).lower() if isinstance(one, bool) else one
            for part, one in response.items()
            if one is not None
        }
    return {name: str(response).lower() if isinstance(response, bool) else response}


def fields_of(question: Question, response: Any, prefix: str = "q") -> dict[str, Any]:
    if kind(question.kind).shape != "order":
        return fields_for(question.pk, response, prefix)
    places = {entry: place for place, entry in enumerate(response, start=1)}
    return fields_for(question.pk, places, prefix)


@pytest.fixture
def quiz(course) -> Quiz:
    return factories.quiz(lesson=course.lessons.first(), status="draft", questions=0)


@pytest.fixture
def author(bruno, client_of) -> Any:
    return client_of(bruno)


def at(course, quiz) -> str:
    return f"/teach/courses/{course.slug}/quizzes/{quiz.pk}/questions/new/"


def write(author, course, quiz, name: str) -> Question:
    form = {"kind": name, "question_text": "What **now**?", "points": "4", "save": "1"}
    reply = author.post(at(course, quiz), {**form, **FORMS[name], "explanation": "So it is."})
    assert reply.status_code == 302, reply.content.decode()
    return Question.objects.get()


def test_every_kind_has_a_case() -> None:
    assert set(FORMS) == set(KINDS)


@pytest.mark.parametrize("name", FORMS)
def test_a_question_comes_back_to_its_form_as_it_was_written(author, course, quiz, name) -> None:
    page = author.get(f"{at(course, quiz)}?kind={name}")
    assert page.status_code == 200
    made = write(author, course, quiz, name)
    edit = f"/teach/courses/{course.slug}/questions/{made.pk}/"
    shown = author.get(edit).content.decode()
    for text in FORMS[name].values():
        for one in [text] if isinstance(text, str) else text:
            for line in one.split("\r\n"):
                escaped = line.replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#39;")
                assert escaped in shown, line
    exam = factories.exam(course=course, questions=[made])
    ada = factories.person("Ada Two")
    factories.enrollment(user=ada, course=course)
    sit.start_attempt(by=ada, exam_id=exam.pk, now=datetime.now(UTC))
    form = {"kind": name, "question_text": "What **now**?", "points": "4", "save": "1"}
    reply = author.post(edit, {**form, **FORMS[name], "explanation": "So it is."})
    assert reply.status_code == 302
    assert Question.objects.get().version == 1  # nothing changed, so there is no next version


@pytest.mark.parametrize("name", FORMS)
def test_an_author_tries_a_question_that_is_not_stored(author, course, quiz, name) -> None:
    form = {"kind": name, "question_text": "What **now**?", "points": "4", **FORMS[name]}
    reply = author.post(at(course, quiz), {**form, "preview": "1"})
    request = reply.wsgi_request.POST
    made = written(draft_in(request), draw=drawn_ids("preview"))
    question = Question(pk=UUID(int=0), **made.columns)
    right = kind(name).right_answer(content_of(question, seed="preview"))
    tried = {**form, "try": "1", **fields_of(question, right, "try")}
    page = author.post(at(course, quiz), tried).content.decode()
    assert "<strong>now</strong>" in page
    assert ("a person marks it" if name == "essay" else "100 % of the points") in page
    nothing = author.post(at(course, quiz), {**form, "try": "1"}).content.decode()
    assert "0 % of the points" in nothing
    assert not Question.objects.exists()


@pytest.mark.parametrize("name", FORMS)
def test_it_is_answered_without_scripts_and_marked_as_it_was_asked(
    author, course, quiz, ada, client_of, name
) -> None:
    made = write(author, course, quiz, name)
    exam = factories.exam(course=course, questions=[made])
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=datetime.now(UTC))
    its, content = kind(name), content_of(made, seed=variant_seed(attempt))
    right, client = its.right_answer(content), client_of(ada)
    page = client.get(f"/exam-attempts/{attempt.pk}/").content.decode()
    fields = fields_of(made, right)
    for field in fields:
        assert f'name="{field}"' in page
    assert f'data-kind="{name}" data-shape="{its.shape}"' in page
    for secret in ("Because.", "Leave out", "So it is", "when_false", "the owner", "dropped once"):
        assert secret not in page
    client.post(f"/exam-attempts/{attempt.pk}/save/", fields)
    assert AttemptAnswer.objects.get().response == right
    again = client.get(f"/exam-attempts/{attempt.pk}/")
    assert again.status_code == 200
    client.post(f"/exam-attempts/{attempt.pk}/submit/")
    row = ExamAttempt.objects.get()
    assert (row.status, row.score) == (("submitted", None) if its.needs_person else ("graded", 100))
    assert client.get(f"/exam-attempts/{attempt.pk}/result/").status_code == 200


@pytest.mark.parametrize("name", [one for one in FORMS if one != "essay"])
def test_a_mistake_in_practice_is_marked_and_explained(
    author, course, quiz, ada, client_of, name
) -> None:
    made = write(author, course, quiz, name)
    author.post(f"/teach/courses/{course.slug}/quizzes/{quiz.pk}/status/", {"status": "published"})
    client = client_of(ada)
    begun = client.post(f"/quizzes/{quiz.pk}/start/")
    address = begun["Location"]
    page = client.get(address).content.decode()
    assert "What <strong>now</strong>?" in page
    run = QuizAttempt.objects.get()
    wrong = kind(name).mistake(content_of(made, seed=variant_seed(run)), Random(1))
    told = client.post(f"{address}answer/", {"q": "1", **fields_of(made, wrong)}, follow=True)
    shown = told.content.decode()
    assert "So it is." in shown
    assert "Your answer" in shown
    assert "ight answer" in shown
    nothing = client.post(f"{address}finish/", follow=True).content.decode()
    assert "So it is." in nothing


def test_an_essay_is_not_asked_in_practice(author, course, quiz, ada, client_of) -> None:
    write(author, course, quiz, "essay")
    status = f"/teach/courses/{course.slug}/quizzes/{quiz.pk}/status/"
    refused = author.post(status, {"status": "published"}, follow=True)
    assert "has no approved question" in refused.content.decode()
    quiz.refresh_from_db()
    assert quiz.status == "draft"


@pytest.mark.parametrize(
    ("name", "fields", "words"),
    [
        ("ordering", {"": ""}, None),
        ("ordering", "places", "a place of its own"),
        ("numeric", {"": "12 34"}, "no number with a unit"),
        ("cloze", {"-9": "x"}, "gap that this question lacks"),
        ("matching", {"-zz": "x"}, "prompt that this question lacks"),
        ("tracing", {"-compiles": "false", "-line": "zwei"}, "whole number from 1"),
        ("essay", {"": "x" * 30_001}, "longer than 30,000"),
    ],
)
def test_a_form_with_a_wrong_answer_says_what_is_wrong_and_stores_nothing(
    author, course, quiz, ada, client_of, name, fields, words
) -> None:
    made = write(author, course, quiz, name)
    exam = factories.exam(course=course, questions=[made])
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=datetime.now(UTC))
    if fields == "places":
        fields = {f"-{one['id']}": "1" for one in made.options}
    sent = {f"q-{made.pk}{part}": value for part, value in fields.items()}
    reply = client_of(ada).post(f"/exam-attempts/{attempt.pk}/save/", sent, follow=True)
    if words is not None:
        assert words in reply.content.decode()
    assert not AttemptAnswer.objects.filter(response__isnull=False).exists()


def test_a_preview_while_typing_says_what_is_missing_and_is_no_refusal(
    author, course, quiz
) -> None:
    form = {"kind": "matching", "question_text": "", "points": "1", "preview": "1"}
    reply = author.post(at(course, quiz), form, headers={"HX-Request": "true"})
    assert reply.status_code == 200
    assert "needs at least two pairs" in reply.content.decode()
    assert author.post(at(course, quiz), form).status_code == 422
