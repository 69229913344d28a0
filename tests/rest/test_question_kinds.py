"""Every kind of question through the API: written, read, changed, sat, and refused by its field."""

from __future__ import annotations

from typing import Any

import pytest

from studium.assessment.kinds import kind
from studium.assessment.models import Question
from tests import factories
from tests.assessment.kinds.samples import SAMPLES

pytestmark = pytest.mark.django_db


def sent(name: str) -> dict[str, Any]:
    """What a program sends to make a sample."""
    draft = kind(SAMPLES[name].kind).draft(SAMPLES[name])
    body: dict[str, Any] = {
        "kind": SAMPLES[name].kind,
        "question_text": "What **now**?",
        "answer": draft.answer,
        "spec": dict(draft.spec),
        "points": 4,
    }
    if draft.options is not None:
        body["options"] = [
            {"text": one.text, "right": one.right, "share": one.share} for one in draft.options
        ]
    return body


def test_every_sample_is_made_read_and_changed_without_a_new_version(
    program, bruno, ada, course
) -> None:
    by, me = program(bruno), program(ada)
    quiz = factories.quiz(lesson=course.lessons.first(), status="draft", questions=0)
    made = []
    for name in SAMPLES:
        reply = by.post(f"/quizzes/{quiz.pk}/questions", sent(name))
        assert reply.status_code == 201, (name, reply.content)
        made.append(reply.json())
        asked = SAMPLES[name]
        its = kind(asked.kind)
        if "parameters" not in asked.spec and not (asked.options or its.field(asked)):
            assert made[-1]["right"] == its.right_answer(asked)
    exam = factories.exam(course=course, questions=list(quiz.questions.order_by("position")))
    begun = me.post(f"/exams/{exam.pk}/attempts").json()
    assert len(begun["questions"]) == len(SAMPLES)
    for one, question in zip(begun["questions"], made, strict=True):
        told = {"id", "kind", "question_text", "points", "options", "field", "credit"}
        assert set(one) - {"answer"} == told
        assert "{{" not in one["question_text"]
        assert str(one["field"]).find("html") < 0
        kept = by.get(f"/questions/{question['id']}").json()
        # Sent back as it was read, it is the same question, though it is on a begun paper.
        changes = {"spec": sent(list(SAMPLES)[made.index(question)])["spec"], "explanation": "So."}
        again = by.patch(f"/questions/{question['id']}", changes).json()
        assert (again["id"], again["version"]) == (kept["id"], 1), kept["kind"]
    assert Question.objects.filter(quiz=quiz).count() == len(SAMPLES)


@pytest.mark.parametrize(
    ("name", "response", "field"),
    [
        ("single", ["i1"], "response"),
        ("pairs", {"x": "y"}, "response"),
        ("order", [], None),
        ("order", ["a"], "response"),
        ("gaps", {"1": ["a"]}, "1"),
        ("number with a unit", {"value": "x", "unit": "m"}, "value"),
        ("number with a unit", {"value": 1, "unit": "m" * 31}, "unit"),
        ("prints", {"compiles": True, "output": 1}, "output"),
        ("essay", {"text": "x"}, "response"),
        ("output", ["1"], "response"),
    ],
)
def test_a_response_of_another_shape_gets_an_error_that_names_the_field(
    program, bruno, ada, course, name, response, field
) -> None:
    quiz = factories.quiz(lesson=course.lessons.first(), status="draft", questions=0)
    made = program(bruno).post(f"/quizzes/{quiz.pk}/questions", sent(name)).json()
    exam = factories.exam(course=course, questions=list(quiz.questions.all()))
    me = program(ada)
    attempt = me.post(f"/exams/{exam.pk}/attempts").json()
    place = f"/exam-attempts/{attempt['id']}/answers/{made['id']}"
    reply = me.put(place, {"response": response, "revision": 1})
    assert reply.status_code == (422 if field else 200)
    if field:
        assert list(reply.json()["fields"]) == [field]


@pytest.mark.parametrize(
    ("name", "spec", "field"),
    [
        ("pairs", {"pairs": "a-b"}, "spec"),
        ("pairs", {"pairs": [{"prompt": 1, "match": "x"}]}, "spec"),
        ("pairs", {"pairs": [{"prompt": "a", "match": "x"}]}, "spec"),
        ("pairs", {"pairs": [{"prompt": p, "match": "x"} for p in "ab"]}, "options"),
        ("gaps", {"text": 1}, "spec"),
        ("gaps", {"text": "No gap."}, "spec"),
        ("gaps", {"text": "[[*a]]"}, "spec"),
        ("gaps", {"text": "[[*a|*b]]"}, "spec"),
        ("gaps", {"text": "[[ | ]]"}, "spec"),
        ("number", {"accepted": {}}, "spec"),
        ("number", {"accepted": [{"value": "x"}]}, "spec"),
        ("number", {"accepted": [{"low": "2", "high": "1"}]}, "spec"),
        ("number", {"accepted": [{"value": "1", "share": "101"}]}, "spec"),
        ("number", {"units": [{"unit": "km", "factor": "1000"}]}, "spec"),
        ("number", {"units": [{"unit": "m"}, {"unit": "m"}]}, "spec"),
        ("number", {"units": [{"unit": "3m"}]}, "spec"),
        ("text", {"accepted": [{"text": "mut", "share": "50"}]}, "answer"),
        ("text", {"accepted": ["mut", {"text": "x", "points": 1}]}, "spec"),
        ("essay", {"rubric": [{"text": "x", "levels": []}]}, "spec"),
        ("essay", {"rubric": "x"}, "spec"),
        ("essay", {"min_words": 9, "max_words": 3}, "spec"),
        ("essay", {"min_words": True}, "spec"),
        ("order", {"credit": "luck"}, "spec"),
        ("output", {"program": ""}, "spec"),
        ("truth", {"parameters": {"a": {"values": ["1"]}}}, "spec"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_at_its_field(
    program, bruno, course, name, spec, field
) -> None:
    quiz = factories.quiz(lesson=course.lessons.first(), status="draft", questions=0)
    reply = program(bruno).post(f"/quizzes/{quiz.pk}/questions", {**sent(name), "spec": spec})
    assert reply.status_code == 422
    assert field in reply.json()["fields"]
    assert not Question.objects.exists()
