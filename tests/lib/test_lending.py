"""A server's threads hand on their connections to the database, one at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings
from django.core.signals import request_finished
from django.db import connection, connections, transaction
from django.http import StreamingHttpResponse
from django.test import RequestFactory
from django.utils.module_loading import import_string

from studium.lib import lending

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def nothing_idle() -> Iterator[None]:
    assert lending._idle == []
    yield
    while lending._idle:
        lending._idle.pop().close()


def used() -> object:
    """What stands for the connection of this thread, after it was used."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return connections["default"]


def in_threads(*work: Callable[[], object]) -> None:
    """Run each in a thread of its own, all at once."""
    with ThreadPoolExecutor(len(work)) as threads:
        for one in [threads.submit(one) for one in work]:
            one.result(timeout=30)


def asked(reply: Callable[[], Iterable[bytes]], seen: list[object]) -> Callable[[], object]:
    """One request to an application that uses its connection and gives this reply."""

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        seen.append(used())
        return reply()

    served = lending.Lending(application)
    return lambda: served({}, None)


def test_threads_that_take_turns_use_one_connection() -> None:
    seen: list[object] = []
    for _ in range(4):
        in_threads(asked(lambda: [b"x"], seen))
    assert len(seen) == 4
    assert len(set(map(id, seen))) == 1


def test_two_at_the_same_moment_have_one_each_and_the_last_given_back_is_the_next() -> None:
    seen: list[object] = []
    meet = threading.Barrier(2)

    def together() -> list[bytes]:
        meet.wait(timeout=20)
        return [b"x"]

    in_threads(asked(together, seen), asked(together, seen))
    assert len(set(map(id, seen))) == 2
    last = lending._idle[-1]
    in_threads(asked(lambda: [b"x"], seen))
    assert seen[-1] is last


def test_a_reply_that_is_still_sent_keeps_its_connection() -> None:
    seen: list[object] = []
    idle: list[int] = []

    def parts() -> Iterator[bytes]:
        seen.append(used())
        yield b"x"

    def request() -> None:
        reply = asked(lambda: StreamingHttpResponse(parts()), seen)()
        assert isinstance(reply, StreamingHttpResponse)
        list(reply)
        idle.append(len(lending._idle))
        reply.close()
        idle.append(len(lending._idle))

    in_threads(request)
    assert seen[0] is seen[1]
    assert idle == [0, 1]


def test_a_connection_amid_a_transaction_is_not_given_to_others() -> None:
    seen: list[object] = []

    def begun() -> None:
        with transaction.atomic():
            asked(lambda: [b"x"], seen)()
            assert lending._idle == []
            assert connections["default"] is seen[0]
        connections["default"].close()

    in_threads(begun)
    assert lending._idle == []


def test_the_site_is_served_so() -> None:
    def page() -> None:
        environ = RequestFactory().get("/readyz").environ
        said: list[str] = []
        import_string(settings.WSGI_APPLICATION)(environ, lambda status, _: said.append(status))
        assert said == ["200 OK"]

    for _ in range(3):
        in_threads(page)
    assert len(lending._idle) == 1


def test_a_thread_that_does_not_serve_keeps_its_own() -> None:
    own = used()
    lending.Lending(lambda environ, start_response: [b"x"])
    request_finished.send(sender=None)
    assert connections["default"] is own
    assert lending._idle == []
