"""A question put together from pieces is, letter by letter, what its template makes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.template.loader import get_template
from django.utils import translation

from studium.assessment import asked
from studium.assessment.models import ExamAttempt
from studium.content.models import Course
from studium.lib.ids import uuid7
from studium.web import jinja, kept_questions
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def macro() -> Any:
    wrapped: Any = get_template("parts/question.html")  # Django's, of Jinja's own template
    return wrapped.template.module.fieldset


def papers(course: Course, **more: Any) -> list[list[asked.Asked]]:
    """Every kind of question as six attempts are asked it."""
    quiz = factories.quiz(
        lesson=course.lessons.earliest("order_index"), status="draft", questions=0
    )
    made = [
        asked.ForAll(factories.question(quiz=quiz, kind=kind, **more), points=2)
        for kind in factories.KINDS
    ]
    attempts = [ExamAttempt(pk=uuid7(), shuffle_seed=seed) for seed in (None, 1, 2, 3, 4, 5)]
    return [[one.asked_in(attempt) for one in made] for attempt in attempts]


@pytest.mark.parametrize("language", ["en", "de"])
def test_pieces_make_what_the_template_makes(course: Course, macro: Any, language: str) -> None:
    with translation.override(language):
        for paper in papers(course):
            for number, one in enumerate(paper, start=1):
                made = kept_questions.unanswered(macro, one, number, len(paper))

                assert made == macro(one, number, len(paper), f"q-{number}")


def test_html_of_options_stands_as_it_is_and_texts_and_ids_are_escaped(
    course: Course, macro: Any
) -> None:
    paper = papers(course)[2]
    one = next(question for question in paper if question.options)
    rough = [asked.Option(f'{option.id}"<', "a < b", "") for option in one.options or ()]
    fine = [replace(option, html="<em>a</em> &lt; b") for option in rough]

    for options in (rough, fine):
        shown = replace(one, options=tuple(options), alike=f"{len(options[0].html)}")
        made = kept_questions.unanswered(macro, shown, 1, 5)

        assert made == macro(shown, 1, 5, "q-1")
        assert '"<' not in (made or "").replace('="<', "")


def test_options_of_both_sorts_are_left_to_the_template(course: Course, macro: Any) -> None:
    one = next(question for question in papers(course)[0] if question.options)
    first, *others = one.options or ()
    mixed = replace(one, options=(replace(first, html="<b>1</b>"), *others))

    assert kept_questions.unanswered(macro, mixed, 1, 5) is None
    assert jinja.asked_as(macro, mixed, 1, 5, None, 0) == macro(mixed, 1, 5, "q-1")


def test_what_is_answered_shows_its_answer(course: Course, macro: Any, now: datetime) -> None:
    one = next(question for question in papers(course)[1] if question.kind == "single_choice")
    response = (one.options or ())[0].id

    made = jinja.asked_as(macro, one, 1, 5, response, 1)

    assert made == macro(one, 1, 5, "q-1", response=response, revision=1)
    assert "checked" in made
    assert "checked" not in jinja.asked_as(macro, one, 1, 5, None, 0)
    assert 'data-revision="2"' in jinja.asked_as(macro, one, 1, 5, None, 2)  # taken back
