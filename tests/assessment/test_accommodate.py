"""Accommodations: given, replaced, ended; what runs gets its time at once, and only ever more."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from studium.assessment import closing, effective, pulse, queries, release
from studium.assessment.actions import accommodate, papers, room, sit
from studium.assessment.models import (
    Accommodation,
    AttemptEvent,
    ClosedBy,
    ExamAttempt,
    ExamQuestion,
    FoldQueue,
    Question,
)
from studium.assessment.queries import conflicts
from studium.identity.models import AuditEntry
from studium.lib.errors import Conflict, Invalid, NotAllowed, NotFound
from tests import factories

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
WHY = "A diagnosis that nobody else may read"


@pytest.fixture
def exam(course):
    """30 minutes, no window."""
    return factories.exam(course=course)


def give(bruno, ada, course, now, exam=None, **profile):
    return accommodate.give(
        by=bruno,
        course_id=course.pk,
        user_id=ada.pk,
        exam_id=exam.pk if exam else None,
        profile=profile,
        now=now,
    )


def test_an_attempt_begins_with_its_own_time_and_attempts(ada, bruno, course, exam, now):
    give(bruno, ada, course, now, factor=Decimal("1.5"), extra_attempts=1, reason=WHY)
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    assert attempt.deadline_at == now + 45 * MINUTE
    assert attempt.attempts_allowed == 2
    sit.submit(by=ada, attempt_id=attempt.pk, now=now + MINUTE)
    second = sit.start_attempt(by=ada, exam_id=exam.pk, now=now + 2 * MINUTE)
    assert second.attempt_no == 2
    sit.submit(by=ada, attempt_id=second.pk, now=now + 3 * MINUTE)
    with pytest.raises(Conflict, match="used all 2"):
        sit.start_attempt(by=ada, exam_id=exam.pk, now=now + 4 * MINUTE)


def test_closing_time_takes_nothing_of_what_was_given(ada, bruno, course, exam, now):
    papers.update_exam(
        by=bruno, exam_id=exam.pk, now=now, settings={"closes_at": now + 20 * MINUTE}
    )
    give(bruno, ada, course, now, exam, extra_minutes=10)
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    assert attempt.deadline_at == now + 30 * MINUTE


def test_a_window_of_ones_own_opens_the_door_and_others_stay_out(ada, bruno, course, exam, now):
    settings = {"opens_at": now - 99 * MINUTE, "closes_at": now - MINUTE}
    papers.update_exam(by=bruno, exam_id=exam.pk, now=now, settings=settings)
    max_ = factories.person("Max")
    factories.enrollment(user=max_, course=course)
    give(bruno, ada, course, now, exam, closes_at=now + 60 * MINUTE)
    assert sit.start_attempt(by=ada, exam_id=exam.pk, now=now).deadline_at == now + 30 * MINUTE
    with pytest.raises(Conflict) as refused:
        sit.start_attempt(by=max_, exam_id=exam.pk, now=now)
    assert refused.value.code == "exam_closed"


def test_what_runs_is_lengthened_in_the_same_transaction(ada, bruno, course, exam, now):
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    before = pulse.number(exam.pk)
    pulse._kept.clear()
    given = give(bruno, ada, course, now + MINUTE, extra_minutes=10, reason=WHY)
    attempt.refresh_from_db()
    assert attempt.deadline_at == now + 40 * MINUTE
    assert pulse.number(exam.pk) == before + 1
    line = AttemptEvent.objects.get(attempt=attempt, kind="extended")
    assert line.actor_id == bruno.pk
    assert line.detail["accommodation_id"] == str(given.pk)
    assert WHY not in str(line.detail)


def test_nothing_that_was_given_is_taken_away(ada, bruno, course, exam, now):
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    given = give(bruno, ada, course, now, extra_minutes=20)
    smaller = give(bruno, ada, course, now + MINUTE, extra_minutes=5)
    accommodate.revoke(by=bruno, accommodation_id=smaller.pk, now=now + 2 * MINUTE)
    attempt.refresh_from_db()
    assert attempt.deadline_at == now + 50 * MINUTE
    given.refresh_from_db()
    assert given.revoked_at == now + MINUTE
    again = accommodate.revoke(by=bruno, accommodation_id=smaller.pk, now=now + 9 * MINUTE)
    assert again.revoked_at == now + 2 * MINUTE


def test_minutes_given_in_the_room_are_kept_on_top(ada, bruno, course, exam, now):
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    room.give_minutes(by=bruno, exam_id=exam.pk, minutes=7, now=now)
    give(bruno, ada, course, now, extra_minutes=10)
    give(bruno, ada, course, now + MINUTE, extra_minutes=10, reason="the same, other words")
    attempt.refresh_from_db()
    assert attempt.deadline_at == now + 47 * MINUTE


def test_the_same_again_changes_nothing(ada, bruno, course, now):
    first = give(bruno, ada, course, now, extra_minutes=10)
    logged = AuditEntry.objects.count()
    assert give(bruno, ada, course, now + MINUTE, extra_minutes=10).pk == first.pk
    assert (Accommodation.objects.count(), AuditEntry.objects.count()) == (1, logged)


def test_the_log_says_what_and_never_why(ada, bruno, course, now):
    give(bruno, ada, course, now, extra_minutes=10, reason=WHY)
    entry = AuditEntry.objects.get(action="accommodation.give")
    assert entry.detail["extra_minutes"] == "10"
    assert WHY not in str(entry.detail)


@pytest.mark.parametrize(
    ("profile", "fields"),
    [
        ({}, {"factor"}),
        ({"extra_minutes": -1}, {"extra_minutes"}),
        ({"factor": Decimal("0.5")}, {"factor"}),
    ],
)
def test_a_profile_that_does_not_fit_is_refused(ada, bruno, course, now, profile, fields):
    with pytest.raises(Invalid) as refused:
        give(bruno, ada, course, now, **profile)
    assert set(refused.value.fields) == fields
    assert not Accommodation.objects.exists()


def test_a_window_nobody_can_begin_in_is_refused_with_both_moments(ada, bruno, course, exam, now):
    papers.update_exam(
        by=bruno, exam_id=exam.pk, now=now, settings={"closes_at": now + 20 * MINUTE}
    )
    with pytest.raises(Invalid) as refused:
        give(bruno, ada, course, now, exam, opens_at=now + 30 * MINUTE)
    assert set(refused.value.fields) == {"opens_at", "closes_at"}


def test_only_authors_give_and_only_to_students_of_their_course(
    ada, bruno, chloe, eva, course, other_course, exam, now
):
    factories.enrollment(user=eva, course=course, role="assistant")
    for by, why in ((ada, NotAllowed), (chloe, NotFound), (eva, NotAllowed)):
        with pytest.raises(why):
            give(by, ada, course, now, extra_minutes=5)
    for somebody in (chloe, bruno):
        with pytest.raises(Invalid):
            give(bruno, somebody, course, now, extra_minutes=5)
    elsewhere = factories.exam(course=other_course)
    with pytest.raises(Invalid):
        give(bruno, ada, course, now, elsewhere, extra_minutes=5)
    given = give(bruno, ada, course, now, extra_minutes=5)
    for by, why in ((ada, NotFound), (chloe, NotFound), (eva, NotAllowed)):
        with pytest.raises(why):
            accommodate.revoke(by=by, accommodation_id=given.pk, now=now)


def test_the_database_counts_attempts_by_exam_and_accommodation(ada, bruno, course, exam, now):
    give(bruno, ada, course, now, extra_attempts=2)
    for wrong in (1, 2, 4):
        with pytest.raises(IntegrityError), transaction.atomic():
            factories.exam_attempt(exam=exam, user=ada, at=now, attempts_allowed=wrong)
    assert factories.exam_attempt(exam=exam, user=ada, at=now, attempts_allowed=3)


# --- lists -----------------------------------------------------------------------------------

HEAD = "email,exam,factor,extra_minutes,reason\n"


def test_a_list_is_checked_and_then_given_whole(ada, bruno, course, exam, now):
    max_ = factories.person("Max", email="max@example.org")
    factories.enrollment(user=max_, course=course)
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    give(bruno, max_, course, now, factor=Decimal("1.5"))
    data = f"{HEAD}{ada.email},Final exam,1.25,,x\nMAX@example.org,,1.5,,\n".encode()
    lines = accommodate.check_list(by=bruno, course_id=course.pk, data=data)
    assert [(one.outcome, one.user_name) for one in lines] == [("new", ada.name), ("same", "Max")]
    assert Accommodation.objects.count() == 1
    accommodate.give_list(by=bruno, course_id=course.pk, data=data, now=now)
    attempt.refresh_from_db()
    assert attempt.deadline_at == now + 38 * MINUTE
    again = accommodate.check_list(by=bruno, course_id=course.pk, data=data)
    assert {one.outcome for one in again} == {"same"}


def test_a_list_with_a_problem_gives_nothing(ada, bruno, course, exam, now):
    rows = [
        f"{ada.email},,1.25,,",
        "nobody@example.org,,1.25,,",
        f"{ada.email},,2,,",
        f"{ada.email},Unknown,1.25,,",
        f"{ada.email},,x,,",
    ]
    data = (HEAD + "\n".join(rows)).encode()
    lines = accommodate.check_list(by=bruno, course_id=course.pk, data=data)
    assert [one.outcome for one in lines] == ["new"] + ["problem"] * 4
    assert "line 2" in lines[2].message
    with pytest.raises(Invalid) as refused:
        accommodate.give_list(by=bruno, course_id=course.pk, data=data, now=now)
    assert set(refused.value.fields) == {f"line {number}" for number in (3, 4, 5, 6)}
    assert not Accommodation.objects.exists()


# --- results wait ----------------------------------------------------------------------------


def test_results_after_closing_wait_for_who_has_more_time(ada, bruno, course, exam, now):
    settings = {"closes_at": now + 30 * MINUTE, "release": "after_close"}
    papers.update_exam(by=bruno, exam_id=exam.pk, now=now, settings=settings)
    max_ = factories.person("Max")
    factories.enrollment(user=max_, course=course)
    attempt = sit.start_attempt(by=max_, exam_id=exam.pk, now=now)
    sit.submit(by=max_, attempt_id=attempt.pk, now=now + MINUTE)
    given = give(bruno, ada, course, now, exam, extra_minutes=15)
    exam.refresh_from_db()
    assert exam.last_end_at == now + 45 * MINUTE
    assert not release.released(exam, "score", now + 44 * MINUTE)
    assert release.released(exam, "score", now + 45 * MINUTE)
    waiting = FoldQueue.objects.filter(response__exam_attempt=attempt)
    assert all(row.release_at == exam.last_end_at for row in waiting)
    accommodate.revoke(by=bruno, accommodation_id=given.pk, now=now)
    exam.refresh_from_db()
    assert exam.last_end_at is None


def test_results_wait_for_minutes_of_the_room_and_for_a_clock_that_stands(
    ada, bruno, course, exam, now
):
    settings = {"closes_at": now + 30 * MINUTE, "release": "after_close"}
    papers.update_exam(by=bruno, exam_id=exam.pk, now=now, settings=settings)
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    room.give_minutes(by=bruno, exam_id=exam.pk, minutes=5, now=now)
    exam.refresh_from_db()
    assert exam.last_end_at == now + 35 * MINUTE
    room.pause(by=bruno, exam_id=exam.pk, now=now + MINUTE)
    exam.refresh_from_db()
    assert not release.released(exam, "key", now + 60 * MINUTE)
    room.hand_in_for(by=bruno, exam_id=exam.pk, attempt_ids=[attempt.pk], now=now + 60 * MINUTE)
    exam.refresh_from_db()
    assert release.released(exam, "key", now + 60 * MINUTE)


# --- what the staff see ----------------------------------------------------------------------


def test_the_table_proves_every_students_terms(ada, bruno, course, exam, now):
    max_ = factories.person("Max")
    factories.enrollment(user=max_, course=course)
    give(bruno, ada, course, now, exam, factor=Decimal(2))
    running = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    by_name = {one.user_name: one for one in queries.terms_table(
        viewer=bruno, exam_id=exam.pk, now=now)}  # fmt: skip
    assert by_name["Max"].terms.why == ("30 minutes, as everybody.",)
    hers = by_name[ada.name]
    assert (hers.terms.minutes, hers.running_id) == (60, running.pk)
    assert hers.deadline_at == now + 60 * MINUTE
    assert hers.terms.why == ("30 minutes × 2 = 60 minutes.",)
    with pytest.raises(NotAllowed):
        queries.terms_table(viewer=ada, exam_id=exam.pk, now=now)


def test_the_table_costs_the_same_for_any_number_of_students(
    bruno, course, exam, now, django_assert_num_queries
):
    for number in range(12):
        somebody = factories.person(f"S{number}")
        factories.enrollment(user=somebody, course=course)
        give(bruno, somebody, course, now, extra_minutes=number + 1)
    with django_assert_num_queries(6):
        assert len(queries.terms_table(viewer=bruno, exam_id=exam.pk, now=now)) == 12


def codes(exam, now) -> dict[str, bool]:
    return {one.code: one.blocks for one in queries.exam_conflicts(exam.pk, now=now)}


def test_rules_that_eat_an_accommodation_are_shown_before_publishing(ada, bruno, course, exam, now):
    assert codes(exam, now) == {}
    settings = {"opens_at": now, "closes_at": now + 30 * MINUTE, "release": "after_close"}
    papers.update_exam(by=bruno, exam_id=exam.pk, now=now, settings=settings)
    give(bruno, ada, course, now, exam, extra_minutes=20)
    assert "time_is_eaten" not in codes(exam, now)
    assert codes(exam, now)["release_waits"] is False
    give(bruno, ada, course, now, exam, extra_minutes=20, opens_at=now + 15 * MINUTE)
    found = {one.code: one for one in queries.exam_conflicts(exam.pk, now=now)}
    assert found["time_is_eaten"].blocks
    assert found["time_is_eaten"].students == (ada.name,)
    Accommodation.objects.all().update(revoked_at=now, revoked_by=bruno)
    give(bruno, ada, course, now, opens_at=now + 60 * MINUTE)
    assert codes(exam, now)["never_open"]
    assert "is_over" not in codes(exam, now + 30 * MINUTE)  # it was given
    draft = factories.exam(course=course, status="draft", closes_at=now)
    assert codes(draft, now)["is_over"]


def test_an_empty_paper_is_shown_before_publishing(course, now):
    empty = factories.exam(course=course, questions=[], status="draft", title="Empty")
    assert codes(empty, now) == {"paper_is_empty": True}


def test_a_key_that_earns_nothing_is_found():
    options = [{"id": "a", "text": "One"}, {"id": "b", "text": "Two"}]
    for answer, sound in (("a", True), ("zz", False), ("", False)):
        question = Question(
            kind="single_choice", answer=answer, options=options, question_text="Which?"
        )
        assert conflicts._earns_its_points(ExamQuestion(question=question)) is sound


def test_what_a_student_reads_never_holds_the_reason(ada, bruno, course, exam, now, client_of):
    give(bruno, ada, course, now, extra_minutes=10, reason=WHY)
    client = client_of(ada)
    attempt = factories.exam_attempt(exam=exam, user=ada)
    for place in (
        f"/exams/{exam.pk}/",
        f"/exam-attempts/{attempt.pk}/",
        f"/courses/{course.slug}/",
        f"/api/v1/exams/{exam.pk}",
        f"/api/v1/exam-attempts/{attempt.pk}/events",
        "/api/v1/me/export",
    ):
        answer = client.get(place)
        assert answer.status_code == 200, place
        assert WHY.encode() not in answer.content, place


def test_no_attempt_is_begun_beside_what_was_just_given(ada, bruno, course, exam, now):
    """Stale terms do not get past the database."""
    stale = effective.terms_for(exam, ada.pk, now=now)
    give(bruno, ada, course, now, extra_attempts=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        ExamAttempt.objects.create(
            exam=exam, user=ada, attempted_at=now, deadline_at=stale.deadline_at,
            attempts_allowed=stale.attempts,
        )  # fmt: skip


def test_being_late_costs_points_and_says_so(ada, bruno, course, exam, now):
    tiers = [{"minutes": 10, "penalty_percent": 50}]
    papers.update_exam(
        by=bruno, exam_id=exam.pk, now=now,
        settings={"due_at": now + 5 * MINUTE, "late_tiers": tiers},
    )  # fmt: skip
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    papers.update_exam(
        by=bruno, exam_id=exam.pk, now=now, settings={"due_at": None, "late_tiers": []}
    )
    for place in exam.paper.all():
        sit.save_answer(
            by_id=ada.pk, attempt_id=attempt.pk, question_id=place.question_id, response="a",
            revision=1, now=now,
        )  # fmt: skip
    closing.close(ExamAttempt.objects.get(pk=attempt.pk), closed_by=ClosedBy.USER,
                  now=now + 6 * MINUTE)  # fmt: skip
    attempt.refresh_from_db()
    assert attempt.score == 50
    graded = AttemptEvent.objects.get(attempt=attempt, kind="graded")
    assert graded.detail["penalty_percent"] == "50"
    shown = queries.result_view(viewer=ada, attempt_id=attempt.pk, now=now + 6 * MINUTE)
    assert shown.penalty_percent == 50
