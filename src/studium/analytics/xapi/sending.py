"""Sending statements on: the cursor moves only after the store has taken what lies before it.

Killed at any moment, a sending begun anew tells some statements twice, with the same ids and the
same words, which a store takes for what they are. One sending runs at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Max, Q

from studium.ai.wire.address import parse
from studium.analytics.models import ResponseFold, XapiSettings, XapiTold
from studium.analytics.xapi import reading, statements
from studium.analytics.xapi.reading import SOURCES, Batch, Sitting
from studium.analytics.xapi.statements import Finish, Site, Statement
from studium.analytics.xapi.store import Store, StoreFailed, proof_of
from studium.lib.errors import Conflict
from studium.notes import sealing

SEND_JOB = "xapi.send"
WAIT = timedelta(minutes=5)
"""After a failure nothing is sent by itself for so long, or as long as the store asks for."""
Progress = Callable[[int, int, str], None]


def is_due(now: datetime) -> bool:
    """Whether there is something to send, and nothing against sending it now."""
    held = XapiSettings.objects.filter(is_on=True).first()
    if held is None or (held.not_before is not None and held.not_before > now):
        return False
    return ResponseFold.objects.filter(seq__gt=held.cursor).exists() or bool(_waiting_ends())


def send_all(*, now: datetime, progress: Progress, store: Store | None = None) -> int:
    """Send everything there is; gives how many statements the store took. Raises `StoreFailed`."""
    held = _in_use()
    target = ResponseFold.objects.aggregate(last=Max("seq"))["last"] or 0
    count = 0
    try:
        way = store or store_of(held)
        while True:
            progress(held.cursor, target, f"{count:,} statements sent.")
            taken = _send_batch(held, way, now=now, check=lambda: progress(0, 0, ""))
            if taken is None:
                return count
            count += taken
            held = _in_use()
    except StoreFailed as failure:
        _note(failure, now=now)
        raise


def store_of(held: XapiSettings) -> Store:
    """The way to the store that is set."""
    credential = sealing.opened(held.credential_sealed)
    if credential is None:
        raise StoreFailed(
            "The stored password cannot be opened, as SECRET_KEY has changed. Give it again."
        )
    return Store(parse(held.address), proof_of(held.auth, held.user_name, credential))


def _in_use() -> XapiSettings:
    held = XapiSettings.objects.filter(is_on=True).first()
    if held is None:
        raise Conflict("Sending statements is switched off.")
    return held


def _send_batch(
    held: XapiSettings, way: Store, *, now: datetime, check: Callable[[], None]
) -> int | None:
    """Send the next answers, or ends that came since; None when there is nothing left."""
    site = reading.site_of(held)
    batch = reading.batch_after(held.cursor, with_responses=held.with_responses)
    if batch.is_empty:
        batch.finishes = _waiting_ends()
        if not batch.finishes:
            return None
    told = [*_corrected(site, batch.finishes), *reading.told_in(site, batch)]
    way.put(_once(told), check=check)
    _advance(held, batch, count=len(told), now=now)
    return len(told)


def _once(told: Sequence[Statement]) -> list[Statement]:
    """Each id once: a store may refuse a batch that has one twice (part three, 2.1.2)."""
    return list({one["id"]: one for one in told}.values())


@transaction.atomic
def _advance(held: XapiSettings, batch: Batch, *, count: int, now: datetime) -> None:
    """Move the cursor past the batch, unless somebody has changed where it goes meanwhile."""
    mine = XapiSettings.objects.filter(pk=held.pk, cursor=held.cursor, address=held.address)
    moved = mine.update(
        cursor=batch.last, sent=F("sent") + count, sent_at=now, not_before=None, problem=""
    )
    if not moved:
        raise Conflict("Where statements go was changed while they were sent.")
    for name, pk in batch.unfinished:
        here: dict[str, Any] = {f"{name}_id": pk}
        XapiTold.objects.get_or_create(**here)
    for (name, pk), finish in batch.finishes.items():
        here = {f"{name}_id": pk}
        values = {"is_told": True, "score": finish.score}
        XapiTold.objects.update_or_create(**here, defaults=values)


def _waiting_ends() -> dict[Sitting, Finish]:
    """Ends of sittings whose answers were sent while they were running."""
    rows = XapiTold.objects.filter(
        Q(exam_attempt__score__isnull=False, exam_attempt__user__erased_at=None)
        | Q(quiz_attempt__finished_at__isnull=False, quiz_attempt__user__erased_at=None)
        | Q(practice_session__finished_at__isnull=False, practice_session__user__erased_at=None),
        is_told=False,
    )
    over = rows.values_list(*(f"{name}_id" for name in SOURCES))[: reading.BATCH]
    return reading.ends_of(
        (name, pk) for row in over for name, pk in zip(SOURCES, row, strict=True) if pk is not None
    )


def _corrected(site: Site, finishes: dict[Sitting, Finish]) -> list[Statement]:
    """For sittings whose score was told differently before: that this no longer holds."""
    exams = [pk for name, pk in finishes if name == "exam_attempt"]
    rows = XapiTold.objects.filter(
        exam_attempt__in=exams, is_told=True, score__isnull=False
    ).select_related("exam_attempt")
    return [
        statements.verdict_voided(
            site, finish, row.score, passed=row.score >= row.exam_attempt.pass_mark
        )
        for row in rows
        if row.exam_attempt is not None and row.score is not None
        and (finish := finishes["exam_attempt", row.exam_attempt.pk]).score != row.score
    ]  # fmt: skip


def _note(failure: StoreFailed, *, now: datetime) -> None:
    """Keep what went wrong, and when it makes sense to try again."""
    wait = (
        WAIT if failure.retry_after is None else timedelta(seconds=min(failure.retry_after, 86_400))
    )
    XapiSettings.objects.filter(is_on=True).update(
        problem=failure.message[:300], not_before=now + max(wait, WAIT)
    )
