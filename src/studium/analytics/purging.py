"""Deleting rows of state: those of epochs that are over, and those of people to be forgotten."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from studium.analytics import archive, epochs, stored
from studium.analytics.answered import last_seq
from studium.analytics.catching_up import hold_lock
from studium.analytics.models import (
    Analytics,
    AnalyticsEpoch,
    EpochState,
    ExamForecast,
    ForgottenPerson,
    LessonTally,
    PracticePoints,
)
from studium.analytics.slips import forget_slips
from studium.analytics.suggesting import forget_suggestions
from studium.lib.db import uuid_param

SOME = 1000


def purge(tell: Callable[[int, int, str], None]) -> None:
    """Delete the rows of retired epochs, some at a time, each in its own short transaction."""
    for epoch in AnalyticsEpoch.objects.filter(state=EpochState.RETIRED).values_list(
        "id", flat=True
    ):
        for table in stored.KEPT:
            while _deleted(table, epoch):
                tell(0, 0, "Clearing away the figures before.")
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM engine_state WHERE epoch = %s", [epoch])


@transaction.atomic
def forget(user_id: UUID, *, now: datetime) -> None:
    """Let analytics forget a person: their rows are gone at once, and new answers add none.

    What the site learnt about questions from their answers stays until the next epoch, which this
    asks for and which leaves them out.
    """
    hold_lock()
    ForgottenPerson.objects.get_or_create(
        user_id=user_id, defaults={"after_seq": last_seq(), "at": now}
    )
    live = AnalyticsEpoch.objects.exclude(state=EpochState.RETIRED)
    drop_people([uuid_param(user_id)], list(live.values_list("id", flat=True)))
    ExamForecast.objects.filter(user_id=user_id).delete()
    PracticePoints.objects.filter(user_id=user_id).delete()
    LessonTally.objects.filter(user_id=user_id).delete()
    Analytics.objects.filter(user_id=user_id).delete()
    forget_suggestions(user_id=user_id)
    forget_slips(user_id=user_id)
    transaction.on_commit(lambda: archive.forget(user_id))
    epochs.want_next("A person was forgotten.", now=now)


def drop_people(users: Collection[Any], live: Collection[int]) -> None:
    """Delete the rows of people (ids as the driver has them) in these epochs."""
    with connection.cursor() as cursor:
        for table in stored.PERSONAL:
            cursor.executemany(
                f"DELETE FROM {table.name} WHERE epoch = %s AND user_id = %s",
                [(epoch, user) for epoch in live for user in users],
            )


def _deleted(table: stored.Table, epoch: int) -> int:
    """Delete some rows of an epoch; gives how many."""
    keys = ", ".join(("epoch", *table.key))
    sql = (
        f"DELETE FROM {table.name} WHERE ({keys}) IN "
        f"(SELECT {keys} FROM {table.name} WHERE epoch = %s LIMIT {SOME})"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [epoch])
        return int(cursor.rowcount)
