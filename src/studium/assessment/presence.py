"""Signs of life of running attempts: when a paper was last heard of, and from where.

A paper tells about every 20 seconds that it is there. That must never slow a save down, so each
process keeps what it hears and writes it for all attempts at once, at most every two seconds; and
losing some of it loses nothing but a fresher figure in the exam room.
"""

from __future__ import annotations

import logging
import threading
import time
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection, transaction

from studium.assessment import journal
from studium.assessment.models import AttemptPresence, EventKind
from studium.identity.origin import NOWHERE, Origin, origin
from studium.lib.db import time_param, uuid_param

BEAT_SECONDS = 20
"""How often a paper says that it is there."""
SIGNALS_PER_ATTEMPT = 200
"""How many facts are noted about one attempt; the last one says that no more are."""
_ORIGINS_KEPT = 10
_WRITE_SECONDS = 2.0
_AGENT_LENGTH = 160

# From the attempt's own row, so that a sign of one that was never stored is nothing.
_SEEN = """
INSERT INTO attempt_presence (attempt_id, seen_at, origins, signals)
SELECT t.id, %s, '[]', 0 FROM exam_attempts t WHERE t.id = %s
ON CONFLICT (attempt_id) DO UPDATE SET seen_at = excluded.seen_at
WHERE attempt_presence.seen_at < excluded.seen_at
"""

log = logging.getLogger("studium.presence")
_lock = threading.Lock()
_heard: dict[UUID, float] = {}  # by attempt, when its sign was taken down last
_waiting: dict[UUID, datetime] = {}  # what is not written yet
_origins: dict[UUID, set[Origin]] = {}  # what this process knows to be noted already
_written_at = 0.0


def beat(attempt_id: UUID, *, now: datetime) -> None:
    """Take down that the attempt's paper is there, and note it if it is now somewhere else."""
    here = origin.get()
    if here != NOWHERE and here not in _origins.get(attempt_id, ()):
        _note_origin(attempt_id, here, now=now)
    with _lock:
        if time.monotonic() - _heard.get(attempt_id, -BEAT_SECONDS) < BEAT_SECONDS / 2:
            return
        _forget_old()
        _heard[attempt_id] = time.monotonic()
        _waiting[attempt_id] = now
        due = time.monotonic() - _written_at >= _WRITE_SECONDS
    if due:
        write()


def write() -> None:
    """Write down what this process has heard since the last time."""
    global _written_at
    with _lock:
        _written_at = time.monotonic()
        rows = [(time_param(at), uuid_param(each)) for each, at in sorted(_waiting.items())]
        _waiting.clear()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(_SEEN, rows)
    except OperationalError:
        log.warning("signs of life were not written: the database is busy", exc_info=True)


def note(attempt_id: UUID, facts: list[dict[str, Any]], *, now: datetime, by_id: UUID) -> int:
    """Journal facts about how an attempt is sat, as far as its limit goes; gives how many.

    The caller's transaction is open and the attempt runs.
    """
    row = _row(attempt_id, now=now)
    room = SIGNALS_PER_ATTEMPT - row.signals
    kept = facts[: max(0, room)]
    if 0 < room <= len(facts):  # the last place says so
        kept = [*kept[: room - 1], {"signal": "limit"}]
    journal.append_many(
        journal.Entry(
            attempt_id=attempt_id, kind=EventKind.SIGNAL, now=now, actor_id=by_id, detail=fact
        )
        for fact in kept
    )
    row.signals += len(kept)
    row.save(update_fields=["signals"])
    return len(kept)


@transaction.atomic
def _note_origin(attempt_id: UUID, here: Origin, *, now: datetime) -> None:
    """Keep where the paper is; the first place is only kept, each further one is a signal."""
    row = _row(attempt_id, now=now)
    entry = [here.ip, here.user_agent[:_AGENT_LENGTH]]
    known = [list(each) for each in row.origins]
    if entry not in known and len(known) < _ORIGINS_KEPT:
        row.origins = [*known, entry]
        row.save(update_fields=["origins"])
        facts = _differences(entry, known)
        if facts:
            user_id = row.attempt.user_id
            note(attempt_id, facts, now=now, by_id=user_id)
    transaction.on_commit(lambda: _origins.setdefault(attempt_id, set()).add(here))


def _differences(entry: list[str], known: list[list[str]]) -> list[dict[str, Any]]:
    """What is new about a place, beside those where the paper was before."""
    if not known:
        return []
    facts = []
    if entry[0] not in [each[0] for each in known]:
        facts.append({"signal": "other_address", "address": entry[0], "before": known[-1][0]})
    if entry[1] not in [each[1] for each in known]:
        facts.append({"signal": "other_browser", "browser": entry[1], "before": known[-1][1]})
    return facts


def _row(attempt_id: UUID, *, now: datetime) -> AttemptPresence:
    rows = AttemptPresence.objects.select_related("attempt").select_for_update(of=("self",))
    row, _made = rows.get_or_create(attempt_id=attempt_id, defaults={"seen_at": now})
    return row


def _forget_old() -> None:
    """Attempts that nobody has heard of for long take no memory."""
    if len(_heard) < 20_000:
        return
    old = time.monotonic() - 10 * BEAT_SECONDS
    for each in [each for each, at in _heard.items() if at < old]:
        _heard.pop(each, None)
        _origins.pop(each, None)
