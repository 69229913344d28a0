"""`studium xapi`: statements about learning, as a file for a learning record store."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, TextIO

HELP = "statements about learning for a record store: xapi export, send"


def configure(parser: ArgumentParser) -> None:
    """What to do, each with its own arguments."""
    actions = parser.add_subparsers(dest="what", metavar="ACTION", required=True)
    export = actions.add_parser("export", help="write statements into a file, as a JSON array")
    export.add_argument("--out", required=True, metavar="FILE", help="where to, - for the screen")
    export.add_argument(
        "--since", type=_moment, metavar="DATE", help="only what was answered from this day on"
    )
    actions.add_parser("send", help="have them sent to the record store that is set")


def run(options: Namespace) -> int:
    """Do what was named."""
    return _export(options) if options.what == "export" else _send()


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError("a day such as 2026-03-02, or a day and a time") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _export(options: Namespace) -> int:
    import sys
    from pathlib import Path

    from studium.analytics.queries.xapi import every_statement

    told = every_statement(since=options.since)
    if options.out == "-":
        _write(told, sys.stdout)
        return 0
    with Path(options.out).open("w", encoding="utf-8") as file:
        count = _write(told, file)
    print(f"{count:,} statements are in {options.out}.")
    return 0


def _write(told: Iterator[dict[str, Any]], file: TextIO) -> int:
    """One statement a line inside of the brackets, so that large files can be read by lines."""
    import json

    count = 0
    file.write("[")
    for count, statement in enumerate(told, 1):
        file.write((",\n" if count > 1 else "\n") + json.dumps(statement, ensure_ascii=False))
    file.write("\n]\n")
    return count


def _send() -> int:
    from studium.analytics import actions
    from studium.lib import clock

    job = actions.request_xapi_sending(by=None, now=clock.now())
    print(f"Job {job.pk} sends what there is.")
    return 0
