"""Connections to the database that the threads of a server hand on to each other.

Django gives each thread a connection of its own. A server's threads take turns, so that of sixteen
connections the one used longest ago would always be the next: what PostgreSQL's process, or SQLite
in this one, keeps for it has left the processor's caches by then. Here a request gets the
connection that was given back last; there are as many as requests have run at the same moment.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any

from django.core.signals import request_finished
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]

_idle: list[BaseDatabaseWrapper] = []  # of this process, the last used last
_here = threading.local()


class Lending:
    """A WSGI application, each request of which has a connection that was used just now.

    A reply that is not a list may still read the database while it is sent: its connection is given
    back when Django says that the request is over. If that is said in another thread, or never, the
    connection stays with its thread, for the thread's next request.
    """

    def __init__(self, application: Application) -> None:
        self.application = application
        request_finished.connect(_give_back, dispatch_uid="studium-lending")

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        _take()
        reply = self.application(environ, start_response)
        if type(reply) is list:
            _give_back()
        return reply


def _take() -> None:
    """Give this thread an idle connection, unless it has one."""
    _here.serves = True
    if _idle and not _own():
        with suppress(IndexError):  # another thread was faster
            connections[DEFAULT_DB_ALIAS] = _idle.pop()


def _give_back(**_: Any) -> None:
    """Take the connection away from a thread that serves, for whoever asks next; not amid a
    transaction."""
    if not getattr(_here, "serves", False):
        return  # Django's test client says so too
    _here.serves = False
    for one in _own():
        if not one.in_atomic_block:
            if not one.allow_thread_sharing:
                one.inc_thread_sharing()  # one thread after the other, never two at once
            del connections[DEFAULT_DB_ALIAS]
            _idle.append(one)


def _own() -> Sequence[BaseDatabaseWrapper]:
    return connections.all(initialized_only=True)
