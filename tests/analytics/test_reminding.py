"""Summaries of due reviews: who gets one, when, and once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from studium.analytics import actions, reminding
from studium.identity.actions import mail_choices
from studium.identity.models import Notification
from tests import factories
from tests.analytics.answers import practise

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 3, 30, 6, 0, tzinfo=UTC)  # 08:00 in Berlin


@pytest.fixture(autouse=True)
def site_that_mails(settings):
    settings.NEWS_BY_MAIL = True


@pytest.fixture
def sam(course):
    """A student who answered well four weeks ago and has not come back."""
    sam = factories.person("Sam", timezone="Europe/Berlin")
    factories.enrollment(user=sam, course=course)
    quiz = factories.quiz(lesson=course.lessons.first(), questions=4)
    practise(sam, quiz, [1, 1, 1, 1], at=MONDAY - timedelta(days=28))
    actions.catch_up(now=MONDAY)
    return sam


def told(user):
    return list(Notification.objects.filter(user=user).values_list("params", "mail_at"))


def test_it_is_off_until_somebody_asks_for_it_or_is_known_to_be_old_enough(sam, settings):
    assert reminding.waiting_people(now=MONDAY) == {}
    mail_choices.tell_year_of_birth(by=sam, year=MONDAY.year - 16, now=MONDAY)
    assert reminding.waiting_people(now=MONDAY) == {}  # perhaps fifteen until December
    mail_choices.tell_year_of_birth(by=sam, year=MONDAY.year - 17, now=MONDAY)
    assert reminding.waiting_people(now=MONDAY) == {sam.pk: "2026-W14"}
    mail_choices.choose_paces(by=sam, paces={"reviews": "off"}, now=MONDAY)
    assert reminding.waiting_people(now=MONDAY) == {}
    settings.REVIEW_MAILS_FROM_AGE = 0
    assert sam.pk not in reminding.waiting_people(now=MONDAY)


def test_it_comes_in_the_morning_once_and_is_mailed_at_once(sam, course, bruno):
    mail_choices.choose_paces(by=sam, paces={"reviews": "daily"}, now=MONDAY)
    assert reminding.remind(now=MONDAY - timedelta(hours=2)) == 0  # 06:00 in Berlin
    assert reminding.remind(now=MONDAY) == 1
    assert reminding.remind(now=MONDAY + timedelta(hours=1)) == 0
    assert told(sam) == [({"n": 1, "course": course.title}, MONDAY)]
    assert Notification.objects.get().url == f"/courses/{course.slug}/practise/"
    assert reminding.remind(now=MONDAY + timedelta(days=1)) == 1
    assert len(told(sam)) == 2


def test_once_a_week_it_comes_on_monday_and_never_when_nothing_is_due(sam, course):
    mail_choices.choose_paces(by=sam, paces={"reviews": "weekly"}, now=MONDAY)
    assert reminding.waiting_people(now=MONDAY + timedelta(days=3)) == {}
    new = factories.person("New")
    factories.enrollment(user=new, course=course)
    mail_choices.choose_paces(by=new, paces={"reviews": "daily"}, now=MONDAY)
    assert reminding.remind(now=MONDAY + timedelta(hours=3)) == 2
    assert (len(told(sam)), told(new)) == (1, [])
