"""A class with engine rows of its own making, written past the fold: any size, at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

from studium.analytics.engine import ENGINE_VERSION, Concept, Level, Mastery, Shared
from studium.analytics.models import (
    AnalyticsEpoch,
    ConceptOpportunity,
    ConceptState,
    EngineState,
    LevelDay,
    LevelState,
    MasteryState,
)
from studium.content.models import Concept as CourseConcept
from studium.content.models import Course, Enrollment
from studium.identity.models import User
from studium.lib.ids import uuid7
from tests import factories

NOW = datetime(2026, 10, 20, 12, tzinfo=UTC)
TODAY = NOW.date()


@dataclass(slots=True)
class Room:
    """A course, its concepts in order, and its students by name."""

    course: Course
    concepts: list[CourseConcept]
    students: list[User]


def room(owner: User, *, students: int, concepts: int, title: str = "Loops") -> Room:
    """A course whose lessons are its concepts, with students who have answered nothing yet."""
    course = factories.course(owner=owner, title=title, lessons=concepts)
    made = [
        CourseConcept.objects.create(course=course, name=f"Concept {place:02d}", lesson=lesson)
        for place, lesson in enumerate(course.lessons.order_by("order_index"), 1)
    ]
    people = User.objects.bulk_create(
        User(
            name=f"{title} {number:03d}",
            email=f"{title.lower()}{number}@example.org",
            email_canonical=f"{title.lower()}{number}@example.org",
            password="!",
        )
        for number in range(1, students + 1)
    )
    Enrollment.objects.bulk_create(
        Enrollment(id=uuid7(), user=one, course=course, role="student") for one in people
    )
    epoch()
    return Room(course, made, people)


def epoch() -> None:
    """The epoch that is read, with what holds for everybody."""
    AnalyticsEpoch.objects.get_or_create(
        id=1,
        defaults={
            "state": "current", "horizon": 0, "since": 0, "progress": 0, "reason": "A test.",
            "engine_version": ENGINE_VERSION, "is_rendered": True,
        },
    )  # fmt: skip
    new = Shared()
    EngineState.objects.get_or_create(
        epoch=1,
        defaults={"means": new.means, "variances": new.variances, "a": 0.0, "b": 1.0, "n": 100},
    )


def level(
    user: User, course: Course, p: float, *, n: int = 30, last: date = TODAY, mean: float = 0.0
) -> None:
    """A level, and its newest day."""
    prior = Level()
    LevelState.objects.create(
        epoch=1, user=user, course=course, mean=mean, variance=prior.variance / 4, n=n,
        last_at=_seconds(last),
    )  # fmt: skip
    level_day(user, course, last, p, n)


def level_day(user: User, course: Course, day: date, p: float, n: int) -> None:
    """The level at the end of a day."""
    LevelDay.objects.create(
        epoch=1, user=user, course=course, day=day, p=p, low=max(p - 0.1, 0.0),
        high=min(p + 0.1, 1.0), n=n,
    )  # fmt: skip


def mastery(
    user: User,
    concept: CourseConcept,
    *,
    mean: float,
    n: int = 8,
    last: date = TODAY,
    wins: float | None = None,
) -> None:
    """A mastery: `mean` is a logit beside the level; small uncertainty."""
    right = n / 2 if wins is None else wins
    MasteryState.objects.create(
        epoch=1, user=user, concept=concept, course_id=concept.course_id, mean=mean,
        variance=0.02, wins=right, fails=n - right, last_outcome=0.0, last_at=_seconds(last), n=n,
    )  # fmt: skip


def opportunity(concept: CourseConcept, place: int, n: int, error: float) -> None:
    """How a class did at its `place`-th answer on a concept."""
    ConceptOpportunity.objects.create(
        epoch=1, concept=concept, opportunity=place, n=n, wrong_sum=n * error
    )


def fill(made: Room, *, seed: int = 1, days: int = 30) -> None:
    """Rows for everybody, on everything, in a few statements: the worst a page can meet."""
    random = Random(seed)
    new, at = Concept(), NOW.timestamp()
    ConceptState.objects.bulk_create(
        ConceptState(
            epoch=1, concept=one, mean=random.gauss(0, 0.5), variance=0.1, n=900, items=5,
            wins_slope=new.wins_slope, wins_variance=new.wins_variance,
            fails_slope=new.fails_slope, fails_variance=new.fails_variance, ease_sum=0.5,
        )
        for one in made.concepts
    )  # fmt: skip
    levels = {one.pk: random.gauss(0, 0.8) for one in made.students}
    LevelState.objects.bulk_create(
        LevelState(
            epoch=1, user=one, course=made.course, mean=levels[one.pk], variance=0.1, n=200,
            last_at=at - random.randrange(20) * 86400,
        )
        for one in made.students
    )  # fmt: skip
    LevelDay.objects.bulk_create(_days(made, levels, random, days), batch_size=2000)
    MasteryState.objects.bulk_create(_masteries(made, random, at), batch_size=2000)
    ConceptOpportunity.objects.bulk_create(
        ConceptOpportunity(
            epoch=1, concept=one, opportunity=place, n=len(made.students) - place,
            wrong_sum=(len(made.students) - place) * 0.6 / place**0.3,
        )
        for one in made.concepts
        for place in range(1, min(20, len(made.students) - 1))
    )  # fmt: skip


def _days(made: Room, levels: dict[UUID, float], random: Random, days: int) -> list[LevelDay]:
    return [
        LevelDay(
            epoch=1, user=one, course=made.course, day=TODAY - timedelta(days=2 * back),
            p=p, low=p - 0.05, high=p + 0.05, n=200 - 5 * back,
        )
        for one in made.students
        for back in range(days)
        for p in [min(0.9, max(0.1, 0.6 + levels[one.pk] / 5 + random.gauss(0, 0.02)))]
    ]  # fmt: skip


def _masteries(made: Room, random: Random, at: float) -> list[MasteryState]:
    new = Mastery()
    return [
        MasteryState(
            epoch=1, user=one, concept=concept, course=made.course, mean=random.gauss(0, 0.5),
            variance=new.variance / 2, wins=n / 2, fails=n / 2, last_outcome=1.0,
            last_at=at - random.randrange(40) * 86400, n=n,
        )
        for one in made.students
        for concept in made.concepts
        for n in [random.randrange(1, 9)]
    ]  # fmt: skip


def _seconds(day: date) -> float:
    return datetime(day.year, day.month, day.day, 10, tzinfo=UTC).timestamp()
