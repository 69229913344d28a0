"""The lists of the progress pages: twelve lines at once, the rest behind links."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from studium.analytics import actions
from studium.analytics.queries import own_picture
from studium.content.models import Concept, Course
from studium.identity.models import User
from studium.web.lists import part_of
from studium.web.progress import AT_ONCE
from tests import factories
from tests.analytics.answers import practise

ClientOf = Callable[..., Client]


def test_a_part_keeps_the_places_of_the_other_lists() -> None:
    request = RequestFactory().get("/?topics=12&fading=12")
    part = part_of(request, range(30), name="topics", limit=12)
    assert list(part.shown) == list(range(12, 24))
    assert part.href(24) == "?topics=24&fading=12#topics"


@pytest.mark.parametrize("asked", ["", "?topics=-3", "?topics=x", "?topics=%C2%B2"])
def test_an_odd_place_is_the_beginning(asked: str) -> None:
    part = part_of(RequestFactory().get(f"/{asked}"), range(30), name="topics", limit=12)
    assert (part.offset, len(part.shown)) == (0, 12)


@pytest.mark.parametrize(("count", "offset"), [(0, 0), (12, 0), (13, 12), (30, 24)])
def test_a_place_behind_the_end_is_the_last_part(count: int, offset: int) -> None:
    request = RequestFactory().get("/?topics=999999")
    part = part_of(request, range(count), name="topics", limit=12)
    assert part.offset == offset
    assert list(part.shown) == list(range(offset, count))


@pytest.mark.django_db
def test_all_topics_are_on_the_pages_once_and_in_order(
    ada: User, bruno: User, course: Course, now: datetime, client_of: ClientOf
) -> None:
    lesson = course.lessons.earliest("order_index")
    practise(ada, factories.quiz(lesson=lesson, questions=3), [1, 0, 1], at=now)
    for number in range(AT_ONCE + 1):
        other = factories.lesson(course=course, topic=f"Topic {number}")
        Concept.objects.create(course=course, lesson=other, name=f"Topic {number}")
    actions.catch_up(now=now + timedelta(days=400))
    shown = own_picture(viewer=ada, slug=course.slug, now=now)
    order = [str(one.standing.concept_id) for one in shown.topics]
    assert len(order) > AT_ONCE
    own = reverse("course_progress", kwargs={"slug": course.slug})
    staff = reverse("insight_student", kwargs={"slug": course.slug, "student_id": ada.pk})
    for client, address in ((client_of(ada), own), (client_of(bruno), staff)):
        found: list[str] = []
        for place in range(0, len(order), AT_ONCE):
            text = client.get(f"{address}?topics={place}").content.decode()
            lines = re.findall(r'st-topic-name"><a href="[^"]*concepts/([^/"]+)/', text)
            assert 0 < len(lines) <= AT_ONCE
            assert ('rel="next"' in text) == (place + AT_ONCE < len(order))
            found += lines
        assert found == order
