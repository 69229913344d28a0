"""The rules beside the client: addresses, breaker, budgets, waits, events, keys."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from studium.ai.wire import sse
from studium.ai.wire.address import allowed, parse, pinned
from studium.ai.wire.breaker import FIRST, MOST, Breaker
from studium.ai.wire.budget import Spent, refusal, tokens_of
from studium.ai.wire.faults import EngineFailed
from studium.ai.wire.redact import redacted
from studium.ai.wire.retry import read_retry_after, wait_before

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("https://api.example.org/v1/", "https://api.example.org/v1"),
        ("http://127.0.0.1:11434/v1", "http://127.0.0.1:11434/v1"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("https://example.org:443", "https://example.org"),
    ],
)
def test_an_address_is_read_and_written(text: str, read: str) -> None:
    assert str(parse(text)) == read


@pytest.mark.parametrize(
    "text",
    [
        "", "example.org", "ftp://example.org", "file:///etc/passwd", "gopher://x", "http://",
        "http://user:word@example.org", "https://example.org/v1?key=1", "https://example.org/#a",
        "https://example.org/v1/../admin", "https://example.org/%2e%2e", "https://a b.org",
        "https://example.org:99999", "https://example.org\r\nx: y", "https://éxample.org",
        "https://example.org\\@evil.example", "https://[::1", "https://" + "a" * 600,
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_refused_in_words(text: str) -> None:
    with pytest.raises(EngineFailed) as caught:
        parse(text)
    assert caught.value.fault == "address_refused"


NEAR = [
    "127.0.0.1", "127.8.8.8", "::1", "10.0.0.5", "172.16.0.1", "192.168.1.1", "169.254.1.1",
    "fe80::1", "fd12::1", "100.64.0.1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
]  # fmt: skip
NEVER = [
    "169.254.169.254", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "fd00:ec2::254",
    "100.100.100.200", "0.0.0.0", "::", "0.1.2.3", "224.0.0.1", "ff02::1",
]  # fmt: skip


@pytest.mark.parametrize("ip", NEAR)
def test_a39_near_machines_need_consent(ip: str) -> None:
    assert allowed(ip, private_ok=True)
    assert not allowed(ip, private_ok=False)


@pytest.mark.parametrize("ip", NEVER)
def test_a39_some_machines_are_never_asked(ip: str) -> None:
    assert not allowed(ip, private_ok=True)


def test_public_machines_may_be_asked() -> None:
    assert allowed("93.184.216.34", private_ok=False)
    assert allowed("2606:2800:220:1::1", private_ok=False)


@pytest.mark.parametrize(
    "host", ["127.1", "0x7f.1", "2130706433", "0177.0.0.1", "localhost", "LOCALHOST"]
)
def test_a39_other_ways_to_write_this_machine_are_seen_through(host: str) -> None:
    with pytest.raises(EngineFailed, match="STUDIUM_MODEL_PRIVATE_ADDRESSES"):
        pinned(parse(f"https://{host}/v1"), private_ok=False, seconds=5)


def test_a39_one_bad_address_of_a_name_is_enough_to_refuse_it() -> None:
    with pytest.raises(EngineFailed, match="may not be asked"):
        pinned(
            parse("https://api.example.org"),
            private_ok=False,
            seconds=1,
            resolve=lambda host, port: ["93.184.216.34", "10.0.0.1"],
        )


def test_a_public_machine_is_asked_over_https_only() -> None:
    def resolve(host: str, port: int) -> list[str]:
        return ["93.184.216.34"]

    here = {"private_ok": True, "seconds": 1.0, "resolve": resolve}
    assert pinned(parse("https://api.example.org"), **here) == "93.184.216.34"
    with pytest.raises(EngineFailed, match="https"):
        pinned(parse("http://api.example.org"), **here)


def test_three_failures_open_the_breaker_and_a_success_closes_it() -> None:
    one = Breaker()
    for _ in range(2):
        one = one.failed(NOW)
        assert one.may_ask(NOW)
    one = one.failed(NOW)
    assert not one.may_ask(NOW)
    later = NOW + FIRST
    assert one.state(later) == "half_open"
    trying = one.tried(later, seconds=30)
    assert not trying.may_ask(later), "one tries at a time"
    assert trying.may_ask(later + timedelta(seconds=30)), "the one that tried died"
    assert trying.failed(later).open_until == later + 2 * FIRST
    assert trying.succeeded() == Breaker()


def test_an_open_breaker_waits_half_an_hour_at_most() -> None:
    one = Breaker()
    for _ in range(2000):
        one = one.failed(NOW)
    assert one.open_until == NOW + MOST


def test_a_success_between_failures_begins_the_count_anew() -> None:
    one = Breaker().failed(NOW).failed(NOW).succeeded().failed(NOW)
    assert one.may_ask(NOW)


def test_a_budget_that_is_spent_says_whose() -> None:
    fine = Spent("site", 10, 1, None, None)
    assert refusal([fine], more_tokens=10**9) == ""
    assert "course" in refusal([fine, Spent("course", 900, 1, 1000, None)], more_tokens=101)
    assert "person" in refusal([Spent("user", 0, 5, None, 5)])
    assert refusal([Spent("user", 0, 4, 100, 5)], more_tokens=100) == ""
    assert refusal([Spent("site", 0, 0, 0, 0)]), "a budget of nothing allows nothing"


def test_tokens_are_rounded_up() -> None:
    assert [tokens_of(text) for text in ("", "a", "a" * 7)] == [0, 1, 2]


def test_waits_grow_have_chance_in_them_and_end_with_the_time() -> None:
    full = [wait_before(n, retry_after=None, left=99, chance=lambda: 1.0) for n in (1, 2, 3, 9)]
    assert full == [0.5, 1, 2, 20]
    assert wait_before(3, retry_after=None, left=99, chance=lambda: 0.0) == 0
    assert wait_before(1, retry_after=7, left=99, chance=lambda: 0.0) == 7
    assert wait_before(1, retry_after=7, left=13, chance=lambda: 0.0) is None


def test_retry_after_is_seconds_or_a_date() -> None:
    assert read_retry_after("12") == 12
    assert read_retry_after("Mon, 02 Mar 2026 12:00:30 GMT", now=NOW) == 30
    assert read_retry_after("Mon, 02 Mar 2020 12:00:30 GMT", now=NOW) == 0
    assert [read_retry_after(text) for text in (None, "", "soon", "-3", "١٢")] == [None] * 5


def test_events_are_read_across_pieces_and_line_ends() -> None:
    raw = "\ufeffevent: a\r\ndata: 1\r\n\r\n: comment\ndata:2\ndata: ü\u2028\n\rdata: lost".encode()
    for size in (1, 3, 1000):
        pieces = [raw[at : at + size] for at in range(0, len(raw), size)]
        assert list(sse.events(pieces)) == [("a", "1"), ("message", "2\nü\u2028")]


def test_events_that_are_no_text_are_a_fault() -> None:
    with pytest.raises(EngineFailed):
        list(sse.events([b"data: \xff\n\n"]))
    with pytest.raises(EngineFailed):
        list(sse.events([b"data: \xc3"]))


def test_keys_are_taken_out_of_texts() -> None:
    assert redacted("the key abcd-1 is wrong", "abcd-1") == "the key [key] is wrong"
    assert redacted("Incorrect key sk-proj-12345678 given") == "Incorrect key [key] given"
    assert redacted("nothing here") == "nothing here"
