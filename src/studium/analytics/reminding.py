"""Summaries of due reviews, for those who want them by mail: once a day or once a week.

Counted in the morning of the person's own zone, and once for a day or a week: what was told is
written down with the person and the period, whether anything was due or not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from studium.analytics.queries.standing import standings
from studium.content.models import Course, CourseRole, CourseStatus, Enrollment
from studium.identity import mail_paces, notice_rules
from studium.identity.actions import notifying

REMIND_JOB = "reviews.remind"
_TOLD = "reviews"
_TOGETHER = 100  # people of a course whose standing is read at once
_LAST_DAY_OF_A_WEEK = 1  # Tuesday: a server that was off on Monday morning still tells


def waiting_people(*, now: datetime) -> dict[UUID, str]:
    """Person -> the day or week they are to be told of now, and were not yet."""
    if not mail_paces.goes_out():
        return {}
    periods = {
        user_id: period
        for user_id, zone, pace in mail_paces.who_reviews(now=now)
        if (period := _period(pace, now.astimezone(mail_paces.zone_of(zone))))
    }
    told = notifying.announced(_TOLD, [_about(*one) for one in periods.items()])
    return {user: period for user, period in periods.items() if _about(user, period) not in told}


def remind(
    *, now: datetime, tell: Callable[[int, int, str], None] = lambda done, total, step: None
) -> int:
    """Tell everybody whose morning it is how many topics are due in each course; gives how many
    people that were. Doing it again tells nobody twice."""
    periods = waiting_people(now=now)
    rows = Enrollment.objects.filter(
        user_id__in=list(periods), role=CourseRole.STUDENT, ended_at=None,
        course__status=CourseStatus.PUBLISHED,
    )  # fmt: skip
    people: dict[UUID, list[UUID]] = defaultdict(list)
    for course_id, user_id in rows.values_list("course_id", "user_id"):
        people[course_id].append(user_id)
    courses = Course.objects.in_bulk(list(people))
    for number, (course_id, members) in enumerate(people.items()):
        tell(number, len(people), "Counting due reviews")
        for start in range(0, len(members), _TOGETHER):
            _tell_course(courses[course_id], members[start : start + _TOGETHER], periods, now=now)
    notifying.announce_all(_TOLD, [_about(*one) for one in periods.items()], now=now)
    return len(periods)


@transaction.atomic
def _tell_course(
    course: Course, members: Sequence[UUID], periods: dict[UUID, str], *, now: datetime
) -> None:
    by_count: dict[int, list[notifying.Told]] = defaultdict(list)
    for user_id, standing in standings(course.pk, members, now=now).items():
        due = sum(one.n > 0 and one.due_at is not None and one.due_at <= now for one in standing)
        if due:
            address = reverse("practise", args=[course.slug])
            about = f"{course.pk} {periods[user_id]}"
            by_count[due].append(notifying.Told(user_id, address, about))
    for due, told in by_count.items():
        values = {"n": due, "course": course.title}
        notifying.notify_each(told, "reviews_due", values, now=now, gathered=True)


def _period(pace: str, here: datetime) -> str:
    """The day or week somebody is told of at this moment of theirs; "" where it is not the time."""
    if here.time() < notice_rules.MORNING:
        return ""
    if pace == notice_rules.DAILY:
        return f"{here:%Y-%m-%d}"
    year, week, _day = here.isocalendar()
    return f"{year}-W{week:02d}" if here.weekday() <= _LAST_DAY_OF_A_WEEK else ""


def _about(user_id: UUID, period: str) -> str:
    return f"{user_id} {period}"
