"""The paper of a begun exam is read and made once; each attempt is still asked its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from studium.assessment import asked, drawing, queries, rules
from studium.assessment.actions import sit
from studium.assessment.kinds import KINDS
from studium.assessment.models import Exam, ExamAttempt
from studium.content.models import Course
from studium.identity.models import User
from tests import factories

pytestmark = pytest.mark.django_db

ORDERING = {
    "options": [{"id": one, "text": one.upper()} for one in "abc"],
    "answer": '["a", "b", "c"]',
}


@pytest.fixture
def exam(course: Course, monkeypatch: pytest.MonkeyPatch) -> Exam:
    """Two questions of each kind, and one with numbers of its own for everybody."""
    quiz = factories.quiz(
        lesson=course.lessons.earliest("order_index"), status="draft", questions=0
    )
    monkeypatch.setitem(factories.KINDS, "ordering", ORDERING)
    for kind in factories.KINDS:
        for _ in range(2):
            factories.question(quiz=quiz, kind=kind)
    factories.question(
        quiz=quiz,
        kind="numeric",
        text="How much is {{a + 1}}?",
        answer="0",
        spec={"parameters": {"a": {"min": "1", "max": "900", "step": "1"}}, "expression": "a + 1"},
    )
    paper = list(quiz.questions.order_by("position"))
    return factories.exam(course=course, questions=paper, shuffle=True, attempts_allowed=40)


def begun(by: User, exam: Exam, now: datetime, **terms: Any) -> ExamAttempt:
    Exam.objects.filter(pk=exam.pk).update(**terms)
    attempt = sit.start_attempt(by=by, exam_id=exam.pk, now=now)
    sit.submit(by=by, attempt_id=attempt.pk, now=now)
    return attempt


def made_anew(attempt: ExamAttempt) -> list[asked.Asked]:
    """What the attempt is asked, each question made for it alone."""
    found = []
    for place in drawing.paper_of_attempt(attempt, shuffled=True):
        question = place.question
        ids = [option["id"] for option in question.options or ()]
        found.append(
            asked.asked(
                question,
                points=place.points,
                option_ids=rules.option_order(ids, attempt.shuffle_seed, question.pk),
                seed=asked.variant_seed(attempt),
            )
        )
    return found


def test_every_attempt_is_asked_what_it_would_be_asked_alone(
    ada: User, exam: Exam, now: datetime
) -> None:
    """Of every kind, in the stored order of the attempt, with its own numbers."""
    attempts = [begun(ada, exam, now) for _ in range(12)]
    attempts.append(begun(ada, exam, now, shuffle=False))

    orders = set()
    for attempt in attempts:
        kept = drawing.asked_in_attempt(attempt)
        orders.add(tuple(one.id for one in kept))
        assert [replace(one, alike="") for one in kept] == made_anew(attempt)
    assert len(orders) > 10


def test_of_kinds_that_list_options_nothing_else_depends_on_their_order(
    ada: User, exam: Exam, now: datetime
) -> None:
    """What `asked.ForAll` rests on, for every kind there is."""
    attempt = begun(ada, exam, now)
    for place in drawing.paper_of_attempt(attempt):
        its = KINDS[place.question.kind]
        if its.lists_options:
            content = asked.content_of(place.question)
            turned = replace(content, options=content.options[::-1])
            for show in (its.field, its.credit, its.full_text):
                assert show(content) == show(turned)


def test_only_what_is_made_for_one_is_not_named_as_alike(
    ada: User, exam: Exam, now: datetime
) -> None:
    first, second = (drawing.asked_in_attempt(begun(ada, exam, now)) for _ in range(2))

    named = {one.id: one.alike for one in first}
    assert named == {one.id: one.alike for one in second}
    assert {one.kind for one in first if not one.alike} == {"ordering", "numeric"}
    assert len({one for one in named.values() if one}) == len(first) - 3


def test_the_second_paper_reads_no_question(ada: User, exam: Exam, now: datetime) -> None:
    queries.attempt_view(viewer=ada, attempt_id=begun(ada, exam, now).pk, now=now)
    attempt = begun(ada, exam, now)

    with CaptureQueriesContext(connection) as seen:
        queries.attempt_view(viewer=ada, attempt_id=attempt.pk, now=now)

    assert not [one["sql"] for one in seen.captured_queries if "questions" in one["sql"]]


def test_a_picture_that_comes_later_shows_after_a_minute(
    ada: User, exam: Exam, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = begun(ada, exam, now)
    first = drawing.asked_in_attempt(attempt)[0]
    row = exam.paper.get(question_id=first.id).question
    row.question_html = "<p>With a picture</p>"
    row.save(update_fields=["question_html"])
    at = drawing.monotonic()

    assert drawing.asked_in_attempt(attempt)[0] == first
    monkeypatch.setattr(drawing, "monotonic", lambda: at + 61)
    assert drawing.asked_in_attempt(attempt)[0].question_html == "<p>With a picture</p>"


def test_pools_are_kept_only_once_an_attempt_is_stored_for_good(
    ada: User, exam: Exam, now: datetime
) -> None:
    """Here everything is in a transaction that never ends well."""
    begun(ada, exam, now)

    assert exam.pk not in drawing._KEPT_POOLS
