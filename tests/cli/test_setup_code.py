"""Which set-up code a start of the server leaves in its environment."""

from __future__ import annotations

import pytest

from studium.cli import _setup_code
from studium.identity.rules import NO_SETUP_CODE, plain_code

CODE = "STUDIUM_SETUP_CODE"


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (CODE, "STUDIUM_HOSTS", *_setup_code._REACHED_FROM_OUTSIDE):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(CODE, "")  # so that it is taken back after the test


def chosen(host: str) -> str:
    import os

    _setup_code.choose(host)
    return os.environ[CODE]


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_a_server_for_this_machine_alone_asks_for_none(host: str):
    assert chosen(host) == NO_SETUP_CODE == _setup_code.NONE


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "learn.example.org"])
def test_any_other_server_makes_one_at_each_start(host: str, monkeypatch: pytest.MonkeyPatch):
    codes = set()
    for _ in range(3):
        monkeypatch.setenv(CODE, NO_SETUP_CODE)  # what a person may have set in good faith
        codes.add(chosen(host))
    assert len(codes) == 3
    assert all(len(plain_code(code)) == 16 for code in codes)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STUDIUM_HOSTS", "localhost,learn.example.org"),
        ("STUDIUM_URL", "https://learn.example.org"),
        ("STUDIUM_TRUSTED_PROXIES", "1"),
        ("STUDIUM_HTTPS", "1"),
    ],
)
def test_a_server_behind_another_one_makes_one_too(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(name, value)
    assert chosen("127.0.0.1") != NO_SETUP_CODE


def test_a_code_of_the_operator_stays(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(CODE, "ours-1234")
    assert chosen("0.0.0.0") == chosen("127.0.0.1") == "ours-1234"


def test_the_terminal_says_the_code_only_where_one_is_asked_for():
    assert "ab-12" in _setup_code.invitation("http://host/", "ab-12")
    assert "code" not in _setup_code.invitation("http://127.0.0.1:8000/", NO_SETUP_CODE)
