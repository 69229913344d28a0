"""What is measured: anything that predicts an answer and then learns from it."""

from __future__ import annotations

from typing import Protocol

from studium.analytics.evaluation.log import Answer


class Learner(Protocol):
    """Numbers of two kinds: shared by all (questions, concepts, weights), and a person's own.

    `predict` is given the whole answer and must not look at its share; the tests see to it.
    """

    def predict(self, answer: Answer) -> float:
        """The chance that the answer is right, before it is known."""
        ...

    def learn(self, answer: Answer) -> None:
        """Take in an answer: the shared numbers and the person's own."""
        ...

    def learn_own(self, answer: Answer) -> None:
        """Take in an answer into the person's own numbers; the shared ones stay."""
        ...

    def settle(self) -> None:
        """Fit what is fitted to many answers at once; called now and then in between."""
        ...

    def freeze(self) -> None:
        """Make the shared numbers fit to be used as they are: none is learnt any more."""
        ...

    def forget(self, user: int) -> None:
        """Drop the person's own numbers."""
        ...
