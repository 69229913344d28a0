"""The live fold: what is taken in, when, and that a rebuild from zero gives the same bits."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from benchmarks import folds
from django.db import OperationalError, connection, connections

from studium.analytics import actions, catching_up
from studium.analytics.models import Analytics, LessonTally, ResponseFold
from studium.assessment.models import FoldQueue, QuestionConcept, Response
from studium.content.models import Concept, Course
from studium.identity.models import User
from studium.lib import hooks
from tests import factories
from tests.analytics.answers import correct, practise, sit
from tests.analytics.kept import stored, unfold

LATER = timedelta(days=400)
Wrapper = Callable[..., Any]


@pytest.mark.django_db
def test_an_answer_shows_in_tally_and_row(ada: User, course: Course, now: datetime) -> None:
    lesson = course.lessons.earliest("order_index")
    quiz = factories.quiz(lesson=lesson, questions=4)
    run = practise(ada, quiz, [1, 1, 0.5, 0], at=now)
    assert actions.catch_up(now=now + LATER) == 4
    tally = LessonTally.objects.get(user=ada, lesson=lesson)
    assert (tally.answers, tally.share_sum, tally.last_seq) == (4, Decimal("2.5"), 4)
    row = Analytics.objects.get(user=ada, course=course)
    data = row.progress_data
    assert data["schema_version"] == 2
    assert data["seq"] == 4
    assert data["lessons"] == [
        {
            "id": str(lesson.pk),
            "topic": lesson.topic,
            "answers": 4,
            "share": 0.625,
            "last_at": (now + timedelta(minutes=4)).isoformat(),
            "words": "getting there",
        }
    ]
    concept = data["concepts"][0]
    assert concept["name"] == lesson.topic
    assert 0.1 < concept["low"] < concept["p"] < concept["high"] < 0.9
    assert (concept["n"], concept["words"]) == (4, "in progress")
    assert data["attempts"][0]["id"] == str(run.pk)
    assert data["attempts"][0]["score"] == run.score == 62
    assert data["next"]["id"] == str(lesson.pk)
    assert not FoldQueue.objects.exists()


@pytest.mark.django_db
def test_two_answers_are_too_few_to_say_anything(ada: User, course: Course, now: datetime) -> None:
    quiz = factories.quiz(lesson=course.lessons.earliest("order_index"))
    practise(ada, quiz, [1, 1], at=now)
    actions.catch_up(now=now + LATER)
    concept = Analytics.objects.get().progress_data["concepts"][0]
    assert (concept["low"], concept["high"], concept["words"]) == (None, None, "too early to say")


@pytest.mark.django_db
def test_results_after_close_count_only_after_close(
    ada: User, course: Course, now: datetime
) -> None:
    closes = now + timedelta(days=3)
    exam = factories.exam(course=course, release="after_close", closes_at=closes)
    sit(ada, exam, [1, 0, 1], at=now)
    assert actions.catch_up(now=closes - timedelta(seconds=1)) == 0
    assert not Analytics.objects.exists()
    assert not LessonTally.objects.exists()
    assert actions.catch_up(now=closes) == 3
    assert Analytics.objects.get().progress_data["attempts"][0]["score"] == 66


@pytest.mark.django_db
def test_what_may_be_told_brings_nothing_along(ada: User, course: Course, now: datetime) -> None:
    closes = now + timedelta(days=3)
    exams = [
        factories.exam(course=course, release="after_close", closes_at=closes),
        factories.exam(course=course, release="never"),
    ]
    for exam in exams:
        sit(ada, exam, [1, 1, 1], at=now)
    practise(ada, factories.quiz(lesson=course.lessons.earliest("order_index")), [0, 0], at=now)
    assert actions.catch_up(now=closes - timedelta(seconds=1)) == 2
    data = Analytics.objects.get().progress_data
    assert (data["lessons"][0]["answers"], data["lessons"][0]["share"]) == (2, 0)
    assert [one["kind"] for one in data["attempts"]] == ["quiz"]


@pytest.mark.django_db
def test_results_that_are_never_told_never_count(ada: User, course: Course, now: datetime) -> None:
    sit(ada, factories.exam(course=course, release="never"), [1, 0, 1], at=now)
    assert actions.catch_up(now=now + LATER * 20) == 0
    assert not Analytics.objects.exists()
    assert FoldQueue.objects.count() == 3
    assert actions.rebuild(check=True, now=now).is_equal


@pytest.mark.django_db
def test_taking_in_again_changes_nothing(ada: User, course: Course, now: datetime) -> None:
    quiz = factories.quiz(lesson=course.lessons.earliest("order_index"))
    practise(ada, quiz, [1, 0], at=now)
    actions.catch_up(now=now + LATER)
    before = stored()
    assert actions.catch_up(now=now + LATER) == 0
    assert stored() == before


@pytest.mark.django_db
def test_a_late_answer_does_not_move_the_last_one_back(
    ada: User, course: Course, now: datetime
) -> None:
    quiz = factories.quiz(lesson=course.lessons.earliest("order_index"))
    practise(ada, quiz, [1, 1], at=now)
    actions.catch_up(now=now + LATER)
    practise(ada, quiz, [0, 0], at=now - timedelta(days=9))
    actions.catch_up(now=now + LATER)
    tally = LessonTally.objects.get()
    assert tally.last_at == now + timedelta(minutes=2)
    assert tally.last_seq == 4
    assert actions.rebuild(check=True, now=now).is_equal


@pytest.mark.django_db
def test_a_correction_changes_the_share_and_not_the_count(
    ada: User, course: Course, now: datetime
) -> None:
    sit(ada, factories.exam(course=course), [1, 0, 0], at=now)
    actions.catch_up(now=now + LATER)
    wrong = Response.objects.filter(share=0).earliest("pk")
    correct(wrong, 1, at=now + timedelta(days=1))
    actions.catch_up(now=now + LATER)
    tally = LessonTally.objects.get()
    assert (tally.answers, tally.share_sum) == (3, 2)
    assert actions.rebuild(check=True, now=now).is_equal


@pytest.mark.django_db
def test_a_correction_that_comes_first_counts_once(
    ada: User, course: Course, now: datetime
) -> None:
    sit(ada, factories.exam(course=course, release="never"), [1, 0, 0], at=now)
    wrong = Response.objects.filter(share=0).earliest("pk")
    correct(wrong, 1, at=now + timedelta(days=1))
    assert actions.catch_up(now=now + LATER) == 1
    FoldQueue.objects.update(release_at=now)
    assert actions.catch_up(now=now + LATER) == 3
    tally = LessonTally.objects.get()
    assert (tally.answers, tally.share_sum) == (3, 2)
    assert actions.rebuild(check=True, now=now).is_equal


@pytest.mark.django_db
def test_an_answer_that_touches_no_tally_is_taken_in(
    ada: User, course: Course, now: datetime
) -> None:
    sit(ada, factories.exam(course=course, release="never"), [0, 1], at=now)
    wrong = Response.objects.get(share=0)
    correct(wrong, 1, at=now + timedelta(days=1))
    assert actions.catch_up(now=now + LATER) == 1
    FoldQueue.objects.filter(response=wrong).update(release_at=now)
    assert actions.catch_up(now=now + LATER) == 1
    assert LessonTally.objects.get().answers == 1
    assert actions.rebuild(check=True, now=now).is_equal


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(int(os.environ.get("FOLD_SEEDS", "20"))))
def test_fold_equals_rebuild_after_any_interleaving(
    seed: int, ada: User, bruno: User, course: Course, now: datetime
) -> None:
    dice = random.Random(seed)
    chloe = factories.person("Chloe Chen")
    factories.enrollment(user=chloe, course=course)
    quizzes = [factories.quiz(lesson=one, questions=5) for one in course.lessons.all()]
    exams = [
        factories.exam(course=course, title=release, attempts_allowed=30, release=release,
                       closes_at=now + timedelta(days=30) if release == "after_close" else None)
        for release in ("at_once", "after_close", "never")
    ]  # fmt: skip
    for _ in range(12):
        who = dice.choice([ada, chloe])
        at = now + timedelta(minutes=dice.randrange(0, 40_000))
        shares = [dice.choice([0, 0.3333, 0.5, 0.6667, 1]) for _ in range(dice.randrange(0, 6))]
        match dice.randrange(4):
            case 0:
                sit(who, dice.choice(exams), shares[:3], at=now + timedelta(days=dice.random()))
            case 1:
                actions.catch_up(now=at, batch=dice.choice([1, 3, 200]))
            case 2 if found := Response.objects.filter(replaced_by=None).order_by("?").first():
                correct(found, dice.choice([0, 0.25, 1]), at=at)
            case _:
                quiz = dice.choice(quizzes)
                quiz.attempts.filter(user=who, status="in_progress").exists() or practise(
                    who, quiz, shares, at=at, finish=dice.random() < 0.7
                )
    practise(ada, factories.quiz(lesson=course.lessons.earliest("order_index")), [1], at=now)
    actions.catch_up(now=now + LATER, batch=7)
    report = actions.rebuild(check=True, now=now)
    assert report.is_equal, report.differences
    assert report.responses == ResponseFold.objects.count()
    # Corrections that came late ask for a next epoch, in which they stand at their place.
    assert actions.rebuild(check=False, now=now + LATER).is_equal
    assert actions.rebuild(check=True, now=now).is_equal
    before = stored()
    LessonTally.objects.all().delete()
    Analytics.objects.all().delete()
    assert actions.rebuild(check=False, now=now + LATER).count > 0
    assert stored() == before


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(2))
def test_an_answer_by_itself_leaves_what_a_batch_leaves(
    seed: int, course: Course, now: datetime
) -> None:
    dice = random.Random(seed)
    lessons = list(course.lessons.all())
    quizzes = [factories.quiz(lesson=one, questions=3) for one in lessons]
    tagged = Concept.objects.create(course=course, name="Tagged")
    question = quizzes[0].questions.earliest("position")
    QuestionConcept.objects.create(question=question, concept=tagged)
    people = [factories.person(name, email=f"{name}@example.org") for name in ("a", "b", "c")]
    for one in people:
        factories.enrollment(user=one, course=course)
    sit(people[0], factories.exam(course=course), [1, 0.3333], at=now)
    for turn in range(12):
        shares = [dice.choice([0, 0.3333, 0.5, 1]) for _ in range(dice.randrange(1, 4))]
        at = now + timedelta(hours=dice.randrange(60))
        practise(dice.choice(people), dice.choice(quizzes), shares, at=at, finish=turn < 11)
    actions.catch_up(now=now + LATER)
    together = stored()
    unfold(now)
    actions.catch_up(now=now + LATER, batch=1)
    assert stored() == together
    assert actions.rebuild(check=True, now=now).is_equal


@pytest.mark.django_db
def test_a_tally_that_is_off_is_found_and_put_right(
    ada: User, course: Course, now: datetime
) -> None:
    quiz = factories.quiz(lesson=course.lessons.earliest("order_index"))
    practise(ada, quiz, [1, 0], at=now)
    actions.catch_up(now=now + LATER)
    before = stored()
    LessonTally.objects.update(share_sum=Decimal("1.0001"))
    row = Analytics.objects.get()
    row.progress_data["lessons"][0]["share"] = 0.5001
    row.save()
    report = actions.rebuild(check=True, now=now)
    assert report.count == 2
    assert actions.rebuild(check=False, now=now).count == 2
    assert stored() == before
    assert actions.rebuild(check=True, now=now).is_equal


@pytest.mark.django_db
def test_a_lost_response_is_found_and_taken_in(ada: User, course: Course, now: datetime) -> None:
    quiz = factories.quiz(lesson=course.lessons.earliest("order_index"))
    practise(ada, quiz, [1, 0], at=now)
    sit(ada, factories.exam(course=course, release="never"), [1, 1, 1], at=now)
    FoldQueue.objects.all().delete()
    report = actions.rebuild(check=True, now=now)
    assert report.lost == report.count == 5
    actions.rebuild(check=False, now=now + LATER)
    assert ResponseFold.objects.count() == 2  # the exam's are still not to be told
    assert FoldQueue.objects.filter(release_at=None).count() == 3
    assert actions.rebuild(check=True, now=now).is_equal


@pytest.mark.django_db
def test_a_renamed_lesson_is_no_difference(ada: User, course: Course, now: datetime) -> None:
    lesson = course.lessons.earliest("order_index")
    practise(ada, factories.quiz(lesson=lesson), [1, 0], at=now)
    actions.catch_up(now=now + LATER)
    lesson.topic = "Another name"
    lesson.save()
    assert actions.rebuild(check=True, now=now).is_equal


class Crash(Exception):
    """Stands for a process that dies."""


class DiesAt:
    """Fails the n-th statement that is run under it."""

    def __init__(self, number: int) -> None:
        self.left = number

    def __call__(self, execute: Wrapper, sql: str, *rest: Any) -> Any:
        self.left -= 1
        if self.left == 0:
            raise Crash(sql)
        return execute(sql, *rest)


@pytest.mark.django_db(transaction=True)
def test_a_crash_at_any_statement_leaves_nothing_half_done(
    ada: User, course: Course, now: datetime
) -> None:
    quizzes = [factories.quiz(lesson=one, questions=3) for one in course.lessons.all()]
    for quiz in quizzes:
        practise(ada, quiz, [1, 0.5, 0], at=now)
    sit(ada, factories.exam(course=course), [1, 0, 1], at=now)
    # What is recorded outside of a transaction was taken in at once; begin with it waiting.
    unfold(now)
    before, crashes = stored(), 0
    while True:
        try:
            with connection.execute_wrapper(DiesAt(crashes + 1)):
                catching_up.catch_up(now=now + LATER)
        except Crash:
            crashes += 1
            after = stored()
            assert after == before or not after["waiting"]  # all or nothing
        else:
            break
    assert crashes > 10
    assert ResponseFold.objects.count() == 9
    assert actions.rebuild(check=True, now=now).is_equal


@pytest.mark.django_db(transaction=True)
def test_eight_writers_that_crash_lose_and_double_nothing(
    course: Course, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each writes answers, and dies somewhere while it takes in what there is."""
    monkeypatch.setattr(hooks.responses_recorded, "_listeners", [])
    people = [
        factories.person(f"Person {number}", email=f"{number}@example.org") for number in range(8)
    ]
    for one in people:
        factories.enrollment(user=one, course=course)
    quiz = factories.quiz(lesson=course.lessons.earliest("order_index"), questions=4)
    failures: list[BaseException] = []
    crashes: list[int] = []

    def write(number: int) -> None:
        dice = random.Random(number)
        try:
            for turn in range(2):
                practise(people[number], quiz, [1, 0, 0.5, 1], at=now + timedelta(days=turn))
                try:
                    with connection.execute_wrapper(DiesAt(dice.randrange(1, 40))):
                        catching_up.catch_up(now=now + LATER, batch=3)
                except Crash:
                    crashes.append(number)
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(one,)) for one in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert crashes
    assert actions.rebuild(check=True, now=now).is_equal
    catching_up.catch_up(now=now + LATER)
    assert not FoldQueue.objects.exists()
    assert ResponseFold.objects.count() == 8 * 2 * 4
    assert set(LessonTally.objects.values_list("answers", flat=True)) == {8}
    report = actions.rebuild(check=True, now=now)
    assert report.is_equal, report.differences


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("batch", "every"), [(5, 23), (1, 97)])
def test_a_process_killed_after_a_statement_leaves_what_another_goes_on_with(
    batch: int, every: int, db: None, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some statements of the list; `python -m benchmarks.soak --only folds` takes every one."""
    monkeypatch.setattr(hooks.responses_recorded, "_listeners", [])
    folds.lay(now)
    names, faults = folds.kill_each(now + LATER, every=every, first=4, batch=batch)
    assert faults == []
    assert names.count("COMMIT") == -(-ResponseFold.objects.count() // batch)
    assert len(names) > 60


@pytest.mark.django_db(transaction=True)
def test_the_hook_takes_in_after_the_commit(ada: User, course: Course, now: datetime) -> None:
    quiz = factories.quiz(lesson=course.lessons.earliest("order_index"))
    practise(ada, quiz, [1], at=now, finish=False)
    assert not FoldQueue.objects.exists()
    assert Analytics.objects.get(user=ada).progress_data["lessons"][0]["answers"] == 1
    assert hooks.responses_recorded


@pytest.mark.django_db(transaction=True)
def test_the_check_writes_nothing(ada: User, course: Course, now: datetime) -> None:
    quiz = factories.quiz(lesson=course.lessons.earliest("order_index"))
    practise(ada, quiz, [1, 0], at=now)

    def refuse(execute: Wrapper, sql: str, *rest: Any) -> Any:
        if sql.split()[0] not in {"SELECT", "BEGIN", "ROLLBACK", "SET"}:
            raise OperationalError(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(refuse):
        assert actions.rebuild(check=True, now=now).is_equal
