"""What every page weighs at the first visit, and what it costs the server beside the lesson page.

    python -m benchmarks --only pages
    python -m benchmarks.pages --data DIR     # a data folder that `studium demo` has filled

The demo is served as people serve it. *Weight* is what a browser with an empty cache is sent: the
page and everything it names (style, scripts and what they import, pictures, fonts), bytes of the
bodies as they travel. *CPU* is that of all processes of the server, for each request of many;
*written* that of requests before each of which something was written that no page shows, *after a
change* that of requests before each of which somebody has changed the course, so that nothing that
was made from it counts any more.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import json
import re
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from benchmarks import processes
from benchmarks.processes import Server

ROUNDS, REQUESTS = 3, 15
LESSON = "lesson"
_NAMED = re.compile(
    r"""<(?:link\b[^>]*\brel="(?:stylesheet|icon|preload|modulepreload)"[^>]*?\bhref|"""
    r"""script\b[^>]*?\bsrc|img\b[^>]*?\bsrc|use\b[^>]*?\bhref)="([^"#]+)"""
)
_HREF_FIRST = re.compile(
    r"""<link\b[^>]*?\bhref="([^"]+)"[^>]*\brel="(?:stylesheet|icon|preload)"""
)
_IMPORTED = re.compile(r"""(?:import|from)\s*\(?\s*["']([^"']+\.js[^"']*)["']""")
_IN_STYLE = re.compile(r"""url\(["']?([^"')]+)["']?\)""")


@dataclass(frozen=True, slots=True)
class Cost:
    """One page: bytes of itself and of all at the first visit, and CPU per request; also where
    something was written that it does not show, and where the course was changed, before each."""

    role: str
    name: str
    own: int
    first: int
    cpu_us: float
    written_us: float
    changed_us: float


class Visitor:
    """One connection to the server, signed in or not."""

    def __init__(self, server: Server, cookie: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        self._head = {"Accept-Encoding": "gzip", **({"Cookie": cookie} if cookie else {})}
        self.sizes: dict[str, int] = {}

    def get(self, path: str) -> tuple[int, str, bytes]:
        """Status, type and body as it travels."""
        self._connection.request("GET", path, headers=self._head)
        reply = self._connection.getresponse()
        body = reply.read()
        self._encoding = reply.getheader("Content-Encoding", "")
        return reply.status, reply.getheader("Content-Type", ""), body

    def text(self, body: bytes) -> str:
        """The body that came last, unpacked."""
        return (gzip.decompress(body) if self._encoding == "gzip" else body).decode(errors="ignore")

    def weigh(self, path: str) -> tuple[int, int]:
        """Bytes of the page, and of it with all it names."""
        status, _, body = self.get(path)
        if status != 200:
            raise SystemExit(f"{path} answered {status}")
        seen: dict[str, int] = {path: len(body)}
        page = self.text(body)
        left = [urljoin(path, one) for one in (*_NAMED.findall(page), *_HREF_FIRST.findall(page))]
        while left:
            address = urlsplit(left.pop())._replace(fragment="").geturl()
            if address in seen or urlsplit(address).netloc or address.startswith("data:"):
                continue
            status, kind, body = self.get(address)
            seen[address] = len(body) if status == 200 else 0
            left += [urljoin(address, one) for one in self._named(kind, body)]
        return seen[path], sum(seen.values())

    def _named(self, kind: str, body: bytes) -> Iterator[str]:
        if "javascript" in kind:
            yield from _IMPORTED.findall(self.text(body))
        elif "css" in kind:
            yield from _IN_STYLE.findall(self.text(body))


def cpu_ns(server: Server) -> int:
    """Nanoseconds of CPU of every thread of the server so far."""
    total = 0
    for pid in server.pids():
        for task in Path(f"/proc/{pid}/task").iterdir():
            total += int((task / "schedstat").read_text("ascii").split()[0])
    return total


def change(data: Path) -> None:
    """What an edit of a course leaves in the row that its pages read first."""
    with closing(sqlite3.connect(data / "studium.sqlite3", timeout=30)) as database, database:
        database.execute("UPDATE courses SET updated_at = STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')")


def write(data: Path) -> None:
    """A write that changes nothing these pages show, as most of what others do meanwhile."""
    with closing(sqlite3.connect(data / "studium.sqlite3", timeout=30)) as database, database:
        # The same value again would be no write: SQLite compares before it writes.
        database.execute(
            "UPDATE users SET last_login = STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW') "
            "WHERE id = (SELECT MAX(id) FROM users)"
        )


def _nothing() -> None:
    """What happens before a request where nobody changes anything."""


def cost(
    server: Server,
    visitor: Visitor,
    path: str,
    requests: int,
    *,
    before_each: Callable[[], None] = _nothing,
) -> float:
    """Microseconds of CPU per request: the least of some rounds, since the machine is shared.

    A round in which a process of the server ended, and took its CPU with it, is made again.
    """
    visitor.get(path)
    found: list[float] = []
    while len(found) < ROUNDS:
        before, pids = cpu_ns(server), server.pids()
        for _ in range(requests):
            before_each()
            visitor.get(path)
        used = (cpu_ns(server) - before) / requests / 1000
        found += [used] if used > 0 and server.pids() == pids else []
    return min(found)


def measure(data: Path, only: str = "") -> list[Cost]:
    """Every page of the demo in this folder, the lesson page first."""
    from tools.screenshots import PAGES, names_in_addresses

    env = processes.environment(data)
    said = processes.module("benchmarks.pages", "--sessions", env=env)
    cookies = json.loads(said.splitlines()[-1])
    names = names_in_addresses(data)
    arguments = [processes.PROGRAM, "serve", "--demo", "--no-worker", "--port"]
    port = processes.free_port()
    found: list[Cost] = []
    with ExitStack() as stack:
        server = processes.launch(
            [*arguments, str(port)], env=env, port=port, log=data / "serve.log"
        )
        stack.enter_context(processes.running(server))
        for role, pages in PAGES.items():
            visitor = Visitor(server, cookies.get(role, ""))
            for name, path in pages.items():
                if only and name not in (only, LESSON):
                    continue
                path = path.format(**names)
                own, first = visitor.weigh(path)
                used = cost(server, visitor, path, REQUESTS * (6 if name == LESSON else 1))
                more = [
                    cost(server, visitor, path, REQUESTS, before_each=partial(before, data))
                    for before in (write, change)
                ]
                found.append(Cost(role, name, own, first, used, *more))
    return sorted(found, key=lambda one: one.name != LESSON)


def sessions() -> dict[str, str]:
    """The cookies of the people who look, by role."""
    import django

    django.setup()
    from tools.screenshots import PEOPLE

    from benchmarks.ground import session
    from studium.identity.models import User
    from studium.lib import clock

    people = {role: User.objects.get(email=f"{name}@example.org") for role, name in PEOPLE.items()}
    return {role: f"studium={session(who, clock.now())}" for role, who in people.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, help="a data folder with the demo")
    parser.add_argument("--only", default="", help="one page beside the lesson")
    parser.add_argument("--sessions", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.sessions:
        print(json.dumps(sessions()))
        return 0
    with tempfile.TemporaryDirectory(prefix="studium-pages-") as made:
        data = options.data or Path(made)
        if not options.data:
            processes.studium_command("demo", env=processes.environment(data))
        found = measure(data, options.only)
    lesson = found[0].cpu_us
    head = f"{'page':34} {'bytes':>8} {'first visit':>12} {'CPU us':>8} {'x lesson':>8}"
    print(f"{head} {'written':>8} {'after a change':>15} {'x':>5}")
    for one in sorted(found, key=lambda one: -one.cpu_us):
        name = f"{one.name} ({one.role})"
        line = f"{name:34} {one.own:8,} {one.first:12,} {one.cpu_us:8,.0f}"
        ratios = one.cpu_us / lesson, one.changed_us / lesson
        more = f"{one.written_us:8,.0f} {one.changed_us:15,.0f}"
        print(f"{line} {ratios[0]:8.1f} {more} {ratios[1]:5.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
