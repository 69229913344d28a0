"""The way bytes take: to the pinned machine only, every read and write under the guard.

httpx's own timeouts hold between two bytes, so a server that drips one byte a second can hold a
caller for ever, most easily in the headers. Here the socket itself knows the deadline.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import httpcore
import httpx

from studium.ai.wire.faults import EngineFailed
from studium.ai.wire.guard import LISTEN_SECONDS, Guard


class _Stream(httpcore.NetworkStream):
    """A connection that ends with its guard."""

    def __init__(self, inner: httpcore.NetworkStream, guard: Guard) -> None:
        self._inner, self._guard = inner, guard

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        guard, silent_until = self._guard, time.monotonic() + self._guard.limits.silence
        while True:
            guard.look()
            wait = min(LISTEN_SECONDS, guard.left(), max(0.01, silent_until - time.monotonic()))
            try:
                data = self._inner.read(min(max_bytes, 65_536), wait)
            except httpcore.ReadTimeout:
                if time.monotonic() >= silent_until:
                    seconds = guard.limits.silence
                    raise EngineFailed(
                        "timeout", f"The model server was silent for {seconds:.0f} seconds."
                    ) from None
                continue
            guard.took(len(data))
            return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        # In pieces: each has the time of a write, all of them the deadline.
        for start in range(0, len(buffer), 65_536):
            piece = buffer[start : start + 65_536]
            self._guard.look()
            self._inner.write(piece, min(self._guard.limits.write, self._guard.left()))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        wait = min(self._guard.limits.connect, self._guard.left())
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, wait), self._guard)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    """Connects to one machine, whatever the host is called."""

    def __init__(self, machine: str, guard: Guard) -> None:
        self._machine, self._guard = machine, guard
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        self._guard.look()
        wait = min(self._guard.limits.connect, self._guard.left())
        return _Stream(self._inner.connect_tcp(self._machine, port, wait), self._guard)


class _Body(httpx.SyncByteStream):
    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __iter__(self) -> Iterator[bytes]:
        with _as_httpx():
            yield from self._inner

    def close(self) -> None:
        self._inner.close()


class _as_httpx:
    """Turns httpcore's errors into httpx's, so that callers know one family."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, httpcore.ConnectError | httpcore.ConnectTimeout):
            raise httpx.ConnectError(str(error)) from error
        if isinstance(error, httpcore.TimeoutException):
            raise httpx.ReadTimeout(str(error)) from error
        if isinstance(error, httpcore.ProtocolError | httpcore.NetworkError):
            raise httpx.RemoteProtocolError(str(error)) from error


@cache
def _trusted() -> ssl.SSLContext:
    """The authorities we trust, read once; the environment names no others."""
    return httpx.create_ssl_context(trust_env=False)


class PinnedTransport(httpx.BaseTransport):
    """One connection to one machine; TLS still proves the host's name."""

    def __init__(self, machine: str, guard: Guard) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=_trusted(), max_connections=1, network_backend=_Backend(machine, guard)
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request; the body is read piece by piece by whoever asked."""
        if not isinstance(request.stream, httpx.SyncByteStream):
            raise TypeError("The body of a request is bytes here.")
        core = httpcore.Request(
            method=request.method,
            url=httpcore.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        with _as_httpx():
            found = self._pool.handle_request(core)
        return httpx.Response(
            status_code=found.status,
            headers=found.headers,
            stream=_Body(found.stream),
            extensions=found.extensions,
        )

    def close(self) -> None:
        """Close the connection."""
        self._pool.close()
