"""Everything the fold writes, to be compared, and taken away so that it has to be done again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from studium.analytics.models import (
    Analytics,
    AnalyticsEpoch,
    ConceptOpportunity,
    ConceptState,
    CourseState,
    EngineState,
    ItemState,
    LessonTally,
    LevelDay,
    LevelState,
    MasteryDay,
    MasteryState,
    PracticePoints,
    PractisedItem,
    ResponseFold,
)
from studium.analytics.queries.standing import current_epoch
from studium.assessment.models import FoldQueue

STATE: tuple[Any, ...] = (
    ItemState,
    ConceptState,
    CourseState,
    LevelState,
    MasteryState,
    PractisedItem,
    MasteryDay,
    LevelDay,
    ConceptOpportunity,
)


def unfold(now: datetime) -> None:
    """As if nothing had been taken in yet."""
    waiting = list(ResponseFold.objects.values_list("response_id", flat=True))
    for model in (
        Analytics,
        LessonTally,
        PracticePoints,
        AnalyticsEpoch,
        EngineState,
        *STATE,
        ResponseFold,
    ):
        model.objects.all().delete()
    FoldQueue.objects.bulk_create([FoldQueue(response_id=pk, release_at=now) for pk in waiting])


def stored() -> dict[str, Any]:
    """Everything the fold has written, without the ids and moments of writing."""
    return {
        "folds": list(ResponseFold.objects.order_by("seq").values_list("seq", "response_id")),
        "tallies": sorted(
            LessonTally.objects.values_list(
                "user_id", "lesson_id", "answers", "share_sum", "last_at", "last_seq"
            )
        ),
        "rows": sorted(
            (str(user), str(course), str(data))
            for user, course, data in Analytics.objects.values_list(
                "user_id", "course_id", "progress_data"
            )
        ),
        "waiting": sorted(FoldQueue.objects.values_list("response_id", flat=True)),
        "state": state(),
    }


def state() -> dict[str, list[Any]]:
    """Every row of the engine's state in the current epoch, and what was predicted."""
    epoch = current_epoch()
    models: tuple[Any, ...] = (EngineState, *STATE)
    found = {
        model._meta.db_table: sorted(
            repr(row[1:]) for row in model.objects.filter(epoch=epoch).values_list(*_fields(model))
        )
        for model in models
    }
    predicted = ResponseFold.objects.order_by("seq").values_list("seq", "p_before")
    return found | {"predicted": [repr(one) for one in predicted]}


def _fields(model: Any) -> list[str]:
    return [one.attname for one in model._meta.concrete_fields]
