"""Concepts by name: found, whatever the case of their letters, and made where there is none.

Callers hold the course, so that two of them do not make the same concept twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from studium.content import rules
from studium.content.models import Concept, LessonConcept
from studium.lib.errors import TooMany

MAX_PER_COURSE = 2_000


class Names:
    """The concepts of one course by name; a merged one's name leads to what it was merged into."""

    def __init__(self, course_id: UUID) -> None:
        """Reads them all, with one statement."""
        self._course_id = course_id
        rows = Concept.objects.filter(course_id=course_id)
        found = list(rows.order_by("pk").values_list("pk", "name", "merged_into_id"))
        into = {pk: target for pk, _, target in found}
        self._by_name: dict[str, UUID] = {}
        for pk, name, _ in found:
            self._by_name.setdefault(name.casefold(), _end(pk, into))

    def ids(self, names: Iterable[str]) -> list[UUID]:
        """The concepts of these names, each once, in their order; those that are new are made."""
        wanted = rules.concept_names(names)
        fresh = [name for name in wanted if name.casefold() not in self._by_name]
        if len(self._by_name) + len(fresh) > MAX_PER_COURSE:
            raise TooMany(f"A course has at most {MAX_PER_COURSE:,} concepts.")
        made = [Concept(course_id=self._course_id, name=name) for name in fresh]
        Concept.objects.bulk_create(made)
        self._by_name |= {one.name.casefold(): one.pk for one in made}
        return list(dict.fromkeys(self._by_name[name.casefold()] for name in wanted))


def tag_lessons(course_id: UUID, named: Mapping[UUID, Iterable[str]]) -> None:
    """Say what lessons of one course teach, by lesson; what they taught before is left."""
    wanted = {lesson: names for lesson, names in named.items() if names}
    if not wanted:
        return
    names = Names(course_id)
    LessonConcept.objects.bulk_create(
        [
            LessonConcept(lesson_id=lesson, concept_id=one)
            for lesson, texts in wanted.items()
            for one in names.ids(texts)
        ],
        batch_size=500,
    )


def _end(one: UUID, into: Mapping[UUID, UUID | None]) -> UUID:
    while (target := into.get(one)) is not None:
        one = target
    return one
