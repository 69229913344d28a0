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
        self._keep(made)
        self._by_name |= {one.name.casefold(): one.pk for one in made}
        return list(dict.fromkeys(self._by_name[name.casefold()] for name in wanted))

    def _keep(self, made: list[Concept]) -> None:
        Concept.objects.bulk_create(made)


class NamesOfNew(Names):
    """The concepts of a course that is not stored yet: it has none but those that are asked for."""

    def __init__(self, course_id: UUID) -> None:
        """Reads nothing, and stores nothing either: see `taken`."""
        self._course_id = course_id
        self._by_name = {}
        self._made: list[Concept] = []

    def taken(self) -> list[Concept]:
        """Those that were made since this was asked last; they are the caller's to store."""
        made, self._made = self._made, []
        return made

    def _keep(self, made: list[Concept]) -> None:
        self._made += made


def tag_lessons(course_id: UUID, named: Mapping[UUID, Iterable[str]]) -> None:
    """Say what lessons of one course teach, by lesson; what they taught before is left."""
    if any(named.values()):
        LessonConcept.objects.bulk_create(links(Names(course_id), named), batch_size=500)


def links(names: Names, named: Mapping[UUID, Iterable[str]]) -> list[LessonConcept]:
    """What says that lessons teach concepts of these names, by lesson; not stored yet."""
    return [
        LessonConcept(lesson_id=lesson, concept_id=one)
        for lesson, texts in named.items()
        for one in names.ids(texts)
    ]


def _end(one: UUID, into: Mapping[UUID, UUID | None]) -> UUID:
    while (target := into.get(one)) is not None:
        one = target
    return one
