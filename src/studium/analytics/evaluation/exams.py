"""Exam forecasts against what came: the score that the engine expected, and its 80 % interval.

Where a log has a post-test, the exam is its first answer on each concept (before any of its
feedback can help there), forecast from everything before it. Where it has none, a stand-in: the
next 20 answers after the first half of somebody's answers. In the stand-in there is feedback
between the answers, so people still learn in it.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from studium.analytics.engine import Forecast
from studium.analytics.evaluation.engine_learner import EngineLearner
from studium.analytics.evaluation.log import Answer, ResponseLog
from studium.analytics.evaluation.metrics import auc

FEW_ANSWERS = 10
"""Under so many answers nothing is forecast."""
NEXT = 20
PASS_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Exam:
    """An exam of one person: the places of its answers; `before` is the first of them."""

    places: tuple[int, ...]

    @property
    def before(self) -> int:
        return self.places[0]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A forecast with the share that came, and the share right of everything before."""

    forecast: Forecast
    score: float
    past: float


@dataclass(slots=True)
class Exams:
    """Collects forecasts while the engine goes through a log; give `meet` to the run."""

    log: ResponseLog
    exams: dict[int, Exam]
    too_early: int = 0
    outcomes: list[Outcome] = field(default_factory=list)
    _past: dict[int, tuple[int, float]] = field(default_factory=dict)

    def meet(self, model: EngineLearner, place: int) -> None:
        """Before the prediction at a place: forecast when somebody's exam begins there."""
        user = self.log.user[place]
        n, total = self._past.get(user, (0, 0.0))
        exam = self.exams.get(user)
        if exam is not None and exam.before == place:
            asked = [self.log.answer(one) for one in exam.places]
            if n < FEW_ANSWERS or not _half_touched(model, asked):
                self.too_early += 1
            else:
                self.outcomes.append(self._outcome(model, asked, total / n))
        self._past[user] = (n + 1, total + self.log.share[place])

    def _outcome(self, model: EngineLearner, asked: Sequence[Answer], past: float) -> Outcome:
        hidden = [answer._replace(share=0.0) for answer in asked]
        made = model.forecast(hidden, asked[0].at, PASS_SHARE)
        return Outcome(made, sum(answer.share for answer in asked) / len(asked), past)


def _half_touched(model: EngineLearner, asked: Sequence[Answer]) -> bool:
    """Whether the person answered on at least half of the exam's concepts before."""
    known = model.people[asked[0].user].masteries
    concepts = {one for answer in asked for one in answer.concepts}
    touched = sum(1 for one in concepts if one in known and known[one].n)
    return 2 * touched >= len(concepts)


def post_tests(log: ResponseLog) -> dict[int, Exam]:
    """The exam of everybody who has a post-test: its first answer on each concept.

    Where there are no concepts, the first answer to each question.
    """
    found: dict[int, Exam] = {}
    for user, places in log.places_by_user().items():
        places = array("i", (place for place in places if log.is_exam[place]))
        if places:
            found[user] = Exam(tuple(_first_of_each(log, places)))
    return found


def _first_of_each(log: ResponseLog, places: Iterable[int]) -> Iterable[int]:
    seen: set[object] = set()
    for place in places:
        answer = log.answer(place)
        key: object = answer.concepts or ("item", answer.item)
        if key not in seen:
            seen.add(key)
            yield place


def next_answers(log: ResponseLog) -> dict[int, Exam]:
    """The stand-in: the `NEXT` answers after the first half of everybody with twice as many."""
    found: dict[int, Exam] = {}
    for user, places in log.places_by_user().items():
        half = len(places) // 2
        if half >= NEXT:
            found[user] = Exam(tuple(places[half : half + NEXT]))
    return found


@dataclass(frozen=True, slots=True)
class ForecastFigures:
    """How good the forecasts were. `mae` in shares of the marks; `coverage` of the 80 % interval;
    `past_mae` when the share right of the past is taken for the forecast; `pass_auc` of P(half of
    the marks or more), None where all or none reached it."""

    n: int
    mae: float
    coverage: float
    past_mae: float
    pass_auc: float | None
    too_early: int


def measured(exams: Exams) -> ForecastFigures | None:
    """The figures; None where no exam was forecast."""
    import numpy as np

    found = exams.outcomes
    if not found:
        return None
    score = np.array([one.score for one in found])
    mean = np.array([one.forecast.mean for one in found])
    past = np.array([one.past for one in found])
    held = [one.forecast.low - 1e-9 <= one.score <= one.forecast.high + 1e-9 for one in found]
    passed = (score >= PASS_SHARE - 1e-9).astype(float)
    return ForecastFigures(
        n=len(found),
        mae=float(np.abs(mean - score).mean()),
        coverage=float(np.mean(held)),
        past_mae=float(np.abs(past - score).mean()),
        pass_auc=auc(np.array([one.forecast.p_pass for one in found]), passed),
        too_early=exams.too_early,
    )
