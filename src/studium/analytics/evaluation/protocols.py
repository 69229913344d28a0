"""The two ways to run a model over a log. A share is shown to it after its prediction is stored.

`students`: for each fold, the shared numbers are learnt from the people of the other folds in
order of arrival, then every answer of the fold's people is predicted from that person's own past.
The shared numbers stay as they are meanwhile, one person is gone through after the other, and
their rows are dropped in between: nobody under test can leak to another. With `keep_learning`
the shared numbers go on learning from the fold under test, in order of arrival, as they do on a
site; then earlier answers of the others do bear on a prediction.

`stream`: an empty system that takes everything in order of arrival.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterator
from math import nan
from typing import Generic, TypeVar

from studium.analytics.evaluation.learner import Learner
from studium.analytics.evaluation.log import Progress, ResponseLog

L = TypeVar("L", bound=Learner)
Meet = Callable[[L, int], None]
"""Called before each prediction with the model and the place in the log."""

STEP = 5_000
FIRST_FIT = 1_000
"""In a stream, models that are fitted to many answers are fitted after so many, and again
whenever there are twice as many."""


class TooFewFolds(Exception):
    """The people of the log cannot be split as asked."""


class Run(Generic[L]):
    """A model going through a log; `p` holds its predictions by place, NaN where none was made."""

    def __init__(
        self,
        log: ResponseLog,
        make: Callable[[], L],
        *,
        name: str = "",
        meet: Meet[L] | None = None,
        progress: Progress | None = None,
    ) -> None:
        self.log, self.make, self.name = log, make, name
        self.p = array("d", [nan]) * len(log)
        self._meet, self._progress = meet, progress
        self._done = self._total = 0

    def students(self, folds: Collection[int], *, keep_learning: bool = False) -> None:
        """Predict the people of these folds, each fold from the others."""
        self._total = len(self.log) * len(folds)
        for fold in folds:
            test = {user for user, one in self.log.fold_of.items() if one == fold}
            model = self._trained(test)
            if keep_learning:
                for place in self._places(test):
                    self._predict(model, place)
                    model.learn(self.log.answer(place))
            else:
                model.freeze()
                self._one_by_one(model, test)

    def stream(self) -> None:
        """Predict and learn every answer in order of arrival."""
        self._total, model, fit_at = len(self.log), self.make(), FIRST_FIT
        for place in range(len(self.log)):
            if place == fit_at:
                model.settle()
                fit_at *= 2
            self._predict(model, place)
            model.learn(self.log.answer(place))

    def _trained(self, test: Collection[int]) -> L:
        if not test or len(test) == len(self.log.fold_of):
            raise TooFewFolds(
                "Everybody is in one fold, so there is nobody to learn from. Give the column "
                "`fold` at least two values, or use --protocol stream."
            )
        model = self.make()
        for answer in self.log:
            if answer.user not in test:
                model.learn(answer)
                self._tell()
        model.settle()
        for user in self.log.fold_of:
            model.forget(user)
        return model

    def _one_by_one(self, model: L, test: Collection[int]) -> None:
        for user, places in self.log.places_by_user().items():
            if user not in test:
                continue
            for place in places:
                self._predict(model, place)
                model.learn_own(self.log.answer(place))
            model.forget(user)

    def _places(self, test: Collection[int]) -> Iterator[int]:
        return (place for place, user in enumerate(self.log.user) if user in test)

    def _predict(self, model: L, place: int) -> None:
        """Store the prediction; the share is hidden from whoever makes it."""
        if self._meet is not None:
            self._meet(model, place)
        self.p[place] = model.predict(self.log.answer(place)._replace(share=nan))
        self._tell()

    def _tell(self) -> None:
        self._done += 1
        if self._progress and (self._done % STEP == 0 or self._done == self._total):
            self._progress(self.name, self._done, self._total)
