"""What taking answers in costs: one answer at a time, twenty, and all of them again.

    python -m benchmarks.learning update        # in the data folder of the environment
    python -m benchmarks.learning pages         # a class of 500 on 50 concepts
    python -m benchmarks.learning rebuild       # after `benchmarks.ground fill`

Each prints one line of JSON. CPU time of this process, storage included.
"""

from __future__ import annotations

import json
import random
import sys
import time
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Any

import django

LESSONS, QUESTIONS, PEOPLE, TURNS = 20, 20, 10, 40
CLASS, CONCEPTS = 500, 50


class World:
    """A course of twenty lessons whose ten students have practised each of them twice."""

    def __init__(self, now: datetime) -> None:
        from tests import factories

        from studium.lib import hooks

        hooks.responses_recorded._listeners.clear()  # taken in when the clock runs
        self.now = now
        self.dice = random.Random(1)
        bruno = factories.person("Bruno Berg", email="bruno@learning.example", role="INSTRUCTOR")
        self.course: Any = factories.course(
            owner=bruno, title="Learning", lessons=0, status="draft"
        )
        for number in range(LESSONS - 2):
            factories.lesson(course=self.course, topic=f"Lesson {number}")
        lessons = self.course.lessons.all()
        self.quizzes = [factories.quiz(lesson=one, questions=QUESTIONS) for one in lessons]
        self.people = [
            factories.person(f"Student {n}", email=f"{n}@learning.example") for n in range(PEOPLE)
        ]
        for one in self.people:
            factories.enrollment(user=one, course=self.course)
        for turn in range(2):
            for user in self.people:
                for quiz in self.quizzes:
                    self.answer(user, quiz, QUESTIONS, now - timedelta(days=9 - turn))

    def answer(self, user: Any, quiz: Any, count: int, at: datetime) -> None:
        """A finished run with so many answers, all of which wait to be taken in."""
        from django.db import transaction

        from studium.assessment import recording
        from studium.assessment.models import QuizAttempt

        asked = [one.pk for one in quiz.questions.order_by("position")]
        with transaction.atomic():
            run = QuizAttempt.objects.create(
                quiz=quiz, user=user, attempt_no=quiz.attempts.filter(user=user).count() + 1,
                paper=[str(one) for one in asked], started_at=at,
            )  # fmt: skip
            scored = [
                recording.Scored(one, quiz.lesson_id, Decimal(self.dice.random() < 0.6), at)
                for one in asked[:count]
            ]
            recording.record_responses(
                scored, user_id=user.pk, course_id=self.course.pk, release_at=at, now=at,
                quiz_attempt_id=run.pk,
            )  # fmt: skip
            run.points, run.max_points, run.score = Decimal(1), Decimal(2), 50
            run.status, run.finished_at = "finished", at + timedelta(minutes=1)
            run.save()


def update(now: datetime) -> dict[str, float]:
    """Milliseconds per answer: of a hand-in of twenty, of a single one, and of many together."""
    from studium.analytics.catching_up import catch_up

    world = World(now)
    began = time.process_time()
    taken = catch_up(now=now)
    found = {"many": 1000 * (time.process_time() - began) / taken}
    for name, count in (("twenty", 20), ("single", 1)):
        costs = []
        for _ in range(TURNS):
            user, quiz = world.dice.choice(world.people), world.dice.choice(world.quizzes)
            world.answer(user, quiz, count, now - timedelta(days=1))
            began = time.process_time()
            assert catch_up(now=now) == count
            costs.append(1000 * (time.process_time() - began) / count)
        found[name] = median(costs)
    return found


def pages(now: datetime) -> dict[str, float]:
    """Milliseconds for the standing of a class of 500 on 50 concepts, and of one of them."""
    from django.db import transaction
    from tests import factories

    from studium.analytics import stored
    from studium.analytics.engine import ENGINE_VERSION, Concept, Level, Mastery, Shared
    from studium.analytics.models import AnalyticsEpoch
    from studium.analytics.queries.standing import standings
    from studium.content.models import Concept as CourseConcept
    from studium.content.models import LessonConcept
    from studium.identity.models import User
    from studium.lib.db import uuid_param

    bruno = factories.person("Bruno Berg", email="bruno@class.example", role="INSTRUCTOR")
    course: Any = factories.course(owner=bruno, title="A class")
    lesson = course.lessons.earliest("order_index")
    concepts = [CourseConcept(course=course, name=f"Concept {n}") for n in range(CONCEPTS)]
    users = [
        User(name=f"Student {n}", email=f"{n}@class.example", email_canonical=f"{n}@class.example")
        for n in range(CLASS)
    ]
    at = now.timestamp() - 86400.0
    with transaction.atomic():
        CourseConcept.objects.bulk_create(concepts)
        LessonConcept.objects.bulk_create(
            [LessonConcept(lesson=lesson, concept=one) for one in concepts]
        )
        User.objects.bulk_create(users)
        epoch, _ = AnalyticsEpoch.objects.get_or_create(
            state="current",
            defaults={"id": 1, "horizon": 0, "since": 0, "progress": 0, "reason": "A class.",
                      "engine_version": ENGINE_VERSION, "is_rendered": True},
        )  # fmt: skip
        stored.write_shared(epoch.pk, Shared())
        rows = [(uuid_param(one.pk), Concept(n=9, items=1)) for one in concepts]
        stored.write(stored.CONCEPTS, epoch.pk, rows)
        key = uuid_param(course.pk)
        levels = [((uuid_param(one.pk), key), Level(0.2, 0.4, 9, at)) for one in users]
        stored.write(stored.LEVELS, epoch.pk, levels)
        known = [
            ((uuid_param(user.pk), uuid_param(one.pk)), Mastery(0.1, 0.2, 5.0, 2.0, 1.0, at, 7))
            for user in users
            for one in concepts
        ]
        stored.write(stored.MASTERY, epoch.pk, known, lambda _: key)
    ids = [one.pk for one in users]
    return {
        "class": 1000 * _cpu(lambda: standings(course.pk, ids, now=now)),
        "words": 1000
        * _cpu(
            lambda: [one.words for of in standings(course.pk, ids, now=now).values() for one in of]
        ),
        "student": 1000 * _cpu(lambda: standings(course.pk, ids[:1], now=now)),
    }


def _cpu(call: Any) -> float:
    costs = []
    for _ in range(7):
        began = time.process_time()
        call()
        costs.append(time.process_time() - began)
    return median(costs)


def rebuild(now: datetime) -> dict[str, float]:
    """Responses a second: learnt in memory alone, and built as an epoch beside the current one."""
    from studium.analytics import building, epochs
    from studium.analytics.answered import folded, last_seq
    from studium.analytics.chains import Chains
    from studium.analytics.replaying import Replay

    epoch = epochs.current()
    assert epoch is not None
    replay = Replay(epoch, epochs.Forgotten(epoch.id))
    some = min(last_seq(), 100_000)
    learning = 0.0
    for batch in folded(after=0, until=some, chunk=5000):
        chains = Chains(batch, horizon=epoch.horizon)
        began = time.process_time()
        list(replay.learn(batch, chains))
        learning += time.process_time() - began
    began = time.process_time()
    made = building.build("For the measurement.", now=now)
    return {
        "memory": some / learning,
        "stored": made.responses / made.seconds,
        "cpu_stored": made.responses / (time.process_time() - began),
        "responses": made.responses,
    }


def main() -> None:
    django.setup()
    from django.core.management import call_command

    from studium.lib import clock

    call_command("migrate", verbosity=0)
    part = {"update": update, "pages": pages, "rebuild": rebuild}[sys.argv[1]]
    print(json.dumps(part(clock.now())))


if __name__ == "__main__":
    main()
