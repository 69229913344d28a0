"""Contents of pages that are kept: shown again to one person while nothing has changed.

That each page is shown again as it was is in `tests/web/test_kept_again.py`, and how it is known
that nothing has changed in `tests/lib/test_reads.py`: both also run on PostgreSQL.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from studium.analytics import actions, building
from studium.assessment.actions import regrade, sit
from studium.assessment.models import Exam, ExamAttempt, Quiz
from studium.content.concepts import of_lesson
from studium.content.models import Concept, Course, Enrollment, Lesson
from studium.identity.models import User
from studium.lib import clock
from studium.web import kept_pages
from tests import factories
from tests.analytics.answers import practise

pytestmark = pytest.mark.django_db
ClientOf = Callable[..., Client]


class World:
    """Ada, who answered in two lessons and sat an exam of the course, and Bruno, who teaches."""

    def __init__(self, ada: User, bruno: User, course: Course) -> None:
        self.ada, self.bruno, self.course, self.now = ada, bruno, course, clock.now()
        self.lessons: list[Lesson] = list(course.lessons.order_by("order_index")[:2])
        for lesson in self.lessons:
            quiz = factories.quiz(lesson=lesson, questions=4)
            self.run = practise(ada, quiz, [1, 1, 0, 1], at=self.now - timedelta(days=3))
        self.exam = factories.exam(
            course=course, release="after_close", closes_at=self.now + timedelta(days=1)
        )
        self._sit("aba", self.now - timedelta(days=2))
        self.take_in()

    def _sit(self, given: str, at: datetime) -> None:
        self.attempt = attempt = sit.start_attempt(by=self.ada, exam_id=self.exam.pk, now=at)
        for place, response in zip(self.exam.paper.order_by("position"), given, strict=True):
            sit.save_answer(
                by_id=self.ada.pk, attempt_id=attempt.pk, question_id=place.question_id,
                response=response, revision=1, now=at,
            )  # fmt: skip
        sit.submit(by=self.ada, attempt_id=attempt.pk, now=at + timedelta(minutes=5))

    def take_in(self) -> None:
        actions.catch_up(now=self.now + timedelta(days=400))

    def address(self, name: str) -> str:
        parts: dict[str, dict[str, Any]] = {
            "progress": {}, "search": {}, "courses": {},
            "exam_result": {"attempt_id": self.attempt.pk},
            "quiz_attempt": {"attempt_id": self.run.pk},
            "concept_progress": {
                "slug": self.course.slug, "concept_id": of_lesson(self.lessons[0].pk),
            },
            "insight_student": {"slug": self.course.slug, "student_id": self.ada.pk},
            "exam_builder": {"slug": self.course.slug, "exam_id": self.exam.pk},
        }  # fmt: skip
        query = "?q=lesson" if name == "search" else ""
        return reverse(name, kwargs=parts.get(name, {"slug": self.course.slug})) + query


@pytest.fixture
def world(
    ada: User, bruno: User, course: Course, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    kept_pages.forget_all()
    made = World(ada, bruno, course)
    # Charts over time end at the moment of the page: one that is made a second later differs.
    still = clock.now()
    monkeypatch.setattr(clock, "now", lambda: still)
    yield made
    kept_pages.forget_all()


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The templates whose content was made, in their order."""
    found: list[str] = []
    make = kept_pages._blocks

    def noted(request: Any, shown: kept_pages.Shown) -> dict[str, str]:
        found.append(shown.template)
        return make(request, shown)

    monkeypatch.setattr(kept_pages, "_blocks", noted)
    return found


def text_of(client: Client, address: str) -> str:
    """The page without what is drawn anew each time: the token of its forms."""
    response = client.get(address)
    assert response.status_code == 200
    text = response.content.decode()
    assert "<!--token" not in text
    return re.sub(r'(name="csrfmiddlewaretoken" value=)"[^"]{64}"', r"\1", text)


OWN = (
    "course_progress", "practise", "progress", "course", "course_seen", "concept_progress",
    "exam_result", "quiz_attempt", "search", "courses", "course_own_notes",
)  # fmt: skip
STAFF = (
    "insight", "insight_attempts", "insight_students", "insight_student", "insight_help",
    "insight_class", "insight_curves", "insight_readiness", "course_concepts", "exam_builder",
)  # fmt: skip


def test_each_form_has_the_token_of_its_own_reader(world: World, client_of: ClientOf) -> None:
    client, address = client_of(world.ada), world.address("practise")
    client.get(address)
    pages = [client.get(address).content.decode() for _ in range(2)]
    tokens = {re.findall(r'csrfmiddlewaretoken" value="(\w{64})"', page)[-1] for page in pages}
    assert len(tokens) == 2
    checked = Client(enforce_csrf_checks=True)
    checked.cookies = client.cookies
    sent = {"csrfmiddlewaretoken": tokens.pop()}
    assert checked.post(f"{address}start/", sent).status_code == 302
    assert checked.post(f"{address}start/", {}).status_code == 403


def _answer(world: World) -> None:
    quiz = factories.quiz(lesson=world.lessons[0], questions=3)
    practise(world.ada, quiz, [0, 0, 0], at=world.now - timedelta(days=1))
    world.take_in()


def _regrade(world: World) -> None:
    question = world.exam.paper.order_by("position")[1].question_id
    fix = regrade.Fix(question, "full_marks")
    row = regrade.plan_regrade(
        by=world.bruno, exam_id=world.exam.pk, reason="Wrong key.", fixes=[fix], now=world.now
    )
    regrade.apply_regrade(by=world.bruno, regrade_id=row.pk, now=world.now)


def _release(world: World) -> None:
    Exam.objects.filter(pk=world.exam.pk).update(release="at_once")


def _merge(world: World) -> None:
    one, other = (of_lesson(lesson.pk) for lesson in world.lessons)
    Concept.objects.filter(pk=other).update(merged_into=one, merged_at=world.now)
    building.build("Concepts were merged.", now=world.now)


def _language(world: World) -> None:
    User.objects.filter(pk__in=[world.ada.pk, world.bruno.pk]).update(locale="de")


def _course_name(world: World) -> None:
    Course.objects.filter(pk=world.course.pk).update(title="Another name")


def _quiz_name(world: World) -> None:
    Quiz.objects.filter(pk=world.run.quiz_id).update(title="Another name")


UNNAMED = ("quiz_attempt", "search")  # pages that do not name the course


@pytest.mark.parametrize(
    ("change", "names"),
    [
        (
            _answer,
            (
                "course_progress", "practise", "progress", "concept_progress", "insight_student",
                "insight_class", "course_concepts",
            ),
        ),
        (_regrade, ("insight_student", "insight_attempts")),
        (_release, ("course_progress", "exam_result", "exam_builder")),
        (_quiz_name, ("quiz_attempt",)),
        (_merge, ("course_progress", "practise", "insight_student", "insight_class")),
        (_language, ("course_progress", "insight", "insight_help")),
        (_course_name, tuple(one for one in (*OWN, *STAFF) if one not in UNNAMED)),
    ],
)  # fmt: skip
def test_what_has_changed_is_shown(
    change: Callable[[World], None],
    names: tuple[str, ...],
    world: World,
    client_of: ClientOf,
    made: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clients = {name: client_of(world.ada if name in OWN else world.bruno) for name in names}
    before = {}
    for name in names:
        clients[name].get(world.address(name))
        before[name] = text_of(clients[name], world.address(name))
    assert len(kept_pages._contents) == len(names)
    del made[:]
    change(world)
    at = clock.now()
    monkeypatch.setattr(clock, "now", lambda: at)  # a mark of a chart moves with the seconds
    after = {name: text_of(clients[name], world.address(name)) for name in names}
    assert len(made) == len(names)
    kept_pages.forget_all()
    for name in names:
        assert after[name] != before[name], name
        assert after[name] == text_of(clients[name], world.address(name))


def test_nobody_is_shown_what_was_made_for_another(
    world: World, client_of: ClientOf, made: list[str]
) -> None:
    eve = factories.person("Eve Eriksen")
    factories.enrollment(user=eve, course=world.course)
    address = world.address("course_progress")
    for _ in range(2):
        own = text_of(client_of(world.ada), address)
    del made[:]
    theirs = text_of(client_of(eve), address)
    assert len(made) == 1
    assert "It is too early to say." in theirs
    assert theirs != own
    assert text_of(client_of(world.ada), address) == own


@pytest.mark.parametrize("name", ["course_progress", "insight"])
def test_who_has_left_the_course_is_shown_nothing(
    name: str, world: World, client_of: ClientOf
) -> None:
    carl = factories.person("Carl Coe", role="STUDENT" if name in OWN else "INSTRUCTOR")
    role = "student" if name in OWN else "assistant"
    place = factories.enrollment(user=carl, course=world.course, role=role)
    Course.objects.filter(pk=world.course.pk).update(self_enrolment="closed")
    client, address = client_of(carl), world.address(name)
    for _ in range(2):
        text_of(client, address)
    Enrollment.objects.filter(pk=place.pk).update(ended_at=world.now)
    assert client.get(address).status_code in (403, 404)


def test_a_moment_that_changes_the_page_ends_it(
    world: World, client_of: ClientOf, made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    day = world.now.replace(hour=12, minute=0, second=10, microsecond=0)
    closes = day + timedelta(minutes=2)
    Exam.objects.filter(pk=world.exam.pk).update(closes_at=closes, last_end_at=closes)
    client, address = client_of(world.ada), world.address("course_progress")

    def seen(at: datetime) -> str:
        monkeypatch.setattr(clock, "now", lambda: at)
        return text_of(client, address)

    seen(day)  # notes the offer
    del made[:]
    first = seen(day)
    assert seen(closes - timedelta(seconds=1)) == first
    assert len(made) == 1
    assert seen(closes) != first
    assert len(made) == 2
    seen(closes + kept_pages.KEPT_FOR)
    assert len(made) == 3


def test_the_end_of_a_wait_that_is_no_row_ends_it(
    world: World, client_of: ClientOf, made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = ExamAttempt.objects.get(pk=world.attempt.pk).submitted_at
    assert ended is not None
    wait = (world.now.replace(hour=12, minute=0) - ended) // timedelta(minutes=1)
    begins = ended + timedelta(minutes=wait)  # about noon: midnight is another end
    Exam.objects.filter(pk=world.exam.pk).update(
        retry_delay_minutes=wait, attempts_allowed=5, closes_at=begins + timedelta(days=1)
    )
    client, address = client_of(world.ada), world.address("course")

    def seen(at: datetime) -> str:
        monkeypatch.setattr(clock, "now", lambda: at)
        return text_of(client, address)

    first = seen(begins - timedelta(minutes=1))
    assert "next attempt from" in first
    assert seen(begins - timedelta(seconds=1)) == first
    assert "next attempt from" not in seen(begins)
    assert made == ["learn/course.html"] * 2


def test_what_is_kept_has_a_limit(
    world: World, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(world.bruno)
    for name in STAFF:
        text_of(client, world.address(name))
    assert len(kept_pages._contents) == len(STAFF)
    monkeypatch.setattr(kept_pages, "MOST_BYTES", 1)
    text_of(client, world.address("insight") + "?exam=x")
    assert len(kept_pages._contents) == 0


def test_to_look_whether_it_holds_asks_no_more_than_to_make_it(
    world: World, client_of: ClientOf
) -> None:
    client, address = client_of(world.ada), world.address("course_progress")

    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get(address)
        return len(seen)

    statements()  # today's offer is noted
    made, again = statements(), statements()
    assert again <= made
    _answer(world)
    assert statements() <= 2 * made
