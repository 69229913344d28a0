"""What each kind says no row may hold, by raw SQL: keys and responses of another shape."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from studium.assessment.kinds import KINDS, kind
from studium.assessment.models import Question, Quiz, QuizAnswer, QuizAttempt
from tests import factories
from tests.assessment.kinds.samples import SAMPLES

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiz(course) -> Quiz:
    return factories.quiz(lesson=course.lessons.first())


@pytest.fixture
def run(quiz, ada) -> QuizAttempt:
    return QuizAttempt.objects.create(quiz=quiz, user=ada)


def stored(quiz: Quiz, name: str) -> Question:
    content = SAMPLES[name]
    place = quiz.questions.count() + 1
    return Question.objects.create(
        quiz=quiz,
        position=place,
        kind=content.kind,
        question_text=content.text,
        answer=content.answer,
        options=content.options,
        spec=content.spec,
    )


def refused(act: Any) -> bool:
    try:
        with transaction.atomic():
            act()
    except DatabaseError:
        return True
    return False


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_and_its_right_answer_are_taken(quiz, run, name) -> None:
    question = stored(quiz, name)
    its, content = kind(question.kind), SAMPLES[name]
    right = its.right_answer(content)
    QuizAnswer.objects.create(attempt=run, question=question, response=right, share=1)
    question.refresh_from_db()
    assert question.answer == content.answer


def test_a_kind_that_there_is_not_is_refused(quiz) -> None:
    question = stored(quiz, "truth")
    for name in ("riddle", "", "Numeric"):
        rows = Question.objects.filter(pk=question.pk)
        assert refused(lambda rows=rows, name=name: rows.update(kind=name))


BAD_KEYS = {
    "single": ["", "i9", '["i2"]', '["i1", "i2"]'],
    "several": ["", "i1", "[]", '["i9"]', '["i1", "i1"]', '{"i1": 1}', "[1]"],
    "truth": ["", "yes", "True", "1"],
    "text": ["", "  "],
    "number": ["", "NaN", "abc", "1; DROP", "Infinity"],
    "pairs": ["", "{}", "[]", '{"i5": "i1"}', '{"i5": "i9", "i6": "i2", "i7": "i3"}',
              '{"i5": "i1", "i6": "i2", "x": "i3"}', '{"i5": "i1", "i6": "i2", "i7": 3}'],
    "order": ["", "[]", '["i1", "i2", "i3"]', '["i1", "i2", "i3", "i3"]', '{"a": "i1"}',
              '["i1", "i2", "i3", "i4", "i5"]'],
    "gaps": ["", "{}", '{"1": "owner"}', '{"1": "a", "2": "b", "4": "c"}', '["1"]'],
    "output": ["", " "],
    "prints": ["", "1", "{}", '{"output": "1"}', '{"compiles": "yes"}'],
}  # fmt: skip
BAD_RESPONSES: dict[str, list[Any]] = {
    "single": [["i2"], 1, True, {}, "i9", ""],
    "several": ["i1", ["i1", "i1"], ["i9"], [1], {}, True],
    "truth": ["true", 1, [], {}],
    "text": [1, True, ["mut"], {}],
    "number": [True, [3], {"value": 3}],
    "pairs": ["i1", ["i1"], {"i5": "i9"}, {"x": "i1"}, {"i5": 1}, {"i5": ["i1"]}, True],
    "order": ["i1", ["i1"], ["i1", "i2", "i3", "i3"], ["i1", "i2", "i3", "i9"], {}],
    "gaps": ["owner", ["owner"], {"1": 1}, {"9": "x"}, {"1": ["x"]}, True],
    "output": [1, ["1"], {}, True],
    "prints": ["1", ["1"], True, 1],
    "essay": [1, ["1"], {}, True],
}


def test_every_kind_has_cases() -> None:
    named = {SAMPLES[name].kind for name in (*BAD_KEYS, *BAD_RESPONSES)}
    assert named == set(KINDS)


@pytest.mark.parametrize("name", BAD_KEYS)
def test_a_key_that_fits_no_question_of_the_kind_is_refused(quiz, name) -> None:
    question = stored(quiz, name)
    rows = Question.objects.filter(pk=question.pk)
    taken = [key for key in BAD_KEYS[name] if not refused(lambda key=key: rows.update(answer=key))]
    assert taken == []
    assert rows.update(answer=question.answer) == 1


@pytest.mark.parametrize("name", ["single", "several", "pairs", "order"])
def test_options_of_a_choice_cannot_go_away(quiz, name) -> None:
    rows = Question.objects.filter(pk=stored(quiz, name).pk)
    first = SAMPLES[name].options[0]
    for few in (None, [], [first], [*SAMPLES[name].options, first]):
        assert refused(lambda few=few: rows.update(options=few)), few


@pytest.mark.parametrize("name", BAD_RESPONSES)
def test_a_response_of_another_shape_is_refused(quiz, run, name) -> None:
    question = stored(quiz, name)

    def insert(response: Any) -> None:
        QuizAnswer.objects.create(attempt=run, question=question, response=response, share=0)

    taken = [one for one in BAD_RESPONSES[name] if not refused(lambda one=one: insert(one))]
    assert taken == []
