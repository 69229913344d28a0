"""A real model server on a loopback port that behaves as told: well, or badly in every known way.

It speaks raw HTTP on sockets, so that it can break off, drip and lie about its headers.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any
    raw: bytes


Act = Callable[[socket.socket, Asked], None]


@dataclass
class ModelServer:
    """`acts` are used up one a request; the last one stays. `asked` is what came."""

    acts: list[Act]
    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def next_act(self) -> Act:
        return self.acts.pop(0) if len(self.acts) > 1 else self.acts[0]


@contextlib.contextmanager
def model_server(*acts: Act) -> Iterator[ModelServer]:
    """The server, on a free port, for as long as the block runs."""
    server = ModelServer(list(acts))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server.port = listening.getsockname()[1]
        listening.settimeout(0.05)
        thread = threading.Thread(target=_accept, args=(server, listening), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            thread.join()


def _accept(server: ModelServer, listening: socket.socket) -> None:
    while not server.over.is_set():
        try:
            connection, _ = listening.accept()
        except TimeoutError:
            continue
        threading.Thread(target=_serve, args=(server, connection), daemon=True).start()


def _serve(server: ModelServer, connection: socket.socket) -> None:
    with connection, contextlib.suppress(OSError):
        connection.settimeout(10)
        asked = _read(connection)
        server.asked.append(asked)
        server.next_act()(connection, asked)


def _read(connection: socket.socket) -> Asked:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            raise OSError("nothing was asked")
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    method, path, _ = lines[0].split(" ", 2)
    headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines[1:])}
    while len(body) < int(headers.get("content-length", "0")):
        body += connection.recv(65536)
    return Asked(method, path, headers, json.loads(body) if body else None, data)


# --- what it does ------------------------------------------------------------------------------


def http(body: bytes, status: str = "200 OK", **headers: str) -> bytes:
    """An answer as bytes."""
    told = {"content-type": "application/json", "content-length": str(len(body))}
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"HTTP/1.1 {status}\r\n{lines}connection: close\r\n\r\n".encode() + body


def says(value: Any, status: str = "200 OK", **headers: str) -> Act:
    """A JSON answer."""
    return sends(http(json.dumps(value).encode(), status, **headers))


def sends(data: bytes) -> Act:
    """These bytes, and the connection closed."""
    return lambda connection, asked: connection.sendall(data)


def error(status: str, message: str = "No.", **headers: str) -> Act:
    """A refusal in the shape both dialects use."""
    return says({"error": {"message": message}}, status, **headers)


def hangs(connection: socket.socket, asked: Asked) -> None:
    """Say nothing until the other side goes."""
    with contextlib.suppress(OSError):
        connection.recv(1)


def drips(connection: socket.socket, asked: Asked) -> None:
    """A header that never ends, a byte at a time."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nx-slow: ")
    while True:
        connection.sendall(b"a")
        time.sleep(0.02)


def drips_body(connection: socket.socket, asked: Asked) -> None:
    """Headers at once, and a body a byte at a time."""
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n")
    while True:
        connection.sendall(b" ")
        time.sleep(0.02)


def endless(connection: socket.socket, asked: Asked) -> None:
    """Chunks without end."""
    connection.sendall(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    while True:
        connection.sendall(chunk)


def endless_events(connection: socket.socket, asked: Asked) -> None:
    """A stream of events that never says it is done."""
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n")
    while True:
        connection.sendall(event(delta("word ")))


def closes_midway(connection: socket.socket, asked: Asked) -> None:
    """Less than was announced."""
    connection.sendall(http(b'{"choices": [{"mess')[:-6])


def ten_megabytes(connection: socket.socket, asked: Asked) -> None:
    """A whole answer that is too long."""
    connection.sendall(http(json.dumps({"x": "a" * 10_000_000}).encode()))


# --- what the OpenAI dialect says --------------------------------------------------------------


def completion(content: Any, finish: str = "stop", prompt_tokens: int = 200, **message: Any) -> Act:
    """A chat completion; anything but a text becomes JSON."""
    text = content if isinstance(content, str) or content is None else json.dumps(content)
    return says(
        {
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": text, **message},
                    "finish_reason": finish,
                }
            ],
            "usage": {"prompt_tokens": prompt_tokens, "completion_tokens": 20},
        }
    )


def delta(text: str | None, finish: str | None = None) -> dict[str, Any]:
    """One piece of a streamed completion."""
    return {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": finish}]}


def event(value: Any) -> bytes:
    """One event of a stream."""
    data = value if isinstance(value, str) else json.dumps(value)
    return f"data: {data}\n\n".encode()


def streams(*values: Any) -> Act:
    """A stream of these events."""
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
    return sends(head + b"".join(event(one) for one in values))
