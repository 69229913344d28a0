"""The exam page while everything goes wrong: the short form of `python -m benchmarks.player`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from benchmarks import player
from benchmarks.bad_network import BadNetwork
from benchmarks.player import Finding, Stage
from django.db import connection
from playwright.sync_api import Browser

from studium.assessment.actions import room
from studium.assessment.models import Exam
from studium.content.models import Course
from studium.identity.models import Session, User
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

QUESTIONS = 40


def _rows(text: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(text)
        return list(cursor.fetchall())


@pytest.fixture
def paper(course: Course) -> Exam:
    """Forty questions of six kinds."""
    return player.paper(course, QUESTIONS)


Play = Callable[..., Stage]


@pytest.fixture
def play(
    browser: Browser, live_server: Any, transactional_db: None, ada: User, course: Course,
    paper: Exam, bruno: User,
) -> Iterator[Play]:  # fmt: skip
    """`play()`: Ada and another student of hers sit the exam, through a network that may fail."""
    ben = factories.person("Ben Bloom")
    factories.enrollment(user=ben, course=course)
    network = BadNetwork(live_server.thread.port)
    stages = []

    def act(name: str, attempt: str) -> None:
        assert name == "close"
        now = datetime.now(UTC)
        room.hand_in_for(by=bruno, exam_id=paper.pk, attempt_ids=[attempt], now=now)

    def make(*, begun: timedelta = timedelta(0)) -> Stage:
        students = [player.student(one, paper, datetime.now(UTC) - begun) for one in (ada, ben)]
        _rows.vendor = connection.vendor  # type: ignore[attr-defined]  # as benchmarks.kill has it
        stages.append(Stage(browser, network, students, _rows, act, patience=15_000))
        return stages[-1]

    yield make
    for stage in stages:
        stage.close()
    network.close()


def proves(finding: Finding) -> None:
    assert finding.faults == [], finding.figures


def test_forty_answers_reach_the_database_once_while_replies_are_lost_and_late(play: Play) -> None:
    finding = player.bad_replies(play(), questions=QUESTIONS, delay=0.15)
    proves(finding)
    assert finding.figures["lost_before"] > 2
    assert finding.figures["lost_after"] > 2


def test_what_was_answered_without_a_connection_is_sent_when_it_is_back(play: Play) -> None:
    proves(player.offline(play(), seconds=20 * 60, fake=True))


def test_answers_that_were_never_sent_survive_the_crash_of_the_tab(play: Play) -> None:
    proves(player.crash(play()))


def test_of_two_tabs_the_newer_one_writes_and_the_older_one_may_take_over_again(play: Play) -> None:
    proves(player.second_tab(play()))


def test_an_answer_changed_on_two_devices_keeps_both_texts_to_choose_from(play: Play) -> None:
    proves(player.second_device(play()))


def test_two_students_at_one_browser_neither_see_nor_send_each_others_answers(play: Play) -> None:
    proves(player.second_student(play()))


def test_after_the_session_ended_signing_in_again_sends_what_waits(play: Play) -> None:
    proves(player.expired_session(play()))


def test_the_page_goes_on_when_the_server_is_back(play: Play) -> None:
    stage = play()

    def switch(up: bool) -> Callable[[], None]:
        return lambda: setattr(stage.network, "up", up)

    proves(player.restart(stage, go_down=switch(False), come_back=switch(True)))


def test_when_the_staff_close_an_attempt_its_page_shows_the_result(play: Play) -> None:
    finding = player.closed_by_staff(play())
    proves(finding)
    assert finding.figures["shown_after"] < 5


def test_what_waits_at_the_end_is_sent_within_the_grace(play: Play, paper: Exam) -> None:
    Exam.objects.filter(pk=paper.pk).update(grace_seconds=60)
    stage = play(begun=timedelta(minutes=29, seconds=56))
    proves(player.time_up(stage, late=False))


def test_what_came_too_late_is_shown_to_its_owner_once_more(play: Play) -> None:
    stage = play(begun=timedelta(minutes=29, seconds=56))
    proves(player.time_up(stage, late=True))


def test_a_loss_a_doubling_and_a_mixing_would_be_seen(play: Play) -> None:
    stage = play()
    ada, ben = stage.students
    desk = stage.open(stage.context(ada), ada)
    desk.answer(4)
    desk.expect_saved()
    assert player.judge(stage.rows, ada, desk.answered) == []
    assert player.judge(stage.rows, ben, desk.answered)
    assert player.judge(stage.rows, ada, {})
    assert player.judge(stage.rows, ada, dict.fromkeys(desk.answered, "else"))
    assert Session.objects.count() == 2
