"""What an answer costs: its rows looked up, predicted and learnt from, in one step.

Time must not grow with what is known already, so 100,000 answers are taken; a shorter log is gone
through again and again, each time by new people.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter_ns

from studium.analytics.evaluation.engine_learner import EngineLearner
from studium.analytics.evaluation.log import Answer, Progress, ResponseLog

ANSWERS = 100_000


@dataclass(frozen=True, slots=True)
class Speed:
    """Microseconds for an answer (median, 99th percentile), and the median of the last tenth over
    that of the first."""

    n: int
    us_p50: float
    us_p99: float
    us_growth: float


def measured(
    log: ResponseLog, *, answers: int = ANSWERS, progress: Progress | None = None
) -> Speed:
    """Time the engine on `answers` answers of the log, at least 10.

    The last tenth is taken in turn with the first tenth of a second, empty system, so that
    whatever else the machine does slows both alike.
    """
    old, new = EngineLearner(), EngineLearner()
    tenth, took, first = answers // 10, array("q"), array("q")
    beginning = _again_and_again(log, tenth)
    for done, answer in enumerate(_again_and_again(log, answers), start=1):
        took.append(_timed(old, answer))
        if done > answers - tenth:
            first.append(_timed(new, next(beginning)))
        if progress and done % 5_000 == 0:
            progress("timing", done, answers)
    return _speed(took, first)


def _timed(model: EngineLearner, answer: Answer) -> int:
    """Nanoseconds for one step, as the fold of a site makes it."""
    began = perf_counter_ns()
    model.step(answer)
    return perf_counter_ns() - began


def _again_and_again(log: ResponseLog, answers: int) -> Iterator[Answer]:
    people, lap, given = len(log.users), 0, 0
    while given < answers:
        for answer in log:
            if given == answers:
                return
            yield answer._replace(user=answer.user + lap * people)
            given += 1
        lap += 1


def _speed(took: array[int], first: array[int]) -> Speed:
    import numpy as np

    all_of_them, last = np.array(took) / 1000.0, took[-len(first) :]
    return Speed(
        n=len(all_of_them),
        us_p50=float(np.median(all_of_them)),
        us_p99=float(np.percentile(all_of_them, 99)),
        us_growth=float(np.median(np.array(last)) / np.median(np.array(first))),
    )
