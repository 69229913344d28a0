"""Every page that changes something wants proof that the change was asked for on our own page."""

from __future__ import annotations

import uuid

import pytest
from django.apps import apps
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.urls import URLPattern, URLResolver, get_resolver

from studium.assessment.models import AttemptPresence
from studium.content.models import LessonProgress
from studium.identity.models import Session
from tests import factories
from tests.security.matrix import writes

pytestmark = pytest.mark.django_db
# The signed link of a mail is itself the proof; mail programs POST to it by one click (RFC 8058).
BY_SIGNATURE = {"mail_stop"}
UNSAFE = ("post", "put", "patch", "delete")


def routes(resolver=None, before="", outer=()):
    """(name, its parameters, whether it is the API's) of every address of the site map."""
    for entry in (resolver or get_resolver()).url_patterns:
        text = before + str(entry.pattern)
        names = [*outer, *(entry.pattern.converters or entry.pattern.regex.groupindex)]
        if isinstance(entry, URLResolver):
            space = f"{entry.namespace}:" if entry.namespace else ""
            for name, inner, api in routes(entry, text, names):
                yield space + name, inner, api
        elif isinstance(entry, URLPattern) and entry.name:
            yield entry.name, names, text.startswith("api/")


def refused_plainly(request: HttpRequest, reason: str = "") -> HttpResponse:
    return HttpResponseForbidden()


@pytest.fixture
def plain_refusals(monkeypatch):
    """A refusal is decided before its page is made, and some two thousand times here: the page that
    people get is asked for by the first test."""
    monkeypatch.setattr(settings, "CSRF_FAILURE_VIEW", f"{__name__}.refused_plainly")


@pytest.fixture
def everywhere(course, ada, bruno, dora):
    """One real address for every route of the site map, pages and API apart."""
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
    made = {False: {}, True: {}}
    for name, names, api in routes():
        values = {each: real.get(each, uuid.uuid4()) for each in names}
        made[api][name] = reverse(name, kwargs=values)
    return made


@pytest.fixture
def addresses(everywhere):
    """The pages."""
    assert len(everywhere[False]) > 50
    return everywhere[False]


def state():
    """Every row of every table but those that a visit may touch: the session, the note that a
    lesson was opened, and when a paper was last seen open, which give nobody anything.
    """
    return {
        model: sorted(map(str, model._base_manager.values_list()))
        for model in apps.get_models()
        if model not in {Session, LessonProgress, AttemptPresence} and not model._meta.proxy
    }


def test_a_refusal_is_a_page_that_changes_nothing(client_of, dora):
    browser = client_of(dora, enforce_csrf_checks=True)
    before = state()
    answer = browser.post("/account/", {"name": "Mallory"})
    assert answer.status_code == 403
    assert "<h1" in answer.text
    assert state() == before


@pytest.mark.usefixtures("plain_refusals")
def test_a_change_by_cookie_without_the_token_is_refused_on_every_page(client_of, dora, addresses):
    browser = client_of(dora, enforce_csrf_checks=True)
    before = state()
    for name, address in addresses.items():
        for method in UNSAFE:
            answer = getattr(browser, method)(address)
            said = {404, 405} if name in BY_SIGNATURE else {403, 405}
            assert answer.status_code in said, (name, method, answer.status_code)
        if name in BY_SIGNATURE:
            continue
        text = browser.post(address, "role=ADMIN", content_type="text/plain")
        assert text.status_code == 403, name
        json = browser.post(address, '{"role": "ADMIN"}', content_type="application/json")
        assert json.status_code == 403, name
    assert state() == before


@pytest.mark.usefixtures("plain_refusals")
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
        assert answer.status_code == (404 if name in BY_SIGNATURE else 403), name
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
    before, written = state(), writes()
    for name, address in addresses.items():
        browser.get(address)
        if writes() != written:  # most write nothing, and comparing all rows takes its time
            assert state() == before, name
            written = writes()


def test_a_change_through_the_api_by_cookie_without_the_token_is_refused(
    client_of, dora, everywhere
):
    browser = client_of(dora, enforce_csrf_checks=True)
    before, api = state(), everywhere[True]
    assert len(api) > 40
    for name, address in api.items():
        for method in UNSAFE:
            for kind in ("text/plain", "application/json"):
                answer = getattr(browser, method)(address, "{}", content_type=kind)
                public = method == "post" and address == "/api/v1/tokens"
                assert answer.status_code in ({415, 422} if public else {403, 405}), (name, method)
    assert state() == before
    assert browser.get("/api/v1/me").json()["email"] == dora.email
