"""Made-up students whose true growth is known, to check what the engine says of them.

Nothing here takes a number from the engine: people, concepts and questions differ as given in
`Plan`, everybody gains `growth` logits for each unit of ln(1 + answers on the concept) and
forgets `forgetting` for each unit of ln(1 + hours since). Then the engine is run over the answers,
and its 80 % ranges are held against the truth. Same plan, same answers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from math import log1p
from random import Random
from typing import NamedTuple

from studium.analytics.engine.model import sigmoid, update
from studium.analytics.engine.standing import mastery_now
from studium.analytics.engine.state import (
    Concept,
    Item,
    Level,
    Mastery,
    Practised,
    Shared,
    Situation,
)

DAY = 86400.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How many, how different (standard deviations in logits), and how they learn."""

    students: int = 200
    concepts: int = 10
    questions: int = 12
    """Questions of each concept."""
    answers: int = 60
    """Answers of each student."""
    level_sd: float = 0.75
    concept_level_sd: float = 0.5
    concept_sd: float = 0.6
    question_sd: float = 0.8
    growth: float = 0.5
    growth_sd: float = 0.2
    forgetting: float = 0.1
    seed: int = 1


class SimulatedAnswer(NamedTuple):
    """One answer in order of arrival, with what is true of the person right after it.

    `truth` is P(right) at a question of average ease of this concept; `start` the same before
    the first answer. `at` is in seconds.
    """

    user: int
    item: int
    concept: int
    at: float
    share: float
    truth: float
    start: float


class Coverage(NamedTuple):
    """`held`: the share of `n` ranges that contained the truth. `bias` and `width`: the mean of
    estimate minus truth, and of high minus low. `growth` is the mean true gain since the start,
    `growth_seen` the mean gain of the estimates."""

    n: int
    held: float
    bias: float
    width: float
    growth: float
    growth_seen: float


class _Student:
    """The truth about one student."""

    def __init__(self, plan: Plan, drawn: Random) -> None:
        level = drawn.gauss(0.0, plan.level_sd)
        self.levels = [
            level + drawn.gauss(0.0, plan.concept_level_sd) for _ in range(plan.concepts)
        ]
        self.growth = max(0.0, drawn.gauss(plan.growth, plan.growth_sd))
        self.forgetting = plan.forgetting
        self.counts = [0] * plan.concepts
        self.last: list[float | None] = [None] * plan.concepts

    def logit(self, concept: int, at: float) -> float:
        gained = self.growth * log1p(self.counts[concept])
        last = self.last[concept]
        waited = 0.0 if last is None else (at - last) / 3600.0
        return self.levels[concept] + gained - self.forgetting * log1p(waited)


def simulated_answers(plan: Plan) -> Iterator[SimulatedAnswer]:
    """The answers of all students over some weeks, a sitting of ten on a day, in order of time."""
    drawn = Random(plan.seed)  # noqa: S311 - a simulation, which must repeat
    eases = [drawn.gauss(0.0, plan.concept_sd) for _ in range(plan.concepts)]
    offsets = [_spread(drawn, plan) for _ in range(plan.concepts)]
    students = [_Student(plan, drawn) for _ in range(plan.students)]
    firsts = [[student.logit(k, 0.0) for k in range(plan.concepts)] for student in students]
    for at, user in sorted(_moments(plan, drawn)):
        student, concept = students[user], drawn.randrange(plan.concepts)
        question = drawn.randrange(plan.questions)
        p = sigmoid(student.logit(concept, at) + eases[concept] + offsets[concept][question])
        student.last[concept] = at
        student.counts[concept] += 1
        yield SimulatedAnswer(
            user=user,
            item=concept * plan.questions + question,
            concept=concept,
            at=at,
            share=float(drawn.random() < p),
            truth=sigmoid(student.logit(concept, at) + eases[concept]),
            start=sigmoid(firsts[user][concept] + eases[concept]),
        )


def _spread(drawn: Random, plan: Plan) -> list[float]:
    """How much easier each question is than the average of its concept."""
    offsets = [drawn.gauss(0.0, plan.question_sd) for _ in range(plan.questions)]
    middle = sum(offsets) / len(offsets)
    return [one - middle for one in offsets]


def _moments(plan: Plan, drawn: Random) -> Iterator[tuple[float, int]]:
    for user in range(plan.students):
        at = drawn.random() * 7.0 * DAY
        for n in range(plan.answers):
            at += drawn.uniform(20.0, 120.0)
            if n % 10 == 9:
                at += drawn.choice((1.0, 2.0, 3.0, 7.0)) * DAY
            yield at, user


def coverage(plan: Plan, *, after: int = 3) -> Coverage:
    """Run the engine over simulated answers; compare each range given from the `after`-th answer
    of a person on a concept on, right after the answer, with the truth."""
    shared = Shared()
    items: defaultdict[int, Item] = defaultdict(Item)
    concepts: defaultdict[int, Concept] = defaultdict(Concept)
    levels: defaultdict[int, Level] = defaultdict(Level)
    masteries: defaultdict[tuple[int, int], Mastery] = defaultdict(Mastery)
    practised: defaultdict[tuple[int, int], Practised] = defaultdict(Practised)
    first: dict[tuple[int, int], float] = {}
    n, held, sums = 0, 0, [0.0] * 4
    for one in simulated_answers(plan):
        level, concept = levels[one.user], concepts[one.concept]
        key = (one.user, one.concept)
        mastery = masteries[key]
        if key not in first:
            first[key] = mastery_now(shared, level, concept, mastery, one.at).p
        s = Situation(
            shared, items[one.item], level, practised[one.user, one.item], [concept], [mastery],
            one.at,
        )  # fmt: skip
        update(s, one.share)
        if mastery.n < after:
            continue
        now = mastery_now(shared, level, concept, mastery, one.at)
        n += 1
        held += now.low <= one.truth <= now.high
        for i, value in enumerate(
            (now.p - one.truth, now.high - now.low, one.truth - one.start, now.p - first[key])
        ):
            sums[i] += value
    if not n:
        raise ValueError("no student of this plan answers often enough on one concept")
    return Coverage(n, held / n, *(total / n for total in sums))
