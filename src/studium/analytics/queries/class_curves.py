"""Learning curves of a course: two statements, however many answers there are."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from studium.analytics.curves import KINDS, Curve, curve
from studium.analytics.epochs import current_id
from studium.analytics.models import ConceptOpportunity
from studium.content.models import Concept

if TYPE_CHECKING:
    from studium.content.models import Course

_WORTH_A_LOOK = tuple(KINDS)


@dataclass(frozen=True, slots=True)
class CurveLine:
    """A concept of the course with its curve."""

    concept_id: UUID
    name: str
    lesson_id: UUID | None
    curve: Curve


def learning_curves(course: Course) -> list[CurveLine]:
    """The curves of all concepts with answers, those worth a look first.

    Of the whole class, past students too; a curve of a group is not kept. Check the right before.
    """
    rows = ConceptOpportunity.objects.filter(epoch=current_id(), concept__course=course)
    found: dict[UUID, list[tuple[int, int, float]]] = defaultdict(list)
    sums = rows.values_list("concept_id", "opportunity", "n", "wrong_sum")
    for concept, opportunity, n, wrong in sums:
        found[concept].append((opportunity, n, wrong))
    concepts = Concept.objects.filter(pk__in=found).values_list("pk", "name", "lesson_id")
    lines = [CurveLine(pk, name, lesson, curve(found[pk])) for pk, name, lesson in concepts]
    return sorted(lines, key=lambda one: (_WORTH_A_LOOK.index(one.curve.kind), one.name.casefold()))
