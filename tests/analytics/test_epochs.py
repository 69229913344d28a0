"""Epochs: built aside, swapped whole; corrections, merges and people forgotten come in with one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from studium.analytics import actions, building, epochs
from studium.analytics.models import (
    Analytics,
    AnalyticsEpoch,
    EngineState,
    ItemState,
    LessonTally,
    MasteryState,
    PracticePoints,
    ResponseFold,
    ResponseSlip,
)
from studium.analytics.queries.standing import current_epoch, situations, standings
from studium.assessment.models import Response
from studium.content.concepts import of_lesson
from studium.content.models import Concept, Course
from studium.identity.models import User
from studium.lib import clock, triggers
from studium.lib.db import uuid_param
from studium.lib.ids import uuid7
from studium.lib.jobs import Cancelled, autodiscover, work_off
from studium.lib.models import Job
from tests import factories
from tests.analytics.answers import correct, practise, sit
from tests.analytics.kept import STATE, state, unfold

LATER = timedelta(days=400)
pytestmark = pytest.mark.django_db


@pytest.fixture
def answered(ada: User, course: Course, now: datetime) -> Course:
    """Ada has practised both lessons and sat an exam; all of it is taken in."""
    for lesson in course.lessons.all():
        practise(ada, factories.quiz(lesson=lesson, questions=3), [1, 0, 0.5], at=now)
    sit(ada, factories.exam(course=course), [0, 1, 1], at=now + timedelta(hours=1))
    actions.catch_up(now=now + LATER)
    return course


def wrong_answer() -> Response:
    return Response.objects.filter(exam_attempt__isnull=False, share=0).earliest("pk")


def assert_equal(now: datetime) -> None:
    report = actions.rebuild(check=True, now=now)
    assert report.is_equal, report.differences


def test_a_late_correction_counts_at_its_place_from_the_next_epoch_on(
    answered: Course, now: datetime
) -> None:
    predicted = state()["predicted"]
    before = {name: rows for name, rows in state().items() if name != "predicted"}
    correct(wrong_answer(), 1, at=now + timedelta(days=2))
    actions.catch_up(now=now + LATER)
    assert {name: rows for name, rows in state().items() if name != "predicted"} == before
    assert sum(LessonTally.objects.values_list("share_sum", flat=True)) == 6
    wins = sum(MasteryState.objects.values_list("wins", flat=True))
    assert not epochs.is_wanted(now=now + LATER)  # it waits for others to come
    assert epochs.is_wanted(now=now + LATER + epochs.SETTLES)
    assert_equal(now)
    made = building.build(epochs.wanted_because(), now=now)
    assert (made.epoch, made.responses) == (2, 10)
    assert current_epoch() == 2
    assert sum(MasteryState.objects.values_list("wins", flat=True)) == wins + 1
    assert not MasteryState.objects.exclude(epoch=2).exists()  # the old rows are cleared away
    assert state()["predicted"][:9] == predicted  # what was predicted stays what was predicted
    assert not epochs.is_wanted(now=now + LATER + epochs.SETTLES)
    assert_equal(now)


def test_the_next_epoch_is_what_the_right_marks_would_have_given(
    answered: Course, now: datetime
) -> None:
    wrong = wrong_answer()
    correct(wrong, 1, at=now + timedelta(days=2))
    actions.catch_up(now=now + LATER)
    building.build("Marks were corrected.", now=now)
    built = {model: list(_rows(model)) for model in STATE}
    with connection.cursor() as cursor:  # a world with the right marks from the start
        for statement in triggers.removal(connection):
            cursor.execute(statement)
        cursor.execute("UPDATE responses SET share = 1 WHERE id = %s", [uuid_param(wrong.pk)])
    triggers.install()
    unfold(now)
    actions.catch_up(now=now + LATER)
    assert {model: list(_rows(model)) for model in STATE} == built


def _rows(model: Any) -> list[Any]:
    fields = [one.attname for one in model._meta.concrete_fields if one.attname != "epoch"]
    return sorted(repr(row) for row in model.objects.values_list(*fields))


def test_the_old_epoch_is_read_while_the_next_one_is_built(
    answered: Course, ada: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "CHUNK", 2)
    monkeypatch.setattr(building, "TAIL", 1)
    lesson = answered.lessons.earliest("order_index")
    quiz = factories.quiz(lesson=lesson, questions=5)
    heard: list[tuple[int, int]] = []

    def tell(done: int, total: int, step: str) -> None:
        if len(heard) == 2:
            practise(ada, quiz, [1, 0, 1, 1, 0], at=now + timedelta(days=3))
            assert actions.catch_up(now=now + LATER) == 5
        assert current_epoch() == 1 or step.startswith(("Writing", "Clearing"))
        assert EngineState.objects.filter(epoch=1).exists() or current_epoch() == 2
        heard.append((done, total))

    made = building.build("To see.", now=now, tell=tell)
    assert made.responses == 14
    row = AnalyticsEpoch.objects.get(state="current")
    assert (row.id, row.horizon, row.since, row.is_rendered) == (2, 9, 14, True)
    assert Analytics.objects.get().progress_data["epoch"] == 2
    assert_equal(now)
    practise(ada, quiz, [1, 1], at=now + timedelta(days=4))
    actions.catch_up(now=now + LATER)
    assert_equal(now)


def test_a_build_that_is_cancelled_changes_nothing_and_is_put_off(
    answered: Course, now: datetime
) -> None:
    before = state()
    epochs.want_next("Marks were corrected.", now=now)

    def stop(done: int, total: int, step: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        building.build("To be cancelled.", now=now, tell=stop)
    building.abandon(until=now + timedelta(days=1))
    assert current_epoch() == 1
    assert state() == before
    assert not epochs.is_wanted(now=now + timedelta(hours=23))
    assert epochs.is_wanted(now=now + timedelta(days=1))
    building.bring_up(now=now)
    assert current_epoch() == 3  # the number of the one given up is not used again
    assert_equal(now)


def test_the_worker_builds_what_is_wanted_once(
    answered: Course, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    autodiscover()
    from studium.analytics import jobs

    monkeypatch.setattr(clock, "now", lambda: now)
    assert not jobs.build_epoch_when_wanted()
    epochs.want_next("Marks were corrected.", now=now - epochs.SETTLES)
    assert jobs.build_epoch_when_wanted()
    assert jobs.build_epoch_when_wanted()  # the one that waits is the one
    work_off()
    assert Job.objects.get(kind=building.EPOCH_JOB).status == "done"
    assert current_epoch() == 2
    assert not jobs.build_epoch_when_wanted()
    assert_equal(now)


def test_a_merge_counts_from_the_next_epoch_on(answered: Course, now: datetime) -> None:
    first, second = answered.lessons.order_by("order_index")
    kept, merged = of_lesson(first.pk), of_lesson(second.pk)
    Concept.objects.filter(pk=merged).update(merged_into=kept, merged_at=now)
    assert {row.concept_id for row in MasteryState.objects.all()} == {kept, merged}
    building.build("Concepts were merged.", now=now)
    row = MasteryState.objects.get()
    assert (row.concept_id, row.n) == (kept, 9)
    assert_equal(now)
    # An answer that is taken in afterwards counts so too.
    practise(row.user, second.quizzes.latest("pk"), [1], at=now + timedelta(days=3))
    actions.catch_up(now=now + LATER)
    row = MasteryState.objects.get()
    assert (row.concept_id, row.n) == (kept, 10)
    assert_equal(now + LATER)


def test_a_person_who_is_forgotten_leaves_no_row_and_later_no_trace(
    answered: Course, ada: User, now: datetime
) -> None:
    dev = factories.person("Dev Das")
    factories.enrollment(user=dev, course=answered)
    quiz = factories.quiz(lesson=answered.lessons.earliest("order_index"), questions=4)
    practise(dev, quiz, [1, 0, 1, 1], at=now)
    actions.catch_up(now=now + LATER)
    slipped = Response.objects.filter(user=ada).earliest("pk")
    actions.note_slip(by=ada, response_id=slipped.pk, words="My cat walked here.", now=now)
    actions.forget(ada.pk, now=now)
    assert not ResponseSlip.objects.exists()
    for model in (Analytics, LessonTally, MasteryState, PracticePoints):
        assert list(model.objects.values_list("user_id", flat=True).distinct()) == [dev.pk]
    practise(ada, quiz, [1, 1, 1, 1], at=now + timedelta(days=1))
    actions.catch_up(now=now + LATER)
    assert not MasteryState.objects.filter(user=ada).exists()
    assert_equal(now)
    assert EngineState.objects.get().n == 13  # what was learnt of questions is there until then
    building.build(epochs.wanted_because(), now=now)
    assert EngineState.objects.get().n == 4
    assert not MasteryState.objects.filter(user=ada).exists()
    assert_equal(now)


def test_an_older_installation_gets_its_first_epoch_from_its_answers(
    answered: Course, ada: User, now: datetime
) -> None:
    whole = {name: rows for name, rows in state().items() if name != "predicted"}
    for model in (EngineState, AnalyticsEpoch, *STATE):
        model.objects.all().delete()
    ResponseFold.objects.update(p_before=None)
    standing = standings(answered.pk, [ada.pk], now=now)[ada.pk]
    assert {one.words for one in standing} == {"too early to say"}
    practise(ada, factories.quiz(lesson=answered.lessons.earliest("order_index")), [1], at=now)
    actions.catch_up(now=now + LATER)  # tallies go on meanwhile
    assert Analytics.objects.get().progress_data["epoch"] == 0
    assert_equal(now)
    assert epochs.is_wanted(now=now)
    assert building.bring_up(now=now) == "10 answers were taken in again."
    assert current_epoch() == 1
    assert len(state()["mastery"]) == len(whole["mastery"])
    assert Analytics.objects.get().progress_data["epoch"] == 1
    assert_equal(now)


def test_rows_of_another_engine_are_left_alone_until_the_next_epoch(
    answered: Course, ada: User, now: datetime
) -> None:
    AnalyticsEpoch.objects.update(engine_version=epochs.ENGINE_VERSION + 1)
    EngineState.objects.update(means=[], variances=[])  # another engine keeps other things
    practise(ada, factories.quiz(lesson=answered.lessons.earliest("order_index")), [1], at=now)
    assert actions.catch_up(now=now + LATER) == 1
    assert sum(LessonTally.objects.values_list("answers", flat=True)) == 10
    assert {one.words for one in standings(answered.pk, [ada.pk], now=now)[ada.pk]} == {
        "too early to say"
    }
    assert epochs.is_wanted(now=now)
    assert epochs.wanted_because() == "The engine is a new one."
    building.bring_up(now=now)
    assert EngineState.objects.get().n == 10
    assert_equal(now)


def test_a_row_of_the_engine_that_is_off_is_found_and_put_right(
    answered: Course, now: datetime
) -> None:
    before = state()
    row = ItemState.objects.earliest("question_id")
    ItemState.objects.filter(question_id=row.question_id).update(mean=row.mean + 1e-15)
    report = actions.rebuild(check=True, now=now)
    assert (report.count, report.state) == (1, 1)
    actions.rebuild(check=False, now=now)
    assert state() == before
    assert_equal(now)


def test_a_prediction_that_was_changed_is_found(answered: Course, now: datetime) -> None:
    ResponseFold.objects.filter(seq=3).update(p_before=0.5)
    assert actions.rebuild(check=True, now=now).differences == ["The prediction at seq 3 differs."]


def test_a_new_version_of_a_question_begins_where_the_old_one_stood(
    answered: Course, ada: User, now: datetime
) -> None:
    old = ItemState.objects.earliest("question_id")
    question = old.question
    question.pk, question.replaces_id = uuid7(), old.question_id
    question.version, question.position = 2, 90
    question.save(force_insert=True)
    found = situations(ada.pk, answered.pk, [question.pk], at=now)[question.pk].item
    assert (found.mean, found.variance, found.n) == (old.mean, old.variance + 0.5, 0)
    practise(ada, question.quiz, [1, 1, 1, 1], at=now + timedelta(days=1))
    actions.catch_up(now=now + LATER)
    row = ItemState.objects.get(question=question)
    assert row.n == 1
    assert row.mean > old.mean
    assert_equal(now)
