"""The connection of a virtual student: whole replies, however they arrive."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from contextlib import suppress

import pytest

from studium.cli._students import Reply, Wire

PLAIN = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    # A piece that ends as the whole does.
    b"7\r\nab0\r\n\r\n\r\n3\r\nxyz\r\n0\r\n\r\n"
)
MOVED = (
    b"HTTP/1.1 302 Found\r\nlocation: /exam-attempts/Ab/\r\nContent-Length: 0\r\n"
    b"Set-Cookie: a=b\r\n\r\n"
)


def answered(came: list[bytes]) -> Reply:
    """What a student makes of bytes that come in these pieces, before the server hangs up."""

    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]

        def serve() -> None:
            with listening.accept()[0] as wire:
                wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                wire.recv(1000)
                with suppress(OSError):  # the student may have hung up
                    for piece in came:
                        wire.sendall(piece)
                        time.sleep(0.001)

        async def ask() -> Reply:
            _, wire = await asyncio.get_running_loop().create_connection(Wire, "127.0.0.1", port)
            try:
                return await wire.ask(b"GET / HTTP/1.1\r\n\r\n")
            finally:
                wire.close()
                await asyncio.sleep(0)  # the connection is closed a turn later

        serving = threading.Thread(target=serve)
        serving.start()
        try:
            return asyncio.run(ask())
        finally:
            serving.join()


@pytest.mark.parametrize(
    ("reply", "wanted"),
    [
        (PLAIN, Reply(200, "", b"hello")),
        (CHUNKED, Reply(200, "", b"ab0\r\n\r\nxyz")),
        (MOVED, Reply(302, "/exam-attempts/Ab/", b"")),
    ],
)
def test_a_reply_is_whole_whatever_the_pieces_it_comes_in(reply: bytes, wanted: Reply) -> None:
    assert answered([reply]) == wanted
    assert answered([reply[at : at + 1] for at in range(len(reply))]) == wanted


@pytest.mark.parametrize("reply", [b"", PLAIN[:-1], CHUNKED[:-1], b"HTTP/1.1 200 OK\r\n"])
def test_a_server_that_hangs_up_too_early_is_an_error(reply: bytes) -> None:
    with pytest.raises(ConnectionError):
        answered([reply])


def test_what_is_no_reply_is_an_error() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        answered([b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n"])
