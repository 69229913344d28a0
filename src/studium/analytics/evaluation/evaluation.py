"""One evaluation from end to end: the engine and the baselines over a log, and what came out."""

from __future__ import annotations

import random
from array import array
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from math import isnan, nan
from typing import Literal, TypeVar

from studium.analytics.evaluation import exams, metrics, speed
from studium.analytics.evaluation.baselines import Elo, ItemMean, Pfa
from studium.analytics.evaluation.engine_learner import EngineLearner
from studium.analytics.evaluation.exams import Exams, ForecastFigures
from studium.analytics.evaluation.learner import Learner
from studium.analytics.evaluation.log import Progress, ResponseLog
from studium.analytics.evaluation.metrics import Bin, Figures
from studium.analytics.evaluation.protocols import Meet, Run, TooFewFolds
from studium.analytics.evaluation.speed import Speed

Protocol = Literal["students", "stream"]
L = TypeVar("L", bound=Learner)
BASELINES: tuple[tuple[str, Callable[[], Learner]], ...] = (
    ("Elo per concept (online)", Elo),
    ("PFA (offline)", Pfa),
    ("item mean", ItemMean),
)
ENGINE = "this engine (online)"


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run. `test_fold`: only this fold is tested, the others are learnt from.
    `keep_learning`: see `protocols`. `timed`: answers to time, 0 for none."""

    protocol: Protocol = "students"
    test_fold: int | None = None
    keep_learning: bool = False
    baselines: bool = True
    timed: int = speed.ANSWERS


@dataclass(slots=True)
class Evaluation:
    """The figures of the engine and of each baseline, by fold too, and how well forecasts held.

    `p` are the engine's predictions by place in the log, NaN where none was made.
    `forecast` is None where the log has no post-test; `next_20` is the stand-in, measured always.
    """

    log: ResponseLog
    plan: Plan
    p: array[float]
    engine: Figures
    bins: list[Bin]
    by_fold: dict[int, Figures] = field(default_factory=dict)
    baselines: dict[str, Figures] = field(default_factory=dict)
    forecast: ForecastFigures | None = None
    next_20: ForecastFigures | None = None
    speed: Speed | None = None


def evaluate(log: ResponseLog, plan: Plan, *, progress: Progress | None = None) -> Evaluation:
    """Run a plan. Raises `TooFewFolds` when the people cannot be split as it asks."""
    folds = _folds(log, plan)
    tests, following = Exams(log, exams.post_tests(log)), Exams(log, exams.next_answers(log))

    def meet(model: EngineLearner, place: int) -> None:
        tests.meet(model, place)
        following.meet(model, place)

    p = _predictions(log, plan, folds, ENGINE, EngineLearner, meet, progress)
    done = Evaluation(log, plan, p, *_measured(log, p))
    if plan.protocol == "students" and len(folds) > 1:
        done.by_fold = {fold: of_folds(log, p, [fold]) for fold in folds}
    done.forecast, done.next_20 = exams.measured(tests), exams.measured(following)
    for name, make in BASELINES if plan.baselines else ():
        found = _predictions(log, plan, folds, name, make, None, progress)
        done.baselines[name] = _measured(log, found)[0]
    if plan.timed:
        done.speed = speed.measured(log, answers=plan.timed, progress=progress)
    return done


def permute(log: ResponseLog, seed: int) -> None:
    """Deal the shares out anew among all answers: nothing can be predicted any more."""
    random.Random(seed).shuffle(log.share)  # noqa: S311  # a check that anybody can repeat


def _folds(log: ResponseLog, plan: Plan) -> list[int]:
    if plan.protocol == "stream" or plan.test_fold is None:
        return log.folds
    if plan.test_fold not in log.folds:
        there = ", ".join(map(str, log.folds))
        raise TooFewFolds(f"There is no fold {plan.test_fold} in {log.name}; there is: {there}.")
    return [plan.test_fold]


def _predictions(
    log: ResponseLog,
    plan: Plan,
    folds: Collection[int],
    name: str,
    make: Callable[[], L],
    meet: Meet[L] | None,
    progress: Progress | None,
) -> array[float]:
    run = Run(log, make, name=name, meet=meet, progress=progress)
    if plan.protocol == "stream":
        run.stream()
    else:
        run.students(folds, keep_learning=plan.keep_learning)
    return run.p


def _measured(log: ResponseLog, p: array[float]) -> tuple[Figures, list[Bin]]:
    """The figures of the predictions that were made."""
    made = [place for place in range(len(p)) if not isnan(p[place])]
    predicted, right = [p[place] for place in made], [log.share[place] for place in made]
    return metrics.figures(predicted, right), metrics.bins(predicted, right)


def of_folds(log: ResponseLog, p: array[float], folds: Collection[int]) -> Figures:
    """The figures of the people of these folds alone."""
    kept = (
        one if log.fold_of[user] in folds else nan for one, user in zip(p, log.user, strict=True)
    )
    return _measured(log, array("d", kept))[0]
