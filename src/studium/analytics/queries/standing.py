"""How people stand: per concept, over time, and as rows for the engine to predict with.

Each function asks a fixed number of statements however many people, concepts, questions and
answers there are. Check the right before. Where no epoch is there yet everything is as before the
first answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import astuple, dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from studium.analytics import epochs, rules, stored
from studium.analytics.asked import Asked, asked
from studium.analytics.engine import (
    Concept,
    Estimate,
    Level,
    Mastery,
    Practised,
    Shared,
    Situation,
    due_at,
    mastery_now,
)
from studium.lib.collector import collector_at_rest
from studium.lib.db import on_postgresql, read_rows, uuid_param, uuid_value
from studium.lib.looks import gathered, once


@dataclass(frozen=True, slots=True)
class _Known:
    """A concept of the course with its engine row."""

    id: UUID
    key: Any
    name: str
    lesson_id: UUID | None
    place: int
    row: Concept


@dataclass(frozen=True, slots=True)
class _Person:
    """What all standings of a person share; `at` is the moment they are about, in seconds."""

    shared: Shared
    level: Level
    at: float


class ConceptStanding:
    """How somebody stands on a concept now: `p` with its 80 % range, from `n` answers.

    `lesson_id` is set where the concept is a lesson as a whole, `place` its lesson's place in the
    course. `wins` adds up how much of the answers was right. `due_at` is when a review is due;
    `is_fading`: it was known, and by now time alone has brought it under the goal.

    What takes the engine is worked out when it is asked for: a class has 25,000 of these, and a
    page shows some.
    """

    __slots__ = ("_concept", "_due", "_estimate", "_person", "_row", "_words")

    def __init__(self, person: _Person, concept: _Known, row: Sequence[Any]) -> None:
        """`row` holds the fields of `Mastery`, the last seven of it."""
        self._person = person
        self._concept = concept
        self._row = row
        self._estimate: Estimate | None = None
        self._due: tuple[float | None] | None = None
        self._words = ""

    @property
    def concept_id(self) -> UUID:
        return self._concept.id

    @property
    def name(self) -> str:
        return self._concept.name

    @property
    def lesson_id(self) -> UUID | None:
        return self._concept.lesson_id

    @property
    def place(self) -> int:
        return self._concept.place

    @property
    def p(self) -> float:
        return self._now().p

    @property
    def low(self) -> float:
        return self._now().low

    @property
    def high(self) -> float:
        return self._now().high

    @property
    def n(self) -> int:
        n: int = self._row[-1]
        return n

    @property
    def wins(self) -> float:
        wins: float = self._row[-5]
        return wins

    @property
    def last_at(self) -> datetime | None:
        return _moment(self._row[-2])

    @property
    def words(self) -> str:
        if not self._words:
            if rules.is_early(self._row[-1]):
                self._words = rules.TOO_EARLY
            else:
                now = self._now()
                self._words = rules.mastery_words(now.p, now.low, now.high, now.n)
        return self._words

    @property
    def due_at(self) -> datetime | None:
        return _moment(self._review())

    @property
    def is_fading(self) -> bool:
        if rules.is_early(self.n):
            return False
        due = self._review()
        return due is not None and due <= self._person.at and due != self._row[-2]

    def _now(self) -> Estimate:
        if self._estimate is None:
            of, mastery = self._person, Mastery(*self._row[-7:])
            self._estimate = mastery_now(of.shared, of.level, self._concept.row, mastery, of.at)
        return self._estimate

    def _review(self) -> float | None:
        if self._due is None:
            of, mastery = self._person, Mastery(*self._row[-7:])
            found = due_at(of.shared, of.level, self._concept.row, mastery)
            self._due = (found if mastery.n else None,)
        return self._due[0]


@dataclass(frozen=True, slots=True)
class Day:
    """What was known after the last answer of a day (UTC), from `n` answers so far."""

    day: date
    p: float
    low: float
    high: float
    n: int


_LAST_PLACE = 1_000_000
_UNSEEN = astuple(Mastery())

# A row of a lesson holds its whole text: the places of a course come at once from their index.
_KNOWN = """
WITH places AS MATERIALIZED (SELECT id, order_index FROM lessons WHERE course_id = %s),
taught AS MATERIALIZED (
    SELECT c.concept_id, MIN(p.order_index) AS place
    FROM concepts k JOIN lesson_concepts c ON c.concept_id = k.id
    JOIN places p ON p.id = c.lesson_id WHERE k.course_id = %s GROUP BY c.concept_id)
SELECT k.id, k.name, k.lesson_id, COALESCE(p.order_index, t.place) AS place,
    s.mean, s.variance, s.wins_slope, s.wins_variance, s.fails_slope, s.fails_variance, s.n,
    s.items, s.ease_sum
FROM concepts k LEFT JOIN places p ON p.id = k.lesson_id LEFT JOIN taught t ON t.concept_id = k.id
LEFT JOIN concept_states s ON s.epoch = %s AND s.concept_id = k.id
WHERE k.course_id = %s AND (k.merged_epoch IS NULL OR k.merged_epoch > %s)
"""
# Of those that no lesson of the course is or teaches: the first lesson with a question about it.
_ASKED_AT = """
SELECT c.concept_id, MIN(l.order_index) FROM question_concepts c
JOIN questions q ON q.id = c.question_id JOIN quizzes z ON z.id = q.quiz_id
JOIN lessons l ON l.id = z.lesson_id WHERE c.concept_id IN ({}) GROUP BY c.concept_id
"""
# A person comes back as their place in the list: their id in each of a class's 25,000 rows would be
# a seventh of reading them. CROSS tells SQLite to begin with the people.
_MASTERY = """
SELECT w.column2, m.concept_id, m.mean, m.variance, m.wins, m.fails, m.last_outcome, m.last_at, m.n
FROM (VALUES {}) AS w {} mastery m {} m.epoch = %s AND m.course_id = %s AND m.user_id = w.column1
"""
_LEVELS = """
SELECT user_id, mean, variance, n, last_at FROM level_states
WHERE epoch = %s AND course_id = %s AND user_id IN ({})
"""
_CONCEPT_DAYS = """
SELECT concept_id, day, p, low, high, n FROM mastery_days
WHERE epoch = %s AND user_id = %s AND course_id = %s ORDER BY concept_id, day
"""


def current_epoch() -> int:
    """The epoch whose rows are read; 0, to which nothing belongs, where there is none yet."""
    return epochs.current_id()


def standings(
    course_id: UUID, user_ids: Collection[UUID], *, now: datetime
) -> dict[UUID, list[ConceptStanding]]:
    """Where each person stands on each concept of the course, in the order of the course.

    Concepts nobody has answered are in the lists too, with `n` 0.
    """
    found = _standings(course_id, tuple(user_ids), current_epoch(), now.timestamp())
    return {user_id: list(of) for user_id, of in found.items()}


def concept_days(user_id: UUID, course_id: UUID) -> dict[UUID, list[Day]]:
    """The mastery of each concept over time, at the end of each day with answers on it."""
    keys = [current_epoch(), uuid_param(user_id), uuid_param(course_id)]
    found: dict[UUID, list[Day]] = defaultdict(list)
    for concept_id, *row in read_rows(_CONCEPT_DAYS, keys):
        found[uuid_value(concept_id)].append(_day(row))
    return dict(found)


def levels(course_id: UUID, user_ids: Collection[UUID]) -> dict[UUID, Level]:
    """The level of each person in the course; the prior for those without answers."""
    found = _levels(course_id, tuple(user_ids), current_epoch())
    return {user_id: found.get(user_id) or Level() for user_id in user_ids}


def situations(
    user_id: UUID, course_id: UUID, question_ids: Collection[UUID], *, at: datetime
) -> dict[UUID, Situation]:
    """`situations_of_many` for one person."""
    return situations_of_many(course_id, [user_id], question_ids, at=at)[user_id]


def situations_of_many(
    course_id: UUID, user_ids: Collection[UUID], question_ids: Collection[UUID], *, at: datetime
) -> dict[UUID, dict[UUID, Situation]]:
    """Each person before each question at the moment `at`, to predict, explain and forecast.

    Rows nobody has yet are the priors. Situations of one person share their level, and their
    mastery where the concept is the same. Nothing here is kept: do not `update` with it.
    """
    epoch = current_epoch()
    shared = shared_of(epoch)
    questions = asked(question_ids, epoch=epoch)
    users = {user_id: uuid_param(user_id) for user_id in user_ids}
    level_rows = _levels(course_id, tuple(user_ids), epoch)
    concept_ids = dict.fromkeys(one for of in questions.values() for one in of.concept_ids)
    # Of one person all is read that pages ask for anyway, of a class only what is asked about.
    alone = len(users) == 1
    own, beside = _in_course(course_id, concept_ids, epoch) if alone else ({}, list(concept_ids))
    concepts = own | (stored.read(stored.CONCEPTS, epoch, beside) if beside else {})
    priors = {one: concepts.get(one) or Concept() for one in concept_ids}
    known = _masteries(course_id, tuple(user_ids), epoch) if own else {}
    others = _of_people(stored.MASTERY, epoch, users.values(), beside)
    keys = [(user, uuid_param(one)) for user in users.values() for one in questions]
    practised = gathered(_practised, epoch, keys)
    found: dict[UUID, dict[UUID, Situation]] = {}
    for user_id, user in users.items():
        mine = known.get(user, {})
        theirs = {
            one: Mastery(*mine[one][2:]) if one in mine else others.get((user, one)) or Mastery()
            for one in concept_ids
        }
        level = level_rows.get(user_id) or Level()
        found[user_id] = {
            question_id: _situation(
                shared, of, level, practised.get((user, uuid_param(question_id))), priors, theirs,
                at.timestamp(),
            )
            for question_id, of in questions.items()
        }  # fmt: skip
    return found


def shared_of(epoch: int) -> Shared:
    """What holds for everybody in the epoch that is read; not to be changed."""
    found, shared = epochs.read()
    return shared if found is not None and found.id == epoch else stored.read_shared(epoch)


# --- parts -----------------------------------------------------------------------------------


def _situation(
    shared: Shared,
    of: Asked,
    level: Level,
    practised: Practised | None,
    concepts: dict[Any, Concept],
    masteries: dict[Any, Mastery],
    at: float,
) -> Situation:
    return Situation(
        shared,
        of.item,
        level,
        practised or Practised(),
        [concepts[one] for one in of.concept_ids],
        [masteries[one] for one in of.concept_ids],
        at,
    )


def _of_people(
    table: stored.Table, epoch: int, users: Collection[Any], others: Collection[Any]
) -> dict[Any, Any]:
    """Rows of people and something else, all combinations in one statement."""
    if not users or not others:
        return {}
    names = ", ".join((*table.key, *table.columns))
    sql = (
        f"SELECT {names} FROM {table.name} WHERE epoch = %s "
        f"AND user_id IN ({_marks(users)}) AND {table.key[1]} IN ({_marks(others)})"
    )
    rows = read_rows(sql, [epoch, *users, *others])
    return {(row[0], row[1]): table.make(*row[2:]) for row in rows}


def _in_course(
    course_id: UUID, concept_ids: Collection[Any], epoch: int
) -> tuple[dict[Any, Concept], list[Any]]:
    """The rows of those that are concepts of the course, and which are not."""
    rows = {one.key: one.row for one in _concepts(course_id, epoch)}
    return (
        {one: rows[one] for one in concept_ids if one in rows},
        [one for one in concept_ids if one not in rows],
    )


def _practised(epoch: int, keys: list[Any]) -> dict[Any, Practised]:
    users = list(dict.fromkeys(user for user, _ in keys))
    questions = list(dict.fromkeys(question for _, question in keys))
    return _of_people(stored.PRACTISED, epoch, users, questions)


@once
def _standings(
    course_id: UUID, user_ids: tuple[UUID, ...], epoch: int, at: float
) -> dict[UUID, list[ConceptStanding]]:
    """Shared in a look, so that what the engine was asked once is not worked out again."""
    shared, concepts = shared_of(epoch), _concepts(course_id, epoch)
    level_rows = _levels(course_id, user_ids, epoch)
    found = {}
    with collector_at_rest():
        masteries = _masteries(course_id, user_ids, epoch)
        for user_id in user_ids:
            person = _Person(shared, level_rows.get(user_id) or Level(), at)
            row_of = masteries[uuid_param(user_id)].get
            found[user_id] = [
                ConceptStanding(person, one, row_of(one.key, _UNSEEN)) for one in concepts
            ]
    return found


@once
def _concepts(course_id: UUID, epoch: int) -> list[_Known]:
    """The concepts that count in the epoch and are taught or answered, in the order of the
    course."""
    course = uuid_param(course_id)
    rows = read_rows(_KNOWN, [course, course, epoch, course, epoch])
    place_of = {row[0]: row[3] for row in rows if row[3] is not None}
    rest = [row[0] for row in rows if row[3] is None]
    if rest:
        place_of |= dict(read_rows(_ASKED_AT.format(_marks(rest)), rest))
    found = [
        _Known(
            uuid_value(concept_id),
            concept_id,
            name,
            uuid_value(lesson_id) if lesson_id else None,
            place_of.get(concept_id, _LAST_PLACE),
            Concept() if row[0] is None else Concept(*row),
        )
        for concept_id, name, lesson_id, _, *row in rows
        if concept_id in place_of or row[0] is not None
    ]
    return sorted(found, key=lambda one: (one.place, one.name, one.id))


@once
def _levels(course_id: UUID, user_ids: tuple[UUID, ...], epoch: int) -> dict[UUID, Level]:
    rows = _some(_LEVELS, epoch, course_id, user_ids)
    return {uuid_value(row[0]): Level(*row[1:]) for row in rows}


@once
def _masteries(
    course_id: UUID, user_ids: tuple[UUID, ...], epoch: int
) -> dict[Any, dict[Any, tuple[Any, ...]]]:
    """Rows by person and concept (ids as the driver has them)."""
    if not user_ids:
        return {}
    users = [uuid_param(one) for one in user_ids]
    found: dict[Any, dict[Any, tuple[Any, ...]]] = {one: {} for one in users}
    places = [found[one] for one in users]
    values = ", ".join([f"(%s, {place})" for place in range(len(users))])
    joined = ("JOIN", "ON") if on_postgresql() else ("CROSS JOIN", "WHERE")
    sql = _MASTERY.format(values, *joined)
    for row in read_rows(sql, [*users, epoch, uuid_param(course_id)]):
        places[row[0]][row[1]] = row
    return found


def _some(
    sql: str, epoch: int, course_id: UUID, user_ids: Collection[UUID]
) -> Iterator[tuple[Any, ...]]:
    if not user_ids:
        return
    parameters = [epoch, uuid_param(course_id), *(uuid_param(one) for one in user_ids)]
    yield from read_rows(sql.format(_marks(user_ids)), parameters)


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _day(row: Sequence[Any]) -> Day:
    day, *values = row
    return Day(date.fromisoformat(day) if isinstance(day, str) else day, *values)


def _marks(values: Collection[Any]) -> str:
    return ", ".join(["%s"] * len(values))
