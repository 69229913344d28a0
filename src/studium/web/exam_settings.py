"""The terms of an exam as its form sends and shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils import timezone

_TEXTS = ("title", "release", "release_correctness", "release_key", "release_explanation",
          "closing", "counts")  # fmt: skip
_NUMBERS = (
    "duration_minutes",
    "pass_mark",
    "attempts_allowed",
    "grace_seconds",
    "retry_delay_minutes",
)
_MOMENTS = ("opens_at", "closes_at", "release_on", "due_at")


def settings_in(form: QueryDict) -> dict[str, Any]:
    """The terms as the form has them; what is no number or time stays as it was typed, and the
    action refuses it at its field. What the form leaves out is left as it is."""
    made: dict[str, Any] = {name: form[name] for name in _TEXTS if name in form}
    made["title"] = form.get("title", "")
    made["release"] = form.get("release", "")
    made["description"] = form.get("description", "").replace("\r\n", "\n")
    made["shuffle"] = form.get("shuffle") == "on"
    for name in _NUMBERS:
        if name in form or name in _NUMBERS[:4]:
            made[name] = _number(form.get(name, "").strip())
    for name in _MOMENTS:
        if name in form or name in _MOMENTS[:2]:
            made[name] = _moment(form.get(name, "").strip())
    if "networks" in form:
        made["networks"] = form.get("networks", "").replace(",", " ").split()
    if "late_tiers" in form:
        made["late_tiers"] = _tiers(form.get("late_tiers", ""))
    if form.get("no_password") == "on":
        made["password"] = ""
    elif form.get("password", "").strip():
        made["password"] = form["password"]
    return made


def shown(settings: dict[str, Any]) -> dict[str, Any]:
    """The terms as fields show them: moments in the reader's own zone, lists line by line."""
    made: dict[str, Any] = {
        name: timezone.localtime(value).strftime("%Y-%m-%dT%H:%M")
        if isinstance(value, datetime)
        else value
        for name, value in settings.items()
        if name != "password"
    }
    if isinstance(made.get("networks"), list):
        made["networks"] = "\n".join(made["networks"])
    if isinstance(made.get("late_tiers"), list):
        made["late_tiers"] = "\n".join(
            f"{one['minutes']} {one['penalty_percent']}" for one in made["late_tiers"]
        )
    return made


def _number(text: str) -> int | str:
    return int(text) if text.isdecimal() and len(text) < 10 else text


def _moment(text: str) -> datetime | str | None:
    if not text:
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return text
    try:
        return read if timezone.is_aware(read) else timezone.make_aware(read)
    except (ValueError, OverflowError):
        return text


def _tiers(text: str) -> list[dict[str, Any]] | str:
    """A line for each step: minutes and per cent. What cannot be read stays as it was typed."""
    tiers = []
    for line in text.splitlines():
        words = line.replace("%", " ").replace(":", " ").replace(",", " ").split()
        if not words:
            continue
        if len(words) != 2 or not all(word.isascii() and word.isdigit() for word in words):
            return text
        if any(len(word) > 9 for word in words):
            return text
        tiers.append({"minutes": int(words[0]), "penalty_percent": int(words[1])})
    return tiers
