"""What one answer does to the engine's rows. The live fold, new epochs and the check share this.

`Rows` holds the rows that a batch of answers touches, all read before and written after it;
`learn` moves them, one answer after the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from studium.analytics import curves, stored
from studium.analytics.asked import begun, versions_before
from studium.analytics.engine import (
    Concept,
    Item,
    Level,
    Mastery,
    Practised,
    Shared,
    Situation,
    mastery_now,
    update,
)
from studium.analytics.leveling import level_now
from studium.analytics.stored import CourseEase, DayRow
from studium.lib.db import write_each

Read = Callable[[stored.Table, int, Collection[Any]], dict[Any, Any]]


def nothing(_table: stored.Table, _epoch: int, _keys: Collection[Any]) -> dict[Any, Any]:
    """No row is stored."""
    return {}


@dataclass(frozen=True, slots=True)
class Event:
    """An answer as the engine takes it in: who, where, what it counts for (at least one concept,
    each with its own course), how much was right, when."""

    user: Any
    course: Any
    question: Any
    concepts: tuple[Any, ...]
    share: float
    at: datetime


class Rows:
    """The rows of an epoch that are in hand. New ones are priors."""

    def __init__(
        self, epoch: int, shared: Shared, *, read: Read = stored.read, at_once: bool = False
    ) -> None:
        """`read` gives stored rows; a replay that begins with nothing has `nothing` there.

        `at_once`: all is read and saved in one transaction that nobody writes beside.
        """
        self.epoch = epoch
        self.shared = shared
        self._read = read
        self._at_once = at_once
        self._there: dict[str, set[Any]] = {one.name: set() for one in stored.KEPT}
        """What was read, and so is there to be updated."""
        self.may_merge = True
        """False where it is known that no concept counts as another one."""
        self.courses_of: dict[Any, Any] = {}
        """Concept -> its course; to be filled before `learn`."""
        self.held: dict[str, dict[Any, Any]] = {one.name: {} for one in stored.KEPT}
        self.touched: dict[str, dict[Any, None]] = {one.name: {} for one in stored.KEPT}

    def load(self, events: Collection[Event]) -> None:
        """Read what these answers touch and is not in hand yet, in a fixed number of statements."""
        if self._at_once and len(events) == 1:
            self._load_one(*events)
        pairs = Counter((one.user, concept) for one in events for concept in one.concepts)
        self._load_items([one.question for one in events])
        self._load(stored.CONCEPTS, [concept for _, concept in pairs], Concept)
        self._load(stored.COURSES, [self.courses_of[concept] for _, concept in pairs], CourseEase)
        self._load(stored.COURSES, [one.course for one in events], CourseEase)
        self._load(stored.LEVELS, [(one.user, one.course) for one in events], Level)
        self._load(stored.PRACTISED, [(one.user, one.question) for one in events], Practised)
        self._load(stored.MASTERY, pairs, Mastery)
        masteries = self.held["mastery"]
        places = [
            curves.place(concept, masteries[user, concept].n + more)
            for (user, concept), count in pairs.items()
            for more in range(count)
        ]
        self._load(stored.CURVES, [one for one in places if one is not None], curves.Opportunity)

    def save(self) -> None:
        """Write everything that was touched, in one go; the caller's transaction holds it."""
        writes = []
        for table in stored.KEPT:
            touched, held = self.touched[table.name], self.held[table.name]
            there = self._there[table.name] if self._at_once else frozenset()
            old = [(key, held[key]) for key in touched if key in there]
            new = [(key, held[key]) for key in touched if key not in there]
            touched.clear()
            if old:
                writes.append((table.update, stored.updating(table, self.epoch, old)))
            if new:
                writes.append(
                    (table.upsert, stored.upserting(table, self.epoch, new, *self._beside(table)))
                )
        writes.append(stored.shared_write(self.epoch, self.shared))
        write_each(writes)

    def pieces(self, size: int) -> Iterator[Callable[[], None]]:
        """The same as calls that each write at most `size` rows, for many short transactions."""
        for table in stored.KEPT:
            keys = list(self.touched[table.name])
            self.touched[table.name].clear()
            for start in range(0, len(keys), size):
                yield self._writer(table, keys[start : start + size])
        yield lambda: stored.write_shared(self.epoch, self.shared)

    @property
    def in_hand(self) -> int:
        """How many rows are held."""
        return sum(len(of) for of in self.held.values())

    def drop(self) -> None:
        """Let go of the rows in hand; all must be written."""
        for of in self.held.values():
            of.clear()
        for there in self._there.values():
            there.clear()

    def put(self, table: stored.Table, key: Any, row: Any) -> None:
        """Have a row written that was not read before."""
        self.held[table.name][key] = row
        self.touched[table.name][key] = None

    def _load_items(self, questions: Collection[Any]) -> None:
        """Questions without a row that replace a version are left for `item` to begin."""
        items = self.held["item_states"]
        missing = [one for one in dict.fromkeys(questions) if one not in items]
        if not missing:
            return
        items |= self._found(stored.ITEMS, missing)
        new = [one for one in missing if one not in items]
        items |= {one: Item() for one in set(new) - versions_before(new).keys()}

    def item(self, question: Any) -> Item:
        """The row of a question; one nobody answered begins where the version before stands now."""
        items = self.held["item_states"]
        found = items.get(question)
        if found is None:
            found = items[question] = begun([question], self._items_of)[question]
        return found

    def _items_of(self, questions: Collection[Any]) -> dict[Any, Item]:
        """Rows of versions before that somebody has answered."""
        items = self.held["item_states"]
        missing = [one for one in questions if one not in items]
        items |= self._found(stored.ITEMS, missing) if missing else {}
        return {one: items[one] for one in questions if one in items and items[one].n}

    def _load(self, table: stored.Table, keys: Any, prior: Any) -> None:
        held = self.held[table.name]
        missing = [one for one in dict.fromkeys(keys) if one not in held]
        if not missing:
            return
        held |= self._found(table, missing)
        for key in missing:
            if key not in held:
                held[key] = prior()

    def _found(self, table: stored.Table, keys: Collection[Any]) -> dict[Any, Any]:
        found = self._read(table, self.epoch, keys)
        self._there[table.name].update(found)
        return found

    def _load_one(self, event: Event) -> None:
        """What one answer touches, in one statement; what is missing there is a prior."""
        courses = [(one, self.courses_of[one]) for one in event.concepts]
        for table, key, row in stored.read_around(
            self.epoch, event.user, event.course, event.question, courses
        ):
            if row is not None:
                self.held[table.name][key] = row
                self._there[table.name].add(key)
            elif table is not stored.ITEMS:
                self.held[table.name][key] = table.make()

    def _beside(self, table: stored.Table) -> list[Callable[[Any], Any]]:
        return [lambda key: self.courses_of[key[1]]] if table.beside else []

    def _writer(self, table: stored.Table, keys: list[Any]) -> Any:
        held = self.held[table.name]
        beside = self._beside(table)
        some = [(key, held[key]) for key in keys]
        return lambda: stored.write(table, self.epoch, some, *beside)


def learn(rows: Rows, event: Event) -> float:
    """Take one answer in; gives the probability that was predicted for it before."""
    held, touched = rows.held, rows.touched
    user, at = event.user, event.at.timestamp()
    item = rows.item(event.question)
    level = held["level_states"][user, event.course]
    practised = held["practised_items"][user, event.question]
    concepts = [held["concept_states"][one] for one in event.concepts]
    masteries = [held["mastery"][user, one] for one in event.concepts]
    opportunities = held["concept_opportunities"]
    for concept, mastery in zip(event.concepts, masteries, strict=True):
        place = curves.place(concept, mastery.n)
        if place is not None:
            curves.count(opportunities, concept, earlier=mastery.n, share=event.share)
            touched["concept_opportunities"][place] = None
    before = [(one.items, one.items * one.mean + one.ease_sum) for one in concepts]
    situation = Situation(rows.shared, item, level, practised, concepts, masteries, at)
    p = update(situation, event.share).p
    _move_courses(rows, event, concepts, before)
    touched["item_states"][event.question] = None
    touched["level_states"][user, event.course] = None
    touched["practised_items"][user, event.question] = None
    for one in event.concepts:
        touched["concept_states"][one] = None
        touched["mastery"][user, one] = None
    _keep_days(rows, event, situation)
    return p


def _move_courses(
    rows: Rows, event: Event, concepts: list[Concept], before: list[tuple[int, float]]
) -> None:
    """Follow with the average question of each course what the concepts' rows did."""
    for id_, concept, (items, ease) in zip(event.concepts, concepts, before, strict=True):
        course = rows.courses_of[id_]
        row: CourseEase = rows.held["course_states"][course]
        row.items += concept.items - items
        row.ease_sum += concept.items * concept.mean + concept.ease_sum - ease
        if row.items:
            rows.touched["course_states"][course] = None


def _keep_days(rows: Rows, event: Event, s: Situation) -> None:
    """Note what is known now under the day of the answer."""
    day = stored.day_param(event.at.date())
    for id_, concept, mastery in zip(event.concepts, s.concepts, s.masteries, strict=True):
        now = mastery_now(s.shared, s.level, concept, mastery, s.at)
        key = (event.user, rows.courses_of[id_], id_, day)
        rows.put(stored.MASTERY_DAYS, key, DayRow(now.p, now.low, now.high, now.n))
    course = rows.held["course_states"][event.course]
    p, low, high = level_now(s.shared, s.level, course.items, course.ease_sum)
    rows.put(stored.LEVEL_DAYS, (event.user, event.course, day), DayRow(p, low, high, s.level.n))
