"""Regrading: who moves, what is written, and that undoing leaves no trace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from benchmarks.regrade import differing, journals, lost, state
from django.db import DatabaseError, transaction

from studium.analytics import actions as analytics
from studium.assessment import applying, corrected, correcting, figuring, jobs, journal, queries
from studium.assessment.actions import regrade as regrades
from studium.assessment.actions import sit
from studium.assessment.actions.regrade import Fix
from studium.assessment.models import (
    AttemptAnswer,
    AttemptEvent,
    Exam,
    ExamAttempt,
    ExamStatistics,
    FoldQueue,
    ItemStatistics,
    Regrade,
    Response,
)
from studium.content.models import Course
from studium.identity.models import AuditEntry, User
from studium.lib.errors import Conflict, Invalid, NotAllowed, NotFound
from tests import factories

pytestmark = pytest.mark.django_db
_number = count(1)

# Of the students 0 to 5: the key of question 1 is "a", of 3 ["a", "b"], of 4 "owner".
GIVEN: list[list[Any]] = [
    ["a", "a", ["a", "b"], "owner"],
    ["b", "a", ["a"], "Owner "],
    ["b", "a", ["a", "c"], "holder"],
    ["b", "b", None, "holder"],
    [None, "a", ["c"], None],
    ["a", "b", ["a", "b", "c"], "thief"],
]


@pytest.fixture
def exam(course: Course) -> Exam:
    """Four questions: two choices, several choices (3 points), a text."""
    quiz = factories.quiz(lesson=course.lessons.first(), status="draft", questions=2)
    factories.question(quiz=quiz, kind="multiple_choice", points=3)
    factories.question(quiz=quiz, kind="short_text", spec={"accepted": ["owner"]})
    asked = list(quiz.questions.order_by("position"))
    return factories.exam(course=course, questions=asked, pass_mark=50, attempts_allowed=3)


def questions_of(exam: Exam) -> list:
    return list(exam.paper.order_by("position").values_list("question_id", flat=True))


def sit_all(exam: Exam, now: datetime, given: Sequence[Sequence[Any]] = GIVEN) -> list[ExamAttempt]:
    """One student for each list of responses."""
    return [sat(exam, student(exam), responses, now) for responses in given]


def student(exam: Exam) -> User:
    user = factories.person(f"Student{next(_number)}")
    factories.enrollment(user=user, course=exam.course)
    return user


def sat(exam: Exam, user: User, responses: Sequence[Any], now: datetime) -> ExamAttempt:
    attempt = sit.start_attempt(by=user, exam_id=exam.pk, now=now)
    for number, (question, response) in enumerate(zip(questions_of(exam), responses, strict=True)):
        if response is not None:
            sit.save_answer(
                by_id=user.pk,
                attempt_id=attempt.pk,
                question_id=question,
                response=response,
                revision=1,
                now=now + timedelta(seconds=20 * (number + 1)),
            )
    return sit.submit(by=user, attempt_id=attempt.pk, now=now + timedelta(minutes=5))


def plan(exam: Exam, by: User, now: datetime, *fixes: Fix, reason: str = "Wrong key.") -> Regrade:
    return regrades.plan_regrade(by=by, exam_id=exam.pk, reason=reason, fixes=fixes, now=now)


def regraded(exam: Exam, by: User, now: datetime, *fixes: Fix) -> Regrade:
    row = plan(exam, by, now, *fixes)
    return regrades.apply_regrade(by=by, regrade_id=row.pk, now=now)


def scores(exam: Exam) -> list[int | None]:
    return list(exam.attempts.order_by("user__created_at", "pk").values_list("score", flat=True))


@pytest.fixture
def later(now: datetime) -> datetime:
    return now + timedelta(days=1)


def test_a_plan_says_who_moves_by_how_much_and_who_passes(
    exam: Exam, bruno: User, now: datetime, later: datetime
) -> None:
    sit_all(exam, now)
    assert scores(exam) == [100, 58, 16, 0, 16, 41]
    row = plan(exam, bruno, later, Fix(questions_of(exam)[0], "accept", answer="b"))
    view = queries.regrade_view(viewer=bruno, regrade_id=row.pk)
    counts = view.counts
    assert (counts.attempts, counts.moved, counts.up, counts.down) == (6, 3, 3, 0)
    assert (counts.now_pass, counts.now_fail) == (0, 0)
    assert sorted(move.score for move in view.moves) == [(0, 16), (16, 33), (58, 75)]
    assert view.line.state == "planned"
    assert scores(exam) == [100, 58, 16, 0, 16, 41]  # nothing moved yet
    other = plan(exam, bruno, later, Fix(questions_of(exam)[0], "key", answer="b"))
    view = queries.regrade_view(viewer=bruno, regrade_id=other.pk)
    assert (view.counts.up, view.counts.down) == (3, 2)
    assert (0, 16) in [move.score for move in view.moves]


def test_a_change_of_points_lets_people_pass_and_fail(
    exam: Exam, bruno: User, now: datetime, later: datetime
) -> None:
    sit_all(exam, now)
    row = plan(exam, bruno, later, Fix(questions_of(exam)[2], "points", points=1))
    counts = queries.regrade_view(viewer=bruno, regrade_id=row.pk).counts
    assert (counts.now_pass, counts.now_fail) == (0, 0)
    row = plan(exam, bruno, later, Fix(questions_of(exam)[2], "full_marks"))
    view = queries.regrade_view(viewer=bruno, regrade_id=row.pk)
    assert view.counts.now_pass == 4
    assert {move.passed for move in view.moves} == {(True, True), (False, True)}


@pytest.mark.parametrize(
    ("number", "fix", "expected"),
    [
        (0, {"kind": "accept", "answer": "b"}, [100, 75, 33, 16, 16, 41]),
        (0, {"kind": "key", "answer": "b"}, [83, 75, 33, 16, 16, 25]),
        (0, {"kind": "full_marks"}, [100, 75, 33, 16, 33, 41]),
        (0, {"kind": "drop"}, [100, 70, 20, 0, 20, 30]),
        (0, {"kind": "points", "points": 6}, [100, 31, 9, 0, 9, 68]),
        (3, {"kind": "accept", "answer": "holder"}, [100, 58, 33, 16, 16, 41]),
        (2, {"kind": "key", "answer": ["c"]}, [50, 33, 16, 0, 66, 16]),
    ],
)
def test_applied_it_moves_the_marks_and_undone_it_leaves_no_trace(
    exam: Exam,
    bruno: User,
    now: datetime,
    later: datetime,
    number: int,
    fix: dict[str, Any],
    expected: list[int],
) -> None:
    sit_all(exam, now)
    analytics.catch_up(now=later)
    before, journalled = state(), journals()
    row = regraded(exam, bruno, later, Fix(questions_of(exam)[number], **fix))
    assert scores(exam) == expected
    assert row.attempts is not None
    analytics.catch_up(now=later)
    assert analytics.rebuild(check=True, now=later).differences == []
    assert figuring.from_zero(exam.pk, corrected.in_force(exam.pk)).items() <= (
        figuring.of_exam(exam.pk).items()
    )
    for attempt in exam.attempts.all():
        assert journal.verify(attempt.pk) == []
    regrades.undo_regrade(by=bruno, regrade_id=row.pk, now=later + timedelta(hours=1))
    analytics.catch_up(now=later + timedelta(hours=1))
    assert differing(before, state()) == []
    assert lost(journalled, journals()) == []
    assert analytics.rebuild(check=True, now=later).differences == []


def test_every_move_is_journalled_with_its_reason_and_old_mark(
    exam: Exam, bruno: User, now: datetime, later: datetime
) -> None:
    attempts = sit_all(exam, now)
    row = regraded(exam, bruno, later, Fix(questions_of(exam)[0], "accept", answer="b"))
    line = AttemptEvent.objects.filter(attempt=attempts[1]).latest("seq")
    assert (line.kind, line.actor_id, line.occurred_at) == ("regraded", bruno.pk, later)
    assert line.detail["reason"] == "Wrong key."
    assert (line.detail["score_before"], line.detail["score"]) == (58, 75)
    untouched = AttemptEvent.objects.filter(attempt=attempts[0]).latest("seq")
    assert untouched.kind == "graded"
    move = row.moves.get(attempt=attempts[1])
    assert (move.score_before, move.score_after) == (58, 75)
    entry = AuditEntry.objects.get(action="exam.regrade")
    assert (entry.actor_id, entry.course_id) == (bruno.pk, exam.course_id)
    assert entry.detail["moved"] == 3
    moved = ExamAttempt.objects.get(pk=attempts[1].pk)
    assert (moved.points, moved.max_points, moved.graded_at) == (
        Decimal("4.500"),
        6,
        attempts[1].graded_at,
    )


def test_sums_responses_and_the_queue_follow(
    exam: Exam, bruno: User, now: datetime, later: datetime
) -> None:
    first = questions_of(exam)[0]
    attempts = sit_all(exam, now)
    regraded(exam, bruno, later, Fix(first, "accept", answer="b"))
    sums = ExamStatistics.objects.get(exam=exam)
    now_scores = [score for score in scores(exam) if score is not None]
    assert (sums.score_sum, sums.score_squares) == (
        sum(now_scores),
        sum(score * score for score in now_scores),
    )
    assert sums.histogram == [sum(min(s // 10, 9) == b for s in now_scores) for b in range(10)]
    item = ItemStatistics.objects.get(question_id=first)
    assert (item.answers, item.share_sum) == (5, 5)
    old, new = Response.objects.filter(exam_attempt=attempts[1], question_id=first).order_by("pk")
    assert (old.share, new.share, new.replaces_id) == (0, 1, old.pk)
    assert new.occurred_at == old.occurred_at
    assert FoldQueue.objects.get(response=new).release_at == now + timedelta(minutes=5)


def test_a_correction_is_not_told_before_the_answer_it_corrects(
    course: Course, bruno: User, now: datetime, later: datetime
) -> None:
    exam = factories.exam(course=course, release="never")
    sit_all(exam, now, [["b", "a", "a"]])
    regraded(exam, bruno, later, Fix(questions_of(exam)[0], "key", answer="b"))
    assert set(FoldQueue.objects.values_list("release_at", flat=True)) == {None}


def test_who_hands_in_later_is_marked_with_the_corrections_and_undone_without(
    exam: Exam, bruno: User, now: datetime, later: datetime
) -> None:
    sit_all(exam, now)
    row = regraded(exam, bruno, later, Fix(questions_of(exam)[0], "key", answer="b"))
    late_one = sat(exam, student(exam), ["b", "a", ["a", "b"], "owner"], later)
    assert late_one.score == 100
    regrades.undo_regrade(by=bruno, regrade_id=row.pk, now=later + timedelta(hours=1))
    late_one.refresh_from_db()
    assert late_one.score == 83
    event = AttemptEvent.objects.filter(attempt=late_one).latest("seq")
    assert (event.kind, event.detail["undone"]) == ("regraded", True)


def test_one_regrade_builds_on_the_other_and_is_undone_first(
    exam: Exam, bruno: User, now: datetime, later: datetime
) -> None:
    sit_all(exam, now)
    first = questions_of(exam)[0]
    before = state()
    one = regraded(exam, bruno, later, Fix(first, "key", answer="b"))
    between = state()
    apart = regraded(exam, bruno, later + timedelta(hours=1), Fix(questions_of(exam)[1], "drop"))
    two = regraded(exam, bruno, later + timedelta(hours=2), Fix(first, "points", points=2))
    with pytest.raises(Conflict, match="Undo that one first") as refused:
        regrades.undo_regrade(by=bruno, regrade_id=one.pk, now=later + timedelta(hours=3))
    assert refused.value.code == "newer_regrade"
    regrades.undo_regrade(by=bruno, regrade_id=two.pk, now=later + timedelta(hours=3))
    regrades.undo_regrade(by=bruno, regrade_id=apart.pk, now=later + timedelta(hours=4))
    assert differing(between, state()) == []
    regrades.undo_regrade(by=bruno, regrade_id=one.pk, now=later + timedelta(hours=5))
    assert differing(before, state()) == []


@pytest.mark.parametrize(
    "broken",
    [
        (journal, "append_many"),
        (applying, "write_marks"),
        (correcting, "correct_responses"),
        (correcting, "move_exam"),
        (figuring, "replace"),
        (applying, "_row"),
        (applying, "_log"),
    ],
    ids=lambda place: place[1],
)
def test_a_regrade_that_fails_leaves_nothing_changed(
    exam: Exam,
    bruno: User,
    now: datetime,
    later: datetime,
    monkeypatch: pytest.MonkeyPatch,
    broken: tuple[Any, str],
) -> None:
    sit_all(exam, now)
    row = plan(exam, bruno, later, Fix(questions_of(exam)[0], "key", answer="b"))
    before, journalled = state(), journals()

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(*broken, fail)
    with pytest.raises(RuntimeError, match="disk is full"), transaction.atomic():
        regrades.apply_regrade(by=bruno, regrade_id=row.pk, now=later)
    assert differing(before, state()) == []
    assert journals() == journalled
    row.refresh_from_db()
    assert row.applied_at is None


def test_applying_and_undoing_twice_changes_nothing(
    exam: Exam, bruno: User, now: datetime, later: datetime
) -> None:
    sit_all(exam, now)
    row = regraded(exam, bruno, later, Fix(questions_of(exam)[0], "drop"))
    applied, lines = state(), journals()
    regrades.apply_regrade(by=bruno, regrade_id=row.pk, now=later)
    assert (differing(applied, state()), journals()) == ([], lines)
    for _ in range(2):
        regrades.undo_regrade(by=bruno, regrade_id=row.pk, now=later)
    assert row.exam.attempts.filter(events__kind="regraded").count() == 12
    with pytest.raises(Conflict, match="was applied"):
        regrades.discard_regrade(by=bruno, regrade_id=row.pk, now=later)


def test_a_mark_changed_meanwhile_is_found_and_computed_again(
    exam: Exam, bruno: User, now: datetime, later: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    sit_all(exam, now)
    first, second = questions_of(exam)[:2]
    row = plan(exam, bruno, later, Fix(first, "accept", answer="b"))
    other = plan(exam, bruno, later, Fix(second, "drop"))
    computed = applying.regrading.compute
    calls = []

    def interrupted(*args: Any, **more: Any) -> Any:
        found = computed(*args, **more)
        calls.append(found)
        if len(calls) == 1:
            monkeypatch.setattr(applying.regrading, "compute", computed)
            regrades.apply_regrade(by=bruno, regrade_id=other.pk, now=later)
            monkeypatch.setattr(applying.regrading, "compute", interrupted)
        return found

    monkeypatch.setattr(applying.regrading, "compute", interrupted)
    regrades.apply_regrade(by=bruno, regrade_id=row.pk, now=later)
    assert len(calls) == 2
    assert scores(exam) == [100, 70, 20, 20, 0, 50]


def test_a_large_exam_is_regraded_by_a_job(
    exam: Exam, bruno: User, now: datetime, later: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    sit_all(exam, now)
    row = plan(exam, bruno, later, Fix(questions_of(exam)[0], "accept", answer="b"))
    monkeypatch.setattr(regrades, "AT_ONCE", 5)
    job = regrades.order_regrade(by=bruno, regrade_id=row.pk, undo=False, now=later)
    assert job is not None
    assert scores(exam) == [100, 58, 16, 0, 16, 41]

    class Context:
        progress = staticmethod(lambda done, total, step="": None)

    assert jobs.regrade(Context(), **job.arguments) == {"regrade": str(row.pk), "attempts": 3}
    assert scores(exam) == [100, 75, 33, 16, 16, 41]


def test_an_answer_is_accepted_for_all_who_gave_it(
    exam: Exam, bruno: User, now: datetime, later: datetime
) -> None:
    sit_all(exam, now)
    fix = Fix(questions_of(exam)[3], "accept", answer="holder")
    row = regrades.correct_for_all(
        by=bruno, exam_id=exam.pk, fix=fix, reason="It means the same.", now=later
    )
    assert row.attempts == 2
    assert scores(exam) == [100, 58, 33, 16, 16, 41]


@pytest.mark.parametrize(
    ("number", "fix", "field"),
    [
        (0, {"kind": "key", "answer": "z"}, "answer"),
        (0, {"kind": "key", "answer": None}, "answer"),
        (0, {"kind": "accept", "answer": ["a"]}, "answer"),
        (2, {"kind": "key", "answer": "a"}, "answer"),
        (0, {"kind": "points", "points": 0}, "points"),
        (0, {"kind": "points", "points": "2"}, "points"),
        (0, {"kind": "points", "points": True}, "points"),
        (0, {"kind": "rewrite"}, "kind"),
        (0, {"kind": "key", "answer": "a", "spec": {"program": "x"}}, "spec"),
        (None, {"kind": "drop"}, "question_id"),
    ],
)
def test_a_correction_that_does_not_fit_is_refused_at_its_field(
    exam: Exam, bruno: User, now: datetime, number: int | None, fix: dict[str, Any], field: str
) -> None:
    question = uuid4() if number is None else questions_of(exam)[number]
    with pytest.raises(Invalid) as refused:
        plan(exam, bruno, now, Fix(question, **fix))
    assert list(refused.value.fields) == [f"corrections.0.{field}"]


def test_a_reason_is_needed_and_one_question_stays(exam: Exam, bruno: User, now: datetime) -> None:
    every = [Fix(one, "drop") for one in questions_of(exam)]
    with pytest.raises(Invalid) as refused:
        plan(exam, bruno, now, *every)
    assert "every question" in refused.value.fields["corrections"]
    with pytest.raises(Invalid) as refused:
        plan(exam, bruno, now, *every[:1], reason=" ")
    assert "Say why" in refused.value.fields["reason"]
    with pytest.raises(Invalid):
        plan(exam, bruno, now)


def test_only_authors_regrade(
    exam: Exam, bruno: User, ada: User, chloe: User, eva: User, now: datetime
) -> None:
    fix = Fix(questions_of(exam)[0], "drop")
    row = plan(exam, bruno, now, fix)
    assistant = factories.person("Tess Tal")
    factories.enrollment(user=assistant, course=exam.course, role="assistant")
    for user, refusal in [(ada, NotAllowed), (assistant, NotAllowed), (chloe, NotFound)]:
        with pytest.raises(refusal):
            plan(exam, user, now, fix)
        for act in (regrades.apply_regrade, regrades.undo_regrade, regrades.discard_regrade):
            with pytest.raises(refusal):
                act(by=user, regrade_id=row.pk, now=now)
        with pytest.raises(refusal):
            queries.regrade_view(viewer=user, regrade_id=row.pk)
    with pytest.raises(NotFound):
        regrades.apply_regrade(by=eva, regrade_id=row.pk, now=now)


def test_a_mark_never_changes_behind_the_journal(
    exam: Exam, bruno: User, now: datetime, later: datetime
) -> None:
    attempt = sit_all(exam, now, GIVEN[1:2])[0]

    def change(**values: Any) -> None:
        with transaction.atomic():
            ExamAttempt.objects.filter(pk=attempt.pk).update(**values)

    with pytest.raises(DatabaseError):
        change(score=100, points=6)
    with pytest.raises(DatabaseError), transaction.atomic():
        AttemptAnswer.objects.filter(attempt=attempt).update(points_awarded=1)
    regraded(exam, bruno, later, Fix(questions_of(exam)[0], "accept", answer="b"))
    with pytest.raises(DatabaseError):
        change(score=100, points=6)  # not the score that was journalled
    with pytest.raises(DatabaseError), transaction.atomic():
        AttemptAnswer.objects.filter(attempt=attempt).update(points_possible=2)


def test_a_plan_can_be_thrown_away(exam: Exam, bruno: User, now: datetime) -> None:
    row = plan(exam, bruno, now, Fix(questions_of(exam)[0], "drop"))
    with pytest.raises(Conflict, match="not applied"):
        regrades.undo_regrade(by=bruno, regrade_id=row.pk, now=now)
    regrades.discard_regrade(by=bruno, regrade_id=row.pk, now=now)
    assert queries.regrades_of(viewer=bruno, exam_id=exam.pk) == []
