"""The settings of quizzes and exams: what fits, what contradicts what, and what deserves a warning.

Pure functions. A conflict is reported at both settings, each naming the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

QUIZ_DEFAULTS: dict[str, Any] = {
    "title": "",
    "slug": None,
    "pass_mark": 60,
    "max_attempts": None,
    "shuffle": False,
    "feedback": "each",
}
EXAM_DEFAULTS: dict[str, Any] = {
    "title": "",
    "description": "",
    "duration_minutes": 60,
    "pass_mark": 60,
    "attempts_allowed": 1,
    "opens_at": None,
    "closes_at": None,
    "grace_seconds": 0,
    "shuffle": False,
    "release": "at_once",
}

_Check = Callable[[Any], str | None]


def quiz_problems(settings: Mapping[str, Any]) -> dict[str, str]:
    """Field -> what is wrong with it; empty when the settings can be kept."""
    return _each(settings, _QUIZ)


def exam_problems(settings: Mapping[str, Any]) -> dict[str, str]:
    """Field -> what is wrong with it, contradictions between two settings included."""
    problems = _each(settings, _EXAM)
    if problems:
        return problems
    opens, closes = settings["opens_at"], settings["closes_at"]
    if opens and closes and closes <= opens:
        problems["opens_at"] = "It opens at or after its closing time. Choose an earlier time."
        problems["closes_at"] = "It closes at or before its opening time. Choose a later time."
    if settings["release"] == "after_close" and closes is None:
        problems["release"] = "Results come after closing, but the exam has no closing time."
        problems["closes_at"] = "Give a closing time, or release the results at once or never."
    return problems


def exam_warnings(settings: Mapping[str, Any]) -> list[str]:
    """What can be kept and may still surprise: one sentence each."""
    warnings = []
    opens, closes = settings["opens_at"], settings["closes_at"]
    minutes = settings["duration_minutes"]
    if opens and closes and (closes - opens).total_seconds() < minutes * 60:
        window = int((closes - opens).total_seconds() // 60)
        warnings.append(
            f"The exam is open for {window} minutes and lasts {minutes}. Closing time ends every "
            "attempt, so nobody gets the full time."
        )
    elif closes:
        warnings.append(
            f"Closing time ends every attempt: who begins less than {minutes} minutes before it "
            "gets only what is left."
        )
    if settings["release"] == "at_once" and settings["attempts_allowed"] > 1:
        warnings.append(
            "Right answers are shown after each attempt, so a second attempt is made knowing them."
        )
    return warnings


def _each(settings: Mapping[str, Any], checks: Mapping[str, _Check]) -> dict[str, str]:
    found = {name: f"There is no setting called {name}." for name in settings if name not in checks}
    for name, check in checks.items():
        if name in settings and (problem := check(settings[name])):
            found[name] = problem
    return found


def _text(low: int, high: int) -> _Check:
    def check(value: Any) -> str | None:
        if not isinstance(value, str) or "\x00" in value or not _is_text(value):
            return "This must be a text."
        if len(value.strip()) < low:
            return "This must not be empty."
        return f"This is longer than {high:,} characters." if len(value) > high else None

    return check


def _is_text(value: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in value)


def _number(low: int, high: int, *, optional: bool = False) -> _Check:
    def check(value: Any) -> str | None:
        if value is None and optional:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            return f"This must be a whole number from {low} to {high:,}."
        return None

    return check


def _choice(*choices: str) -> _Check:
    def check(value: Any) -> str | None:
        return None if value in choices else f"This must be one of {', '.join(choices)}."

    return check


def _flag(value: Any) -> str | None:
    return None if isinstance(value, bool) else "This must be true or false."


def _moment(value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, datetime) or value.tzinfo is None:
        return "This must be a date and time with its zone."
    return None if 1970 < value.year < 9999 else "This date is too far away."


def _slug(value: Any) -> str | None:
    return None if value is None else _text(1, 120)(value)


_QUIZ: dict[str, _Check] = {
    "title": _text(1, 200),
    "slug": _slug,
    "pass_mark": _number(0, 100),
    "max_attempts": _number(1, 1000, optional=True),
    "shuffle": _flag,
    "feedback": _choice("each", "end"),
}
_EXAM: dict[str, _Check] = {
    "title": _text(1, 200),
    "description": _text(0, 20_000),
    "duration_minutes": _number(1, 1440),
    "pass_mark": _number(0, 100),
    "attempts_allowed": _number(1, 1000),
    "opens_at": _moment,
    "closes_at": _moment,
    "grace_seconds": _number(0, 600),
    "shuffle": _flag,
    "release": _choice("at_once", "after_close", "never"),
}
