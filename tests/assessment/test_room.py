"""What the staff do in the exam room, and what of it reaches the papers."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from studium.assessment import closing, jobs, journal, pulse, queries
from studium.assessment.actions import room, sit
from studium.assessment.models import AttemptEvent, Exam, ExamAttempt, ExamMessage
from studium.content.models import Course
from studium.identity.models import AuditEntry, User
from studium.lib import clock
from studium.lib.errors import Conflict, Invalid, NotAllowed, NotFound
from tests import factories

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def exam(course: Course) -> Exam:
    return factories.exam(course=course, attempts_allowed=2)


@pytest.fixture
def attempt(ada: User, exam: Exam, now: datetime) -> ExamAttempt:
    return sit.start_attempt(by=ada, exam_id=exam.pk, now=now)


def beats(exam: Exam) -> int:
    pulse._kept.clear()
    return pulse.number(exam.pk)


def state(by: User, attempt: ExamAttempt, now: datetime) -> dict:
    return queries.attempt_state(viewer=by, attempt_id=attempt.pk, now=now).as_json()


def save(attempt: ExamAttempt, now: datetime, revision: int = 1, response: str = "a") -> sit.Saved:
    question = attempt.exam.paper.earliest("position").question_id
    return sit.save_answer(
        by_id=attempt.user_id,
        attempt_id=attempt.pk,
        question_id=question,
        response=response,
        revision=revision,
        now=now,
    )


def last_event(attempt: ExamAttempt) -> AttemptEvent:
    return AttemptEvent.objects.filter(attempt=attempt).latest("seq")


# --- minutes ---------------------------------------------------------------------------------


def test_minutes_move_the_deadline_and_are_told_and_logged(bruno, exam, attempt, now) -> None:
    given = room.give_minutes(
        by=bruno, exam_id=exam.pk, minutes=5, reason="Fire alarm", now=now + MINUTE
    )
    assert given == 1
    assert state(attempt.user, attempt, now)["deadline_at"] == (now + 35 * MINUTE).isoformat()
    event = last_event(attempt)
    assert (event.kind, event.actor_id) == ("extended", bruno.pk)
    assert event.detail == {
        "why": "minutes",
        "minutes": 5,
        "reason": "Fire alarm",
        "from": (now + 30 * MINUTE).isoformat(),
        "to": (now + 35 * MINUTE).isoformat(),
    }
    logged = AuditEntry.objects.get(action="exam.extend")
    assert (logged.actor_id, logged.detail["attempts"]) == (bruno.pk, 1)
    assert logged.detail["students"] == [str(attempt.user_id)]
    assert beats(exam) == 1
    assert journal.verify(attempt.pk) == []


def test_minutes_go_to_those_who_are_named_only(bruno, course, exam, attempt, now) -> None:
    other = factories.person("Max")
    factories.enrollment(user=other, course=course)
    second = sit.start_attempt(by=other, exam_id=exam.pk, now=now)
    room.give_minutes(by=bruno, exam_id=exam.pk, minutes=5, attempt_ids=[second.pk], now=now)
    attempt.refresh_from_db()
    second.refresh_from_db()
    assert second.deadline_at - attempt.deadline_at == 5 * MINUTE
    assert last_event(attempt).kind == "start"


def test_an_attempt_that_has_ended_gets_no_minutes(bruno, ada, exam, attempt, now) -> None:
    sit.submit(by=ada, attempt_id=attempt.pk, now=now + MINUTE)
    assert room.give_minutes(by=bruno, exam_id=exam.pk, minutes=5, now=now + 2 * MINUTE) == 0
    again = sit.start_attempt(by=ada, exam_id=exam.pk, now=now + 2 * MINUTE)
    late = now + 40 * MINUTE  # over, and the sweeper has not been there yet
    assert room.give_minutes(by=bruno, exam_id=exam.pk, minutes=5, now=late) == 0
    again.refresh_from_db()
    assert again.deadline_at == now + 32 * MINUTE


@pytest.mark.parametrize("minutes", [0, -5, 601, True, "5", None])
def test_minutes_are_a_number_that_makes_sense(bruno, exam, attempt, now, minutes) -> None:
    with pytest.raises(Invalid) as wrong:
        room.give_minutes(by=bruno, exam_id=exam.pk, minutes=minutes, now=now)
    assert "minutes" in wrong.value.fields
    assert beats(exam) == 0


# --- pause -----------------------------------------------------------------------------------


def test_a_pause_is_given_back_to_the_deadline(bruno, ada, exam, attempt, now) -> None:
    room.pause(by=bruno, exam_id=exam.pk, now=now + 10 * MINUTE)
    assert state(ada, attempt, now)["paused_at"] == (now + 10 * MINUTE).isoformat()
    assert room.go_on(by=bruno, exam_id=exam.pk, now=now + 25 * MINUTE) == 1
    shown = state(ada, attempt, now)
    assert shown["paused_at"] is None
    assert shown["deadline_at"] == (now + 45 * MINUTE).isoformat()
    assert last_event(attempt).detail["why"] == "pause"
    assert beats(exam) == 2


def test_no_deadline_passes_while_the_clock_stands(
    bruno, ada, exam, attempt, now, monkeypatch
) -> None:
    save(attempt, now + MINUTE)
    room.pause(by=bruno, exam_id=exam.pk, now=now + 29 * MINUTE)
    monkeypatch.setattr(clock, "now", lambda: now + 60 * MINUTE)
    assert jobs.close_overdue_attempts() == 0
    assert sit.close_overdue(now=now + 60 * MINUTE, exam_id=exam.pk) == 0
    room.go_on(by=bruno, exam_id=exam.pk, now=now + 60 * MINUTE)
    save(attempt, now + 60 * MINUTE + timedelta(seconds=59), revision=2)
    with pytest.raises(Conflict) as refused:
        save(attempt, now + 61 * MINUTE + timedelta(seconds=1), revision=3)
    assert refused.value.code == "deadline_passed"


def test_answers_on_their_way_are_taken_and_later_ones_wait(bruno, exam, attempt, now) -> None:
    room.pause(by=bruno, exam_id=exam.pk, now=now + MINUTE)
    save(attempt, now + MINUTE + timedelta(seconds=9))
    late = now + MINUTE + timedelta(seconds=11)
    with pytest.raises(Conflict) as refused:
        save(attempt, late, revision=2)
    assert refused.value.code == "paused"
    assert save(attempt, late).revision == 1  # the reply that was lost is given again
    room.go_on(by=bruno, exam_id=exam.pk, now=late)
    save(attempt, late + MINUTE, revision=2)


def test_who_hands_in_during_a_pause_has_handed_in(bruno, ada, exam, attempt, now) -> None:
    save(attempt, now + MINUTE)
    room.pause(by=bruno, exam_id=exam.pk, now=now + 2 * MINUTE)
    done = sit.submit(by=ada, attempt_id=attempt.pk, now=now + 90 * MINUTE)
    assert (done.status, done.closed_by, done.paused_at) == ("graded", "user", None)
    events = AttemptEvent.objects.filter(attempt=attempt).order_by("seq")
    kinds = list(events.values_list("kind", flat=True))
    assert kinds[-3:] == ["extended", "submit", "graded"]


def test_a_pause_of_what_stands_changes_nothing(bruno, exam, attempt, now) -> None:
    assert room.pause(by=bruno, exam_id=exam.pk, now=now + MINUTE) == 1
    assert room.pause(by=bruno, exam_id=exam.pk, now=now + 2 * MINUTE) == 0
    attempt.refresh_from_db()
    assert attempt.paused_at == now + MINUTE
    assert room.go_on(by=bruno, exam_id=exam.pk, now=now + 3 * MINUTE) == 1
    assert room.go_on(by=bruno, exam_id=exam.pk, now=now + 4 * MINUTE) == 0


# --- messages --------------------------------------------------------------------------------


def test_a_message_to_all_is_there_for_those_who_begin_later(
    bruno, course, exam, attempt, now
) -> None:
    room.send_message(by=bruno, exam_id=exam.pk, text=" Question 2: read 10 as 12. ", now=now)
    later = factories.person("Max")
    factories.enrollment(user=later, course=course)
    second = sit.start_attempt(by=later, exam_id=exam.pk, now=now + MINUTE)
    for one in (attempt, second):
        (message,) = state(one.user, one, now)["messages"]
        assert (message["text"], message["to_all"]) == ("Question 2: read 10 as 12.", True)
    assert last_event(attempt).detail == {"text": "Question 2: read 10 as 12.", "to_all": True}


def test_a_message_to_one_is_for_that_one(bruno, course, exam, attempt, now) -> None:
    other = factories.person("Max")
    factories.enrollment(user=other, course=course)
    second = sit.start_attempt(by=other, exam_id=exam.pk, now=now)
    room.send_message(by=bruno, exam_id=exam.pk, text="Look up.", attempt_ids=[second.pk], now=now)
    assert state(attempt.user, attempt, now)["messages"] == []
    assert state(other, second, now)["messages"][0]["to_all"] is False


@pytest.mark.parametrize("text", ["", "  ", "x" * 1001, "a\x00b", None])
def test_a_message_says_something(bruno, exam, attempt, now, text) -> None:
    with pytest.raises(Invalid):
        room.send_message(by=bruno, exam_id=exam.pk, text=text, now=now)
    assert not ExamMessage.objects.exists()


# --- handing in for somebody ---------------------------------------------------------------------


def test_the_staff_hand_in_what_was_saved(bruno, ada, exam, attempt, now) -> None:
    save(attempt, now + MINUTE)
    assert (
        room.hand_in_for(by=bruno, exam_id=exam.pk, attempt_ids=[attempt.pk], now=now + 2 * MINUTE)
        == 1
    )
    attempt.refresh_from_db()
    assert (attempt.status, attempt.closed_by, attempt.score) == ("graded", "staff", 33)
    assert AttemptEvent.objects.get(attempt=attempt, kind="submit").actor_id == bruno.pk
    assert state(ada, attempt, now)["closed_by"] == "staff"
    assert beats(exam) == 1


def test_an_attempt_of_another_exam_is_left_alone(bruno, course, exam, attempt, now) -> None:
    other = factories.exam(course=course, title="Other")
    named = {"by": bruno, "exam_id": other.pk, "attempt_ids": [attempt.pk], "now": now}
    assert room.hand_in_for(**named) == 0
    assert room.give_minutes(minutes=5, **named) == 0
    assert room.pause(**named) == 0
    assert room.send_message(text="Hello", **named) == 0
    attempt.refresh_from_db()
    assert (attempt.status, attempt.paused_at) == ("in_progress", None)
    assert beats(other) == 0


# --- rights and the room itself -------------------------------------------------------------------


def test_an_assistant_supervises_and_a_student_does_not(ada, eva, course, exam, attempt, now):
    helper = factories.person("Ida")
    factories.enrollment(user=helper, course=course, role="assistant")
    assert room.give_minutes(by=helper, exam_id=exam.pk, minutes=1, now=now) == 1
    with pytest.raises(NotAllowed):
        room.give_minutes(by=ada, exam_id=exam.pk, minutes=1, now=now)
    with pytest.raises(NotFound):
        room.give_minutes(by=eva, exam_id=exam.pk, minutes=1, now=now)
    with pytest.raises(NotFound):
        queries.attempt_state(viewer=eva, attempt_id=attempt.pk, now=now)


def test_an_act_on_many_takes_few_statements(
    bruno, course, exam, now, django_assert_max_num_queries
) -> None:
    for number in range(30):
        person = factories.person(f"Student{number} Berg")
        factories.enrollment(user=person, course=course)
        sit.start_attempt(by=person, exam_id=exam.pk, now=now)
    with django_assert_max_num_queries(20):
        assert room.give_minutes(by=bruno, exam_id=exam.pk, minutes=5, now=now) == 30
    attempts = ExamAttempt.objects.filter(exam=exam)
    assert {one.deadline_at for one in attempts} == {now + 35 * MINUTE}
    assert [fault for one in attempts for fault in journal.verify(one.pk)] == []


# --- everybody's deadline ----------------------------------------------------------------------


def test_the_sweeper_closes_many_and_one_it_cannot_grade_keeps_nobody_waiting(
    course, exam, now, monkeypatch
) -> None:
    attempts = []
    for number in range(7):
        person = factories.person(f"Student{number} Berg")
        factories.enrollment(user=person, course=course)
        attempts.append(sit.start_attempt(by=person, exam_id=exam.pk, now=now))
    broken = attempts[2]
    grade = closing.grade

    def sometimes(attempt: ExamAttempt, **more: object) -> object:
        if attempt.pk == broken.pk:
            raise ValueError("no such thing")
        return grade(attempt, **more)

    monkeypatch.setattr(closing, "grade", sometimes)
    monkeypatch.setattr(clock, "now", lambda: now + 31 * MINUTE)
    assert jobs.close_overdue_attempts() == 6
    left = ExamAttempt.objects.filter(exam=exam, status="in_progress")
    assert [one.pk for one in left] == [broken.pk]
    monkeypatch.setattr(closing, "grade", grade)
    assert jobs.close_overdue_attempts() == 1


def test_a_group_leaves_what_is_not_over_alone(exam, attempt, now) -> None:
    assert closing.close_group([attempt.pk], now=now + 30 * MINUTE) == 0
    assert closing.close_group([attempt.pk], now=now + 31 * MINUTE) == 1
    assert closing.close_group([attempt.pk], now=now + 31 * MINUTE) == 0
