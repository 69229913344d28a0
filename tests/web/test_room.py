"""The pages of the exam room: without scripts, and what htmx gets."""

from __future__ import annotations

import re

import pytest

from studium.assessment import presence
from studium.assessment.actions import sit
from studium.assessment.models import AttemptEvent, ExamMessage
from studium.lib import clock
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def exam(course):
    return factories.exam(course=course)


@pytest.fixture
def attempt(ada, exam):
    return sit.start_attempt(by=ada, exam_id=exam.pk, now=clock.now())


@pytest.fixture
def room(course, exam):
    return f"/teach/courses/{course.slug}/exams/{exam.pk}/room/"


def answers_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_room_shows_a_student_who_works(client_of, bruno, attempt, room) -> None:
    page = client_of(bruno).get(room)
    text = answers_of(page.content.decode())
    assert "Ada Alm" in text
    assert "0 of 3" in text
    assert "As of" in text


def test_htmx_gets_what_changes_and_keeps_what_is_ticked(client_of, bruno, attempt, room) -> None:
    answer = client_of(bruno).get(
        room, {"attempt": str(attempt.pk)}, headers={"HX-Request": "true"}
    )
    page = answer.content.decode()
    assert page.lstrip().startswith('<div id="live"')
    assert re.search(rf'value="{attempt.pk}"[^>]*checked', page)


def test_an_act_is_confirmed_before_it_is_done(client_of, bruno, attempt, room) -> None:
    client = client_of(bruno)
    asked = client.post(f"{room}act/", {"act": "minutes", "attempt": str(attempt.pk)})
    assert "Ada Alm" in asked.content.decode()
    before = attempt.deadline_at
    attempt.refresh_from_db()
    assert attempt.deadline_at == before
    done = client.post(
        f"{room}act/",
        {"act": "minutes", "attempt": str(attempt.pk), "minutes": "7", "confirmed": "yes"},
    )
    assert (done.status_code, done.headers["Location"]) == (302, room)
    attempt.refresh_from_db()
    assert (attempt.deadline_at - before).total_seconds() == 420


def test_wrong_minutes_are_named_at_their_field(client_of, bruno, attempt, room) -> None:
    sent = {"act": "minutes", "attempt": str(attempt.pk), "minutes": "soon", "confirmed": "yes"}
    answer = client_of(bruno).post(f"{room}act/", sent)
    assert answer.status_code == 422
    assert "whole number from 1 to 600" in answer.content.decode()


def test_nobody_ticked_is_said_and_nothing_done(client_of, bruno, attempt, room) -> None:
    for act in ("minutes", "pause", "go_on", "message", "hand_in"):
        sent = {"act": act, "who": "ticked", "minutes": "5", "text": "x", "confirmed": "yes"}
        page = client_of(bruno).post(f"{room}act/", sent)
        assert "Nobody who sits the exam now is ticked" in page.content.decode(), act
    assert not AttemptEvent.objects.filter(attempt=attempt).exclude(kind="start").exists()


def test_all_never_means_handing_in_for_everybody(client_of, bruno, attempt, room) -> None:
    client_of(bruno).post(f"{room}act/", {"act": "hand_in", "who": "all", "confirmed": "yes"})
    attempt.refresh_from_db()
    assert attempt.status == "in_progress"


def test_what_the_staff_write_is_in_the_state_of_the_paper(
    client_of, bruno, ada, attempt, room, exam
) -> None:
    sent = {"act": "message", "who": "all", "text": "Ten <b>minutes</b>.", "confirmed": "yes"}
    client_of(bruno).post(f"{room}act/", sent)
    state = client_of(ada).get(f"/exam-attempts/{attempt.pk}/state/").json()
    assert [one["text"] for one in state["messages"]] == ["Ten <b>minutes</b>."]
    assert state["pulse"] == 1
    assert ExamMessage.objects.get().sent_by == bruno


def test_a_room_of_another_course_is_not_there(client_of, bruno, other_course, exam) -> None:
    factories.enrollment(user=bruno, course=other_course, role="instructor")
    address = f"/teach/courses/{other_course.slug}/exams/{exam.pk}/room/"
    assert client_of(bruno).get(address).status_code == 404
    assert client_of(bruno).post(f"{address}act/", {"act": "pause"}).status_code == 404


def test_an_empty_room_says_what_to_do(client_of, bruno, course) -> None:
    empty = factories.course(owner=bruno, title="Empty")
    exam = factories.exam(course=empty)
    page = client_of(bruno).get(f"/teach/courses/{empty.slug}/exams/{exam.pk}/room/")
    assert "Add people" in page.content.decode()


# --- what the paper tells -----------------------------------------------------------------------


def test_a_paper_tells_facts_and_that_it_is_there(client_of, ada, bruno, attempt, room) -> None:
    presence._heard.clear()
    presence._written_at = 0.0
    told = client_of(ada).post(
        f"/exam-attempts/{attempt.pk}/signals/",
        {"signals": [{"signal": "tab_left"}]},
        content_type="application/json",
    )
    assert told.json() == {"noted": 1}
    assert "heard of" in answers_of(client_of(bruno).get(room).content.decode())


@pytest.mark.parametrize("body", ["", "[]", "{", '{"signals": 3}', '{"signals": [3]}', "null"])
def test_facts_that_cannot_be_read_are_refused_in_the_one_shape(
    client_of, ada, attempt, body
) -> None:
    answer = client_of(ada).post(
        f"/exam-attempts/{attempt.pk}/signals/", body, content_type="application/json"
    )
    assert answer.status_code in (400, 422)
    assert answer.json()["code"]


# --- the time line --------------------------------------------------------------------------------


def save(attempt, response, revision):
    question = attempt.exam.paper.earliest("position").question_id
    sit.save_answer(
        by_id=attempt.user_id,
        attempt_id=attempt.pk,
        question_id=question,
        response=response,
        revision=revision,
        now=clock.now(),
    )


def test_the_time_line_shows_the_answers_of_any_moment(client_of, bruno, attempt) -> None:
    save(attempt, "a", 1)
    save(attempt, "b", 2)
    save(attempt, None, 3)
    options = {
        one["id"]: one["text"] for one in attempt.exam.paper.earliest("position").question.options
    }
    address = f"/exam-attempts/{attempt.pk}/timeline/"
    client = client_of(bruno)
    for at, wanted in ((2, options["a"]), (3, options["b"])):
        page = client.get(address, {"at": at}).content.decode()
        then = answers_of(page.split('id="then"')[1].split('id="events"')[0])
        assert wanted in then
    assert "4 events, each chained" in answers_of(client.get(address).content.decode())
    part = client.get(address, {"at": 2}, headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<div id="moment"')


@pytest.mark.parametrize("at", ["0", "999", "x", "-1", "٣"])
def test_a_moment_that_is_none_shows_the_nearest(client_of, bruno, attempt, at) -> None:
    page = client_of(bruno).get(f"/exam-attempts/{attempt.pk}/timeline/", {"at": at})
    assert page.status_code == 200


def test_a_changed_journal_is_said_in_words(client_of, bruno, attempt, monkeypatch) -> None:
    fault = "Line 1 (start) is not what was written: its hash differs."
    monkeypatch.setattr("studium.assessment.journal.verify", lambda attempt_id: [fault])
    page = client_of(bruno).get(f"/exam-attempts/{attempt.pk}/timeline/").content.decode()
    assert "was changed after it was written" in page
    assert fault in page


def test_the_lobby_tells_what_is_noted(client_of, ada, exam) -> None:
    assert "What is noted" in client_of(ada).get(f"/exams/{exam.pk}/").content.decode()
