"""A person's level as a probability, the same for easy and for hard questions. Plain Python."""

from __future__ import annotations

from studium.analytics.engine import Level, Shared
from studium.analytics.engine.constants import WEIGHTS
from studium.analytics.engine.model import level_variance
from studium.analytics.engine.standing import ranged

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
    return ranged(shared, z, level_variance(level))
