"""The server of the journeys: one that keeps its connections to the database."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

ALIAS = "default"


class Server(ThreadedWSGIServer):
    """Django's has a thread for each connection of a browser, and closes the thread's connection to
    the database with it. Nearly every request comes by a connection of its own, and opening a
    SQLite database reads its whole schema: more than half of what a page cost here. What is asked
    after the other is answered from one open connection, as by the threads of `studium run`.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.idle: list[BaseDatabaseWrapper] = []

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        with suppress(IndexError):
            connections[ALIAS] = self.idle.pop()
        super().process_request_thread(request, client_address)

    def _close_connections(self) -> None:
        """A thread is about to end: the next one has its connection."""
        used = connections[ALIAS]
        if not used.allow_thread_sharing:
            used.inc_thread_sharing()
        self.idle.append(used)

    def server_close(self) -> None:
        super().server_close()
        while self.idle:
            self.idle.pop().close()
