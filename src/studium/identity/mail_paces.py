"""How soon each person gets mails about a topic: what they chose, or what is usual."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db.models import OuterRef, Q, Subquery

from studium.identity import notice_rules
from studium.identity.models import BirthYear, MailChoice, Role, User


def goes_out() -> bool:
    """Whether this site mails news: it needs a mail server and its own address for the links."""
    return bool(settings.NEWS_BY_MAIL)


def moments(
    user_ids: Collection[UUID], topic: str, *, now: datetime
) -> dict[UUID, datetime | None]:
    """Active person -> when a notice of now goes out to them by mail; None: not at all."""
    people = User.objects.filter(pk__in=list(user_ids), is_active=True, erased_at=None)
    if not goes_out():
        return dict.fromkeys(people.values_list("pk", flat=True))
    return {
        user_id: notice_rules.mail_moment(pace, now=now, zone=zone_of(zone))
        for user_id, zone, pace in _paces(people, topic, now=now)
    }


def paces_of(user: User, *, now: datetime) -> dict[str, str]:
    """Topic -> pace of one person, in the order of the topics."""
    chosen = dict(MailChoice.objects.filter(user=user).values_list("topic", "pace"))
    of_age = is_of_age(user, now=now)
    return {
        topic: chosen.get(topic) or notice_rules.usual_pace(topic, of_age=of_age)
        for topic in notice_rules.TOPICS
    }


def who_reviews(*, now: datetime) -> list[tuple[UUID, str, str]]:
    """(id, zone, pace) of every active student whose due reviews go out by mail."""
    students = User.objects.filter(role=Role.STUDENT, is_active=True, erased_at=None)
    chosen = Q(pk__in=MailChoice.objects.filter(topic=notice_rules.REVIEWS).values("user"))
    known = Q(pk__in=BirthYear.objects.values("user"))
    asked = students.filter(chosen | known) if settings.REVIEW_MAILS_FROM_AGE else students
    found = _paces(asked, notice_rules.REVIEWS, now=now)
    return [one for one in found if one[2] != notice_rules.OFF]


def year_of_birth(user: User) -> int | None:
    """The year a person told, or None."""
    return BirthYear.objects.filter(user=user).values_list("year", flat=True).first()


def is_of_age(user: User, *, now: datetime) -> bool:
    """Whether the site takes this person for old enough to be reminded without asking for it."""
    return user.role != Role.STUDENT or notice_rules.is_of_age(
        year_of_birth(user), age=settings.REVIEW_MAILS_FROM_AGE, today=now
    )


def zone_of(name: str) -> ZoneInfo:
    """A person's zone; UTC where the name is not known to this machine."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _paces(people: object, topic: str, *, now: datetime) -> list[tuple[UUID, str, str]]:
    """(id, zone, pace) of people, by one statement."""
    age: int = settings.REVIEW_MAILS_FROM_AGE
    choice = MailChoice.objects.filter(user=OuterRef("pk"), topic=topic).values("pace")[:1]
    year = BirthYear.objects.filter(user=OuterRef("pk")).values("year")[:1]
    rows = people.annotate(pace=Subquery(choice), year=Subquery(year))  # type: ignore[attr-defined]  # a query set of people
    return [
        (
            user_id,
            zone,
            pace
            or notice_rules.usual_pace(
                topic,
                of_age=role != Role.STUDENT or notice_rules.is_of_age(year, age=age, today=now),
            ),
        )
        for user_id, zone, role, pace, year in rows.values_list(
            "pk", "timezone", "role", "pace", "year"
        )
    ]
