"""The standing of many is, person by person, that of each alone."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import pytest

from studium.analytics import actions
from studium.analytics.models import MasteryState
from studium.analytics.queries.standing import ConceptStanding, standings
from studium.content.models import Course
from tests import factories
from tests.analytics.answers import practise


@pytest.mark.django_db
def test_many_stand_as_each_alone(course: Course, now: datetime) -> None:
    dice = random.Random(7)
    quizzes = [factories.quiz(lesson=one, questions=4) for one in course.lessons.all()]
    people = [factories.person(f"P {n}", email=f"p{n}@example.org") for n in range(5)]
    for one in people:
        factories.enrollment(user=one, course=course)
    for turn in range(14):
        who = dice.choice(people[:4])  # one never answers
        shares = [dice.choice([0, 0.3333, 0.5, 1]) for _ in range(4)]
        practise(who, dice.choice(quizzes), shares, at=now + timedelta(hours=turn))
    later = now + timedelta(days=3)
    actions.catch_up(now=later)
    ids = [one.pk for one in people]
    dice.shuffle(ids)
    together = standings(course.pk, ids, now=later)
    assert list(together) == ids
    for id_ in ids:
        alone = standings(course.pk, [id_], now=later)[id_]
        assert [_of(one) for one in together[id_]] == [_of(one) for one in alone]
        rows = {one.concept_id: one for one in MasteryState.objects.filter(user_id=id_)}
        for one in alone:
            row = rows.get(one.concept_id)
            assert (one.n, one.wins) == ((row.n, row.wins) if row else (0, 0.0))
    assert standings(course.pk, [], now=later) == {}


def _of(one: ConceptStanding) -> tuple[Any, ...]:
    return (one.concept_id, one.p, one.low, one.high, one.n, one.wins, one.last_at, one.words,
            one.due_at)  # fmt: skip
