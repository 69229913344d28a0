"""Which steps of the demo are done: a line of the audit log each, in the step's transaction.

The log only grows, so a step is never done twice, and a demo that was killed goes on where it was.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from studium.identity.actions import audit
from studium.lib import clock
from studium.lib.db import json_value

WEEKS = 12


def done() -> dict[str, dict[str, Any]]:
    """The steps that are done, by name, each with what it kept for later ones."""
    if "audit_log" not in connection.introspection.table_names():
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT action, detail FROM audit_log WHERE action LIKE %s", ["demo.%"])
        return {action.removeprefix("demo."): json_value(kept) for action, kept in cursor}


def perform(name: str, step: Callable[[], dict[str, Any]]) -> None:
    """Do a step in one transaction, unless it is done; what it returns is kept."""
    if name in done():
        return
    with transaction.atomic():
        kept = step()
        audit.record(by=None, action=f"demo.{name}", detail=kept, now=clock.now())


def kept_id(step: str, name: str) -> UUID:
    """An id that a step kept."""
    return UUID(done()[step][name])


def term_begins() -> datetime:
    """When the simulated term began: twelve weeks before the midnight of the first start."""
    return datetime.fromisoformat(done()["people"]["term_begins"])


def fresh_term() -> datetime:
    """The beginning of a term that ends today."""
    today = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(weeks=WEEKS)


@contextmanager
def told(doing: str) -> Iterator[Callable[[str], None]]:
    """Say what is done while it is done, then how long it took; one line in all.

    Yields a function that takes what came of it, for the end of the line.
    """
    outcome: list[str] = []
    begun = time.monotonic()
    sys.stdout.write(f"  {doing} … ")
    sys.stdout.flush()
    yield outcome.append
    about = f" ({outcome[-1]})" if outcome else ""
    print(f"{time.monotonic() - begun:.1f} s{about}", flush=True)
