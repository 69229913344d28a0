"""The share right of the question so far, whoever answers."""

from __future__ import annotations

from collections import defaultdict

from studium.analytics.evaluation.log import Answer

PRIOR = 2.0
"""So many answers at the mean of all questions are added to each."""


class ItemMean:
    """Learns nothing about people."""

    def __init__(self) -> None:
        self._sums: dict[int, float] = defaultdict(float)
        self._counts: dict[int, int] = defaultdict(int)
        self._sum, self._count = 1.0, 2

    def predict(self, answer: Answer) -> float:
        """The smoothed mean of the question; of all questions where it is new."""
        mean = self._sum / self._count
        count = self._counts.get(answer.item, 0)
        return (self._sums.get(answer.item, 0.0) + PRIOR * mean) / (count + PRIOR)

    def learn(self, answer: Answer) -> None:
        """Count the answer."""
        self._sums[answer.item] += answer.share
        self._counts[answer.item] += 1
        self._sum += answer.share
        self._count += 1

    def learn_own(self, answer: Answer) -> None:
        """Nothing here is a person's own."""

    def settle(self) -> None:
        """Nothing to fit."""

    def freeze(self) -> None:
        """Nothing here follows the last answers only."""

    def forget(self, user: int) -> None:
        """Nothing here is a person's own."""
