"""What `studium rehearse` finds, copies and answers."""

from __future__ import annotations

import json

import pytest

from studium.assessment.actions import rehearsal
from studium.lib.errors import Conflict, NotFound
from tests import factories

# --- the copy ---------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_exam_is_found_by_id_or_words_of_its_title(course) -> None:
    exam = factories.exam(course=course, title="Final exam")
    other = factories.exam(course=course, title="Final exam, second date")
    assert rehearsal.find_exam(str(exam.pk)).title == "Final exam"
    assert rehearsal.find_exam("SECOND").id == other.pk
    assert rehearsal.find_exam("final exam").id == exam.pk
    with pytest.raises(Conflict, match="2 exams fit"):
        rehearsal.find_exam("exam")
    with pytest.raises(NotFound):
        rehearsal.find_exam("0" * 32)


@pytest.mark.django_db
def test_a_copy_holds_nobody_and_no_text_of_a_lesson(course, bruno, ada) -> None:
    exam = factories.exam(course=course)
    attempt = factories.exam_attempt(exam=exam, user=ada)
    text = rehearsal.exam_copy(exam.pk)
    for told in (bruno.name, bruno.email, ada.name, str(attempt.pk)):
        assert told not in text
    models = {row["model"] for row in json.loads(text)}
    assert models == {
        "identity.user", "content.course", "content.lesson", "assessment.quiz",
        "assessment.question", "assessment.exam", "assessment.examquestion",
    }  # fmt: skip


@pytest.mark.django_db
def test_every_kind_of_question_gets_responses_that_fit(course) -> None:
    exam = factories.exam(course=course)
    for place in exam.paper.all():
        assert rehearsal._responses(place.question) == ["a", "b"]
