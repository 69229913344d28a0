"""The review queue as plain forms: what a page does without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from studium.assessment.models import DraftedQuestion, Exam, Question
from studium.content.models import Course
from studium.identity.models import User
from studium.lib.jobs import live_job
from tests import factories
from tests.notes.test_notes import change

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(course: Course) -> list[DraftedQuestion]:
    lesson = course.lessons.earliest("order_index")
    return [
        factories.question_draft(lesson=lesson, place=place, is_flagged=place == 1,
                                 flags=["longest"] if place == 1 else [])
        for place in range(3)
    ]  # fmt: skip


@pytest.fixture
def bruno_sees(client_of: Callable[..., Client], bruno: User) -> Client:
    return client_of(bruno)


def to(name: str, course: Course, **parts: Any) -> str:
    return reverse(name, kwargs={"slug": course.slug, **parts})


def body(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def act(client: Client, course: Course, draft: DraftedQuestion, **data: str) -> Any:
    return client.post(to("draft_act", course, draft_id=draft.pk), data)


def test_the_queue_shows_a_draft_with_its_proof_and_what_is_flagged(
    bruno_sees: Client, course: Course, three: list[DraftedQuestion]
) -> None:
    queue = to("course_drafts", course)
    shown = body(bruno_sees, queue)
    assert "3 drafts to review" in shown
    assert re.search(r"<mark>Each value has an owner", shown)
    lesson = three[0].lesson
    block = three[0].item["sources"][0]["block_id"]
    assert f"{to('lesson', course, lesson_id=lesson.pk)}#{block}" in shown
    assert "No solver guesses it" in shown
    flagged = body(bruno_sees, f"{queue}?flagged=yes")
    assert "Takes the longest option" in flagged
    assert "1 in this list" in flagged
    assert "Nothing is left" in body(bruno_sees, f"{queue}?kind=short_text")


def test_deciding_goes_on_to_the_next_of_the_same_list(
    bruno_sees: Client, course: Course, three: list[DraftedQuestion]
) -> None:
    answer = act(bruno_sees, course, three[0], act="approve", query="flagged=no")
    assert answer.url == f"{to('course_drafts', course)}?flagged=no&draft={three[2].pk}#review"
    answer = act(bruno_sees, course, three[2], act="reject", reason="giveaway", words="Too long.")
    assert f"draft={three[1].pk}" in answer.url
    three[2].refresh_from_db()
    assert three[2].reject_reason == "giveaway: Too long."
    answer = act(bruno_sees, course, three[2], act="undo")
    assert f"draft={three[2].pk}" in answer.url  # back to it
    left = DraftedQuestion.objects.filter(status="draft").order_by("pk")
    assert list(left) == [three[1], three[2]]


def test_a_refusal_stays_at_the_draft_and_says_why(
    bruno_sees: Client, course: Course, three: list[DraftedQuestion]
) -> None:
    change(three[0].lesson, "All is new.\n")
    answer = act(bruno_sees, course, three[0], act="approve")
    shown = bruno_sees.get(answer.url.removesuffix("#review")).content.decode()
    assert "is not in the lesson any more" in shown
    assert not Question.objects.filter(origin="ai").exists()
    assert act(bruno_sees, course, three[0], act="reject").status_code == 302
    three[0].refresh_from_db()
    assert three[0].status == "draft"


def test_a_draft_is_edited_and_approved_in_one_step(
    bruno_sees: Client, course: Course, three: list[DraftedQuestion]
) -> None:
    address = to("draft_edit", course, draft_id=three[0].pk)
    assert "Approve as written" in body(bruno_sees, address)
    words = {"kind": "true_false", "question_text": "One owner?", "points": "2"}
    answer = bruno_sees.post(address, {**words, "approve": "1"})
    assert answer.status_code == 422  # nobody said whether it is true
    kept = bruno_sees.post(address, {**words, "truth": "true", "save": "1"})
    assert kept.status_code == 302
    assert "One owner?" in body(bruno_sees, f"{to('course_drafts', course)}?draft={three[0].pk}")
    bruno_sees.post(address, {**words, "truth": "true", "approve": "1"})
    question = Question.objects.get(origin="ai")
    assert (question.question_text, question.points, question.answer) == ("One owner?", 2, "true")


def test_drafts_are_asked_for_by_course_and_by_exam(
    bruno_sees: Client, course: Course, now: datetime
) -> None:
    lesson = course.lessons.earliest("order_index")
    sent = {"lesson": str(lesson.pk), "count": "7", "kind": "cloze", "difficulty": "hard"}
    bruno_sees.post(to("drafts_generate", course), sent)
    assert live_job("questions.generate_course", course.pk) is None  # no such kind
    bruno_sees.post(to("drafts_generate", course), sent | {"kind": "true_false"})
    job = live_job("questions.generate_course", course.pk)
    assert job is not None
    assert job.arguments["wish"] == {"count": 7, "kinds": ["true_false"], "difficulty": "hard"}
    assert job.arguments["lesson_ids"] == [str(lesson.pk)]
    assert "Question drafts from" in body(bruno_sees, to("course_drafts", course))

    exam = Exam.objects.create(course=course, title="Final", duration_minutes=30)
    address = to("exam_drafts", course, exam_id=exam.pk)
    assert bruno_sees.post(address, {f"count-{lesson.pk}": "many"}).status_code == 422
    assert bruno_sees.post(address, {f"count-{lesson.pk}": "3"}).status_code == 302
    asked = live_job("questions.generate_exam", exam.pk)
    assert asked is not None
    assert asked.arguments["counts"] == {str(lesson.pk): 3}


def test_the_queue_costs_the_same_for_many_drafts(
    bruno_sees: Client,
    course: Course,
    three: list[DraftedQuestion],
    django_assert_max_num_queries: Any,
) -> None:
    for place in range(30):
        factories.question_draft(lesson=three[0].lesson, place=place)
    with django_assert_max_num_queries(24):
        bruno_sees.get(to("course_drafts", course))
