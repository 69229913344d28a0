"""The order of lessons: chapters move with what is inside them, parts stay in one piece."""

from __future__ import annotations

import uuid
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Place:
    """Where a lesson stands: in which part of the course and inside which other lesson."""

    id: uuid.UUID
    part: str = ""
    parent: uuid.UUID | None = None


def moved(places: Sequence[Place], lesson: uuid.UUID, step: int) -> list[Place]:
    """The order after one lesson went one place up (-1) or down (+1).

    A lesson with lessons inside moves together with them, past a whole neighbour. At the border
    of a part it changes the part before it changes its place. At either end nothing happens.
    """
    at = next(index for index, place in enumerate(places) if place.id == lesson)
    place = places[at]
    siblings = [_chapter(places, other) for other in _siblings(places, place)]
    mine = next(index for index, group in enumerate(siblings) if group[0].id == lesson)
    other = mine + (1 if step > 0 else -1)
    if not 0 <= other < len(siblings):
        return list(places)
    if siblings[other][0].part != place.part:
        part = siblings[other][0].part
        inside = {one.id for one in siblings[mine]}
        return [replace(one, part=part) if one.id in inside else one for one in places]
    first, second = sorted((mine, other))
    gone = {one.id for one in (*siblings[first], *siblings[second])}
    rest = [one for one in places if one.id not in gone]
    start = min(index for index, one in enumerate(places) if one.id in gone)
    return [*rest[:start], *siblings[second], *siblings[first], *rest[start:]]


def gathered(
    places: Sequence[Place],
    chosen: Container[uuid.UUID],
    *,
    after: uuid.UUID | None = None,
    part: str | None = None,
) -> list[Place]:
    """The order after lessons, with what is inside them, went to one place together.

    That is behind the lesson `after` and all inside it, as its neighbours; or the end of a part,
    which may be a new one; or with neither the beginning. They keep their order among themselves.
    Nothing happens when `after` goes along itself.
    """
    parents = {one.id: one.parent for one in places}
    heads = [one for one in places if one.id in chosen and not _goes_along(one, chosen, parents)]
    groups = [_chapter(places, head) for head in heads]
    going = {one.id for group in groups for one in group}
    if not going or after in going:
        return list(places)
    rest = [one for one in places if one.id not in going]
    at, parent, name = _target(rest, after, part)
    moved = [
        replace(one, part=name, parent=parent if one in heads else one.parent)
        for group in groups
        for one in group
    ]
    return [*rest[:at], *moved, *rest[at:]]


def _target(
    rest: Sequence[Place], after: uuid.UUID | None, part: str | None
) -> tuple[int, uuid.UUID | None, str]:
    """Where in the list something is put, and the parent and the part it gets there."""
    if after is not None:
        goal = next(one for one in rest if one.id == after)
        inside = {one.id for one in _chapter(rest, goal)}
        last = max(index for index, one in enumerate(rest) if one.id in inside)
        return last + 1, goal.parent, goal.part
    if part is not None:
        ends = [index for index, one in enumerate(rest) if one.part == part]
        return (ends[-1] + 1 if ends else len(rest)), None, part
    return 0, None, rest[0].part if rest else ""


def _goes_along(
    place: Place, chosen: Container[uuid.UUID], parents: Mapping[uuid.UUID, uuid.UUID | None]
) -> bool:
    above = place.parent
    while above is not None and above not in chosen:
        above = parents.get(above)
    return above is not None


def settled(places: Iterable[Place]) -> list[Place]:
    """A wished order made sound: who has a parent stands under the chapter before it, in its
    part, and a part that would fall into two pieces takes in what stands between them.
    """
    result: list[Place] = []
    chapter: Place | None = None
    seen: list[str] = []
    for place in places:
        if place.parent is not None and chapter is not None:
            result.append(replace(place, parent=chapter.id, part=chapter.part))
            continue
        part = seen[-1] if place.part in seen else place.part
        if part not in seen:
            seen.append(part)
        chapter = replace(place, parent=None, part=part)
        result.append(chapter)
    return result


def _siblings(places: Sequence[Place], place: Place) -> list[Place]:
    return [other for other in places if other.parent == place.parent]


def _chapter(places: Sequence[Place], head: Place) -> list[Place]:
    """A lesson and all that is inside it, in order."""
    inside = {head.id}
    group = [head]
    for place in places:
        if place.parent in inside:
            inside.add(place.id)
            group.append(place)
    return group
