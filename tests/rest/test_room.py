"""The exam room as programs use it."""

from __future__ import annotations

import pytest

from studium.assessment.actions import sit
from studium.lib import clock
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def exam(course):
    return factories.exam(course=course)


@pytest.fixture
def attempt(ada, exam):
    return sit.start_attempt(by=ada, exam_id=exam.pk, now=clock.now())


def test_a_program_watches_and_acts(program, bruno, ada, exam, attempt) -> None:
    staff, student = program(bruno), program(ada)
    room = f"/exams/{exam.pk}/room"
    shown = staff.get(room).json()
    assert (shown["counts"]["working"], shown["count"]) == (1, 1)
    (seat,) = shown["items"]
    assert (seat["attempt_id"], seat["state"], seat["answered"]) == (str(attempt.pk), "working", 0)
    state = f"/exam-attempts/{attempt.pk}/state"
    before = student.get(state).json()
    for act, sent in (
        ("minutes", {"minutes": 5, "attempts": [str(attempt.pk)]}),
        ("messages", {"text": "Ten minutes left."}),
        ("pause", {}),
    ):
        assert staff.post(f"{room}/{act}", sent).json() == {"reached": 1}, act
    after = student.get(state).json()
    assert after["deadline_at"] > before["deadline_at"]
    assert after["paused_at"] is not None
    assert [one["text"] for one in after["messages"]] == ["Ten minutes left."]
    assert after["pulse"] == before["pulse"] + 3
    assert staff.post(f"{room}/resume", {}).json() == {"reached": 1}
    done = staff.post(f"{room}/hand-in", {"attempts": [str(attempt.pk)]})
    assert done.json() == {"reached": 1}
    assert student.get(state).json()["closed_by"] == "staff"


def test_the_room_is_filtered_and_paged(program, bruno, course, exam, attempt) -> None:
    for number in range(3):
        factories.enrollment(user=factories.person(f"Person{number} Berg"), course=course)
    room = f"/exams/{exam.pk}/room"
    staff = program(bruno)
    assert staff.get(f"{room}?state=not_started&limit=2").json()["count"] == 3
    assert len(staff.get(f"{room}?state=not_started&limit=2").json()["items"]) == 2
    assert staff.get(f"{room}?q=ada").json()["count"] == 1


@pytest.mark.parametrize(
    ("act", "sent"),
    [
        ("minutes", {"minutes": 0}),
        ("minutes", {"minutes": "5"}),
        ("minutes", {"minutes": 5, "attempts": []}),
        ("messages", {"text": ""}),
        ("messages", {}),
        ("hand-in", {}),
        ("hand-in", {"attempts": None}),
    ],
)
def test_what_makes_no_sense_is_refused(program, bruno, exam, attempt, act, sent) -> None:
    answer = program(bruno).post(f"/exams/{exam.pk}/room/{act}", sent)
    assert answer.status_code == 422
    attempt.refresh_from_db()
    assert attempt.status == "in_progress"


def test_a_program_of_a_student_tells_signals(program, ada, attempt) -> None:
    sent = {"signals": [{"signal": "pasted", "characters": 12, "seconds_ago": 3}]}
    answer = program(ada).post(f"/exam-attempts/{attempt.pk}/signals", sent)
    assert answer.json() == {"noted": 1}


def test_a_receipt_is_given_byte_by_byte(program, ada, client_of, attempt) -> None:
    sit.submit(by=ada, attempt_id=attempt.pk, now=clock.now())
    given = program(ada).get(f"/exam-attempts/{attempt.pk}/receipt").content
    assert given == client_of(ada).get(f"/exam-attempts/{attempt.pk}/receipt/").content
