"""A person's level as a probability, the same for easy and for hard questions. Plain Python."""

from __future__ import annotations

from math import sqrt

from studium.analytics.engine import Level, Shared, sigmoid
from studium.analytics.engine.constants import REACH, WEIGHTS
from studium.analytics.engine.model import level_variance, shown_logit

_FIRST = WEIGHTS.index("item_first")


def level_now(
    shared: Shared, level: Level, items: int, ease_sum: float
) -> tuple[float, float, float]:
    """P(right) at the first try of the average question of the course, with its 80 % range.

    `ease_sum / items` is the ease of that question, its concepts' ease included (`course_states`).
    It moves with the level and with what is known of the questions, not with which ones somebody
    happened to answer: so it shows improvement corrected for difficulty. The range is of the
    level's own uncertainty, as in `engine.mastery_now`.
    """
    z = shared.means[0] + shared.means[_FIRST] + level.mean + (ease_sum / items if items else 0.0)
    variance = level_variance(level)
    reach = REACH * sqrt(variance)
    p = sigmoid(shown_logit(shared.a, shared.b, z, variance))
    low = sigmoid(shown_logit(shared.a, shared.b, z - reach, 0.0))
    high = sigmoid(shown_logit(shared.a, shared.b, z + reach, 0.0))
    return p, min(low, p), max(high, p)
