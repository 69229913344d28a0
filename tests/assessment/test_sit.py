"""Sitting an exam: beginning, saving, handing in, and what the clock does."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from studium.assessment import jobs, queries
from studium.assessment.actions import papers, sit
from studium.assessment.asked import begun_content
from studium.assessment.chain import code_of
from studium.assessment.models import (
    AttemptAnswer,
    AttemptEvent,
    Exam,
    ExamAttempt,
    ExamStatistics,
    FoldQueue,
    ItemStatistics,
    Response,
)
from studium.content.models import Course
from studium.identity.models import User
from studium.lib.errors import Conflict, NotAllowed, NotFound
from studium.lib.jobs.registry import all_periodic
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def exam(course: Course) -> Exam:
    """Three single-choice questions of one point, each with "a" right; 30 minutes."""
    return factories.exam(course=course)


def questions_of(exam: Exam) -> list:
    return list(exam.paper.order_by("position").values_list("question_id", flat=True))


def save(by: User, attempt: ExamAttempt, question, response, revision, now) -> sit.Saved:
    return sit.save_answer(
        by_id=by.pk,
        attempt_id=attempt.pk,
        question_id=question,
        response=response,
        revision=revision,
        now=now,
    )


def test_an_attempt_begins_with_the_terms_of_the_exam(ada: User, exam: Exam, now: datetime) -> None:
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    assert attempt.attempted_at == now
    assert attempt.deadline_at == now + timedelta(minutes=30)
    assert (attempt.attempts_allowed, attempt.pass_mark, attempt.status) == (1, 60, "in_progress")
    assert [event.kind for event in attempt.events.all()] == ["start"]


def test_beginning_again_gives_the_running_attempt(ada: User, exam: Exam, now: datetime) -> None:
    first = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    again = sit.start_attempt(by=ada, exam_id=exam.pk, now=now + timedelta(minutes=5))
    assert again.pk == first.pk
    assert again.deadline_at == first.deadline_at


def test_closing_time_ends_an_attempt_that_began_late(
    ada: User, course: Course, now: datetime
) -> None:
    exam = factories.exam(course=course, closes_at=now + timedelta(minutes=10))
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    assert attempt.deadline_at == now + timedelta(minutes=10)


@pytest.mark.parametrize(
    ("window", "code"),
    [
        ({"opens_at": timedelta(hours=1)}, "not_open_yet"),
        ({"closes_at": timedelta(hours=-1)}, "exam_closed"),
        ({"closes_at": timedelta(0)}, "exam_closed"),
        ({"status": "archived"}, "exam_closed"),
    ],
)
def test_nobody_begins_outside_the_window(
    ada: User, course: Course, now: datetime, window: dict, code: str
) -> None:
    shifted = {k: now + v if isinstance(v, timedelta) else v for k, v in window.items()}
    exam = factories.exam(course=course, **shifted)
    with pytest.raises(Conflict) as refused:
        sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    assert refused.value.code == code
    assert not ExamAttempt.objects.exists()


def test_a_draft_and_a_foreign_exam_do_not_exist_for_students(
    ada: User, chloe: User, course: Course, now: datetime
) -> None:
    draft = factories.exam(course=course, status="draft")
    published = factories.exam(course=course)
    for person, exam in [(ada, draft), (chloe, published)]:
        with pytest.raises(NotFound):
            sit.start_attempt(by=person, exam_id=exam.pk, now=now)


def test_staff_do_not_sit_their_own_exam(bruno: User, exam: Exam, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        sit.start_attempt(by=bruno, exam_id=exam.pk, now=now)


def test_attempts_are_used_up(ada: User, exam: Exam, now: datetime) -> None:
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    sit.submit(by=ada, attempt_id=attempt.pk, now=now)
    with pytest.raises(Conflict) as refused:
        sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    assert refused.value.code == "no_attempts_left"


def test_a_save_is_kept_and_journalled(ada: User, exam: Exam, now: datetime) -> None:
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    first = questions_of(exam)[0]
    reply = save(ada, attempt, first, "a", 1, now)
    assert (reply.revision, reply.saved_at) == (1, now)
    assert reply.receipt == code_of(AttemptEvent.objects.get(attempt=attempt, seq=2).hash)
    later = now + timedelta(seconds=9)
    assert save(ada, attempt, first, "b", 2, later).saved_at == later
    answer = AttemptAnswer.objects.get(attempt=attempt, question_id=first)
    assert (answer.response, answer.revision, answer.saved_at) == ("b", 2, later)
    journal = AttemptEvent.objects.filter(attempt=attempt).order_by("seq")
    assert [(e.seq, e.kind, e.revision, e.response) for e in journal] == [
        (1, "start", None, None),
        (2, "save", 1, "a"),
        (3, "save", 2, "b"),
    ]


def test_the_same_save_again_gets_the_same_reply_and_no_second_line(
    ada: User, exam: Exam, now: datetime
) -> None:
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    first = questions_of(exam)[0]
    reply = save(ada, attempt, first, "a", 1, now)
    assert save(ada, attempt, first, "a", 1, now + timedelta(minutes=3)) == reply
    after_the_end = now + timedelta(hours=3)
    assert save(ada, attempt, first, "a", 1, after_the_end) == reply
    assert AttemptEvent.objects.filter(kind="save").count() == 1


@pytest.mark.parametrize(
    ("response", "revision"), [("b", 1), ("b", 3), ("a", 3), ("b", 9), ("b", 1_000_000)]
)
def test_a_stale_or_reordered_save_gets_the_stored_answer(
    ada: User, exam: Exam, now: datetime, response: str, revision: int
) -> None:
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    first = questions_of(exam)[0]
    save(ada, attempt, first, "a", 1, now)
    with pytest.raises(Conflict) as refused:
        save(ada, attempt, first, response, revision, now)
    assert refused.value.code == "stale_revision"
    assert refused.value.extra["answer"] == {
        "response": "a",
        "revision": 1,
        "saved_at": now.isoformat(),
    }
    assert AttemptEvent.objects.filter(kind="save").count() == 1


def test_the_first_save_has_revision_one(ada: User, exam: Exam, now: datetime) -> None:
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    with pytest.raises(Conflict) as refused:
        save(ada, attempt, questions_of(exam)[0], "a", 2, now)
    assert refused.value.extra["answer"]["revision"] == 0
    assert not AttemptAnswer.objects.exists()


def test_an_answer_can_be_cleared(ada: User, exam: Exam, now: datetime) -> None:
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    first = questions_of(exam)[0]
    save(ada, attempt, first, "a", 1, now)
    save(ada, attempt, first, None, 2, now)
    graded = sit.submit(by=ada, attempt_id=attempt.pk, now=now)
    assert graded.score == 0
    assert not Response.objects.exists()


@pytest.mark.parametrize(("grace", "late", "taken"), [(0, 0, True), (0, 1, False), (30, 30, True)])
def test_the_servers_clock_decides(
    ada: User, course: Course, now: datetime, grace: int, late: int, taken: bool
) -> None:
    exam = factories.exam(course=course, grace_seconds=grace)
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    at = attempt.deadline_at + timedelta(seconds=late)
    if taken:
        assert save(ada, attempt, questions_of(exam)[0], "a", 1, at).revision == 1
        return
    with pytest.raises(Conflict) as refused:
        save(ada, attempt, questions_of(exam)[0], "a", 1, at)
    assert refused.value.code == "deadline_passed"


def test_a_late_save_closes_the_attempt_with_what_was_saved(
    ada: User, exam: Exam, now: datetime
) -> None:
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    first, second, _ = questions_of(exam)
    save(ada, attempt, first, "a", 1, now)
    with pytest.raises(Conflict):
        save(ada, attempt, second, "a", 1, attempt.deadline_at + timedelta(seconds=1))
    attempt.refresh_from_db()
    assert (attempt.status, attempt.closed_by, attempt.score) == ("graded", "deadline", 33)
    assert attempt.submitted_at == attempt.deadline_at


def test_grace_is_over_after_it(ada: User, course: Course, now: datetime) -> None:
    exam = factories.exam(course=course, grace_seconds=30)
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    with pytest.raises(Conflict) as refused:
        save(ada, attempt, questions_of(exam)[0], "a", 1, attempt.deadline_at + timedelta(0, 31))
    assert refused.value.code == "deadline_passed"


def test_within_its_grace_an_attempt_is_open_to_the_sweeper_and_to_its_owner(
    ada: User, course: Course, now: datetime
) -> None:
    exam = factories.exam(course=course, grace_seconds=30)
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    last = attempt.deadline_at + timedelta(seconds=30)
    assert sit.close_overdue(now=last) == 0
    closed = sit.submit(by=ada, attempt_id=attempt.pk, now=last)
    assert (closed.closed_by, closed.submitted_at) == ("user", last)


def test_handing_in_grades_at_once_and_only_once(ada: User, exam: Exam, now: datetime) -> None:
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    for question in questions_of(exam)[:2]:
        save(ada, attempt, question, "a", 1, now + timedelta(minutes=1))
    at = now + timedelta(minutes=2)
    graded = sit.submit(by=ada, attempt_id=attempt.pk, now=at)
    again = sit.submit(by=ada, attempt_id=attempt.pk, now=at + timedelta(minutes=9))
    again.refresh_from_db()
    assert (again.score, again.passed, again.status) == (66, True, "graded")
    assert (again.points, again.max_points) == (Decimal(2), Decimal(3))
    assert again.submitted_at == graded.submitted_at == at
    assert Response.objects.count() == FoldQueue.objects.count() == 2
    assert ExamStatistics.objects.get().attempts == 1
    kinds = list(again.events.order_by("seq").values_list("kind", flat=True))
    assert kinds == ["start", "save", "save", "submit", "graded"]


def test_saving_after_handing_in_is_refused(ada: User, exam: Exam, now: datetime) -> None:
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    sit.submit(by=ada, attempt_id=attempt.pk, now=now)
    with pytest.raises(Conflict) as refused:
        save(ada, attempt, questions_of(exam)[0], "a", 1, now)
    assert refused.value.code == "already_submitted"


def test_an_absent_student_is_closed_at_the_deadline_by_the_sweeper(
    ada: User, exam: Exam, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    save(ada, attempt, questions_of(exam)[0], "a", 1, now)
    monkeypatch.setattr("studium.lib.clock.now", lambda: attempt.deadline_at)
    assert jobs.close_overdue_attempts() == 0
    late = attempt.deadline_at + timedelta(hours=7)
    monkeypatch.setattr("studium.lib.clock.now", lambda: late)
    assert jobs.close_overdue_attempts() == 1
    assert jobs.close_overdue_attempts() == 0
    attempt.refresh_from_db()
    assert (attempt.submitted_at, attempt.closed_by) == (attempt.deadline_at, "deadline")
    assert (attempt.score, attempt.graded_at) == (33, late)


def test_handing_in_an_hour_late_counts_what_was_saved(
    ada: User, exam: Exam, now: datetime
) -> None:
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    save(ada, attempt, questions_of(exam)[0], "a", 1, now)
    closed = sit.submit(by=ada, attempt_id=attempt.pk, now=attempt.deadline_at + timedelta(hours=1))
    assert (closed.score, closed.closed_by) == (33, "deadline")
    assert closed.submitted_at == attempt.deadline_at


def test_grading_leaves_responses_sums_and_a_place_in_the_queue(
    ada: User, exam: Exam, now: datetime
) -> None:
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    first, second, _ = questions_of(exam)
    save(ada, attempt, first, "a", 1, now)
    save(ada, attempt, second, "b", 1, now)
    sit.submit(by=ada, attempt_id=attempt.pk, now=now)
    shares = dict(Response.objects.values_list("question_id", "share"))
    assert shares == {first: Decimal(1), second: Decimal(0)}
    row = Response.objects.get(question_id=first)
    assert row.lesson_id == row.question.quiz.lesson_id
    assert (row.course_id, row.seconds, row.occurred_at) == (exam.course_id, None, now)
    sums = ItemStatistics.objects.get(question_id=second)
    assert (sums.answers, sums.share_sum) == (1, Decimal(0))
    figures = ExamStatistics.objects.get(exam=exam)
    assert (figures.attempts, figures.passed, figures.score_sum) == (1, 0, 33)
    assert figures.histogram == [0, 0, 0, 1, 0, 0, 0, 0, 0, 0]


@pytest.mark.parametrize("release", ["at_once", "after_close", "never"])
def test_analytics_waits_for_the_release(
    ada: User, course: Course, now: datetime, release: str
) -> None:
    closes = now + timedelta(days=1)
    exam = factories.exam(course=course, release=release, closes_at=closes)
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    save(ada, attempt, questions_of(exam)[0], "a", 1, now)
    sit.submit(by=ada, attempt_id=attempt.pk, now=now)
    expected = {"at_once": now, "after_close": closes, "never": None}[release]
    assert FoldQueue.objects.get().release_at == expected


def test_a_new_release_rule_moves_what_waits(
    ada: User, bruno: User, course: Course, now: datetime
) -> None:
    exam = factories.exam(course=course, release="never")
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    save(ada, attempt, questions_of(exam)[0], "a", 1, now)
    sit.submit(by=ada, attempt_id=attempt.pk, now=now)
    later = now + timedelta(days=3)
    papers.update_exam(by=bruno, exam_id=exam.pk, now=later, settings={"release": "at_once"})
    assert FoldQueue.objects.get().release_at == later


def test_thirds_of_a_point_add_up_in_the_sums(ada: User, course: Course, now: datetime) -> None:
    quiz = factories.quiz(lesson=course.lessons.first(), status="draft", questions=0)
    options = [{"id": letter, "text": letter} for letter in "abcd"]
    question = factories.question(
        quiz=quiz, kind="multiple_choice", options=options, answer='["a", "b", "c"]'
    )
    exam = factories.exam(course=course, questions=[question], attempts_allowed=50)
    for _ in range(7):
        attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
        save(ada, attempt, question.pk, ["a"], 1, now)
        graded = sit.submit(by=ada, attempt_id=attempt.pk, now=now)
        assert graded.score == 33
    assert ItemStatistics.objects.get().share_sum == Decimal("2.3331")


def test_shuffled_papers_differ_between_attempts_and_stay_within_one(
    ada: User, course: Course, now: datetime
) -> None:
    quiz = factories.quiz(lesson=course.lessons.first(), status="draft", questions=8)
    exam = factories.exam(
        course=course, questions=list(quiz.questions.all()), shuffle=True, attempts_allowed=5
    )
    seen = []
    for _ in range(3):
        attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
        views = [
            queries.attempt_view(viewer=ada, attempt_id=attempt.pk, now=now).as_json()["questions"]
            for _ in range(2)
        ]
        assert views[0] == views[1]
        seen.append([question["id"] for question in views[0]])
        sit.submit(by=ada, attempt_id=attempt.pk, now=now)
    assert len({tuple(order) for order in seen}) > 1


def test_nobody_else_saves_or_hands_in(
    ada: User, bruno: User, chloe: User, exam: Exam, now: datetime
) -> None:
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    first = questions_of(exam)[0]
    for person in (bruno, chloe):
        with pytest.raises(NotFound):
            save(person, attempt, first, "a", 1, now)
        with pytest.raises(NotFound):
            save(person, attempt, first, ["wrong", "shape"], 1, now)
        with pytest.raises(NotFound):
            sit.submit(by=person, attempt_id=attempt.pk, now=now)
    assert not AttemptAnswer.objects.exists()


def test_a_question_of_another_paper_is_not_there(ada: User, course: Course, now: datetime) -> None:
    mine, other = factories.exam(course=course), factories.exam(course=course)
    attempt = sit.start_attempt(by=ada, exam_id=mine.pk, now=now)
    with pytest.raises(NotFound):
        save(ada, attempt, questions_of(other)[0], "a", 1, now)
    sit.start_attempt(by=ada, exam_id=other.pk, now=now)  # now its content is in the cache
    with pytest.raises(NotFound):
        save(ada, attempt, questions_of(other)[0], "a", 1, now)


def test_only_questions_of_begun_papers_are_kept_in_the_process(
    ada: User, exam: Exam, now: datetime
) -> None:
    first = questions_of(exam)[0]
    with pytest.raises(LookupError):
        begun_content(first)
    sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    assert begun_content(first) is begun_content(first)


def test_saving_costs_two_statements_once_the_question_is_known(
    ada: User, exam: Exam, now: datetime, django_assert_num_queries
) -> None:
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    first = questions_of(exam)[0]
    save(ada, attempt, first, "a", 1, now)
    with django_assert_num_queries(4):  # and the savepoint that the test's own transaction needs
        save(ada, attempt, first, "b", 2, now)


def test_every_worker_looks_for_overdue_attempts_every_few_seconds() -> None:
    registered = {one.name: one.seconds for one in all_periodic()}
    assert registered["studium.assessment.jobs.close_overdue_attempts"] == 5


def test_an_attempt_that_was_handed_in_keeps_its_mark_whatever_is_written(
    ada: User, exam: Exam, now: datetime
) -> None:
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    sit.submit(by=ada, attempt_id=attempt.pk, now=now)
    for change in (
        {"score": 100},
        {"points": 3},
        {"status": "in_progress"},
        {"closed_by": "staff"},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            ExamAttempt.objects.filter(pk=attempt.pk).update(**change)
