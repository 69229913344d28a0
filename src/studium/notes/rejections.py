"""What engines proposed and the verifier did not keep: kept with reasons for 30 days, for staff.

Between jobs and actions, which both use it; it opens no transaction of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, QuerySet

from studium.ai.model import RejectedItem, Rejection
from studium.lib.prepared import Prepared
from studium.notes.models import AiRejection, RejectedKind

KEEP = timedelta(days=30)
LONGEST_TEXT = 2_000
MOST_AT_ONCE = 500
"""Of one run over one lesson; more would be noise, and an engine must not fill the disk."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason code: how many were refused for it, in how many lessons, and the latest one."""

    code: str
    message: str
    count: int
    lessons: int
    newest: datetime


def record(
    lesson_id: UUID,
    rejections: Iterable[Rejection | RejectedItem],
    *,
    kind: str,
    engine: str,
    engine_version: str,
    now: datetime,
) -> int:
    """Keep what was refused; returns how many rows are new.

    `kind` is "note" or "item". What the same engine version was refused before in this lesson, for
    the same reason, is there already: a job that runs twice writes nothing twice.
    """
    kind = RejectedKind(kind).value
    same = AiRejection.objects.filter(
        lesson_id=lesson_id, kind=kind, engine=engine, engine_version=engine_version
    )
    known = set(same.values_list("text", "code"))
    rows: list[AiRejection] = []
    for one in list(rejections)[:MOST_AT_ONCE]:
        text = _text(one)
        if (text, one.code) in known:
            continue
        known.add((text, one.code))
        rows.append(
            AiRejection(
                lesson_id=lesson_id,
                kind=kind,
                text=text,
                code=one.code[:60],
                message=one.message,
                engine=engine[:60],
                engine_version=engine_version[:60],
                created_at=now,
            )
        )
    AiRejection.objects.bulk_create(rows, batch_size=100)
    return len(rows)


def prune(*, now: datetime) -> int:
    """Delete what is older than 30 days; returns how many rows that were."""
    deleted: int = AiRejection.objects.filter(created_at__lt=now - KEEP).delete()[0]
    return deleted


def _counted(rows: QuerySet[AiRejection]) -> QuerySet[AiRejection, tuple[Any, ...]]:
    counted = rows.values("code").annotate(
        said=Max("message"),
        count=Count("pk"),
        lessons=Count("lesson", distinct=True),
        newest=Max("created_at"),
    )
    ordered = counted.order_by("-count", "code")
    return ordered.values_list("code", "said", "count", "lessons", "newest")


_OF_ALL = Prepared(
    lambda course: _counted(AiRejection.objects.filter(lesson__course_id=course)), "course"
)
_OF_KIND = Prepared(
    lambda course, kind: _counted(AiRejection.objects.filter(lesson__course_id=course, kind=kind)),
    "course",
    texts=["kind"],
)


def reasons(*, course_id: UUID, kind: str = "") -> list[Reason]:
    """The counts of a course by reason code, the most frequent first; one statement."""
    found = _OF_KIND.all(course=course_id, kind=kind) if kind else _OF_ALL.all(course=course_id)
    return [Reason(*row) for row in found]


def _text(one: Rejection | RejectedItem) -> str:
    """The words that were refused; a question is known by its stem."""
    words = one.item.stem if isinstance(one, RejectedItem) else one.text
    return words.replace("\0", "")[:LONGEST_TEXT]
