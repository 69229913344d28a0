"""What there is to tell people of, and when it goes out by mail. Plain decisions, no database.

A *notice* is a line behind the bell. Its kind belongs to a topic, and for each topic a person
chooses a pace: at once, once a day, once a week, or no mail. The bell shows everything either way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as clock_time
from zoneinfo import ZoneInfo

from studium.lib.words import phrase

OFF, AT_ONCE, DAILY, WEEKLY = "off", "at_once", "daily", "weekly"
COURSES, RESULTS, MESSAGES, WORK, REVIEWS = "courses", "results", "messages", "work", "reviews"
SECURITY = "security"
"""Mails one asked for oneself: a link to a new password, a word about a changed address. They are
no topic one chooses a pace for, since an account without them could be taken or lost unseen."""

PACES = (AT_ONCE, DAILY, WEEKLY, OFF)
# Reviews are counted once a day, so there is nothing to tell at once.
PACES_OF = {
    COURSES: PACES,
    RESULTS: PACES,
    MESSAGES: PACES,
    WORK: PACES,
    REVIEWS: (DAILY, WEEKLY, OFF),
}
TOPICS = tuple(PACES_OF)
_USUAL = {COURSES: AT_ONCE, RESULTS: AT_ONCE, MESSAGES: AT_ONCE, WORK: OFF}

MORNING = clock_time(7)
"""When the mails of a day and of a week go out, in the person's own zone."""
MONDAY = 0
EARLIEST_YEAR, LATEST_YEAR = 1900, 2100


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of notice: its topic and its icon. Its words stand in `notice_words`."""

    topic: str
    icon: str


KINDS: Mapping[str, Kind] = {
    "enrolled": Kind(COURSES, "book-open"),
    "role_changed": Kind(COURSES, "users"),
    "result_released": Kind(RESULTS, "clipboard-check"),
    "appeal_answered": Kind(RESULTS, "message-square"),
    "mark_moved": Kind(RESULTS, "refresh-cw"),
    "practice_suggested": Kind(MESSAGES, "target"),
    "appeal_opened": Kind(MESSAGES, "message-square"),
    "appeal_line": Kind(MESSAGES, "message-square"),
    "job_done": Kind(WORK, "check"),
    "job_failed": Kind(WORK, "triangle-alert"),
    "drafts_waiting": Kind(WORK, "sparkles"),
    "notes_waiting": Kind(WORK, "sparkles"),
    "reviews_due": Kind(REVIEWS, "clock"),
}


def usual_pace(topic: str, *, of_age: bool) -> str:
    """What holds for somebody who chose nothing; `of_age` as `is_of_age` says."""
    if topic == REVIEWS:
        return WEEKLY if of_age else OFF
    return _USUAL[topic]


def is_of_age(year_of_birth: int | None, *, age: int, today: datetime) -> bool:
    """Whether somebody has surely reached an age this year; unknown years count as not.

    Only the year is kept, so a birthday of this year counts as still to come. Age 0 asks nothing.
    """
    if age == 0:
        return True
    return year_of_birth is not None and today.year - year_of_birth - 1 >= age


def wrong_with_year(year: int | None, *, today: datetime) -> str:
    """What is wrong with a year of birth, or nothing. None takes it back."""
    if year is None or EARLIEST_YEAR <= year <= today.year:
        return ""
    return phrase(
        "Give a year from %(first)s to %(last)s, or leave it out.",
        first=EARLIEST_YEAR,
        last=today.year,
    )


def mail_moment(pace: str, *, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When a notice of now goes out by mail; None: not at all."""
    if pace == OFF:
        return None
    if pace == AT_ONCE:
        return now
    here = now.astimezone(zone)
    morning = here.replace(hour=MORNING.hour, minute=0, second=0, microsecond=0)
    if morning <= here:
        morning += timedelta(days=1)
    if pace == WEEKLY:
        morning += timedelta(days=(MONDAY - morning.weekday()) % 7)
    return morning.astimezone(now.tzinfo)
