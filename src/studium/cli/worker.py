"""`studium worker`: only the job worker, for a machine of its own."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

HELP = "run queued jobs (`studium serve` does this too unless told --no-worker)"


def configure(parser: ArgumentParser) -> None:
    """How many processes."""
    parser.add_argument(
        "--processes", type=int, metavar="N", help="worker processes (default: STUDIUM_JOB_WORKERS)"
    )


def run(options: Namespace) -> int:
    """Until SIGTERM or Ctrl-C; the running job then goes back into the queue."""
    from django.conf import settings

    from studium.cli import _database, _processes, _running, _web

    count: int = options.processes or int(str(settings.Q_CLUSTER["workers"]))
    if not 1 <= count <= 32:
        return _processes.refuse("--processes must be a number from 1 to 32.")
    _running.hold(settings.DATA_DIR)
    if _database.pending_migrations():
        return _processes.refuse("The database is not at this version. Run `studium migrate`.")
    _web.load_addresses()
    print(f"Working off jobs in {count} process{'es' if count > 1 else ''}.", flush=True)
    return _processes.Family([_processes.job_worker(n) for n in range(1, count + 1)]).run()
