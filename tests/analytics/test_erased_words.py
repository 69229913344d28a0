"""What an erased person wrote goes from every table; marks and journals stay and can be proved."""

from __future__ import annotations

import json

import pytest
from django.db import DatabaseError, connection, transaction

from studium.analytics import actions
from studium.assessment import journal, presence
from studium.assessment.actions import appeal, practise, sit
from studium.assessment.actions import mark as marking
from studium.assessment.models import AppealMessage, AttemptPresence, QuizAnswer
from studium.assessment.queries import receipts
from studium.identity.origin import Origin
from studium.lib import clock
from studium.lib.db import uuid_param
from tests import factories
from tests.analytics.test_erasing import everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def yara(course):
    yara = factories.person("Yara Zorn")
    factories.enrollment(user=yara, course=course)
    return yara


@pytest.fixture
def attempt(yara, course, bruno):
    """She wrote an essay in two drafts, from two places, was marked, asked about it, and practised
    with words of her own; every such word is `quixotic`."""
    now = clock.now()
    lesson = course.lessons.earliest("order_index")
    quiz = factories.quiz(lesson=lesson, questions=0, status="draft")
    choice, essay = factories.question(quiz=quiz), factories.question(quiz=quiz, kind="essay")
    exam = factories.exam(course=course, questions=[choice, essay])
    made = sit.start_attempt(by=yara, exam_id=exam.pk, now=now)
    for question, revision, said in (
        (choice, 1, "a"), (essay, 1, "A quixotic draft."), (essay, 2, "My quixotic words."),
    ):  # fmt: skip
        sit.save_answer(by_id=yara.pk, attempt_id=made.pk, question_id=question.pk, response=said,
                        revision=revision, now=now)  # fmt: skip
    for address in ("quixotic", "quixotic too"):
        presence._note_origin(made.pk, Origin(address, "Firefox"), now=now)
    sit.submit(by=yara, attempt_id=made.pk, now=now)
    marking.give_mark(
        by=bruno, attempt_id=made.pk, question_id=essay.pk, points=1, comment="Good.", now=now
    )
    asked = appeal.open_appeal(
        by=yara, attempt_id=made.pk, question_id=essay.pk, text="A quixotic question.", now=now
    )
    appeal.say(by=yara, appeal_id=asked.pk, text="Quixotic, I mean.", now=now)
    appeal.say(by=bruno, appeal_id=asked.pk, text="I see.", now=now)
    typed = factories.quiz(lesson=lesson, questions=0, status="draft")
    word = factories.question(quiz=typed, kind="short_text")
    typed.status = "published"
    typed.save()
    run = practise.start_quiz(by=yara, quiz_id=typed.pk, now=now)
    practise.answer_question(
        by=yara, attempt_id=run.pk, question_id=word.pk, response="quixotic", now=now
    )
    made.refresh_from_db()
    return made


def test_every_word_goes_and_what_was_marked_stays_proved(attempt, yara, bruno, dora):
    lines = journal.lines(attempt.pk)
    heads = [line.hash for line in lines]
    own = receipts.receipt_file(viewer=yara, attempt_id=attempt.pk)
    marked = (attempt.score, attempt.points)
    assert "quixotic" in everything()
    actions.erase_person(by=dora, person_id=yara.pk, now=clock.now())
    assert "quixotic" not in everything()
    attempt.refresh_from_db()
    assert (attempt.score, attempt.points) == marked
    assert [line.hash for line in journal.lines(attempt.pk)] == heads
    assert journal.verify(attempt.pk) == []
    kept = {one.question.kind: one.response for one in attempt.answers.select_related("question")}
    assert kept == {"single_choice": "a", "essay": "[erased]"}
    assert AttemptPresence.objects.get(attempt=attempt).origins == []
    assert AppealMessage.objects.filter(text="I see.").exists()
    answer = QuizAnswer.objects.get(attempt__user=yara)
    assert (answer.response, answer.share) == (None, 0)
    told = receipts.check_receipt(own)
    assert told.faults == ()
    assert told.differences == ("In the database the attempt is that of “Erased person”.",)
    fresh = receipts.receipt_file(viewer=bruno, attempt_id=attempt.pk)
    assert receipts.check_receipt(fresh).is_good


def test_a_line_that_was_changed_is_found_in_an_erased_journal_too(attempt, yara, dora):
    actions.erase_person(by=dora, person_id=yara.pk, now=clock.now())
    choice = attempt.events.get(question__kind="single_choice", kind="save")
    change_despite_the_rules(choice.pk, "response", json.dumps("b"))
    assert any("its hash differs" in fault for fault in journal.verify(attempt.pk))
    change_despite_the_rules(choice.pk, "response", json.dumps("a"))
    assert journal.verify(attempt.pk) == []
    last_erased = attempt.events.get(kind="signal")
    change_despite_the_rules(last_erased.pk, "hash", "0" * 64)
    assert any("its hash differs" in fault for fault in journal.verify(attempt.pk))


def change_despite_the_rules(event_id, column, value):
    """As somebody with all rights in the database might."""
    name = "st_attempt_events_no_update_update"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [name])
            (made,) = cursor.fetchone()
            undo, redo = f"DROP TRIGGER {name}", made
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            undo, redo = (f"ALTER TABLE attempt_events {verb} TRIGGER {name}"
                          for verb in ("DISABLE", "ENABLE"))  # fmt: skip
        cursor.execute(undo)
        cursor.execute(f"UPDATE attempt_events SET {column} = %s WHERE id = %s",
                       [value, uuid_param(event_id)])  # fmt: skip
        cursor.execute(redo)


OF_YARA = "(SELECT id FROM exam_attempts WHERE user_id = %s)"
ERASURES = [
    ("attempt_events", "response = '\"[erased]\"' WHERE kind = 'save' "
     f"AND attempt_id IN {OF_YARA}"),
    ("attempt_events", "detail = '{\"erased\": true}' WHERE kind = 'signal' "
     f"AND attempt_id IN {OF_YARA}"),
    ("attempt_answers", f"response = '\"[erased]\"' WHERE attempt_id IN {OF_YARA} AND "
     "question_id IN (SELECT id FROM questions WHERE kind = 'essay')"),
    ("appeals", f"text = '[erased]' WHERE attempt_id IN {OF_YARA}"),
    ("appeal_messages", "text = '[erased]' WHERE author_id = %s"),
]  # fmt: skip
OTHER_CHANGES = [
    ("attempt_events", f"revision = 7 WHERE kind = 'save' AND attempt_id IN {OF_YARA}"),
    ("attempt_events", f"response = '\"x\"' WHERE kind = 'save' AND attempt_id IN {OF_YARA}"),
    ("attempt_events", f"detail = '{{}}' WHERE kind = 'signal' AND attempt_id IN {OF_YARA}"),
    ("attempt_events", f"detail = '{{\"erased\": true}}' WHERE kind = 'graded' "
     f"AND attempt_id IN {OF_YARA}"),
    ("attempt_answers", f"response = '\"x\"' WHERE attempt_id IN {OF_YARA} AND "
     "question_id IN (SELECT id FROM questions WHERE kind = 'essay')"),
    ("appeals", f"text = 'other' WHERE attempt_id IN {OF_YARA}"),
    ("appeal_messages", "text = 'other' WHERE author_id = %s"),
]  # fmt: skip


def test_only_the_words_of_who_was_erased_are_ever_changed(attempt, yara, dora):
    for table, change in ERASURES:
        assert refused(table, change, yara), (table, change)
    actions.erase_person(by=dora, person_id=yara.pk, now=clock.now())
    for table, change in OTHER_CHANGES:
        assert refused(table, change, yara), (table, change)


def refused(table, change, person):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {table} WHERE {change.partition('WHERE')[2]}",
                       [uuid_param(person.pk)])  # fmt: skip
        assert cursor.fetchone()[0], "no row to change"
        try:
            with transaction.atomic():
                cursor.execute(f"UPDATE {table} SET {change}", [uuid_param(person.pk)])
        except DatabaseError:
            return True
    return False
