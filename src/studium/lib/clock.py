"""The one place that asks what time it is; actions are handed the moment as `now`."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The server's present moment, aware, in UTC."""
    return datetime.now(UTC)
