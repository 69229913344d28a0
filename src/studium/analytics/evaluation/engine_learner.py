"""The engine with its rows in memory, one per question, concept, person and pair of these."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field

from studium.analytics.engine import (
    Concept,
    Forecast,
    Item,
    Level,
    Mastery,
    Practised,
    Shared,
    Situation,
    forecast,
    predict,
    update,
)
from studium.analytics.evaluation.log import Answer, concepts_of


@dataclass(slots=True)
class Own:
    """The rows of one person."""

    level: Level = field(default_factory=Level)
    masteries: dict[int, Mastery] = field(default_factory=dict)
    practised: dict[int, Practised] = field(default_factory=dict)


class EngineLearner:
    """Numbers as the engine starts them; an answer without concepts has its question as one."""

    def __init__(self) -> None:
        self.shared = Shared()
        self.items: dict[int, Item] = defaultdict(Item)
        self.concepts: dict[int, Concept] = defaultdict(Concept)
        self.people: dict[int, Own] = defaultdict(Own)
        self._a = self._b = self._weight = 0.0

    def predict(self, answer: Answer) -> float:
        """The shown probability."""
        return predict(self.situation(answer)).p

    def learn(self, answer: Answer) -> None:
        """One step of the engine, and the mean of its calibration; see `freeze`."""
        self.step(answer)
        shared = self.shared
        self._a += shared.n * shared.a
        self._b += shared.n * shared.b
        self._weight += shared.n

    def step(self, answer: Answer) -> float:
        """Learn from an answer; gives the prediction that the engine made before."""
        return update(self.situation(answer), answer.share).p

    def learn_own(self, answer: Answer) -> None:
        """The same step, on copies of what is shared: those are thrown away."""
        s = self.situation(answer)
        shared = s.shared
        s.shared = Shared(list(shared.means), list(shared.variances), shared.a, shared.b, shared.n)
        s.item, s.concepts = copy(s.item), [copy(concept) for concept in s.concepts]
        update(s, answer.share)

    def settle(self) -> None:
        """Nothing to fit: every answer was learnt when it came."""

    def freeze(self) -> None:
        """Take the mean of the calibration over what was learnt, later answers weighing more.

        While it learns, the calibration follows the last few hundred answers, say a post-test that
        many take at once. Frozen at such a moment it would be off for everything else (averaging
        of stochastic approximation: Polyak, Juditsky 1992, SIAM J. Control Optim. 30).
        """
        if self._weight:
            self.shared.a, self.shared.b = self._a / self._weight, self._b / self._weight

    def forget(self, user: int) -> None:
        """Drop the person's rows."""
        self.people.pop(user, None)

    def situation(self, answer: Answer) -> Situation:
        """The rows that bear on an answer; those that are new are made."""
        own = self.people[answer.user]
        concepts = concepts_of(answer)
        practised = own.practised.get(answer.item)
        if practised is None:
            practised = own.practised[answer.item] = Practised()
        masteries = [own.masteries.get(one) or _new(own.masteries, one) for one in concepts]
        return Situation(
            self.shared, self.items[answer.item], own.level, practised,
            [self.concepts[one] for one in concepts], masteries, answer.at,
        )  # fmt: skip

    def forecast(self, exam: Sequence[Answer], at: float, pass_share: float) -> Forecast:
        """The score in an exam of these questions at the moment `at`, one mark each."""
        situations = [self.situation(answer._replace(at=at)) for answer in exam]
        return forecast(situations, [1.0] * len(exam), pass_share)


def _new(masteries: dict[int, Mastery], concept: int) -> Mastery:
    made = masteries[concept] = Mastery()
    return made
