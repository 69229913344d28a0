"""The session engine: one statement per page, tokens only as hashes, ended means ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from studium.identity.models import Session
from studium.identity.rules import browser_words
from studium.identity.sessions import SessionStore, token_hash
from studium.lib import clock
from tests import factories

pytestmark = pytest.mark.django_db
PAGE = "/help/"


def token_of(browser: Client) -> str:
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


def test_a_page_asks_the_database_once_for_session_and_person(
    client_of, bruno, django_assert_num_queries
):
    browser = client_of(bruno)
    with django_assert_num_queries(1) as queries:
        user = browser.get(PAGE).wsgi_request.user
        assert (user.name, user.email, user.role) == (bruno.name, bruno.email, "INSTRUCTOR")
        assert user.teaches
        assert user.is_admin is False
    assert "user_sessions" in queries[0]["sql"]


def test_a_visitor_costs_no_query_and_gets_no_session(client_of, django_assert_num_queries):
    browser = client_of(None)
    with django_assert_num_queries(0):
        answer = browser.get(PAGE)
    assert settings.SESSION_COOKIE_NAME not in answer.cookies
    assert Session.objects.count() == 0


def test_the_person_read_by_hand_equals_the_person_read_by_the_models(client_of, ada):
    ada.refresh_from_db()
    read = client_of(ada).get(PAGE).wsgi_request.user
    ada.refresh_from_db()
    for field in type(ada)._meta.concrete_fields:
        assert getattr(read, field.attname) == getattr(ada, field.attname), field.name
    assert read == ada


@pytest.mark.parametrize(
    ("role", "ended", "teaches"),
    [
        ("assistant", None, True),
        ("instructor", None, True),
        ("student", None, False),
        ("instructor", datetime(2026, 1, 1, tzinfo=UTC), False),
    ],
)
def test_who_teaches_a_course_is_known_with_the_session(client_of, course, role, ended, teaches):
    person = factories.person("Gus Gray")
    factories.enrollment(user=person, course=course, role=role, ended_at=ended)
    assert client_of(person).get(PAGE).wsgi_request.user.teaches is teaches
    assert type(person).objects.get(pk=person.pk).teaches is teaches


def test_the_table_holds_the_hash_of_the_token_and_nowhere_the_token(client_of, ada):
    token = token_of(client_of(ada))
    row = Session.objects.get(user=ada)
    assert len(token) == 43
    assert row.token_hash == token_hash(token)
    assert token not in row.data
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM user_sessions")
        assert all(token not in str(row) for row in cursor.fetchall())


def test_thousand_tokens_differ_and_use_the_whole_alphabet():
    tokens = set()
    for _ in range(1000):
        session = SessionStore()
        session.create()
        tokens.add(session.session_key)
    assert len(tokens) == 1000
    assert len(set("".join(tokens))) == 64


def signed_in(browser: Client) -> bool:
    return browser.get(PAGE).wsgi_request.user.is_authenticated


def test_an_expired_session_signs_nobody_in(client_of, ada):
    browser = client_of(ada)
    past = clock.now() - timedelta(seconds=1)
    Session.objects.update(created_at=past - timedelta(days=1), expires_at=past)
    assert not signed_in(browser)
    SessionStore.clear_expired()
    assert not Session.objects.exists()


def test_a_session_whose_password_hash_was_tampered_with_is_dead(client_of, ada):
    browser = client_of(ada)
    session = SessionStore(token_of(browser))
    session[HASH_SESSION_KEY] = "0" * 64
    session.save()
    assert not signed_in(browser)


def test_a_changed_password_ends_the_session(client_of, ada):
    browser = client_of(ada)
    assert signed_in(browser)
    ada.set_password("another good password")
    ada.save()
    assert not signed_in(browser)


def test_a_token_that_was_not_given_out_here_is_never_taken_over():
    session = SessionStore("planted-by-somebody-else-1234567890")
    session["theme"] = "dark"
    session.save()
    assert session.session_key != "planted-by-somebody-else-1234567890"
    assert len(session.session_key) == 43


def test_a_session_of_another_person_cannot_be_claimed_by_its_data(client_of, ada, bruno):
    browser = client_of(ada)
    row = Session.objects.get(user=ada)
    row.data = row.data.replace(str(ada.pk), str(bruno.pk))
    row.save()
    assert not signed_in(browser)


def test_when_somebody_was_seen_is_written_every_few_minutes_only(client_of, ada):
    browser = client_of(ada)
    with CaptureQueriesContext(connection) as first:
        browser.get(PAGE)
    assert len(first) == 1
    Session.objects.update(last_seen_at=clock.now() - timedelta(minutes=6))
    browser.get(PAGE, headers={"user-agent": "Lynx"})
    row = Session.objects.get()
    assert clock.now() - row.last_seen_at < timedelta(minutes=1)
    assert row.user_agent == "Lynx"


def test_a_new_session_knows_where_it_was_opened(client_of, ada):
    client_of(None).post(
        "/account/login/",
        {"login": ada.email, "password": factories.PASSWORD},
        REMOTE_ADDR="192.0.2.9",
        headers={"user-agent": "Lynx"},
    )
    row = Session.objects.get(user=ada)
    assert (row.ip, row.user_agent) == ("192.0.2.9", "Lynx")


def test_a_session_that_was_ended_meanwhile_is_not_brought_back_by_a_late_request(client_of, ada):
    session = SessionStore(token_of(client_of(ada)))
    session["half"] = "done"
    Session.objects.all().delete()
    from django.contrib.sessions.backends.base import UpdateError

    with pytest.raises(UpdateError):
        session.save()
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/130.0.0.0 Safari/537.36",
            "Chrome · Linux",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0",
            "Edge · Windows",
        ),
        (
            "Mozilla/5.0 (Android 15; Mobile; rv:132.0) Gecko/132.0 Firefox/132.0",
            "Firefox · Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari · iPhone",
        ),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", ""),
    ],
)
def test_a_browser_is_called_by_its_name_and_its_system(said: str, words: str) -> None:
    assert browser_words(said) == words
