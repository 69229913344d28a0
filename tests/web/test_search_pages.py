"""The search page and the palette as they are asked for, and what may stay on a device."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from studium.content import passages
from studium.content.models import Course, Enrollment, Lesson
from studium.identity.actions.preferences import set_preferences
from studium.identity.models import AuditEntry, User
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def filled(course: Course, ada: User) -> Course:
    for number in range(23):
        factories.lesson(
            course=course, topic=f"Metal {number}", content=f"Zinc is <b>metal</b> {number}.\n"
        )
    factories.question(quiz=factories.quiz(lesson=course.lessons.first()), text="Is zinc grey?")
    passages.write_again()
    return course


def test_a_search_page_counts_cuts_and_keeps_its_filters_in_the_address(
    filled: Course, ada: User, bruno: User, client_of: Callable[..., Client]
) -> None:
    page = client_of(ada).get("/search/?q=zinc").content.decode()
    assert "Lessons 23" in page
    assert "All 23" in page
    assert "Questions" not in page  # nor that there are any
    assert page.count("data-row") == 3
    second = client_of(ada).get("/search/?q=zinc&kind=lesson&offset=20").content.decode()
    assert second.count("data-row") == 3
    assert "21–23 of 23" in second
    assert re.search(r'rel="prev" href="\?q=zinc&amp;kind=lesson"', second)
    assert "<b>metal</b>" not in second  # what is found is text
    assert "Questions 1" in client_of(bruno).get("/search/?q=zinc").content.decode()
    nothing = client_of(ada).get(f"/search/?q=gold&course={filled.slug}").content.decode()
    assert "Nothing holds all these words." in nothing
    odd = client_of(ada).get("/search/?q=%00&kind=exam&course=none&offset=-1")
    assert odd.status_code == 200


def test_the_palette_offers_pages_of_ones_own_and_what_is_found(
    filled: Course, ada: User, bruno: User, client_of: Callable[..., Client]
) -> None:
    def options(user: User, typed: str) -> list[str]:
        page = client_of(user).get("/palette/found/", {"q": typed}).content.decode()
        return re.findall(r'role="option" id="option-\d+" href="([^"]+)"', page)

    assert reverse("teach") not in options(ada, "te")
    assert reverse("teach") in options(bruno, "te")
    found = options(ada, "zinc")
    assert found[-1] == "/search/?q=zinc"
    assert sum("/lessons/" in one for one in found) == 5
    assert not any("/teach/" in one for one in found)
    assert options(ada, "zi") == ["/search/?q=zi"]  # two letters are in too much
    assert any("/story/" in one for one in options(bruno, "zinc"))
    assert f"/courses/{filled.slug}/" in options(ada, "owner")


def test_only_lessons_one_may_read_stay_on_a_device_and_none_if_one_likes(
    course: Course, other_course: Course, ada: User, client_of: Callable[..., Client], now: Any
) -> None:
    one, two = course.lessons.order_by("order_index")
    Lesson.objects.filter(pk=two.pk).update(status="draft")
    ids = [one.pk, two.pk, other_course.lessons.earliest("order_index").pk, "nonsense"]
    asked = f"/offline/kept/?lessons={','.join(map(str, ids))}"
    assert client_of(ada).get(asked).json() == {"keep": True, "lessons": [str(one.pk)]}
    set_preferences(by=ada, keep_lessons=False, now=now)
    assert client_of(ada).get(asked).json()["keep"] is False
    Enrollment.objects.filter(user=ada).update(ended_at=now)
    assert client_of(ada).get(asked).json()["lessons"] == []


def test_the_page_without_a_connection_is_nobodys_own(
    ada: User, client_of: Callable[..., Client]
) -> None:
    page = client_of(ada).get("/offline/").content.decode()
    assert "Ada" not in page
    assert "data-person" not in page
    worker = client_of(ada).get("/sw.js")
    assert worker.headers["Cache-Control"] == "no-cache"
    assert worker.headers["Content-Type"].startswith("text/javascript")


def test_settings_are_kept_and_a_change_is_logged_once(
    ada: User, client_of: Callable[..., Client]
) -> None:
    browser = client_of(ada)
    for _ in range(2):
        browser.post("/account/preferences/", {"keep_lessons": "on"})
    assert 'data-single-keys="off"' in browser.get("/palette/").content.decode()
    assert AuditEntry.objects.filter(action="person.preferences", actor=ada).count() == 1
