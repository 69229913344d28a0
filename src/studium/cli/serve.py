"""`studium serve`: the pages, the API and the job worker, with one command."""

from __future__ import annotations

import os
import socket
import sys
from argparse import ArgumentParser, Namespace

from studium.cli import _setup_code

HELP = "run the site: web server and job worker in one"
MORE = "Brings an SQLite database to this version first, after copying it."
_PORTS = range(1, 65536)


def configure(parser: ArgumentParser) -> None:
    """Where to listen, how many processes, and what to leave out."""
    parser.add_argument("--host", default="127.0.0.1", help="address (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="port (default: %(default)s)")
    parser.add_argument("--workers", type=int, default=2, help="web processes (default: 2)")
    parser.add_argument(
        "--demo", action="store_true", help="demo mode: sign in by a click; this machine only"
    )
    parser.add_argument("--no-worker", action="store_true", help="run no jobs here")
    parser.add_argument(
        "--migrate", action="store_true", help="bring a PostgreSQL database to this version too"
    )


def before_setup(options: Namespace) -> None:
    """Wrong options end here, before anything is read or written."""
    for wrong in _wrong(options):
        print(wrong, file=sys.stderr)
        raise SystemExit(2)
    _setup_code.choose(options.host)
    if options.demo:
        os.environ["STUDIUM_DEMO"] = "1"


def run(options: Namespace) -> int:
    """Until SIGTERM or Ctrl-C."""
    from django.conf import settings

    from studium.cli import _processes, _running, _web
    from studium.cli.demo import sign_ins
    from studium.identity import queries

    if settings.DEMO and not _setup_code.is_loopback(options.host):
        return _processes.refuse(_here_only(options.host))
    if not settings.DEMO and (found := sign_ins.refusal()):
        return _processes.refuse(found)
    _running.hold(settings.DATA_DIR)
    if not _prepare(options):
        return 2
    _web.preload()
    count = 0 if options.no_worker else int(str(settings.Q_CLUSTER["workers"]))
    workers = [_processes.job_worker(number) for number in range(1, count + 1)]
    address = _address(options.host, options.port)
    print(f"Studium is at {address} (Ctrl-C ends it).", flush=True)
    if not queries.has_people():
        print(_setup_code.invitation(address, settings.SETUP_CODE), flush=True)
    server = _web.server(options.host, options.port, workers=options.workers)
    return _processes.Family([server, *workers]).run()


def _here_only(host: str) -> str:
    return (
        f"Demo mode answers on this machine only, and {host} is not it. Leave out --host, or do "
        "without --demo and STUDIUM_DEMO."
    )


def _wrong(options: Namespace) -> list[str]:
    if options.demo and not _setup_code.is_loopback(options.host):
        return [_here_only(options.host)]
    if options.port not in _PORTS:
        return [f"--port is {options.port}; it should be a number from 1 to 65535."]
    if not 1 <= options.workers <= 64:
        return [f"--workers is {options.workers}; it should be a number from 1 to 64."]
    try:
        family, kind, _, _, place = socket.getaddrinfo(
            options.host, options.port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except socket.gaierror:
        return [f"--host is {options.host!r}; this machine has no such address."]
    except OSError as error:
        return [
            f"Port {options.port} on {options.host} cannot be used: {error.strerror}. Choose "
            "another with --port, or end the program that holds it."
        ]
    return []


def _prepare(options: Namespace) -> bool:
    """The database at this version with its triggers; says so and returns False otherwise."""
    from django.db import connection

    from studium.cli import _database, _processes

    waiting = _database.pending_migrations()
    if waiting and connection.vendor == "postgresql" and not options.migrate:
        _processes.refuse(
            f"The database lacks {len(waiting)} migrations, {waiting[0]} first. Back it up, then "
            "run `studium migrate`, or start with --migrate."
        )
        return False
    if waiting:
        print(f"Bringing the database to this version: {len(waiting)} migrations.", flush=True)
        _database.migrate()
    for sentence in _database.mend_triggers():
        print(f"Mended: {sentence}", file=sys.stderr)
    return True


def _address(host: str, port: int) -> str:
    return f"http://{'[' + host + ']' if ':' in host else host}:{port}/"
