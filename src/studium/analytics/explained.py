"""Why a level on a concept is what it is: exact parts of the engine's sum, and what-if figures.

A level is P(right) at an average question of the concept, at the first try (`mastery_now`). The
engine explains answers (`explain`); here the same parts are taken for that average question and
scaled to the level's own spread, so that they add up to its logit. Plain Python; times are seconds
since the Unix epoch.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from math import fsum, log, sqrt

from studium.analytics import engine
from studium.analytics.engine import (
    Concept,
    Estimate,
    Item,
    Level,
    Mastery,
    Part,
    Practised,
    Shared,
    Situation,
)
from studium.analytics.engine.constants import PROBIT
from studium.analytics.engine.model import level_variance, mastery_variance

WORTH_NAMING = 0.25
"""A part under this many logits is not named in the sentence."""
MORE = 3
"""So many more right answers are tried out."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The rows behind a level, as the engine keeps them."""

    shared: Shared
    level: Level
    concept: Concept
    mastery: Mastery


@dataclass(frozen=True, slots=True)
class Explained:
    """A level with its parts, whose values add up to `logit`, the logit of its `p`.

    `wins` adds up how much of the answers was right; `helps` and `hurts` are the largest parts that
    are worth naming. `fresh` is the level right after the last answer, None without one; `more` the
    level after three more right answers now.
    """

    now: Estimate
    wins: float
    logit: float
    parts: tuple[Part, ...]
    helps: Part | None
    hurts: Part | None
    fresh: Estimate | None
    more: Estimate

    @property
    def forgotten(self) -> float:
        """How much of the level the time since the last answer took."""
        return 0.0 if self.fresh is None else max(0.0, self.fresh.p - self.now.p)


def explain_level(rows: Standing, at: float) -> Explained:
    """The level of one person on one concept at the moment `at`, taken apart."""
    now = _level(rows, at)
    parts = _parts(rows, at, now)
    named = [one for one in parts if abs(one.value) >= WORTH_NAMING]
    last_at = rows.mastery.last_at
    return Explained(
        now=now,
        wins=rows.mastery.wins,
        logit=_logit(now.p),
        parts=parts,
        helps=max((one for one in named if one.value > 0), key=lambda one: one.value, default=None),
        hurts=min((one for one in named if one.value < 0), key=lambda one: one.value, default=None),
        fresh=None if last_at is None else _level(rows, last_at),
        more=_level(_practised_more(rows, at), at),
    )


def _level(rows: Standing, at: float) -> Estimate:
    return engine.mastery_now(rows.shared, rows.level, rows.concept, rows.mastery, at)


def _parts(rows: Standing, at: float, now: Estimate) -> tuple[Part, ...]:
    situation = _average_question(rows, at)
    of_answer = engine.explain(situation)
    # From the spread of an answer to the spread of the person alone.
    spread = level_variance(rows.level) + mastery_variance(rows.mastery, at)
    of_person, of_all = 1.0 + PROBIT * spread, 1.0 + PROBIT * engine.predict(situation).variance
    scale = sqrt(of_all / of_person)
    values = {one.name: one.value * scale for one in of_answer.parts}
    # The average question is met for the first time: that belongs to the question.
    values["question"] += values.pop("item_record") + values.pop("item_gap")
    del values["calibration"]
    about = {one.name: one.about for one in of_answer.parts}
    made = [Part(name, value, about[name]) for name, value in values.items()]
    rest = _logit(now.p) - fsum(one.value for one in made)
    return (*made, Part("calibration", rest, about["calibration"]))


def _average_question(rows: Standing, at: float) -> Situation:
    """An average question of the concept, as if its ease were known."""
    concept = rows.concept
    ease = concept.ease_sum / concept.items if concept.items else 0.0
    item = Item(mean=ease, variance=0.0)
    return Situation(
        rows.shared, item, rows.level, Practised(), [concept], [rows.mastery], at
    )  # fmt: skip


def _practised_more(rows: Standing, at: float) -> Standing:
    """The rows after some more right answers to questions like the average one; `rows` stay."""
    level, mastery = copy(rows.level), copy(rows.mastery)
    for _ in range(MORE):
        shared = copy(rows.shared)
        shared.means, shared.variances = list(shared.means), list(shared.variances)
        concept = copy(rows.concept)
        tried = _average_question(Standing(shared, level, concept, mastery), at)
        tried.item.variance = Item().variance
        engine.update(tried, 1.0)
    return Standing(rows.shared, level, rows.concept, mastery)


def _logit(p: float) -> float:
    return log(p / (1.0 - p))
