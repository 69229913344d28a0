"""A bad network between a browser and a server: it loses replies, is slow, or is not there at all.

It stands as a server of its own, so that the page meets what a real page meets: requests that
arrive and whose replies do not, connections that end, and nobody at the other side.
"""

from __future__ import annotations

import http.client
import random
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}


class BadNetwork:
    """Passes everything on to `upstream` (a port of this machine), as well as it is told to.

    `drop` is the share of saves whose reply is lost, half of them before the server has seen them
    and half afterwards; `delay` the most seconds another one is held back. While `up` is false no
    request is answered; no save is while `saves` is false, and none of the attempt `shut_for`, not
    even one that a page sends off as it is closed. `counts` has what happened: saves, lost_before,
    lost_after, delayed.
    """

    def __init__(self, upstream: int, *, port: int = 0, seed: int = 1) -> None:
        self.upstream = upstream
        self.up = True
        self.saves = True
        self.shut_for = ""
        self.drop = 0.0
        self.delay = 0.0
        self.counts: Counter[str] = Counter()
        self._chance = random.Random(seed)
        self._lock = threading.Lock()
        network = self

        class Handler(_Handler):
            pass

        Handler.network = network
        self._server = _Server(("127.0.0.1", port), Handler)
        self.port = int(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        """Where the browser finds the server."""
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        """Stop, and end what is under way."""
        self.up = False
        self._server.shutdown()
        self._server.server_close()

    def fate(self) -> tuple[str, float]:
        """What happens to the next save: "", "lost_before" or "lost_after", and its delay."""
        with self._lock:
            self.counts["saves"] += 1
            fate = ""
            if self._chance.random() < self.drop:
                fate = self._chance.choice(["lost_before", "lost_after"])
                self.counts[fate] += 1
            wait = self._chance.uniform(0, self.delay)
            self.counts["delayed"] += wait > self.delay / 10
        return fate, wait


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A page that leaves ends its connections; that is what it is here for."""


class _Handler(BaseHTTPRequestHandler):
    network: BadNetwork
    protocol_version = "HTTP/1.1"

    def handle_one_request(self) -> None:
        """Take a request off the line, or none when there is nobody."""
        super().handle_one_request()

    def _pass_on(self) -> None:
        network = self.network
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fate, wait = ("", 0.0)
        if self.command == "PUT":
            fate, wait = network.fate()
            if not network.saves or (network.shut_for and network.shut_for in self.path):
                return self._hang_up()
        if not network.up or fate == "lost_before":
            return self._hang_up()
        try:
            status, headers, content = self._ask(body)
        except (OSError, http.client.HTTPException):
            return self._hang_up()
        time.sleep(wait)
        if not network.up or fate == "lost_after":
            return self._hang_up()
        self._answer(status, headers, content)

    def _ask(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.network.upstream, timeout=30)
        try:
            connection.putrequest(
                self.command, self.path, skip_host=True, skip_accept_encoding=True
            )
            for name, value in self.headers.items():
                if name.lower() not in _HOP_BY_HOP:
                    connection.putheader(name, value)
            connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            reply = connection.getresponse()
            return reply.status, reply.getheaders(), reply.read()
        finally:
            connection.close()

    def _answer(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in _HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _hang_up(self) -> None:
        self.close_connection = True

    do_GET = do_HEAD = do_POST = do_PUT = _pass_on

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""
