"""What may be used of a model in a day where nobody has said otherwise, and what a call costs."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from studium.ai.wire.budget import Scope

DEFAULTS: dict[Scope, tuple[int | None, int | None]] = {
    "user": (300_000, 500),
    "course": (3_000_000, 5_000),
    "site": (10_000_000, 20_000),
}
"""Scope → most tokens and most calls in a day. A book of 100 chapters takes about 2 million."""

TEST_JOB = "models.test"
FIND_JOB = "models.find"
NOT_KEPT = ("answer", "probe")
"""Prompts whose answers are not kept: what one person asked is nobody else's to be told."""


def cost_of(tokens_in: int, tokens_out: int, *, price_in: Decimal, price_out: Decimal) -> Decimal:
    """What a call costs; prices are for a million tokens, in whatever currency they were given."""
    whole = price_in * tokens_in + price_out * tokens_out
    return (whole / 1_000_000).quantize(Decimal("0.000001"))


def start_of_day(now: datetime) -> datetime:
    """The midnight (UTC) at which the budgets of this moment began."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
