"""Session fixation, and rights that are taken away while somebody is signed in."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.urls import reverse

from studium.identity.actions import people, tokens
from studium.identity.models import Session
from studium.identity.sessions import SessionStore
from studium.lib import clock
from studium.lib.errors import NotSignedIn
from tests import factories
from tests.mails import sent_mails

pytestmark = pytest.mark.django_db
COOKIE = settings.SESSION_COOKIE_NAME


def sign_in(browser, user, password=factories.PASSWORD):
    return browser.post(reverse("account_login"), {"login": user.email, "password": password})


def me(browser):
    return browser.get(reverse("help")).wsgi_request.user


def test_a_token_planted_before_sign_in_is_not_the_one_after_it(client_of, ada):
    browser = client_of(None)
    browser.cookies[COOKIE] = "planted-by-somebody-else-1234567890"
    assert sign_in(browser, ada).status_code == 302
    after = browser.cookies[COOKIE].value
    assert after != "planted-by-somebody-else-1234567890"
    assert me(browser) == ada
    attacker = client_of(None)
    attacker.cookies[COOKIE] = "planted-by-somebody-else-1234567890"
    assert not me(attacker).is_authenticated


def test_a_real_session_of_a_visitor_gets_another_token_at_sign_in_and_the_old_one_dies(
    client_of, ada
):
    planted = SessionStore()
    planted["theme"] = "dark"
    planted.save()
    old = planted.session_key
    browser = client_of(None)
    browser.cookies[COOKIE] = old
    sign_in(browser, ada)
    assert browser.cookies[COOKIE].value != old
    attacker = client_of(None)
    attacker.cookies[COOKIE] = old
    assert not me(attacker).is_authenticated
    assert Session.objects.count() == 1


def test_signing_out_ends_the_session_and_its_old_cookie_opens_nothing(client_of, ada):
    browser = client_of(None)
    sign_in(browser, ada)
    old = browser.cookies[COOKIE].value
    assert browser.post(reverse("account_logout")).status_code == 302
    assert browser.cookies[COOKIE].value == ""
    replay = client_of(None)
    replay.cookies[COOKIE] = old
    assert not me(replay).is_authenticated
    assert not Session.objects.exists()


def test_signing_out_needs_a_post(client_of, ada):
    browser = client_of(ada)
    browser.get(reverse("account_logout"))
    assert me(browser) == ada


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(client_of, ada, settings):
    browser = client_of(None)
    sign_in(browser, ada)
    morsel = browser.cookies[COOKIE]
    assert morsel["httponly"]
    assert morsel["samesite"] == "Lax"
    assert morsel["path"] == "/"
    assert morsel["domain"] == ""


def test_a_second_person_in_the_same_browser_does_not_get_the_firsts_session(client_of, ada, bruno):
    browser = client_of(None)
    sign_in(browser, ada)
    first = browser.cookies[COOKIE].value
    browser.post(reverse("account_logout"))
    sign_in(browser, bruno)
    assert browser.cookies[COOKIE].value != first
    assert me(browser) == bruno


def test_who_is_switched_off_is_out_with_the_next_request_by_page_and_by_token(
    client_of, ada, dora
):
    browser = client_of(ada)
    token = tokens.create_token(by=ada, name="x", now=clock.now()).token
    people.deactivate(by=dora, person_id=ada.pk, now=clock.now())
    assert not me(browser).is_authenticated
    with pytest.raises(NotSignedIn):
        tokens.bearer(token, now=clock.now())
    assert sign_in(client_of(None), ada).status_code == 200


def test_a_person_switched_off_by_the_database_alone_is_out_too(client_of, ada):
    browser = client_of(ada)
    type(ada).objects.filter(pk=ada.pk).update(is_active=False)
    assert not me(browser).is_authenticated
    type(ada).objects.filter(pk=ada.pk).update(is_active=True, erased_at=clock.now())
    assert not me(browser).is_authenticated


def test_a_role_taken_away_counts_with_the_next_request(client_of, dora, bruno):
    second = factories.person("Second Admin", role="ADMIN")
    browser = client_of(dora)
    assert browser.get(reverse("admin_people")).status_code == 200
    people.change_role(by=second, person_id=dora.pk, role="STUDENT", now=clock.now())
    assert browser.get(reverse("admin_people")).status_code == 403
    assert not me(browser).is_admin


def test_a_course_left_is_refused_with_the_next_request(client_of, ada, course):
    browser = client_of(ada)
    lesson = course.lessons.first()
    address = reverse("lesson", kwargs={"slug": course.slug, "lesson_id": lesson.pk})
    assert browser.get(address).status_code == 200
    course.enrollments.filter(user=ada).update(ended_at=clock.now())
    assert browser.get(address).status_code in {403, 404}


def test_no_mail_goes_to_who_is_switched_off(client_of, ada):
    type(ada).objects.filter(pk=ada.pk).update(is_active=False)
    client_of(None).post(reverse("account_reset_password"), {"email": ada.email})
    assert all(ada.name not in message.body for message in sent_mails())
    assert all("/reset/key/" not in message.body for message in sent_mails())
