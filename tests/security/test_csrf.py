"""Every page that changes something wants proof that the change was asked for on our own page."""

from __future__ import annotations

import uuid

import pytest
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

from studium.content.models import LessonProgress
from studium.identity.models import Session
from tests import factories

pytestmark = pytest.mark.django_db
UNSAFE = ("post", "put", "patch", "delete")


def routes(resolver=None, before="", outer=()):
    """(name, its parameters) of every page; the API has no cookies."""
    for entry in (resolver or get_resolver()).url_patterns:
        text = before + str(entry.pattern)
        names = [*outer, *(entry.pattern.converters or entry.pattern.regex.groupindex)]
        if text.startswith("api/"):
            continue
        if isinstance(entry, URLResolver):
            yield from routes(entry, text, names)
        elif isinstance(entry, URLPattern):
            yield entry.name, names


@pytest.fixture
def addresses(course, ada, bruno, dora):
    """One real address for every route of the site map."""
    from django.urls import reverse

    lesson = course.lessons.first()
    quiz = factories.quiz(lesson=lesson)
    exam = factories.exam(course=course)
    real = {
        "slug": course.slug,
        "lesson_id": lesson.pk,
        "quiz_id": quiz.pk,
        "question_id": quiz.questions.first().pk,
        "exam_id": exam.pk,
        "attempt_id": factories.exam_attempt(exam=exam, user=ada).pk,
        "person_id": ada.pk,
        "user_id": ada.pk,
        "pk": 1,
        "version": 1,
        "path": "picture.png",
        "token": "some-token",
        "uidb36": "1",
        "key": "abc-def",
    }
    made = {
        name: reverse(name, kwargs={each: real.get(each, uuid.uuid4()) for each in names})
        for name, names in routes()
    }
    assert len(made) > 50
    return made


def state():
    """Every row of every table but those that a visit may touch: the session, and the note that a
    lesson was opened, which gives nobody anything.
    """
    return {
        model: sorted(map(str, model._base_manager.values_list()))
        for model in apps.get_models()
        if model not in {Session, LessonProgress} and not model._meta.proxy
    }


def test_a_change_by_cookie_without_the_token_is_refused_on_every_page(client_of, dora, addresses):
    browser = client_of(dora, enforce_csrf_checks=True)
    before = state()
    for name, address in addresses.items():
        for method in UNSAFE:
            answer = getattr(browser, method)(address)
            assert answer.status_code in {403, 405}, (name, method, answer.status_code)
        text = browser.post(address, "role=ADMIN", content_type="text/plain")
        assert text.status_code == 403, name
        json = browser.post(address, '{"role": "ADMIN"}', content_type="application/json")
        assert json.status_code == 403, name
    assert state() == before


@pytest.mark.parametrize(
    "foreign",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://testserver.evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_change_from_another_site_is_refused_even_with_the_token(
    client_of, dora, addresses, foreign
):
    browser = client_of(dora, enforce_csrf_checks=True)
    token = "a" * 32
    browser.cookies["csrftoken"] = token
    before = state()
    for name, address in addresses.items():
        answer = browser.post(address, {"csrfmiddlewaretoken": token}, headers=foreign)
        assert answer.status_code == 403, name
    assert state() == before


def test_the_token_lets_a_change_of_ones_own_page_through(client_of, ada):
    browser = client_of(ada, enforce_csrf_checks=True)
    page = browser.get("/account/")
    token = page.text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    values = {"name": "Ada B", "locale": "en", "timezone": "UTC", "csrfmiddlewaretoken": token}
    same = {"origin": "http://testserver", "sec-fetch-site": "same-origin"}
    assert browser.post("/account/", values, headers=same).status_code == 302
    ada.refresh_from_db()
    assert ada.name == "Ada B"


@pytest.mark.parametrize("who", ["ada", "bruno", "dora"])
def test_looking_at_a_page_changes_nothing(client_of, addresses, request, who):
    browser = client_of(request.getfixturevalue(who))
    for name, address in addresses.items():
        before = state()
        browser.get(address)
        assert state() == before, name


def test_a_session_cookie_is_no_key_to_the_api(client_of, dora):
    from django.http import HttpResponse

    answer: HttpResponse = client_of(dora).get("/api/v1/users")
    assert answer.status_code in {401, 404}
    assert not answer.wsgi_request.user.is_authenticated
