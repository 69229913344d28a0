"""Learning curves of a course, or of a group of it: a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from studium.analytics import epochs
from studium.analytics.curves import KINDS, Curve, curve
from studium.analytics.disclosure import may_show
from studium.analytics.queries.class_people import Class, Narrowed, class_of
from studium.analytics.queries.group_curves import opportunities, shown
from studium.content.models import Concept
from studium.lib.db import read_rows, uuid_param, uuid_value

if TYPE_CHECKING:
    from studium.content.models import Course

_SUMS = """
SELECT o.concept_id, o.opportunity, o.n, o.wrong_sum FROM concept_opportunities o
JOIN concepts k ON k.id = o.concept_id WHERE o.epoch = %s AND k.course_id = %s
"""
_WORTH_A_LOOK = tuple(KINDS)


@dataclass(frozen=True, slots=True)
class CurveLine:
    """A concept of the course with its curve."""

    concept_id: UUID
    name: str
    lesson_id: UUID | None
    curve: Curve


@dataclass(frozen=True, slots=True)
class CurvesPage:
    """The curves, those worth a look first, and the class they are of."""

    lines: tuple[CurveLine, ...]
    people: Class


def learning_curves(course: Course, asked: Narrowed) -> CurvesPage:
    """The curves of all concepts with answers.

    The whole class counts with its past students, from sums that are kept; a group with its present
    members, from their answers. An unknown group is an empty one. Check the right before.
    """
    people = class_of(course, asked)
    found: dict[UUID, list[tuple[int, int, float]]] = defaultdict(list)
    sums = read_rows(_SUMS, [epochs.current_id(), uuid_param(course.pk)])
    for concept, opportunity, n, wrong in sums:
        found[uuid_value(concept)].append((opportunity, n, wrong))
    if asked.group_id is not None:
        found = _of_group(course.pk, people, asked.group_id, found)
    concepts = Concept.objects.filter(pk__in=found).values_list("pk", "name", "lesson_id")
    lines = [CurveLine(pk, name, lesson, curve(found[pk])) for pk, name, lesson in concepts]
    lines.sort(key=lambda one: (_WORTH_A_LOOK.index(one.curve.kind), one.name.casefold()))
    return CurvesPage(tuple(lines), people)


# --- parts -----------------------------------------------------------------------------------


def _of_group(
    course_id: UUID, people: Class, group_id: UUID, kept: dict[UUID, list[tuple[int, int, float]]]
) -> dict[UUID, list[tuple[int, int, float]]]:
    """The sums of a group beside those of everybody, without what would tell of a few."""
    made: dict[UUID, list[tuple[int, int, float]]] = {concept: [] for concept in kept}
    epoch, _ = epochs.read()
    if epoch is None or not kept or not may_show(people.chosen):
        return made
    everybody = {(concept, at): n for concept, rows in kept.items() for at, n, _ in rows}
    others = [of for id_, of in people.members.items() if id_ != group_id and of & people.chosen]
    found = opportunities(course_id, people.chosen, epoch)
    places = shown(found, everybody, others, course_id=course_id, epoch=epoch)
    for (concept, at), row in places.items():
        if concept in made:
            made[concept].append((at, len(row.people), row.wrong_sum))
    return made
