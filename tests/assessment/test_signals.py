"""Facts about how an attempt is sat, and signs of life."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import OperationalError

from studium.assessment import journal, presence, queries
from studium.assessment.actions import room, signals, sit
from studium.assessment.models import AttemptEvent, AttemptPresence
from studium.identity.origin import Origin, origin
from studium.lib.errors import Invalid, NotFound
from tests import factories

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _fresh_process():
    presence._heard.clear()
    presence._waiting.clear()
    presence._origins.clear()
    presence._written_at = 0.0


@pytest.fixture
def exam(course):
    return factories.exam(course=course)


@pytest.fixture
def attempt(ada, exam, now):
    return sit.start_attempt(by=ada, exam_id=exam.pk, now=now)


def note(attempt, *facts, now):
    return signals.note_signals(
        by=attempt.user, attempt_id=attempt.pk, signals=list(facts), now=now
    )


def facts_of(attempt):
    rows = AttemptEvent.objects.filter(attempt=attempt, kind="signal").order_by("seq")
    return [row.detail for row in rows]


def test_facts_are_journalled_with_their_times(attempt, now) -> None:
    left = {"signal": "tab_left", "seconds_ago": 30}
    back = {"signal": "tab_returned", "seconds": 28, "seconds_ago": 2}
    assert note(attempt, left, back, now=now + 60 * SECOND) == 2
    assert facts_of(attempt) == [
        {"signal": "tab_left", "at": (now + 30 * SECOND).isoformat()},
        {"signal": "tab_returned", "seconds": 28, "at": (now + 58 * SECOND).isoformat()},
    ]
    assert journal.verify(attempt.pk) == []


@pytest.mark.parametrize(
    "fact",
    [
        "tab_left",
        None,
        {},
        {"signal": "cheated"},
        {"signal": "other_address"},
        {"signal": "tab_left", "verdict": "guilty"},
        {"signal": "pasted", "characters": -1},
        {"signal": "pasted", "characters": True},
        {"signal": "pasted", "characters": 10**9},
        {"signal": "tab_returned", "seconds": "3"},
        {"signal": "tab_left", "seconds_ago": 10**9},
    ],
)
def test_a_fact_has_a_known_name_and_numbers(attempt, now, fact) -> None:
    with pytest.raises(Invalid) as wrong:
        note(attempt, {"signal": "tab_left"}, fact, now=now)
    assert "signals.1" in wrong.value.fields
    assert facts_of(attempt) == []


def test_an_attempt_keeps_so_many_facts_and_says_that_more_came(attempt, now, monkeypatch) -> None:
    monkeypatch.setattr(presence, "SIGNALS_PER_ATTEMPT", 5)
    left = {"signal": "tab_left"}
    assert note(attempt, left, left, left, now=now) == 3
    assert note(attempt, left, left, left, now=now) == 2
    assert note(attempt, left, now=now) == 0
    assert [fact["signal"] for fact in facts_of(attempt)] == ["tab_left"] * 4 + ["limit"]


def test_more_than_fifty_at_once_are_refused(attempt, now) -> None:
    with pytest.raises(Invalid):
        note(attempt, *[{"signal": "tab_left"}] * 51, now=now)


def test_an_attempt_that_has_ended_keeps_no_more(ada, attempt, now) -> None:
    sit.submit(by=ada, attempt_id=attempt.pk, now=now + SECOND)
    assert note(attempt, {"signal": "tab_left"}, now=now + 2 * SECOND) == 0
    assert facts_of(attempt) == []


def test_nobody_notes_facts_about_another_ones_attempt(bruno, attempt, now) -> None:
    with pytest.raises(NotFound):
        signals.note_signals(
            by=bruno, attempt_id=attempt.pk, signals=[{"signal": "tab_left"}], now=now
        )


def test_a_second_address_and_browser_are_noted_once(attempt, now) -> None:
    places = [("10.0.0.1", "Firefox"), ("10.0.0.2", "Firefox"), ("10.0.0.2", "Chrome")]
    for ip, browser in [*places, *places]:
        token = origin.set(Origin(ip, browser))
        presence.beat(attempt.pk, now=now)
        origin.reset(token)
        presence._origins.clear()  # another process
    assert facts_of(attempt) == [
        {"signal": "other_address", "address": "10.0.0.2", "before": "10.0.0.1"},
        {"signal": "other_browser", "browser": "Chrome", "before": "Firefox"},
    ]
    assert len(AttemptPresence.objects.get(attempt=attempt).origins) == 3


def test_signs_of_life_of_many_are_written_together(
    course, exam, attempt, now, django_assert_num_queries, monkeypatch
) -> None:
    monkeypatch.setattr(presence, "_written_at", presence.time.monotonic())
    other = factories.person("Max")
    factories.enrollment(user=other, course=course)
    second = sit.start_attempt(by=other, exam_id=exam.pk, now=now)
    with django_assert_num_queries(0):
        for one in (attempt, second, attempt):
            presence.beat(one.pk, now=now + 5 * SECOND)
    presence.write()
    assert AttemptPresence.objects.filter(seen_at=now + 5 * SECOND).count() == 2


def test_a_sign_of_life_never_goes_back_in_time(attempt, now) -> None:
    presence.beat(attempt.pk, now=now + 50 * SECOND)
    presence._heard.clear()
    presence._written_at = 0.0
    presence.beat(attempt.pk, now=now + 10 * SECOND)  # heard earlier by a slower process
    assert AttemptPresence.objects.get(attempt=attempt).seen_at == now + 50 * SECOND


def test_a_busy_database_costs_nothing_but_a_fresher_figure(attempt, now, monkeypatch) -> None:
    def busy():
        raise OperationalError("database is locked")

    monkeypatch.setattr(presence.transaction, "atomic", busy)
    presence.beat(attempt.pk, now=now)
    assert not AttemptPresence.objects.exists()


# --- what the room shows of it ----------------------------------------------------------------


def seat(bruno, exam, now):
    (found,) = queries.exam_room(viewer=bruno, exam_id=exam.pk, now=now).seats
    return found


def test_a_paper_is_silent_after_a_minute_without_a_sign(bruno, attempt, exam, now) -> None:
    assert seat(bruno, exam, now + 60 * SECOND).state == "working"
    assert seat(bruno, exam, now + 61 * SECOND).state == "silent"
    presence.beat(attempt.pk, now=now + 62 * SECOND)
    assert seat(bruno, exam, now + 100 * SECOND).state == "working"


def test_a_save_is_a_sign_of_life_too(bruno, ada, attempt, exam, now) -> None:
    sit.save_answer(
        by_id=ada.pk,
        attempt_id=attempt.pk,
        question_id=exam.paper.earliest("position").question_id,
        response="a",
        revision=1,
        now=now + 100 * SECOND,
    )
    shown = seat(bruno, exam, now + 150 * SECOND)
    assert (shown.state, shown.answered, shown.questions) == ("working", 1, 3)
    assert seat(bruno, exam, now + 161 * SECOND).state == "silent"


def test_the_room_counts_everybody(bruno, ada, course, exam, attempt, now) -> None:
    for name in ("Max", "Zoe", "Kim"):
        person = factories.person(name)
        factories.enrollment(user=person, course=course)
        if name != "Max":
            one = sit.start_attempt(by=person, exam_id=exam.pk, now=now)
            if name == "Zoe":
                sit.submit(by=person, attempt_id=one.pk, now=now + SECOND)
            else:
                room.pause(by=bruno, exam_id=exam.pk, attempt_ids=[one.pk], now=now + SECOND)
    shown = queries.exam_room(viewer=bruno, exam_id=exam.pk, now=now + 2 * SECOND)
    counts = shown.counts
    assert (counts.students, counts.working, counts.silent) == (4, 1, 0)
    assert (counts.not_started, counts.paused, counts.handed_in) == (1, 1, 1)
    only = queries.exam_room(viewer=bruno, exam_id=exam.pk, now=now, state="not_started")
    assert [one.name for one in only.seats] == ["Max"]
    found = queries.exam_room(viewer=bruno, exam_id=exam.pk, now=now, search="zO")
    assert [one.name for one in found.seats] == ["Zoe"]


def test_a_large_class_is_shown_in_few_statements(
    bruno, course, exam, now, django_assert_max_num_queries
) -> None:
    for number in range(25):
        person = factories.person(f"Student{number} Berg")
        factories.enrollment(user=person, course=course)
        sit.start_attempt(by=person, exam_id=exam.pk, now=now)
    with django_assert_max_num_queries(7):
        shown = queries.exam_room(
            viewer=bruno, exam_id=exam.pk, now=now + 90 * SECOND, offset=20, limit=10
        )
    assert (shown.count, len(shown.seats), shown.counts.silent) == (25, 5, 25)
