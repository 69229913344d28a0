"""The queue library: messages in the same database, written in the caller's transaction.

The only module that names it. A message holds the id of a job and nothing else; who may run the
job is decided by the lease in the `jobs` row, so a message that comes twice, or late, does no harm.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django_q.brokers import get_broker
from django_q.brokers.orm import ORM
from django_q.conf import Conf
from django_q.exceptions import TimeoutException
from django_q.models import OrmQ, Task
from django_q.signing import BadSignature, SignedPackage
from django_q.tasks import async_task
from django_q.timeout import TimeoutHandler

from studium.lib.jobs.context import stopping
from studium.lib.prepared import Prepared

TimeIsUp: type[BaseException] = TimeoutException
"""Raised inside a job that ran longer than its kind may."""

_TARGET = "studium.lib.jobs.deliver"
_KEEP_RESULTS = timedelta(days=1)


def push(job_id: UUID) -> None:
    """Write a message for this job."""
    async_task(_TARGET, str(job_id), task_name=str(job_id), save=False)


def _due(now: datetime) -> Any:
    return OrmQ.objects.filter(lock__lt=now).values_list("pk", flat=True)[:1]


_DUE = Prepared(_due, moments=("now",))


class Messages:
    """The messages that wait, each to be acknowledged once its job was seen to."""

    def __init__(self) -> None:
        self._broker: Any = get_broker()

    def waiting(self) -> int:
        """How many messages nobody has taken yet."""
        count: int = self._broker.queue_size()
        return count

    def take(self) -> Iterator[tuple[Any, str]]:
        """At most one message as (receipt, job id); with none it waits a moment and ends."""
        if isinstance(self._broker, ORM) and not _DUE.all(now=timezone.now()):
            # What its own look at an empty queue costs, five times a second, is ten times this.
            stopping.wait(Conf.POLL)
            return
        for receipt, payload in self._broker.dequeue() or ():
            try:
                message = SignedPackage.loads(payload)
            except (TypeError, BadSignature):  # written under another secret key
                self._broker.fail(receipt)
                continue
            if message["func"] == _TARGET:
                yield receipt, str(message["args"][0])
            else:
                self._broker.fail(receipt)

    def acknowledge(self, receipt: Any) -> None:
        """Remove a message."""
        self._broker.acknowledge(receipt)


def time_limit(seconds: int) -> AbstractContextManager[None]:
    """Raises `TimeIsUp` in the main thread when the block takes longer."""
    limit: AbstractContextManager[None] = TimeoutHandler(seconds)
    return limit


def prune_results(now: datetime) -> int:
    """Delete what the library itself keeps of old messages, where its own worker was used."""
    deleted: int = Task.objects.filter(stopped__lt=now - _KEEP_RESULTS).delete()[0]
    return deleted
