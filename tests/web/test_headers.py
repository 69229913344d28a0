"""Every answer carries its protective headers, and health tells the truth."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from django.db import connection
from django.test import override_settings

from studium import web
from studium.lib import triggers
from studium.web.middleware import CONTENT_POLICY, client_ip, security_headers
from studium.web.static_files import slim

pytestmark = pytest.mark.django_db
STATIC = Path(web.__file__).parent / "static"


@pytest.mark.parametrize(
    "address", ["/account/login/", "/nowhere/", "/healthz", "/api/nowhere", "/static/css/site.css"]
)
def test_every_answer_has_the_headers(client_of, address):
    answer = client_of(None).get(address)
    answer.close()  # a static file is open until it is sent
    headers = answer.headers
    assert headers["Content-Security-Policy"] == CONTENT_POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cache-Control"]


def test_style_and_scripts_travel_packed_to_who_takes_that(client_of):
    plain = client_of(None).get("/static/css/site.css")
    answer = client_of(None).get("/static/css/site.css", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert "Content-Encoding" not in plain.headers
    body = answer.getvalue()
    assert int(answer.headers["Content-Length"]) == len(body) < 16_000
    assert gzip.decompress(body).decode() == slim(plain.getvalue().decode(), ".css")
    answer.close()
    plain.close()


def test_what_is_packed_means_the_same_line_by_line():
    style = "/* one\n   two */\n.a {\n  color: red; /* three */\n}\n"
    assert slim(style, ".css") == "\n\n.a {\ncolor: red;\n}\n"
    script = "// one\nif (a) {\n  // two\n  b(`${c}`); // three\n}\n"
    assert slim(script, ".js") == "\nif (a) {\n\nb(`${c}`); // three\n}\n"
    for kept in ("a(`\n  // b\n`);\n", "one\n"):  # a text over several lines, another kind of file
        assert slim(kept, ".js" if "`" in kept else ".txt") == kept
    for file in sorted(STATIC.rglob("*.js")) + sorted(STATIC.rglob("*.css")):
        text = file.read_text("utf-8")
        assert slim(text, file.suffix).count("\n") == text.count("\n"), file


def test_the_policy_allows_no_inline_script_and_no_other_site():
    assert "unsafe" not in CONTENT_POLICY
    assert "http" not in CONTENT_POLICY
    for rule in ("default-src 'self'", "object-src 'none'", "base-uri 'none'"):
        assert rule in CONTENT_POLICY
    assert "frame-ancestors 'none'" in CONTENT_POLICY


def test_private_pages_are_not_kept_and_vary_on_the_cookie(client_of, ada):
    headers = client_of(ada).get("/account/").headers
    assert "no-store" in headers["Cache-Control"]
    assert "Cookie" in headers["Vary"]


def test_over_https_browsers_are_told_to_stay_there(rf):
    from django.http import HttpResponse

    def answer(_request):
        return HttpResponse(headers={"Cache-Control": "private"})

    with override_settings(SECURE_HSTS_SECONDS=31_536_000):
        response = security_headers(answer)(rf.get("/"))
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert response.headers["Cache-Control"] == "private"
    assert "Strict-Transport-Security" not in security_headers(answer)(rf.get("/")).headers


def test_alive_asks_nothing_of_the_database(client_of, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client_of(None).get("/healthz").json() == {"status": "ok"}


def test_ready_means_migrated_and_with_every_trigger(client_of):
    assert client_of(None).get("/readyz").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute(triggers.removal(connection)[0])
    answer = client_of(None).get("/readyz")
    assert answer.status_code == 503
    assert "Triggers differ" in answer.json()["problems"][0]


def test_a_failure_of_ours_is_a_page_with_a_reference_that_the_log_holds(
    client_of, caplog, monkeypatch
):
    from studium.web import health

    monkeypatch.setattr(health, "_problems", lambda: 1 / 0)
    browser = client_of(None, raise_request_exception=False)
    page = browser.get("/readyz")
    assert page.status_code == 500
    record = next(record for record in caplog.records if record.name == "studium.errors")
    assert record.reference in page.text
    assert "ZeroDivisionError" in caplog.text
    assert "ZeroDivisionError" not in page.text


def test_language_and_zone_are_the_persons_and_do_not_stay_for_the_next(client_of, ada):
    type(ada).objects.filter(pk=ada.pk).update(timezone="Asia/Tokyo", locale="de")
    page = client_of(ada).get("/help/")
    assert "Asia/Tokyo" in page.text
    assert '<html lang="de"' in page.text
    visitor = client_of(None).get("/help/")
    assert "UTC" in visitor.text
    assert '<html lang="en"' in visitor.text


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.1", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "203.0.113.1", "203.0.113.1"),
        (1, "forged, 203.0.113.1", "203.0.113.1"),
        (2, "203.0.113.1", "10.0.0.1"),
        (2, "forged, 203.0.113.1, 10.0.0.2", "203.0.113.1"),
        (1, "x" * 100, "x" * 45),
    ],
)
def test_the_address_of_a_request_is_what_no_stranger_could_have_written(
    rf, settings, proxies, forwarded, address
):
    settings.TRUSTED_PROXIES = proxies
    request = rf.get("/", REMOTE_ADDR="10.0.0.1", headers={"x-forwarded-for": forwarded})
    assert client_ip(request) == address
