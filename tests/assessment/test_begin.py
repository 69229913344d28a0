"""What stands before the beginning of an attempt: password, networks, a wait; and what edits do."""

from __future__ import annotations

from datetime import timedelta

import pytest

from studium.assessment import access
from studium.assessment.actions import papers, sit
from studium.assessment.models import ExamAttempt
from studium.identity.models import AuditEntry
from studium.identity.origin import Origin, origin
from studium.lib.errors import Conflict, TooMany
from tests import factories

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def exam(course):
    return factories.exam(course=course, attempts_allowed=3)


@pytest.fixture(autouse=True)
def nobody_remembers_a_password():
    access._right.clear()


def change(bruno, exam, now, **settings):
    return papers.update_exam(by=bruno, exam_id=exam.pk, now=now, settings=settings)


def start(ada, exam, now, password=None):
    return sit.start_attempt(by=ada, exam_id=exam.pk, now=now, password=password)


def refused(ada, exam, now, password=None) -> str:
    with pytest.raises(Conflict) as found:
        start(ada, exam, now, password)
    return found.value.code


def test_an_exam_with_a_password_begins_with_it_alone(ada, bruno, exam, now):
    change(bruno, exam, now, password="the blue door")
    for wrong in (None, "", "the red door", "The blue door", "the blue door\0", "\ud800"):
        assert refused(ada, exam, now, wrong) == "exam_password"
    assert not ExamAttempt.objects.exists()
    attempt = start(ada, exam, now, " the blue door ")
    assert start(ada, exam, now).pk == attempt.pk  # going on needs none


def test_wrong_passwords_have_to_wait_and_so_does_the_right_one(ada, bruno, exam, now):
    change(bruno, exam, now, password="the blue door")
    for _ in range(10):
        assert refused(ada, exam, now, "wrong") == "exam_password"
    for given in ("wrong", "the blue door"):
        with pytest.raises(TooMany) as found:
            start(ada, exam, now, given)
        assert "reset" not in found.value.message
    later = now + timedelta(hours=2)
    assert start(ada, exam, later, "the blue door")


def test_a_password_is_kept_as_a_hash_and_never_shown(ada, bruno, exam, now, client_of):
    change(bruno, exam, now, password="the blue door")
    exam.refresh_from_db()
    assert "blue" not in exam.password_hash
    assert "blue" not in str(list(AuditEntry.objects.values_list("detail", flat=True)))
    assert "password" not in papers.settings_of(exam)
    for somebody in (ada, bruno):
        said = client_of(somebody).get(f"/api/v1/exams/{exam.pk}").json()
        assert said["has_password"] is True
        assert exam.password_hash not in str(said)
    change(bruno, exam, now, title="Renamed", password=None)
    assert refused(ada, exam, now) == "exam_password"
    change(bruno, exam, now, password="")
    assert start(ada, exam, now)


def test_an_exam_begins_in_its_networks_alone(ada, bruno, exam, now):
    change(bruno, exam, now, networks=["192.0.2.0/24"])
    for address in ("", "198.51.100.7", "2001:db8::1"):
        here = origin.set(Origin(ip=address))
        assert refused(ada, exam, now) == "network_not_allowed"
        origin.reset(here)
    here = origin.set(Origin(ip="192.0.2.77"))
    assert start(ada, exam, now)
    origin.reset(here)


def test_the_next_attempt_waits_its_time(ada, bruno, exam, now):
    change(bruno, exam, now, retry_delay_minutes=60)
    attempt = start(ada, exam, now)
    sit.submit(by=ada, attempt_id=attempt.pk, now=now + MINUTE)
    with pytest.raises(Conflict) as found:
        start(ada, exam, now + 60 * MINUTE)
    assert found.value.code == "wait_before_next"
    assert found.value.extra["begins_at"] == (now + 61 * MINUTE).isoformat()
    assert start(ada, exam, now + 61 * MINUTE).attempt_no == 2


def test_the_lobby_asks_for_the_password_and_keeps_the_tick(ada, bruno, exam, client_of):
    from datetime import UTC, datetime

    change(bruno, exam, datetime.now(UTC), password="the blue door")
    client = client_of(ada)
    assert "Password of the exam" in client.get(f"/exams/{exam.pk}/").content.decode()
    wrong = client.post(f"/exams/{exam.pk}/start/", {"ready": "on", "password": "red"})
    assert wrong.status_code == 422
    assert "This is not the password" in wrong.content.decode()
    right = client.post(f"/exams/{exam.pk}/start/", {"ready": "on", "password": "the blue door"})
    assert right.status_code == 302
    assert ExamAttempt.objects.count() == 1


# --- F09: edits while an exam runs -----------------------------------------------------------


def test_edits_during_the_exam_leave_its_attempts_as_they_began(ada, bruno, exam, now):
    attempt = start(ada, exam, now)
    before = ExamAttempt.objects.filter(pk=attempt.pk).values().get()
    change(
        bruno, exam, now + MINUTE, duration_minutes=5, pass_mark=99, grace_seconds=600,
        attempts_allowed=1, closes_at=now + 2 * MINUTE, due_at=now + MINUTE,
        late_tiers=[{"minutes": 1, "penalty_percent": 100}], shuffle=True,
    )  # fmt: skip
    assert ExamAttempt.objects.filter(pk=attempt.pk).values().get() == before
    with pytest.raises(Conflict) as found:
        papers.set_paper(by=bruno, exam_id=exam.pk, places=[], now=now + MINUTE)
    assert found.value.code == "paper_is_frozen"
    question = exam.paper.first().question
    saved = sit.save_answer(
        by_id=ada.pk, attempt_id=attempt.pk, question_id=question.pk, response="a",
        revision=1, now=now + 29 * MINUTE,
    )  # fmt: skip
    assert saved.revision == 1


# --- A12, A13, F07: the clock ----------------------------------------------------------------


def test_a12_nothing_that_is_sent_moves_the_deadline(ada, exam, client_of):
    client = client_of(ada)
    lies = {
        "deadline_at": "2099-01-01T00:00:00Z", "started_at": "2099-01-01T00:00:00Z",
        "attempted_at": "2020-01-01T00:00:00Z", "time_left": 99999, "minutes": 999,
        "duration_minutes": 1440, "server_time": "2020-01-01T00:00:00Z", "now": 0,
    }  # fmt: skip
    place = f"/api/v1/exams/{exam.pk}/attempts"
    for name, value in lies.items():
        answer = client.post(place, {name: value}, content_type="application/json")
        assert answer.status_code == 422, name
    assert not ExamAttempt.objects.exists()
    form = {"ready": "on"} | {name: str(value) for name, value in lies.items()}
    assert client.post(f"/exams/{exam.pk}/start/?minutes=999", form).status_code == 302
    attempt = ExamAttempt.objects.get()
    assert attempt.deadline_at - attempt.attempted_at == 30 * MINUTE


def test_a12_there_is_no_question_before_the_start(ada, exam, client_of):
    client = client_of(ada)
    question = exam.paper.first().question
    for place in (
        f"/exams/{exam.pk}/",
        f"/api/v1/exams/{exam.pk}",
        f"/api/v1/exams/{exam.pk}/questions",
        f"/api/v1/questions/{question.pk}",
    ):
        assert question.question_text.encode() not in client.get(place).content, place


def test_a13_what_comes_too_late_is_refused_and_what_came_in_time_is_graded(ada, exam, now):
    attempt = start(ada, exam, now)
    first, second, _third = exam.paper.order_by("position")
    save = {"by_id": ada.pk, "attempt_id": attempt.pk, "response": "a", "revision": 1}
    sit.save_answer(question_id=first.question_id, now=now + 30 * MINUTE, **save)
    late = now + 30 * MINUTE + timedelta(seconds=1)
    with pytest.raises(Conflict) as found:
        sit.save_answer(question_id=second.question_id, now=late, **save)
    assert found.value.code == "deadline_passed"
    done = sit.submit(by=ada, attempt_id=attempt.pk, now=now + 90 * MINUTE)
    assert (done.closed_by, done.submitted_at) == ("deadline", now + 30 * MINUTE)
    assert done.score == 33


def test_f07_who_stays_away_is_handed_in_at_the_deadline(ada, exam, now):
    attempt = start(ada, exam, now)
    place = exam.paper.first()
    sit.save_answer(
        by_id=ada.pk, attempt_id=attempt.pk, question_id=place.question_id, response="a",
        revision=1, now=now + MINUTE,
    )  # fmt: skip
    assert sit.close_overdue(now=now + 30 * MINUTE) == 0
    assert sit.close_overdue(now=now + timedelta(days=3)) == 1
    attempt.refresh_from_db()
    assert (attempt.status, attempt.score) == ("graded", 33)
    assert attempt.submitted_at == now + 30 * MINUTE


def test_f08_a_clock_that_jumps_on_hands_in_at_the_stored_deadline(ada, exam, now):
    attempt = start(ada, exam, now)
    again = start(ada, exam, now + timedelta(hours=1))
    attempt.refresh_from_db()
    assert (attempt.closed_by, attempt.submitted_at) == ("deadline", now + 30 * MINUTE)
    assert again.attempt_no == 2


def test_f08_a_clock_that_is_set_back_takes_answers_and_gives_no_time(ada, exam, now):
    attempt = start(ada, exam, now)
    earlier = now - timedelta(hours=1)
    again = start(ada, exam, earlier)
    assert (again.pk, again.deadline_at) == (attempt.pk, now + 30 * MINUTE)
    question = exam.paper.first().question_id
    save = {"by_id": ada.pk, "attempt_id": attempt.pk, "question_id": question, "response": "a"}
    saved = sit.save_answer(revision=1, now=earlier, **save)
    assert saved.saved_at == now  # the start, which is the earliest there is
    with pytest.raises(Conflict):
        sit.save_answer(revision=2, now=now + 31 * MINUTE, **save | {"response": "b"})
    attempt.refresh_from_db()
    assert attempt.score == 33


def test_f08_handing_in_before_the_start_is_handing_in_at_the_start(ada, exam, now):
    attempt = start(ada, exam, now)
    done = sit.submit(by=ada, attempt_id=attempt.pk, now=now - timedelta(hours=1))
    assert (done.closed_by, done.submitted_at) == ("user", now)
