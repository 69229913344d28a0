"""Find, or install, PostgreSQL and lend a private server of it to a test run.

    python tools/find_postgres.py            # print where the server programs are
    python tools/find_postgres.py --start    # start one, print its address, wait for Enter

The server lives in a temporary folder, listens on a free loopback port, has a random password
and is gone with its data at the end. Its `fsync` is off: it serves tests of meaning, never
tests of durability. PostgreSQL refuses to run as root, so root starts it as another user.
"""

from __future__ import annotations

import argparse
import glob
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import debian_packages

OLDEST = 14  # the oldest server that Django 5.2 supports
USUAL_PLACES = (
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/pgsql-*/bin",  # Red Hat and its kin
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
    "/home/linuxbrew/.linuxbrew/opt/postgresql*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
    "/usr/local/pgsql/bin",
)
# What is unpacked where nothing may be installed: Debian's server, of whatever version.
PROGRAMS = tuple(f"usr/lib/postgresql/*/bin/{name}" for name in ("postgres", "initdb", "pg_ctl"))
# Those of its client package, which comes along where it is not installed.
CLIENTS = tuple(f"usr/lib/postgresql/*/bin/{name}" for name in ("pg_dump", "pg_restore"))
# Only for a server that is thrown away: no write of it has to survive anything.
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "127.0.0.1",
    "max_connections": "60",
    # The tests of integrity try every rule of some hundred tables inside one transaction.
    "max_locks_per_transaction": "512",
    "shared_buffers": "64MB",
    "jit": "off",
    "log_min_messages": "fatal",
}


class NotFoundError(Exception):
    """There is no PostgreSQL here; the message says what to install."""


def version_in(folder: str) -> int:
    """The major version of the server in a folder; 0 when there is none that starts."""
    programs = [Path(folder, name) for name in ("postgres", "initdb")]
    if not all(os.access(program, os.X_OK) for program in programs):
        return 0
    said = subprocess.run([str(programs[0]), "--version"], capture_output=True, text=True)
    number = re.search(r"(\d+)", said.stdout)
    return int(number.group()) if number else 0


def search() -> Path | None:
    """The folder of the newest usable server programs: on PATH, in the usual places, then
    what was unpacked into this environment."""
    on_path = shutil.which("postgres")
    folders = [str(Path(on_path).resolve().parent)] if on_path else []
    for pattern in USUAL_PLACES:
        folders += sorted(glob.glob(pattern), key=version_in, reverse=True)
    folders.append(str(debian_packages.place("postgresql")))
    return next((Path(folder) for folder in folders if version_in(folder) >= OLDEST), None)


def install_with_apt(*packages: str) -> bool:
    """Install Debian packages when this is root on a machine with apt; say whether it went well."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print(f"installing {' '.join(packages)} with apt-get (a minute or two)", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        done = subprocess.run(
            ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=300", *step],
            env=quiet,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        if done.returncode != 0:
            print(f"apt-get {step[0]} failed:\n{done.stdout[-2000:]}", flush=True)
            return False
    return True


def find_or_install() -> Path:
    """The folder with `postgres` and `initdb`.

    Raises:
        NotFoundError: it is not here and could not be installed.
    """
    found, tried = search(), ""
    if found is None and install_with_apt("postgresql"):
        found = search()
    if found is None:
        try:
            more = () if shutil.which("pg_dump") else CLIENTS
            debian_packages.unpack("postgresql", ["postgresql"], (*PROGRAMS, *more))
            found = search()
        except debian_packages.NotFetchedError as wrong:
            tried = f" What was tried said: {wrong}"
    if found is None:
        raise NotFoundError(
            f"No PostgreSQL server ({OLDEST} or newer) was found. Install one (Debian, Ubuntu: "
            "apt-get install postgresql; macOS: brew install postgresql@17), or name a database "
            f"that tests may fill and empty in STUDIUM_TEST_DATABASE_URL.{tried}"
        )
    return found


def server_user() -> dict[str, Any]:
    """Arguments for `subprocess` that leave root's rights behind; none for a plain user."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in ("postgres", "nobody"):
        if name in known:
            return {"user": name, "group": known[name].pw_gid, "extra_groups": []}
    raise NotFoundError("PostgreSQL does not run as root, and there is no user postgres or nobody.")


def roomy_folder() -> str:
    """A folder for temporary data that the server's user can reach too."""
    usual = Path(tempfile.gettempdir()).resolve()
    open_to_all = all(folder.stat().st_mode & 0o001 for folder in (usual, *usual.parents))
    return str(usual) if open_to_all else "/tmp"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def create_cluster(programs: Path, folder: Path, password: str, who: dict[str, Any]) -> Path:
    """An empty cluster with the role and database `studium`; its data folder."""
    data = folder / "data"
    first = [str(programs / "initdb"), "-D", str(data), "-U", "postgres", "-A", "scram-sha-256"]
    first += ["--encoding=UTF8", "--no-sync", "--pwfile", str(folder / "password")]
    # A UTF-8 locale, as real servers have: upper and lower case work beyond ASCII.
    for locale in ("C.UTF-8", "en_US.UTF-8", "C"):
        run = subprocess.run(
            [*first, f"--locale={locale}"], cwd=folder, capture_output=True, text=True, **who
        )
        if run.returncode == 0:
            break
        shutil.rmtree(data, ignore_errors=True)
    else:
        raise NotFoundError(f"initdb failed: {run.stderr.strip()}")
    # The tests' role owns databases but is no superuser, as on a well-kept server.
    script = f"CREATE ROLE studium LOGIN CREATEDB PASSWORD '{password}'\n"
    script += "CREATE DATABASE studium OWNER studium\n"
    single = [
        str(programs / "postgres"),
        "--single",
        "-D",
        str(data),
        "-c",
        "fsync=off",
        "postgres",
    ]
    made = subprocess.run(single, cwd=folder, input=script, capture_output=True, text=True, **who)
    if made.returncode != 0 or "ERROR" in made.stderr:
        raise NotFoundError(f"the test database could not be made: {made.stderr.strip()}")
    return data


def answers(port: int) -> bool:
    """Whether something listens on a loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def launch(
    programs: Path, data: Path, port: int, who: dict[str, Any]
) -> subprocess.Popen[bytes] | None:
    """The server's process once it takes connections; None when it ended first."""
    command = [str(programs / "postgres"), "-D", str(data), "-p", str(port), "-k", str(data.parent)]
    for name, value in SETTINGS.items():
        command += ["-c", f"{name}={value}"]
    with (data.parent / "log").open("ab") as log:
        server: subprocess.Popen[bytes] = subprocess.Popen(
            command, cwd=data.parent, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **who
        )
    until = time.monotonic() + 60
    while server.poll() is None and time.monotonic() < until:
        if "ready" in status_of(data) and answers(port):
            return server
        time.sleep(0.05)
    stop(server)
    return None


def status_of(data: Path) -> str:
    """What the server says of itself in its lock file: `starting`, `ready`, or nothing yet."""
    try:
        return (data / "postmaster.pid").read_text("utf-8").splitlines()[7]
    except (FileNotFoundError, IndexError):
        return ""


def stop(server: subprocess.Popen[bytes]) -> None:
    """Stop the server without waiting for its clients; its data are thrown away anyway."""
    if server.poll() is None:
        server.send_signal(signal.SIGINT)  # "fast shutdown"
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@contextmanager
def borrowed_server() -> Iterator[str]:
    """The address (`postgresql://…`) of a PostgreSQL for the length of a `with` block.

    `STUDIUM_TEST_DATABASE_URL`, when set, is lent as it is, and nothing is started.

    Raises:
        NotFoundError: there is no server and none could be installed or started.
    """
    named = os.environ.get("STUDIUM_TEST_DATABASE_URL")
    if named:
        yield named
        return
    programs = find_or_install()
    who = server_user()
    password = secrets.token_hex(16)
    with tempfile.TemporaryDirectory(
        prefix="studium-pg-", dir=roomy_folder(), ignore_cleanup_errors=True
    ) as name:
        folder = Path(name)
        (folder / "password").write_text(password, "utf-8")
        if who:
            for path in (folder, folder / "password"):
                shutil.chown(path, who["user"], who["group"])
        data = create_cluster(programs, folder, password, who)
        for _ in range(3):  # another program may take the free port before the server does
            port = free_port()
            if server := launch(programs, data, port, who):
                break
        else:
            log = (folder / "log").read_text("utf-8", "replace")
            raise NotFoundError(f"PostgreSQL did not start: {log[-1000:]}")
        try:
            yield f"postgresql://studium:{password}@127.0.0.1:{port}/studium"
        finally:
            stop(server)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--start", action="store_true", help="start one and wait for Enter")
    try:
        if not parser.parse_args().start:
            print(find_or_install())
            return 0
        with borrowed_server() as address:
            print(address, flush=True)
            sys.stdin.readline()
    except NotFoundError as missing:
        print(missing, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
