"""What an answer costs: looking its rows up, predicting it and learning from it, one by one.

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
    """Time the engine on `answers` answers of the log, at least 10."""
    model, took = EngineLearner(), array("q")
    for answer in _again_and_again(log, answers):
        began = perf_counter_ns()
        model.predict(answer)
        model.learn(answer)
        took.append(perf_counter_ns() - began)
        if progress and len(took) % 5_000 == 0:
            progress("timing", len(took), answers)
    return _speed(took)


def _again_and_again(log: ResponseLog, answers: int) -> Iterator[Answer]:
    people, lap, given = len(log.users), 0, 0
    while given < answers:
        for answer in log:
            if given == answers:
                return
            yield answer._replace(user=answer.user + lap * people)
            given += 1
        lap += 1


def _speed(took: array[int]) -> Speed:
    import numpy as np

    all_of_them = np.array(took) / 1000.0
    tenth = len(all_of_them) // 10
    first, last = np.median(all_of_them[:tenth]), np.median(all_of_them[-tenth:])
    return Speed(
        n=len(all_of_them),
        us_p50=float(np.median(all_of_them)),
        us_p99=float(np.percentile(all_of_them, 99)),
        us_growth=float(last / first),
    )
