"""The settings of quizzes and exams: what fits, what contradicts what, and what deserves a warning.

Pure functions. A conflict is reported at both settings, each naming the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from studium.assessment import term_checks as checks
from studium.assessment.release import RANK

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
    "closing": "cut",
    "grace_seconds": 0,
    "shuffle": False,
    "release": "at_once",
    "release_on": None,
    "release_correctness": "with_score",
    "release_key": "with_score",
    "release_explanation": "with_score",
    "retry_delay_minutes": 0,
    "counts": "best",
    "networks": [],
    "due_at": None,
    "late_tiers": [],
}
NULLABLE = ("opens_at", "closes_at", "release_on", "due_at")

_PARTS = ("release", "release_correctness", "release_key", "release_explanation")
_WORDS = {
    "release": "the score",
    "release_correctness": "what was right and wrong",
    "release_key": "the right answers",
    "release_explanation": "the explanations",
}
# A part gives away those before it, so it is not released earlier.
_BEFORE = {
    "release_correctness": "release",
    "release_key": "release_correctness",
    "release_explanation": "release_correctness",
}


def quiz_problems(settings: Mapping[str, Any]) -> dict[str, str]:
    """Field -> what is wrong with it; empty when the settings can be kept."""
    return checks.each(settings, _QUIZ)


def exam_problems(settings: Mapping[str, Any]) -> dict[str, str]:
    """Field -> what is wrong with it, contradictions between two settings included."""
    problems = checks.each(settings, _EXAM)
    if problems:
        return problems
    whole = {**EXAM_DEFAULTS, **settings}
    for found in (_window_conflicts, _release_conflicts, _date_conflicts, _late_conflicts):
        for field, problem in found(whole):
            problems.setdefault(field, problem)
    return problems


def exam_warnings(settings: Mapping[str, Any]) -> list[str]:
    """What can be kept and may still surprise: one sentence each."""
    whole = {**EXAM_DEFAULTS, **settings}
    return [*_time_warnings(whole), *_retry_warnings(whole), *_release_warnings(whole)]


def part_rule(settings: Mapping[str, Any], part: str) -> str:
    """The rule of release of a part, with "with_score" resolved."""
    rule = str(settings[part])
    return str(settings["release"]) if rule == "with_score" else rule


# --- contradictions --------------------------------------------------------------------------

_Found = Iterator[tuple[str, str]]


def _window_conflicts(settings: Mapping[str, Any]) -> _Found:
    opens, closes, due = settings["opens_at"], settings["closes_at"], settings["due_at"]
    if opens and closes and closes <= opens:
        yield "opens_at", "It opens at or after its closing time. Choose an earlier time."
        yield "closes_at", "It closes at or before its opening time. Choose a later time."
    if opens and due and due <= opens:
        yield "due_at", "It is due at or before its opening time. Choose a later time."
        yield "opens_at", "It opens at or after its due time. Choose an earlier time."


def _release_conflicts(settings: Mapping[str, Any]) -> _Found:
    for part in _PARTS:
        rule = part_rule(settings, part)
        if settings[part] == "after_close" and settings["closes_at"] is None:
            yield part, "Results come after closing, but the exam has no closing time."
            yield "closes_at", "Give a closing time, or release the results at once or never."
        before = _BEFORE.get(part)
        if before and RANK[rule] < RANK[part_rule(settings, before)]:
            yield part, f"This comes before {_WORDS[before]}, which it gives away."
            yield before, f"This comes after {_WORDS[part]}, which give it away."


def _date_conflicts(settings: Mapping[str, Any]) -> _Found:
    dated = [part for part in _PARTS if part_rule(settings, part) == "on_date"]
    if not dated:
        return
    date, closes = settings["release_on"], settings["closes_at"]
    if date is None:
        yield "release_on", f"Give the date from which {_WORDS[dated[0]]} can be seen."
        yield dated[0], "Released on a date, but no date of release is given."
    elif closes is None:
        yield "closes_at", "Give a closing time: results come on a date, and nobody may work then."
        yield "release_on", "The exam has no closing time, so it could be taken after this date."
    elif date < (last := _last_moment(settings, closes)):
        yield "release_on", "Attempts may still run at this date. Choose one after closing time."
        yield "closes_at", f"Attempts may run until {_minute(last)}, after the date of release."


def _late_conflicts(settings: Mapping[str, Any]) -> _Found:
    due, tiers = settings["due_at"], settings["late_tiers"]
    if due and not tiers:
        yield "due_at", "A due time is given, but being late costs nothing."
        yield "late_tiers", "Say what handing in after the due time costs, or clear the due time."
    if tiers and not due:
        yield "late_tiers", "Being late costs points, but no due time is given."
        yield "due_at", "Give the time from which handing in is late, or clear what it costs."


def _last_moment(settings: Mapping[str, Any], closes: datetime) -> datetime:
    """Until when somebody without accommodation may be working."""
    more = timedelta(seconds=settings["grace_seconds"])
    if settings["closing"] == "full_time":
        more += timedelta(minutes=settings["duration_minutes"])
    return closes + more


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} ({moment.tzname()})"


# --- warnings --------------------------------------------------------------------------------


def _time_warnings(settings: Mapping[str, Any]) -> Iterator[str]:
    opens, closes = settings["opens_at"], settings["closes_at"]
    minutes, cuts = settings["duration_minutes"], settings["closing"] == "cut"
    if opens and closes and cuts and (closes - opens).total_seconds() < minutes * 60:
        window = int((closes - opens).total_seconds() // 60)
        yield (
            f"The exam is open for {window} minutes and lasts {minutes}. Closing time ends every "
            "attempt, so nobody gets the full time."
        )
    elif closes and cuts:
        yield (
            f"Closing time ends every attempt: who begins less than {minutes} minutes before it "
            "gets only what is left."
        )
    elif closes:
        yield f"Who begins just before closing time works until {minutes} minutes after it."
    due = settings["due_at"]
    if due and closes and due >= _last_moment(settings, closes):
        yield "Nobody can be late: the exam is over before the due time."


def _retry_warnings(settings: Mapping[str, Any]) -> Iterator[str]:
    delay, opens, closes = (
        settings[one] for one in ("retry_delay_minutes", "opens_at", "closes_at")
    )
    if delay and settings["attempts_allowed"] == 1:
        yield "There is a wait between attempts, but only one attempt."
    elif delay and opens and closes and (closes - opens).total_seconds() <= delay * 60:
        yield "The wait between attempts is as long as the exam is open: a second one cannot begin."


def _release_warnings(settings: Mapping[str, Any]) -> Iterator[str]:
    again = settings["attempts_allowed"] > 1
    if again and "at_once" in (
        part_rule(settings, "release_key"),
        part_rule(settings, "release_explanation"),
    ):
        yield (
            "Right answers are shown after each attempt, so a second attempt is made knowing them."
        )
    explained, key = (part_rule(settings, f"release_{one}") for one in ("explanation", "key"))
    if RANK[explained] < RANK[key]:
        yield "Explanations come before the right answers, and often give them away."
    if settings["release_on"] and "on_date" not in {part_rule(settings, part) for part in _PARTS}:
        yield "A date of release is given, but nothing is released on a date."


_PART_RULE = checks.choice("with_score", *RANK)
_QUIZ: dict[str, checks.Check] = {
    "title": checks.text(1, 200),
    "slug": checks.slug,
    "pass_mark": checks.number(0, 100),
    "max_attempts": checks.number(1, 1000, optional=True),
    "shuffle": checks.flag,
    "feedback": checks.choice("each", "end"),
}
_EXAM: dict[str, checks.Check] = {
    "title": checks.text(1, 200),
    "description": checks.text(0, 20_000),
    "duration_minutes": checks.number(1, 1440),
    "pass_mark": checks.number(0, 100),
    "attempts_allowed": checks.number(1, 1000),
    "opens_at": checks.moment,
    "closes_at": checks.moment,
    "closing": checks.choice("cut", "full_time"),
    "grace_seconds": checks.number(0, 600),
    "shuffle": checks.flag,
    "release": checks.choice(*RANK),
    "release_on": checks.moment,
    "release_correctness": _PART_RULE,
    "release_key": _PART_RULE,
    "release_explanation": _PART_RULE,
    "retry_delay_minutes": checks.number(0, 43_200),
    "counts": checks.choice("best", "last", "first", "mean"),
    "networks": checks.networks,
    "due_at": checks.moment,
    "late_tiers": checks.late_tiers,
    "password": checks.password,
}
