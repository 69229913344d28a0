"""Performance factors analysis: a logistic regression on wins and fails of each concept.

Pavlik, Cen, Koedinger 2009, “Performance Factors Analysis - A New Alternative to Knowledge
Tracing”: logit P = sum over concepts of beta + gamma · ln(1 + wins) + rho · ln(1 + fails). The
logarithms are of Pavlik, Eglington 2021 (LKT); they do better here than the counts themselves.
Fitted offline to all answers learnt so far (L-BFGS); until the first fit it gives one half.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from math import exp, log1p
from typing import TYPE_CHECKING

from studium.analytics.evaluation.fitting import minimum
from studium.analytics.evaluation.log import Answer, concepts_of

if TYPE_CHECKING:
    from studium.analytics.evaluation.metrics import Floats

RIDGE = 0.1
"""Half of it times the squares of the weights is added to the loss: rare concepts stay finite."""


class Pfa:
    """Counts go on by themselves; the weights change when `settle` fits them."""

    def __init__(self) -> None:
        self._counts: dict[int, dict[int, list[float]]] = defaultdict(dict)
        self._weights: dict[int, tuple[float, float, float]] = {}
        self._numbers: dict[int, int] = {}
        self._rows, self._concepts = array("i"), array("i")
        self._wins, self._fails, self._shares = array("d"), array("d"), array("d")
        self._mean, self._intercept = 0.5, 0.0

    def predict(self, answer: Answer) -> float:
        """From the counts as they are and the weights of the last fit."""
        if not self._weights:
            return self._mean
        z, own = self._intercept, self._counts[answer.user]
        for concept in concepts_of(answer):
            beta, gamma, rho = self._weights.get(concept, (0.0, 0.0, 0.0))
            wins, fails = own.get(concept, (0.0, 0.0))
            z += beta + gamma * log1p(wins) + rho * log1p(fails)
        return 1 / (1 + exp(-max(-30.0, min(30.0, z))))

    def learn(self, answer: Answer) -> None:
        """Keep the answer for the next fit, then count it."""
        row, own = len(self._shares), self._counts[answer.user]
        for concept in concepts_of(answer):
            wins, fails = own.get(concept, (0.0, 0.0))
            self._rows.append(row)
            self._concepts.append(self._numbers.setdefault(concept, len(self._numbers)))
            self._wins.append(log1p(wins))
            self._fails.append(log1p(fails))
        self._shares.append(answer.share)
        self.learn_own(answer)

    def learn_own(self, answer: Answer) -> None:
        """Count the answer."""
        own = self._counts[answer.user]
        for concept in concepts_of(answer):
            count = own.setdefault(concept, [0.0, 0.0])
            count[0] += answer.share
            count[1] += 1 - answer.share

    def settle(self) -> None:
        """Fit the weights to everything learnt."""
        import numpy as np

        if not self._shares:
            return
        shares = np.array(self._shares)
        self._mean = float(shares.mean())
        found = _fit(
            np.array(self._rows), np.array(self._concepts), len(self._numbers),
            np.array(self._wins), np.array(self._fails), shares,
        )  # fmt: skip
        self._intercept = float(found[0])
        table = found[1:].reshape(3, -1)
        self._weights = {
            concept: (float(table[0, k]), float(table[1, k]), float(table[2, k]))
            for concept, k in self._numbers.items()
        }

    def freeze(self) -> None:
        """Nothing here follows the last answers only."""

    def forget(self, user: int) -> None:
        """Drop the person's counts."""
        self._counts.pop(user, None)


def _fit(
    rows: Floats, concepts: Floats, kinds: int, wins: Floats, fails: Floats, shares: Floats
) -> Floats:
    """Intercept, then beta, gamma and rho of each concept."""
    import numpy as np

    n = len(shares)

    def loss(weights: Floats) -> tuple[float, Floats]:
        beta, gamma, rho = weights[1:].reshape(3, -1)
        parts = beta[concepts] + gamma[concepts] * wins + rho[concepts] * fails
        z = np.clip(weights[0] + np.bincount(rows, weights=parts, minlength=n), -30, 30)
        p = 1 / (1 + np.exp(-z))
        error = p - shares
        of_entry = error[rows]
        gradient = np.concatenate(
            [[error.sum()]]
            + [
                np.bincount(concepts, weights=of_entry * one, minlength=kinds)
                for one in (np.ones(len(rows)), wins, fails)
            ]
        )
        total = float((np.logaddexp(0, z) - shares * z).sum())
        ridge = RIDGE * weights
        ridge[0] = 0.0
        return (total + float(ridge @ weights) / 2) / n, (gradient + ridge) / n

    return minimum(loss, np.zeros(1 + 3 * kinds))
