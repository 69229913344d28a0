"""An exam as a machine: any order of starts, saves, crashes, clocks and hand-ins against a dict.

`Sitting` is what hypothesis drives. Its model is a plain dictionary written here by hand from the
contract; after each step the database must say the same: attempts, answers, revisions, journal,
score. Statements that fail in the middle of a transaction stand for the process that dies there;
`benchmarks/kill.py` kills real ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from studium.assessment import journal
from studium.assessment.actions import sit
from studium.assessment.models import AttemptAnswer, AttemptEvent, ExamAttempt, Response
from studium.lib.errors import Conflict, Invalid, Refused
from tests import factories

MINUTES, ALLOWED, RIGHT = 30, 3, "a"
PLACES = st.integers(0, 2)
CHOICES = st.sampled_from(["a", "b", None])


class Crash(Exception):
    """The process died before this statement."""


@contextmanager
def crash_at(statement: int) -> Iterator[None]:
    """Die before the statement of this number, counted from 0, if it comes to that."""
    seen = 0

    def die(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        nonlocal seen
        if not str(sql).startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen += 1
            if seen > statement:
                raise Crash
        return execute(sql, params, many, context)

    with connection.execute_wrapper(die):
        yield


@dataclass
class Kept:
    """What must be stored of one attempt."""

    began: datetime
    id: Any
    status: str = "in_progress"
    closed_by: str | None = None
    submitted_at: datetime | None = None
    # place on the paper -> (revision, response, when)
    answers: dict[int, tuple[int, str | None, datetime]] = field(default_factory=dict)
    saves: list[tuple[int, int, str | None]] = field(default_factory=list)

    @property
    def deadline(self) -> datetime:
        return self.began + timedelta(minutes=MINUTES)

    @property
    def score(self) -> int | None:
        if self.status == "in_progress":
            return None
        return 100 * sum(response == RIGHT for _, response, _ in self.answers.values()) // 3


class Sitting(RuleBasedStateMachine):
    """One student and one exam of three questions, 30 minutes and three attempts."""

    grace = 0

    @initialize(grace=st.sampled_from([0, 60]))
    def open_exam(self, grace: int) -> None:
        bruno = factories.person("Bruno", role="INSTRUCTOR")
        course = factories.course(owner=bruno, lessons=1)
        self.person = factories.person("Ada")
        factories.enrollment(user=self.person, course=course)
        self.exam = factories.exam(course=course, attempts_allowed=ALLOWED, grace_seconds=grace)
        self.paper = list(
            self.exam.paper.order_by("position").values_list("question_id", flat=True)
        )
        self.grace = grace
        self.now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
        self.kept: list[Kept] = []

    # --- the model ------------------------------------------------------------------------------

    @property
    def last(self) -> Kept:
        return self.kept[-1]

    def running(self) -> bool:
        return bool(self.kept) and self.last.status == "in_progress"

    def in_time(self) -> bool:
        return self.now <= self.last.deadline + timedelta(seconds=self.grace)

    def look(self) -> None:
        """Somebody looks: what is over is closed as of its deadline."""
        if self.running() and not self.in_time():
            self.last.status, self.last.closed_by = "graded", "deadline"
            self.last.submitted_at = self.last.deadline

    # --- what can happen ------------------------------------------------------------------------

    @rule(seconds=st.sampled_from([1, 20, 59, 60, 61, 600, 1700, 1800, 1801]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def start(self) -> None:
        self.look()  # what is over is closed, also by a start that is refused
        if self.running() or len(self.kept) < ALLOWED:
            attempt = sit.start_attempt(by=self.person, exam_id=self.exam.pk, now=self.now)
            if not self.running():
                self.kept.append(Kept(self.now, attempt.pk))
            assert attempt.pk == self.last.id
        else:
            self.refused("no_attempts_left", sit.start_attempt, exam_id=self.exam.pk)

    @rule(statement=st.integers(0, 8))
    def start_and_die(self, statement: int) -> None:
        self.look()
        sit.close_overdue(now=self.now, exam_id=self.exam.pk)
        before = self.running(), len(self.kept)
        try:
            with crash_at(statement):
                attempt = sit.start_attempt(by=self.person, exam_id=self.exam.pk, now=self.now)
        except (Crash, Refused):
            return
        if before[0]:
            assert attempt.pk == self.last.id
        else:
            self.kept.append(Kept(self.now, attempt.pk))

    @precondition(lambda self: self.kept)
    @rule(place=PLACES, response=CHOICES)
    def save(self, place: int, response: str | None) -> None:
        self.change(place, response, self.revision(place) + 1)

    @precondition(lambda self: self.kept)
    @rule(place=PLACES, response=CHOICES, statement=st.integers(0, 4))
    def save_and_die(self, place: int, response: str | None, statement: int) -> None:
        try:
            with crash_at(statement):
                self.change(place, response, self.revision(place) + 1)
        except Crash:
            self.look_after_a_crash()

    @precondition(lambda self: self.kept)
    @rule(place=PLACES, response=CHOICES, off=st.sampled_from([-2, -1, 0, 2, 5]))
    def save_with_another_revision(self, place: int, response: str | None, off: int) -> None:
        revision = self.revision(place) + off
        if revision < 1:
            return
        stored = self.last.answers.get(place)
        if stored is not None and stored[:2] == (revision, response):
            reply = self.send(place, response, revision)  # a repeat, whenever it comes
            assert (reply.revision, reply.saved_at) == (revision, stored[2])
            return
        self.change(place, response, revision, stale=True)

    @precondition(lambda self: self.kept)
    @rule(place=PLACES, response=st.sampled_from([["a"], {}, 1, True, "z", 0.5]))
    def save_a_wrong_shape(self, place: int, response: Any) -> None:
        with pytest.raises((Invalid, Conflict)):
            self.send(place, response, self.revision(place) + 1)

    @precondition(lambda self: self.kept)
    @rule()
    def submit(self) -> None:
        sit.submit(by=self.person, attempt_id=self.last.id, now=self.now)
        self.handed_in()

    @precondition(lambda self: self.kept)
    @rule(statement=st.integers(0, 30))
    def submit_and_die(self, statement: int) -> None:
        try:
            with crash_at(statement):
                sit.submit(by=self.person, attempt_id=self.last.id, now=self.now)
        except Crash:
            return  # as a whole or not at all
        self.handed_in()

    @rule()
    def sweep(self) -> None:
        sit.close_overdue(now=self.now)
        self.look()

    # --- parts ----------------------------------------------------------------------------------

    def revision(self, place: int) -> int:
        return self.last.answers[place][0] if place in self.last.answers else 0

    def send(self, place: int, response: Any, revision: int) -> sit.Saved:
        return sit.save_answer(
            by_id=self.person.pk,
            attempt_id=self.last.id,
            question_id=self.paper[place],
            response=response,
            revision=revision,
            now=self.now,
        )

    def change(
        self, place: int, response: str | None, revision: int, *, stale: bool = False
    ) -> None:
        """Send a change and hold what came of it against what had to."""
        try:
            reply = self.send(place, response, revision)
        except Conflict as refused:
            said = refused.code
        else:
            said = ""
        if said:
            assert said == self.reason()
            self.look()
            return
        assert self.running()
        assert self.in_time()
        assert not stale
        assert (reply.revision, reply.saved_at) == (revision, self.now)
        self.last.answers[place] = (revision, response, self.now)
        self.last.saves.append((place, revision, response))

    def reason(self) -> str:
        """Why a change is refused now."""
        if self.running() and self.in_time():
            return "stale_revision"
        return "already_submitted" if self.last.closed_by == "user" else "deadline_passed"

    def look_after_a_crash(self) -> None:
        """A refused save closes what is over; it may have died after that, or before."""
        if self.running() and not self.in_time():
            stored = ExamAttempt.objects.get(pk=self.last.id)
            if stored.status == "graded":
                self.look()

    def handed_in(self) -> None:
        self.look()
        if self.running():
            self.last.status, self.last.closed_by = "graded", "user"
            self.last.submitted_at = self.now

    def refused(self, code: str, act: Any, **arguments: Any) -> None:
        with pytest.raises(Conflict) as found:
            act(by=self.person, now=self.now, **arguments)
        assert found.value.code == code

    # --- model and database agree ---------------------------------------------------------------

    @invariant()
    def the_database_says_the_same(self) -> None:
        if not hasattr(self, "exam"):
            return
        rows = list(ExamAttempt.objects.filter(exam=self.exam).order_by("attempt_no"))
        assert [row.pk for row in rows] == [kept.id for kept in self.kept]
        for row, kept in zip(rows, self.kept, strict=True):
            assert (row.status, row.closed_by, row.submitted_at, row.score, row.deadline_at) == (
                kept.status,
                kept.closed_by,
                kept.submitted_at,
                kept.score,
                kept.deadline,
            )
            self.answers_agree(kept)

    def answers_agree(self, kept: Kept) -> None:
        stored = {
            self.paper.index(one.question_id): (one.revision, one.response, one.saved_at)
            for one in AttemptAnswer.objects.filter(attempt_id=kept.id)
        }
        assert stored == kept.answers
        events = list(AttemptEvent.objects.filter(attempt_id=kept.id).order_by("seq"))
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        saves = [
            (self.paper.index(event.question_id), event.revision, event.response)
            for event in events
            if event.kind == "save"
        ]
        assert saves == kept.saves
        given = sum(response is not None for _, response, _ in kept.answers.values())
        counted = Response.objects.filter(exam_attempt_id=kept.id).count()
        assert counted == (0 if kept.status == "in_progress" else given)

    def teardown(self) -> None:
        """Every journal is whole."""
        for kept in getattr(self, "kept", ()):
            assert journal.verify(kept.id) == []
