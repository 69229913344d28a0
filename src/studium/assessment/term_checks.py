"""What fits into one setting of a quiz or an exam: each check gives what is wrong, or None."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from ipaddress import ip_network
from itertools import pairwise
from typing import Any

Check = Callable[[Any], str | None]
MAX_NETWORKS = 50
MAX_TIERS = 20


def each(settings: Mapping[str, Any], checks: Mapping[str, Check]) -> dict[str, str]:
    """Setting -> what is wrong with it, over all that were given."""
    found = {name: f"There is no setting called {name}." for name in settings if name not in checks}
    for name, check in checks.items():
        if name in settings and (problem := check(settings[name])):
            found[name] = problem
    return found


def text(low: int, high: int) -> Check:
    """A text of some length that a database can keep."""

    def check(value: Any) -> str | None:
        if not isinstance(value, str) or "\x00" in value or not _is_text(value):
            return "This must be a text."
        if len(value.strip()) < low:
            return "This must not be empty."
        return f"This is longer than {high:,} characters." if len(value) > high else None

    return check


def number(low: int, high: int, *, optional: bool = False) -> Check:
    """A whole number within limits."""

    def check(value: Any) -> str | None:
        if value is None and optional:
            return None
        if not _whole(value, low, high):
            return f"This must be a whole number from {low} to {high:,}."
        return None

    return check


def choice(*choices: str) -> Check:
    """One of some words."""

    def check(value: Any) -> str | None:
        return None if value in choices else f"This must be one of {', '.join(choices)}."

    return check


def flag(value: Any) -> str | None:
    """True or false."""
    return None if isinstance(value, bool) else "This must be true or false."


def moment(value: Any) -> str | None:
    """A date and time with its zone, or None."""
    if value is None:
        return None
    if not isinstance(value, datetime) or value.tzinfo is None:
        return "This must be a date and time with its zone."
    return None if 1970 < value.year < 9999 else "This date is too far away."


def slug(value: Any) -> str | None:
    """A short name for addresses, or None."""
    return None if value is None else text(1, 120)(value)


def password(value: Any) -> str | None:
    """A password to set; None leaves it as it is, an empty text takes it away."""
    return None if value is None else text(0, 200)(value)


def networks(value: Any) -> str | None:
    """A list of addresses or ranges as in 192.0.2.0/24 or 2001:db8::/32."""
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        return "This must be a list of networks."
    if len(value) > MAX_NETWORKS:
        return f"There are more than {MAX_NETWORKS} networks."
    for one in value:
        try:
            ip_network(one, strict=False)
        except ValueError:
            return f"“{one[:60]}” is no network. Write it like 192.0.2.0/24."
    return None


def late_tiers(value: Any) -> str | None:
    """A list of {"minutes": …, "penalty_percent": …}: later ones cost at least as much."""
    if not isinstance(value, list) or not all(_is_tier(one) for one in value):
        return (
            "Each step needs minutes (1 to 525,600) and a penalty in per cent (0 to 100), "
            "both whole numbers."
        )
    if len(value) > MAX_TIERS:
        return f"There are more than {MAX_TIERS} steps."
    for before, after in pairwise(value):
        if after["minutes"] <= before["minutes"]:
            return "The minutes must rise from step to step."
        if after["penalty_percent"] < before["penalty_percent"]:
            return "Being later must not cost less."
    return None


def _is_tier(one: Any) -> bool:
    return (
        isinstance(one, dict)
        and set(one) == {"minutes", "penalty_percent"}
        and _whole(one["minutes"], 1, 525_600)
        and _whole(one["penalty_percent"], 0, 100)
    )


def _whole(value: Any, low: int, high: int) -> bool:
    return not isinstance(value, bool) and isinstance(value, int) and low <= value <= high


def _is_text(value: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in value)
