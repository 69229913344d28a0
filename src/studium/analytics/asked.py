"""What questions are about and how easy they are, as the engine sees it before an answer."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from studium.analytics import stored
from studium.analytics.engine import Item
from studium.assessment.about import tagged_with
from studium.content import concepts as course_concepts
from studium.lib.db import read_rows, uuid_param, uuid_value
from studium.lib.looks import gathered

NEW_VERSION_VARIANCE = 0.5
"""A new version of a question starts where the old one stood, this much less certain."""

_QUESTIONS = """
SELECT q.id, z.lesson_id, k.id, q.replaces_id, s.mean, s.variance, s.n
FROM questions q JOIN quizzes z ON z.id = q.quiz_id
LEFT JOIN concepts k ON k.lesson_id = z.lesson_id
LEFT JOIN item_states s ON s.epoch = %s AND s.question_id = q.id WHERE q.id IN ({})
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: its row, and the concepts (ids as the driver has them) its answers count for."""

    item: Item
    concept_ids: tuple[Any, ...]


def asked(question_ids: Collection[UUID], *, epoch: int) -> dict[UUID, Asked]:
    """The questions as they are tagged now; those that do not exist are left out."""
    return gathered(_asked, epoch, question_ids) if question_ids else {}


def _asked(epoch: int, question_ids: list[UUID]) -> dict[UUID, Asked]:
    sql = _QUESTIONS.format(", ".join(["%s"] * len(question_ids)))
    rows = read_rows(sql, [epoch, *map(uuid_param, question_ids)])
    tagged = tagged_with({question: lesson for question, lesson, *_ in rows})
    targets = course_concepts.counted_as(epoch=epoch)
    merged = {uuid_param(one): uuid_param(to) for one, to in targets.items()}
    new = [question for question, _, _, old, mean, *_ in rows if old and mean is None]
    items = begun(new, lambda some: stored.read(stored.ITEMS, epoch, some)) if new else {}
    found = {}
    for question, _, own, _, *row in rows:
        named = tagged.get(question) or (() if own is None else (own,))
        ids = course_concepts.counted(named, merged) if merged else tuple(named)
        item = items.get(question) or Item() if row[0] is None else Item(*row)
        found[uuid_value(question)] = Asked(item, ids)
    return found


def begun(questions: Collection[Any], rows_of: Any) -> dict[Any, Item]:
    """Rows for questions that have none: the prior, or what the version before has come to.

    `rows_of` gives the rows that versions before have. Versions nobody answered are passed over.
    """
    made = {one: Item() for one in questions}
    step = {one: one for one in questions}  # question -> the version looked at
    while step:
        before = versions_before(set(step.values()))
        step = {new: before[old] for new, old in step.items() if old in before}
        found = rows_of(sorted(set(step.values()), key=str)) if step else {}
        for new, old in list(step.items()):
            if old in found:
                row = found[old]
                made[new] = Item(row.mean, row.variance + NEW_VERSION_VARIANCE, 0)
                del step[new]
    return made


def versions_before(questions: Collection[Any]) -> dict[Any, Any]:
    """Question -> the version it replaces, for those that replace one."""
    found: dict[Any, Any] = {}
    for some in _chunks(questions):
        sql = (
            "SELECT id, replaces_id FROM questions WHERE replaces_id IS NOT NULL "
            f"AND id IN ({', '.join(['%s'] * len(some))})"
        )
        found |= dict(read_rows(sql, some))
    return found


def _chunks(values: Iterable[Any]) -> list[list[Any]]:
    listed = list(values)
    return [listed[at : at + stored.AT_ONCE] for at in range(0, len(listed), stored.AT_ONCE)]


def named_concepts(text: Any) -> list[Any]:
    """The ids in `responses.concepts` (JSON or its text) as the driver has them; no others."""
    if not text or text == "[]":
        return []
    value = json.loads(text) if isinstance(text, str | bytes) else text
    return [uuid_param(UUID(one)) for one in value if _is_id(one)]


def _is_id(value: Any) -> bool:
    try:
        UUID(value)
    except (ValueError, TypeError, AttributeError):
        return False
    return True
