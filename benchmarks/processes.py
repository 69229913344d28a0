"""Start the real server and the floor; read what their processes cost; end them."""

from __future__ import annotations

import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
TICK = 1.0 / os.sysconf("SC_CLK_TCK")
PROGRAM = str(Path(sys.executable).with_name("studium"))
FIRST_PORT = 8200
FOREIGN = ("STUDIUM_", "DJANGO_", "PYTEST_")


@dataclass(frozen=True, slots=True)
class Stat:
    """What the kernel says of one process: its parent, its session and its CPU seconds."""

    pid: int
    parent: int
    session: int
    cpu: float


@dataclass
class Server:
    """A started server: every process of it is in the session of `process`."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def pids(self) -> list[int]:
        """All its processes, the first one first."""
        return sorted(one.pid for one in stats() if one.session == self.process.pid)

    def cpu(self) -> float:
        """CPU seconds, user and system, of all its processes so far."""
        return sum(one.cpu for one in stats() if one.session == self.process.pid)

    def kill(self) -> int:
        """SIGKILL to every process at once, the first one first; gives how many got it."""
        killed = 0
        while pids := self.pids():
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            killed = killed or len(pids)
            self.process.poll()  # reaps the first one
            time.sleep(0.01)
        self.process.wait(timeout=30)
        return killed

    def stop(self) -> None:
        """Ask it to end, and see to it that nothing stays."""
        if self.process.poll() is None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=20)
        self.kill()


def stats() -> Iterator[Stat]:
    """Every process of this machine that is alive; a zombie is none."""
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit():
            continue
        try:
            text = Path(entry.path, "stat").read_text("utf-8", "replace")
        except (FileNotFoundError, ProcessLookupError):
            continue
        fields = text.rpartition(")")[2].split()
        if fields[0] != "Z":
            # state ppid pgrp session … utime stime cutime cstime
            cpu = sum(map(int, fields[11:13])) * TICK
            yield Stat(int(entry.name), int(fields[1]), int(fields[3]), cpu)


def family_cpu(parent: int) -> float:
    """CPU seconds of a process and its children, the ended ones included (PostgreSQL)."""
    own = Path(f"/proc/{parent}/stat").read_text("utf-8").rpartition(")")[2].split()
    ended = sum(map(int, own[11:15])) * TICK
    return ended + sum(one.cpu for one in stats() if one.parent == parent)


def resident(pids: list[int]) -> int:
    """Bytes of memory of some processes, pages that several share counted once (PSS)."""
    total = 0
    for pid in pids:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8").splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1]) * 1024
    return total


def environment(data_dir: Path, database_url: str = "", **more: str) -> dict[str, str]:
    """The variables of a server or command on one data folder; none of the caller's own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    kept.pop("DATABASE_URL", None)
    own = {
        "STUDIUM_DATA_DIR": str(data_dir),
        "DJANGO_SETTINGS_MODULE": "studium.project.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    if database_url:
        own["DATABASE_URL"] = database_url
    return {**kept, **own, **more}


def module(*arguments: str, env: Mapping[str, str]) -> str:
    """Run a Python module of this checkout to its end and give what it printed."""
    return command(sys.executable, "-m", *arguments, env=env)


def studium_command(*arguments: str, env: Mapping[str, str]) -> str:
    """Run the `studium` command to its end and give what it printed."""
    return command(PROGRAM, *arguments, env=env)


def command(*arguments: str, env: Mapping[str, str], seconds: float = 900) -> str:
    """Run a program to its end and give what it printed; it must end well."""
    done = subprocess.run(
        arguments,
        cwd=ROOT,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=seconds,
    )
    if done.returncode != 0:
        raise SystemExit(f"`{' '.join(arguments)}` failed:\n{done.stdout}{done.stderr}"[-4000:])
    return done.stdout


_reserved: dict[int, IO[bytes]] = {}


def free_port() -> int:
    """A port from 8200 upwards that nothing listens on, and that no other run of this program takes
    meanwhile: granian shares a port with whoever wants it too, so a lock keeps others away."""
    for port in range(FIRST_PORT, FIRST_PORT + 30):
        if _reserve(port) and not _is_taken(port):
            return port
    raise SystemExit(f"No port from {FIRST_PORT} to {FIRST_PORT + 29} is free.")


def _reserve(port: int) -> bool:
    if port in _reserved:
        return True
    name = Path(tempfile.gettempdir(), f"studium-benchmark-{port}.lock")
    lock: IO[bytes]
    try:
        lock = name.open("ab")
    except PermissionError:  # of another person, whose lock keeps us away all the same
        lock = name.open("rb")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        return False
    _reserved[port] = lock
    return True


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def launch(arguments: list[str], *, env: Mapping[str, str], port: int, log: Path) -> Server:
    """Start a program in a session of its own and wait until it answers HTTP."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            arguments,
            cwd=ROOT,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    server = Server(process, port, log)
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        if answers(port):
            return server
        time.sleep(0.05)
    server.stop()
    raise SystemExit(f"The server did not start:\n{log.read_text('utf-8', 'replace')[-3000:]}")


def answers(port: int) -> bool:
    """Whether a server speaks HTTP on this port."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def studium(
    data_dir: Path, database_url: str = "", *, worker: bool = False, settings: str = ""
) -> Server:
    """`studium serve` as people run it; without the job worker unless it is asked for."""
    port = free_port()
    arguments = [PROGRAM, "serve", "--port", str(port)]
    if not worker:
        arguments.append("--no-worker")
    more = {"DJANGO_SETTINGS_MODULE": settings} if settings else {}
    env = environment(data_dir, database_url, **more)
    return launch(arguments, env=env, port=port, log=data_dir / "serve.log")


def floor(record: Path, data_dir: Path, database_url: str = "") -> Server:
    """The bare server on the same database: granian, ASGI, two workers."""
    port = free_port()
    arguments = [sys.executable, "-m", "granian", "--interface", "asgi", "--workers", "2"]
    arguments += ["--host", "127.0.0.1", "--port", str(port), "--http", "1", "--no-ws"]
    arguments += ["--no-access-log", "--log-level", "warning", "benchmarks.floor:app"]
    env = environment(data_dir, database_url, BENCH_RECORD=str(record))
    return launch(arguments, env=env, port=port, log=data_dir / "floor.log")


@contextmanager
def running(*servers: Server) -> Iterator[None]:
    """Stop the servers at the end, whatever happens."""
    try:
        yield
    finally:
        for server in servers:
            server.stop()
