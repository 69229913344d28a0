"""What students and staff are told of exams: when, whom it leads where, and nothing too early."""

from __future__ import annotations

from datetime import timedelta

import pytest

from studium.assessment import news
from studium.assessment.actions import appeal as appeals
from studium.assessment.actions import regrade as regrades
from studium.assessment.actions import sit
from studium.assessment.closing import close_if_overdue
from studium.assessment.waiting import tell_of_waiting
from studium.content.actions import enrollments
from studium.identity.models import Notification
from studium.lib.models import Job
from studium.notes.models import AiNote
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def question(course):
    quiz = factories.quiz(lesson=course.lessons.earliest("order_index"), questions=0,
                          status="draft")  # fmt: skip
    return factories.question(quiz=quiz, kind="short_text")


@pytest.fixture
def exam(course, question):
    return factories.exam(course=course, questions=[question], attempts_allowed=3)


def begun(exam, user, now, said="the owner"):
    made = sit.start_attempt(by=user, exam_id=exam.pk, now=now)
    question = exam.paper.get().question_id
    sit.save_answer(by_id=user.pk, attempt_id=made.pk, question_id=question, response=said,
                    revision=1, now=now)  # fmt: skip
    return made


def told(user):
    return list(
        Notification.objects.filter(user=user).order_by("created_at").values_list("kind", flat=True)
    )


def test_who_hands_in_sees_the_result_at_once_and_whom_the_clock_closed_is_told(exam, ada, now):
    made = begun(exam, ada, now)
    sit.submit(by=ada, attempt_id=made.pk, now=now)
    assert told(ada) == []
    made = begun(exam, ada, now + timedelta(minutes=1))
    assert close_if_overdue(made.pk, now=now + timedelta(hours=2))
    row = Notification.objects.get(user=ada)
    assert (row.kind, row.url) == ("result_released", f"/exam-attempts/{made.pk}/result/")


def test_results_that_the_clock_makes_visible_are_told_once_and_not_before(
    exam, ada, chloe, course, now
):
    factories.enrollment(user=chloe, course=course)
    exam.release, exam.closes_at = "after_close", now + timedelta(days=1)
    exam.save()
    made = begun(exam, ada, now)
    other = begun(exam, chloe, now)
    sit.submit(by=ada, attempt_id=made.pk, now=now)
    close_if_overdue(other.pk, now=now + timedelta(hours=2))
    assert news.announce_released(now=now + timedelta(hours=23)) == 0
    assert told(ada) == told(chloe) == []
    after = now + timedelta(hours=25)
    assert news.announce_released(now=after) == 1
    assert news.announce_released(now=after) == 0
    assert told(ada) == told(chloe) == ["result_released"]


def test_results_of_long_ago_and_those_that_stay_hidden_are_not_announced(exam, ada, now):
    exam.release, exam.closes_at = "after_close", now + timedelta(days=1)
    exam.save()
    sit.submit(by=ada, attempt_id=begun(exam, ada, now).pk, now=now)
    assert news.announce_released(now=now + timedelta(days=9)) == 0
    exam.release = "never"
    exam.save()
    assert news.announce_released(now=now + timedelta(hours=25)) == 0


def correct(exam, question, bruno, now):
    fix = regrades.Fix(question.pk, "accept", answer="the owner")
    plan = regrades.plan_regrade(by=bruno, exam_id=exam.pk, reason="r", fixes=[fix], now=now)
    regrades.apply_regrade(by=bruno, regrade_id=plan.pk, now=now)


def test_a_correction_tells_those_whose_score_it_moves_if_they_know_it(
    exam, question, ada, bruno, course, now
):
    sam = factories.person("Sam")
    factories.enrollment(user=sam, course=course)
    sit.submit(by=ada, attempt_id=begun(exam, ada, now).pk, now=now)
    sit.submit(by=sam, attempt_id=begun(exam, sam, now, "nobody").pk, now=now)
    correct(exam, question, bruno, now)
    assert (told(ada), told(sam)) == (["mark_moved"], [])


def test_a_correction_of_a_hidden_score_is_told_to_nobody(exam, question, ada, bruno, now):
    exam.release, exam.closes_at = "after_close", now + timedelta(days=1)
    exam.save()
    sit.submit(by=ada, attempt_id=begun(exam, ada, now).pk, now=now)
    correct(exam, question, bruno, now)
    assert told(ada) == []


def test_both_sides_of_a_question_about_a_mark_hear_of_the_other(
    exam, question, ada, bruno, course, now
):
    made = begun(exam, ada, now)
    sit.submit(by=ada, attempt_id=made.pk, now=now)
    appeal = appeals.open_appeal(
        by=ada, attempt_id=made.pk, question_id=question.pk, text="Why?", now=now
    )
    assert (told(ada), told(bruno)) == ([], ["appeal_opened"])
    row = Notification.objects.get(user=bruno)
    assert row.url == f"/appeals/{appeal.pk}/"
    assert "Ada" not in str(row.params)  # marking may be blind
    appeals.say(by=bruno, appeal_id=appeal.pk, text="Look.", now=now)
    appeals.say(by=ada, appeal_id=appeal.pk, text="I do.", now=now)
    appeals.refuse(by=bruno, appeal_id=appeal.pk, answer="No.", now=now)
    assert told(ada) == ["appeal_line", "appeal_answered"]
    assert told(bruno) == ["appeal_opened", "appeal_line"]


def test_a_person_hears_what_others_do_about_their_place_in_a_course(course, bruno, now):
    eve = factories.person("Eve")
    enrollments.put_in(course, eve, "student", by=bruno, source="staff", now=now)
    about = {"course_id": course.pk, "user_id": eve.pk, "now": now}
    enrollments.change_role(by=bruno, role="assistant", **about)
    enrollments.end_enrollment(by=eve, **about)
    enrollments.put_in(course, eve, "student", by=eve, source="open", now=now)
    assert told(eve) == ["enrolled", "role_changed"]
    assert told(bruno) == []


def test_the_other_instructors_hear_once_a_day_that_drafts_and_notes_wait(course, bruno, now):
    eva = factories.person("Eva Ek", role="INSTRUCTOR")
    factories.enrollment(user=eva, course=course, role="instructor")
    lesson = course.lessons.first()
    factories.question_draft(lesson=lesson)
    factories.question_draft(lesson=lesson)
    AiNote.objects.create(lesson=lesson, status="draft", generated_content="x")
    for number, kind in enumerate(("questions.generate", "notes.after_save", "notes.tutor") * 2):
        job = Job.objects.create(
            kind=kind, target=str(number), status="done", course_id=course.pk, created_by=bruno,
            finished_at=now,
        )  # fmt: skip
        tell_of_waiting(job_id=job.pk)
    rows = Notification.objects.filter(user=eva).order_by("kind")
    assert [(row.kind, row.params["n"]) for row in rows] == [
        ("drafts_waiting", 2), ("notes_waiting", 1)]  # fmt: skip
    assert told(bruno) == []
