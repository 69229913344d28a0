"""Runs the `studium` program as people do: a process of its own, with a data folder of its own.

A process begins with a second of imports: where it is not what is proved, `within` runs a command
in the process and on the database of the test.
"""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from studium import cli

ROOT = Path(__file__).parents[2]
PROGRAM = [sys.executable, "-c", "import sys; from studium.cli import main; sys.exit(main())"]


def environment(folder: Path, **more: str) -> dict[str, str]:
    """The caller's environment without any Studium settings, plus a data folder."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("STUDIUM_", "DATABASE_URL", "DJANGO_"))
    }
    return kept | {"STUDIUM_DATA_DIR": str(folder), "PYTHONWARNINGS": "error"} | more


def studium(
    folder: Path, *arguments: str, given: str = "", **more: str
) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [*PROGRAM, *arguments],
        input=given,
        capture_output=True,
        text=True,
        timeout=120,
        env=environment(folder, **more),
        cwd=ROOT,
    )


def within(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run one command here, on the database of the test; it leaves no variables behind."""
    out, err = io.StringIO(), io.StringIO()
    with (
        redirect_stdout(out),
        redirect_stderr(err),
        mock.patch.object(sys, "stdin", io.StringIO(given)),
        mock.patch.dict(os.environ),
    ):
        try:
            code = cli.main([*arguments])
        except SystemExit as end:
            code = int(end.code or 0)
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


def free_port() -> int:
    """A port nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_server(folder: Path, port: int, *arguments: str, **more: str) -> subprocess.Popen[str]:
    """Start `studium serve` and wait until it answers."""
    with (folder / "serve.log").open("w") as log:
        process = subprocess.Popen(
            [*PROGRAM, "serve", "--port", str(port), *arguments],
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment(folder, **more),
            cwd=ROOT,
        )
    try:
        wait_until(lambda: answers(port) or process.poll() is not None, seconds=60)
        assert process.poll() is None, (folder / "serve.log").read_text()
    except BaseException:
        process.kill()
        raise
    return process


def answers(port: int, path: str = "healthz", *, seconds: float = 5) -> bool:
    """Whether the server says 200 within so many seconds."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/{path}", timeout=seconds) as reply:
            return reply.status == 200
    except (HTTPError, URLError, OSError):
        return False


def wait_until(true: object, *, seconds: float, pause: float = 0.1) -> None:
    """Ask again and again, after so many seconds each, until it is true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(pause)


def descendants(pid: int) -> list[int]:
    """All living children, and theirs."""
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                state, parent = (folder / "stat").read_text().rsplit(")", 1)[1].split()[:2]
            except OSError:
                continue
            if state != "Z":
                parents[int(folder.name)] = int(parent)
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found[1:]


def alive(pids: list[int]) -> list[int]:
    """Those that still run."""
    living = []
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            continue
        if state != "Z":
            living.append(pid)
    return living
