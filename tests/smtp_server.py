"""A small real SMTP server on this machine, which can be told to misbehave."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class Behaviour:
    """What the server took, and what it says; `hang_up` is where it drops the line."""

    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)
    to_rcpt: str = "250 fine"
    to_message: str = "250 taken"
    hang_up: str = ""
    connections: int = 0


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        said: Behaviour = self.server.said  # type: ignore[attr-defined]
        said.connections += 1
        self.say("220 here")
        recipient = ""
        while line := self.rfile.readline().decode().strip():
            word = line.split(":")[0].split()[0].upper()
            if said.hang_up == word:
                return
            if word == "RCPT":
                recipient = line.split(":", 1)[1].strip().strip("<>")
                self.say(said.to_rcpt)
            elif word == "DATA":
                self.say("354 go on")
                content = self.message()
                if said.hang_up == "message":
                    return
                if said.to_message.startswith("2"):
                    read = message_from_bytes(content, policy=policy.default)
                    said.taken.append((recipient, read))
                if said.hang_up == "answer":
                    return
                self.say(said.to_message)
            elif word == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 fine")

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def message(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def smtp_server() -> Iterator[tuple[int, Behaviour]]:
    """Its port, and what it took and says."""
    with _Server(("127.0.0.1", 0), _Session) as server:
        server.said = said = Behaviour()  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server.server_address[1], said
        finally:
            server.shutdown()
            thread.join()
