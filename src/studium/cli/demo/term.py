"""A term of simulated students, planned: who reads, practises and sits which exam in which week.

Plain data from a fixed seed: the same course gives the same plan, week by week. Students know more
from week to week, some begin late, some give up, and two never come.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

from studium.cli.demo.replies import Item, reply
from studium.cli.demo.steps import WEEKS

STUDENTS = 40
ADA = 0
LESSONS_A_WEEK = 6
EXAM_WEEKS = (4, 7, 10)
SECOND_EXAM_WEEK = 9


@dataclass(frozen=True, slots=True)
class Learner:
    """A simulated student. `student` is 0 for Ada; skills are on a logistic scale."""

    student: int
    ability: float
    growth: float
    diligence: float
    first_week: int
    last_week: int


@dataclass(frozen=True, slots=True)
class Event:
    """What a student does so long after the term began."""

    at: timedelta
    student: int


@dataclass(frozen=True, slots=True)
class Reading(Event):
    """A lesson is read and called done."""

    lesson_id: UUID


@dataclass(frozen=True, slots=True)
class Practice(Event):
    """A run through a quiz, with an answer to each question and the seconds it took."""

    quiz_id: UUID
    answers: tuple[tuple[UUID, Any, int], ...]


@dataclass(frozen=True, slots=True)
class Sitting(Event):
    """An exam; answers in their order, a question twice where somebody changed their mind.

    `hands_in` is false for whoever lets the time run out.
    """

    exam: str
    answers: tuple[tuple[UUID, Any], ...]
    hands_in: bool


@dataclass(frozen=True, slots=True)
class Material:
    """What there is to learn: lessons in their order, their quizzes, and the exams' papers."""

    lessons: Sequence[UUID]
    items: Sequence[Item]
    papers: Mapping[str, Sequence[Item]]

    def quizzes_at(self, place: int) -> list[tuple[UUID, list[Item]]]:
        """The quizzes of the lesson at this place, with their items."""
        found: dict[UUID, list[Item]] = defaultdict(list)
        for item in self.items:
            if item.place == place:
                found[item.quiz_id].append(item)
        return list(found.items())


def learners() -> list[Learner]:
    """Ada and everybody else."""
    drawn = _random("learners")
    ada = Learner(ADA, ability=-1.5, growth=0.27, diligence=0.9, first_week=0, last_week=WEEKS - 1)
    return [ada, *(_learner(number, drawn) for number in range(1, STUDENTS + 1))]


def plan(material: Material) -> list[list[Event]]:
    """The events of each week, in the order of time."""
    weeks: list[list[Event]] = [[] for _ in range(WEEKS)]
    quizzes = {place: material.quizzes_at(place) for place in range(1, len(material.lessons) + 1)}
    for learner in learners():
        for week in range(learner.first_week, learner.last_week + 1):
            weeks[week] += _Week(learner, week, material, quizzes).events()
    return [sorted(events, key=lambda event: (event.at, event.student)) for events in weeks]


def _learner(number: int, drawn: Random) -> Learner:
    gives_up = drawn.random() < 0.2
    first = drawn.choice([0, 0, 0, 1, 2])
    last = drawn.randint(first + 1, WEEKS - 3) if gives_up else WEEKS - 1
    if number in (17, 34):  # they enrolled and never came
        first, last = 0, -1
    return Learner(
        number,
        ability=drawn.gauss(0.1, 0.8),
        growth=max(-0.02, drawn.gauss(0.13, 0.07)),
        diligence=drawn.uniform(0.3, 0.95),
        first_week=first,
        last_week=last,
    )


def _random(*parts: object) -> Random:
    return Random(" ".join(map(str, ("term", *parts))))  # noqa: S311 - must repeat


class _Week:
    """One student's week, on one clock: nobody does two things at once."""

    def __init__(
        self,
        learner: Learner,
        week: int,
        material: Material,
        quizzes: dict[int, list[tuple[UUID, list[Item]]]],
    ) -> None:
        self._learner, self._week, self._material, self._quizzes = learner, week, material, quizzes
        self._drawn = _random(learner.student, week)
        # Ada's pages are looked at most; the others show in sums, where less will do.
        self._often = 1.1 if learner.student == ADA else 0.33
        self._at = timedelta(weeks=week, hours=8, minutes=self._drawn.randint(0, 24 * 60))

    def events(self) -> list[Event]:
        """Reading and practice on some days, then an exam when one is due."""
        if self._drawn.random() > 0.35 + self._learner.diligence:
            return []  # busy elsewhere
        found: list[Event] = []
        first = 1 + self._week * LESSONS_A_WEEK
        for place in range(first, min(first + LESSONS_A_WEEK, len(self._material.lessons) + 1)):
            if self._drawn.random() < self._learner.diligence * self._often:
                found += self._lesson(place)
        return [*found, *self._exams()]

    def _lesson(self, place: int) -> Iterable[Event]:
        self._pass(self._drawn.randint(6, 35))
        yield Reading(self._at, self._learner.student, self._material.lessons[place - 1])
        for quiz_id, items in self._quizzes[place]:
            if self._drawn.random() > self._learner.diligence * (0.4 + self._often / 2):
                continue
            for again in range(2):
                right = yield from self._practice(quiz_id, items, again)
                if right or self._drawn.random() > self._learner.diligence * 0.7:
                    break
        self._pass(self._drawn.choice([3, 5, 8, 60 * 14]))

    def _practice(self, quiz_id: UUID, items: list[Item], again: int) -> Any:
        marks = [self._knows(item, bonus=0.4 + 1.2 * again) for item in items]
        answers = tuple(
            (
                item.id,
                reply(item, is_right=mark, drawn=self._drawn),
                int(self._drawn.lognormvariate(3.6, 0.6)),
            )
            for item, mark in zip(items, marks, strict=True)
        )
        yield Practice(self._at, self._learner.student, quiz_id, answers)
        self._pass(2 + len(items))
        return all(marks)

    def _exams(self) -> Iterable[Event]:
        if self._week in EXAM_WEEKS:
            tries = EXAM_WEEKS.index(self._week)
            keen = self._learner.student == ADA and tries < 2
            if keen or (self._learner.student and self._drawn.random() < (0.95, 0.75, 0.6)[tries]):
                yield self._sitting("first", bonus=0.25 * tries)
        if self._week == SECOND_EXAM_WEEK and self._learner.student % 2:
            yield self._sitting("second", bonus=0)

    def _sitting(self, exam: str, bonus: float) -> Sitting:
        answers: list[tuple[UUID, Any]] = []
        for item in self._material.papers[exam]:
            is_right = self._knows(item, bonus=bonus)
            if self._drawn.random() < 0.04:
                continue  # left out
            if is_right and self._drawn.random() < 0.08:
                answers.append((item.id, reply(item, is_right=False, drawn=self._drawn)))
            answers.append((item.id, reply(item, is_right=is_right, drawn=self._drawn)))
        hands_in = self._drawn.random() > 0.07 or self._learner.student == ADA
        event = Sitting(self._at, self._learner.student, exam, tuple(answers), hands_in)
        self._pass(60)
        return event

    def _knows(self, item: Item, *, bonus: float) -> bool:
        learner = self._learner
        skill = learner.ability + learner.growth * self._week + bonus
        return self._drawn.random() < 1 / (1 + math.exp(-1.3 * (skill - item.difficulty)))

    def _pass(self, minutes: int) -> None:
        """Let time go by, but never out of the week."""
        end = timedelta(weeks=self._week + 1, hours=-2)
        self._at = min(self._at + timedelta(minutes=minutes), end)
