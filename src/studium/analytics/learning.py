"""What one answer does to the engine's rows. The live fold, new epochs and the check share this.

`Rows` holds the rows that a batch of answers touches, all read before and written after it;
`learn` moves them, one answer after the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
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
from studium.lib.db import Write, write_each

_MOVED = (
    stored.ITEMS,
    stored.LEVELS,
    stored.PRACTISED,
    stored.CONCEPTS,
    stored.MASTERY,
    stored.COURSES,
    stored.CURVES,
)
Wanted = Sequence[tuple[stored.Table, Collection[Any]]]
"""Tables, each with the keys of the rows that are asked for."""
Read = Callable[[Wanted, int], list[dict[Any, Any]]]


def nothing(wanted: Wanted, _epoch: int) -> list[dict[Any, Any]]:
    """No row is stored."""
    return [{} for _ in wanted]


@dataclass(slots=True)
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
        self, epoch: int, shared: Shared, *, read: Read = stored.read_each, at_once: bool = False
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
        courses = [self.courses_of[concept] for _, concept in pairs]
        questions = [one.question for one in events]
        self._load(
            (stored.ITEMS, questions, None),
            (stored.CONCEPTS, [concept for _, concept in pairs], Concept),
            (stored.COURSES, [*courses, *(one.course for one in events)], CourseEase),
            (stored.LEVELS, [(one.user, one.course) for one in events], Level),
            (stored.PRACTISED, [(one.user, one.question) for one in events], Practised),
            (stored.MASTERY, pairs, Mastery),
        )
        self._begin_items(questions)
        masteries = self.held["mastery"]
        places = [
            curves.place(concept, masteries[user, concept].n + more)
            for (user, concept), count in pairs.items()
            for more in range(count)
        ]
        on_curve = [one for one in places if one is not None]
        self._load((stored.CURVES, on_curve, curves.Opportunity))

    def save(self) -> None:
        """Write everything that was touched, in one go; the caller's transaction holds it."""
        write_each(self.writes())

    def writes(self) -> list[Write]:
        """What writes everything that was touched."""
        writes: list[Write] = []
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
        return writes

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

    def _begin_items(self, questions: Collection[Any]) -> None:
        """Questions without a row that replace a version are left for `item` to begin."""
        items = self.held["item_states"]
        new = [one for one in dict.fromkeys(questions) if one not in items]
        if new:
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
        if missing:
            self._load((stored.ITEMS, missing, None))
        return {one: items[one] for one in questions if one in items and items[one].n}

    def _load(self, *wanted: tuple[stored.Table, Collection[Any], Any]) -> None:
        """Read what is not in hand yet of some tables, at once; what is not stored is made by what
        stands beside the keys, or left out."""
        missing = []
        for table, keys, prior in wanted:
            held = self.held[table.name]
            some = [one for one in dict.fromkeys(keys) if one not in held]
            if some:
                missing.append((table, some, prior))
        every = self._read([(table, some) for table, some, _ in missing], self.epoch)
        for (table, some, prior), found in zip(missing, every, strict=True):
            held = self._keep(table, found)
            if prior is not None:
                held |= {one: prior() for one in some if one not in held}

    def _keep(self, table: stored.Table, found: dict[Any, Any]) -> dict[Any, Any]:
        held = self.held[table.name]
        held |= found
        self._there[table.name].update(found)
        return held

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


def learn(rows: Rows, events: Sequence[Event]) -> list[float]:
    """Take answers in, one after the other; gives the probability predicted for each before it."""
    held, touched, shared = rows.held, rows.touched, rows.shared
    items, levels, practised, concepts, masteries, courses, opportunities = (
        held[table.name] for table in _MOVED
    )
    saw = [touched[table.name] for table in _MOVED]
    saw_item, saw_level, saw_practised, saw_concept, saw_mastery, saw_course, saw_opportunity = saw
    course_of = rows.courses_of
    ends = _ends_of_days(rows, events)
    found = []
    for event, ending in zip(events, ends, strict=True):
        user, question, share, at = event.user, event.question, event.share, event.at.timestamp()
        item = items.get(question) or rows.item(question)
        user_course, user_question = (user, event.course), (user, question)
        level = levels[user_course]
        about = []
        for id_ in event.concepts:
            concept, mastery = concepts[id_], masteries[user, id_]
            place = curves.count(opportunities, id_, earlier=mastery.n, share=share)
            if place is not None:
                saw_opportunity[place] = None
            before = concept.items, concept.items * concept.mean + concept.ease_sum
            about.append((id_, concept, mastery, *before))
            saw_concept[id_] = None
            saw_mastery[user, id_] = None
        saw_item[question] = None
        saw_level[user_course] = None
        saw_practised[user_question] = None
        situation = Situation(
            shared, item, level, practised[user_question],
            [one[1] for one in about], [one[2] for one in about], at,
        )  # fmt: skip
        found.append(update(situation, share).p)
        for id_, concept, _, n, ease in about:
            # The average question of each course follows what its concepts' rows did.
            course = courses[course_of[id_]]
            course.items += concept.items - n
            course.ease_sum += concept.items * concept.mean + concept.ease_sum - ease
            if course.items:
                saw_course[course_of[id_]] = None
        if ending:
            _keep_days(rows, situation, event, ending)
    return found


def _ends_of_days(rows: Rows, events: Sequence[Event]) -> list[list[Any]]:
    """For each answer the days, keys of `MASTERY_DAYS` and `LEVEL_DAYS`, of which it is the last
    among these: what a later one of them would write anew is not worked out."""
    last: dict[Any, int] = {}
    for place, event in enumerate(events):
        day = stored.day_param(event.at.date())
        last[event.user, event.course, day] = place
        for concept in event.concepts:
            last[event.user, rows.courses_of[concept], concept, day] = place
    found: list[list[Any]] = [[] for _ in events]
    for key, place in last.items():
        found[place].append(key)
    return found


def _keep_days(rows: Rows, s: Situation, event: Event, keys: Sequence[Any]) -> None:
    """Note what is known now under these days."""
    for key in keys:
        if len(key) == len(stored.LEVEL_DAYS.key):
            course = rows.held["course_states"][event.course]
            p, low, high = level_now(s.shared, s.level, course.items, course.ease_sum)
            rows.put(stored.LEVEL_DAYS, key, DayRow(p, low, high, s.level.n))
            continue
        at = event.concepts.index(key[2])
        now = mastery_now(s.shared, s.level, s.concepts[at], s.masteries[at], s.at)
        rows.put(stored.MASTERY_DAYS, key, DayRow(now.p, now.low, now.high, now.n))
