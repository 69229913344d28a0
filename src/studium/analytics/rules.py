"""What the figures mean: thresholds and words. Plain Python."""

from __future__ import annotations

FEW_ANSWERS = 3
"""Under this many answers it is too early to say."""

TOO_EARLY = "too early to say"


def is_early(answers: int) -> bool:
    """Whether so few answers were given that nothing should be concluded."""
    return answers < FEW_ANSWERS
