"""Elo ratings: of each question, of each person, and of each person on each concept.

Pelánek 2016, “Applications of the Elo rating system in adaptive educational systems”, Computers &
Education 98, with his steps K(n) = a / (1 + b n), n answers of this rating so far.
"""

from __future__ import annotations

from collections import defaultdict
from math import exp

from studium.analytics.evaluation.log import Answer

A, B = 0.5, 0.05


class Elo:
    """P = 1 / (1 + exp(difficulty - ability - ability on the concepts))."""

    def __init__(self) -> None:
        self._items: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0])
        self._people: dict[int, dict[int, list[float]]] = defaultdict(dict)

    def predict(self, answer: Answer) -> float:
        """From the three ratings; new ones are 0."""
        abilities = self._abilities(answer)
        return _chance(self._items[answer.item][0], abilities)

    def learn(self, answer: Answer) -> None:
        """Move the question's rating and the person's."""
        error = self._learn(answer)
        _move(self._items[answer.item], -error)

    def learn_own(self, answer: Answer) -> None:
        """Move the person's ratings."""
        self._learn(answer)

    def settle(self) -> None:
        """Nothing to fit."""

    def freeze(self) -> None:
        """Nothing here follows the last answers only."""

    def forget(self, user: int) -> None:
        """Drop the person's ratings."""
        self._people.pop(user, None)

    def _learn(self, answer: Answer) -> float:
        abilities = self._abilities(answer)
        error = answer.share - _chance(self._items[answer.item][0], abilities)
        for rating in abilities:
            _move(rating, error)
        return error

    def _abilities(self, answer: Answer) -> list[list[float]]:
        """The general one (-1) and those on the concepts: [rating, answers]."""
        own = self._people[answer.user]
        return [own.setdefault(one, [0.0, 0.0]) for one in (-1, *answer.concepts)]


def _chance(difficulty: float, abilities: list[list[float]]) -> float:
    general, *concepts = abilities
    z = general[0] - difficulty
    if concepts:
        z += sum(one[0] for one in concepts) / len(concepts)
    return 1 / (1 + exp(-z))


def _move(rating: list[float], error: float) -> None:
    rating[0] += A / (1 + B * rating[1]) * error
    rating[1] += 1
