"""Keeping a bank in order: found by what the filter says, changed as a whole or not at all."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from studium.assessment import queries
from studium.assessment.actions import bank, curate
from studium.assessment.models import ItemStatistics, Question, Quiz, Tag
from studium.content.models import Course
from studium.identity.models import AuditEntry, User
from studium.lib.errors import Conflict, Invalid, NotAllowed, NotFound
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiz(course: Course) -> Quiz:
    return factories.quiz(
        lesson=course.lessons.earliest("order_index"), status="draft", questions=3
    )


def rows(by: User, course: Course, **wanted: object) -> list[Question]:
    page = queries.bank_page(viewer=by, wanted=queries.BankFilter(**wanted), course_id=course.pk)
    assert page.count == len(page.rows)
    return [row.id for row in page.rows]


def ids(quiz: Quiz) -> list:
    return [one.pk for one in quiz.questions.order_by("position")]


def tagged(question_id: object) -> list[str]:
    return sorted(Tag.objects.filter(taggings__question=question_id).values_list("name", flat=True))


def test_each_filter_narrows(bruno: User, course: Course, quiz: Quiz, now: datetime) -> None:
    first, second, third = ids(quiz)
    curate.tag_questions(by=bruno, question_ids=[first], add=["Loops"], now=now)
    curate.link_concepts(by=bruno, question_ids=[second], add=["Ownership"], now=now)
    draft = factories.question(quiz=quiz, kind="true_false", text="A draft?", status="draft")
    retired = factories.question(quiz=quiz, position=9, retired_at=now, text="Gone?")
    ItemStatistics.objects.create(question_id=third, answers=40, share_sum=Decimal(10))
    factories.exam(course=course, questions=[quiz.questions.get(pk=third)])
    concept = queries.bank_words(viewer=bruno, course_id=course.pk).concepts[0][0]
    assert rows(bruno, course) == [first, second, third, draft.pk]
    assert rows(bruno, course, text="draft") == [draft.pk]
    assert rows(bruno, course, kinds=("true_false",)) == [draft.pk]
    assert rows(bruno, course, tags=("loops",)) == [first]
    assert rows(bruno, course, concepts=(concept,)) == [second]
    assert rows(bruno, course, lessons=(quiz.lesson_id,), quizzes=(quiz.pk,), state="draft") == [
        draft.pk
    ]
    assert rows(bruno, course, state="retired") == [retired.pk]
    assert rows(bruno, course, use="exam") == rows(bruno, course, use="answered") == [third]
    assert third not in rows(bruno, course, use="unused") + rows(bruno, course, use="unanswered")
    assert rows(bruno, course, level="hard") == [third]
    assert rows(bruno, course, level="easy") == rows(bruno, course, level="middle") == []
    for order in ("hardest", "answers"):
        assert rows(bruno, course, order=order)[0] == third


def test_a_page_of_a_large_bank_costs_as_many_statements_as_a_small_one(
    bruno: User, course: Course, quiz: Quiz
) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            queries.bank_page(viewer=bruno, wanted=queries.BankFilter(), course_id=course.pk)
        return len(seen)

    before = statements()
    last = quiz.questions.latest("position")
    Question.objects.bulk_create(
        Question(quiz=quiz, question_text=f"{n}?", answer="x", position=last.position + n)
        for n in range(1, 300)
    )
    assert statements() == before < 12


def test_tags_are_one_form_and_go_along(
    bruno: User, quiz: Quiz, ada: User, course: Course, now: datetime
) -> None:
    (first, second, _third) = ids(quiz)
    curate.tag_questions(
        by=bruno, question_ids=[first, second], add=[" Week  1 ", "WEEK 1"], now=now
    )
    assert tagged(first) == tagged(second) == ["week 1"]
    curate.tag_questions(by=bruno, question_ids=[first], add=["x"], remove=["Week 1"], now=now)
    assert tagged(first) == ["x"]
    exam = factories.exam(course=course, questions=[quiz.questions.get(pk=first)])
    factories.exam_attempt(exam=exam, user=ada)
    new = bank.edit_question(
        by=bruno, question_id=first, changes={"question_text": "Anew?"}, now=now
    )
    assert (new.version, tagged(new.pk)) == (2, ["x"])
    assert AuditEntry.objects.filter(action="question.tag").count() == 2


@pytest.mark.parametrize("name", ["", " ", "a,b", "[x]", "a" * 61, "a\nb\x00"])
def test_what_is_no_tag_is_refused(bruno: User, quiz: Quiz, now: datetime, name: str) -> None:
    with pytest.raises(Invalid):
        curate.tag_questions(by=bruno, question_ids=ids(quiz), add=[name], now=now)
    assert not Tag.objects.exists()


def test_a_selection_with_one_question_that_has_to_stay_changes_nothing(
    bruno: User, quiz: Quiz, now: datetime
) -> None:
    bank.publish_quiz(by=bruno, quiz_id=quiz.pk, now=now)
    with pytest.raises(Conflict):
        curate.retire_questions(by=bruno, question_ids=ids(quiz), now=now)
    assert not quiz.questions.exclude(retired_at=None).exists()
    assert curate.retire_questions(by=bruno, question_ids=ids(quiz)[:2], now=now) == 2


def test_moving_makes_the_next_version_elsewhere(
    bruno: User, quiz: Quiz, eva: User, now: datetime
) -> None:
    second_course = factories.course(owner=bruno)
    other = factories.quiz(lesson=second_course.lessons.first(), status="draft", questions=1)
    (moved, _second) = curate.move_questions(
        by=bruno, question_ids=ids(quiz)[:2], quiz_id=other.pk, now=now
    )
    assert (moved.quiz_id, moved.version, moved.replaces.quiz_id) == (other.pk, 2, quiz.pk)
    assert moved.replaces.retired_at == now
    assert bank.current_questions(quiz).count() == 1
    foreign = factories.course(owner=eva)
    factories.enrollment(user=bruno, course=foreign, role="instructor")
    theirs = factories.quiz(lesson=foreign.lessons.first(), status="draft")
    with pytest.raises(Conflict):
        curate.move_questions(by=bruno, question_ids=[moved.pk], quiz_id=theirs.pk, now=now)


def test_drafts_are_approved_or_deleted_and_nothing_else_is(
    bruno: User, quiz: Quiz, now: datetime
) -> None:
    draft = factories.question(quiz=quiz, status="draft")
    other = factories.question(quiz=quiz, status="draft")
    curate.tag_questions(by=bruno, question_ids=[draft.pk], add=["x"], now=now)
    assert curate.approve_questions(by=bruno, question_ids=[other.pk, ids(quiz)[0]], now=now) == 1
    with pytest.raises(Conflict) as refused:
        curate.delete_drafts(by=bruno, question_ids=[draft.pk, other.pk], now=now)
    assert refused.value.code == "not_a_draft"
    assert curate.delete_drafts(by=bruno, question_ids=[draft.pk], now=now) == 1
    assert not Question.objects.filter(pk=draft.pk).exists()


def test_a_retired_question_comes_back_unless_a_newer_one_is_there(
    bruno: User, ada: User, course: Course, quiz: Quiz, now: datetime
) -> None:
    first, second, _third = ids(quiz)
    bank.retire_question(by=bruno, question_id=first, now=now)
    back = curate.restore_question(by=bruno, question_id=first, now=now)
    assert (back.retired_at, back.position) == (None, 4)
    exam = factories.exam(course=course, questions=[quiz.questions.get(pk=second)])
    factories.exam_attempt(exam=exam, user=ada)
    new = bank.edit_question(
        by=bruno, question_id=second, changes={"question_text": "Anew?"}, now=now
    )
    with pytest.raises(Conflict) as refused:
        curate.restore_question(by=bruno, question_id=second, now=now)
    assert refused.value.extra["replaced_by"] == str(new.pk)
    story = queries.question_story(viewer=bruno, question_id=second)
    assert [one.question.version for one in story.versions] == [2, 1]
    assert (story.is_newest, story.versions[1].exams) == (False, (exam,))


def test_nobody_else_changes_a_bank(
    ada: User, eva: User, bruno: User, quiz: Quiz, other_course: Course, now: datetime
) -> None:
    far = factories.quiz(lesson=other_course.lessons.first(), status="draft")
    for by, question_ids in ((ada, ids(quiz)), (eva, ids(quiz)), (bruno, [*ids(quiz), *ids(far)])):
        with pytest.raises((NotFound, NotAllowed)):
            curate.tag_questions(by=by, question_ids=question_ids, add=["x"], now=now)
    assert not Tag.objects.exists()
