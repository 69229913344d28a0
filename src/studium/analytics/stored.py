"""The engine's rows in the database: which columns, how they are read and how they are written.

Ids stay as the driver gives them (`lib.db.uuid_param`), since the fold reads and writes them by the
hundred and never looks into them. Columns stand in the order of the engine's fields, so that a row
read is a row made.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cache, cached_property
from itertools import islice
from operator import attrgetter, is_
from typing import Any

from studium.analytics.curves import LAST_OPPORTUNITY, Opportunity
from studium.analytics.engine import Concept, Item, Level, Mastery, Practised, Shared
from studium.lib import db
from studium.lib.db import json_value, on_postgresql, read_rows, write_rows

Key = Any
"""An id as the driver has it, or a tuple of such."""
_written: dict[str, tuple[float, ...]] = {}
"""The lists written last by their text, which spares reading a hundred numbers again, and writing
those that did not move (once the weights have settled, seven answers of eight move none)."""
AT_ONCE = 500
"""Keys in one statement."""


@dataclass(frozen=True)
class Table:
    """One table of state: its key columns behind `epoch`, then the engine's fields as columns."""

    name: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    make: Callable[..., Any]
    beside: tuple[str, ...] = ()
    """Columns that are written and not read back, between the key and the fields."""
    _selects: dict[int, str] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def values_of(self) -> Callable[[Any], tuple[Any, ...]]:
        """The fields of a row in the order of the columns."""
        return attrgetter(*self.columns)

    @cached_property
    def upsert(self) -> str:
        """Write one row, whether it is there or not: epoch, key, columns beside, fields."""
        key = ("epoch", *self.key)
        names = (*key, *self.beside, *self.columns)
        sets = ", ".join(f"{one} = excluded.{one}" for one in self.columns)
        return (
            f"INSERT INTO {self.name} ({', '.join(names)}) "
            f"VALUES ({', '.join(['%s'] * len(names))}) "
            f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {sets}"
        )

    @cached_property
    def update(self) -> str:
        """Write the fields of a row that is there: fields, epoch, key."""
        sets = ", ".join(f"{one} = %s" for one in self.columns)
        same = " AND ".join(f"{one} = %s" for one in ("epoch", *self.key))
        return f"UPDATE {self.name} SET {sets} WHERE {same}"

    def key_of(self, columns: Sequence[Any]) -> Key:
        """The key from its columns, as `read` and `write` take it."""
        if len(columns) == 1:
            return columns[0]
        if self.key[-1] == "day" and isinstance(columns[-1], date):
            return (*columns[:-1], day_param(columns[-1]))
        return tuple(columns)

    def select(self, count: int) -> str:
        """Read the rows of `count` keys: the keys in order, then the epoch, are the parameters."""
        known = self._selects.get(count)
        if known is None:
            known = self._selects[count] = self._select(count)
        return known

    def _select(self, count: int) -> str:
        one = f"({', '.join(['%s'] * len(self.key))})"
        # Both engines call the columns of VALUES column1, column2 and so on.
        same = " AND ".join(f"t.{name} = w.column{at}" for at, name in enumerate(self.key, 1))
        wanted = ", ".join(f"t.{name}" for name in (*self.key, *self.columns))
        return (
            f"SELECT {wanted} FROM (VALUES {', '.join([one] * count)}) AS w "
            f"JOIN {self.name} t ON t.epoch = %s AND {same}"
        )


@dataclass(slots=True)
class CourseEase:
    """The questions of a course by their concepts: how many, and the sum of their eases."""

    items: int = 0
    ease_sum: float = 0.0


@dataclass(slots=True)
class DayRow:
    """What was known at the end of a day."""

    p: float
    low: float
    high: float
    n: int


def _names(cls: type[Any]) -> tuple[str, ...]:
    return tuple(one.name for one in fields(cls))


ITEMS = Table("item_states", ("question_id",), _names(Item), Item)
CONCEPTS = Table("concept_states", ("concept_id",), _names(Concept), Concept)
COURSES = Table("course_states", ("course_id",), _names(CourseEase), CourseEase)
LEVELS = Table("level_states", ("user_id", "course_id"), _names(Level), Level)
MASTERY = Table("mastery", ("user_id", "concept_id"), _names(Mastery), Mastery, ("course_id",))
PRACTISED = Table("practised_items", ("user_id", "question_id"), _names(Practised), Practised)
MASTERY_DAYS = Table(
    "mastery_days", ("user_id", "course_id", "concept_id", "day"), _names(DayRow), DayRow
)
LEVEL_DAYS = Table("level_days", ("user_id", "course_id", "day"), _names(DayRow), DayRow)

CURVES = Table(
    "concept_opportunities", ("concept_id", "opportunity"), _names(Opportunity), Opportunity
)

KEPT = (ITEMS, CONCEPTS, COURSES, LEVELS, MASTERY, PRACTISED, MASTERY_DAYS, LEVEL_DAYS, CURVES)
"""Every table of state but the one row of `engine_state`."""
PERSONAL = (LEVELS, MASTERY, PRACTISED, MASTERY_DAYS, LEVEL_DAYS)
"""Those with rows of one person."""

_AROUND = (CONCEPTS, COURSES, MASTERY, CURVES, ITEMS, LEVELS, PRACTISED)

_SHARED = "SELECT means, variances, a, b, n FROM engine_state WHERE epoch = %s"
_WRITE_SHARED = """
INSERT INTO engine_state (epoch, means, variances, a, b, n) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (epoch) DO UPDATE SET means = excluded.means, variances = excluded.variances,
a = excluded.a, b = excluded.b, n = excluded.n
"""


def day_param(day: date) -> Any:
    """A day as the driver has it."""
    return day if on_postgresql() else day.isoformat()


def read(table: Table, epoch: int, keys: Collection[Key]) -> dict[Key, Any]:
    """The stored rows of these keys. A key of one column is that id, else a tuple."""
    return read_each([(table, keys)], epoch)[0]


def read_each(wanted: Sequence[tuple[Table, Collection[Key]]], epoch: int) -> list[dict[Key, Any]]:
    """`read` for several tables at once."""
    asked: list[tuple[str, list[Any]]] = []
    at = []  # which of `wanted` a statement is for
    for place, (table, keys) in enumerate(wanted):
        rest = iter(keys)
        while some := list(islice(rest, AT_ONCE)):
            flat = some if len(table.key) == 1 else [part for key in some for part in key]
            asked.append((table.select(len(some)), [*flat, epoch]))
            at.append(place)
    found: list[dict[Key, Any]] = [{} for _ in wanted]
    for place, rows in zip(at, db.read_each(asked), strict=True):
        table = wanted[place][0]
        width = len(table.key)
        for row in rows:
            found[place][table.key_of(row[:width])] = table.make(*row[width:])
    return found


def write(table: Table, epoch: int, rows: Iterable[tuple[Key, Any]], *beside: Any) -> None:
    """Store rows, each with its key; `beside` are functions of the key, one per column beside."""
    write_rows(table.upsert, upserting(table, epoch, rows, *beside))


def upserting(
    table: Table, epoch: int, rows: Iterable[tuple[Key, Any]], *beside: Any
) -> list[tuple[Any, ...]]:
    """The parameters of `Table.upsert`; see `write`."""
    values, single = table.values_of, len(table.key) == 1
    return [
        (epoch, *((key,) if single else key), *(of(key) for of in beside), *values(row))
        for key, row in rows
    ]


def updating(table: Table, epoch: int, rows: Iterable[tuple[Key, Any]]) -> list[tuple[Any, ...]]:
    """The parameters of `Table.update`."""
    values, single = table.values_of, len(table.key) == 1
    return [(*values(row), epoch, *((key,) if single else key)) for key, row in rows]


def read_around(
    epoch: int, user: Any, course: Any, question: Any, concepts: Sequence[tuple[Any, Any]]
) -> Iterator[tuple[Table, Key, Any]]:
    """The rows that one answer touches (table, key, row or None), in one statement.

    `concepts` are pairs of concept and its course. The place on the curve is that after the answers
    so far. Days are only written.
    """
    rows = read_rows(_around(len(concepts)), [
        *(part for pair in concepts for part in pair),
        *(epoch, epoch, epoch, user, epoch, epoch, question),
        *(epoch, user, course, epoch, user, question),
    ])  # fmt: skip
    for row in rows:
        concept, of, n, rest, at = row[0], row[1], row[2] or 0, row, 3
        keys = (concept, of, (user, concept), (concept, n + 1), question, (user, course),
                (user, question))  # fmt: skip
        for table, key in zip(_AROUND, keys, strict=True):
            width = len(table.columns)
            fields_ = rest[at : at + width]
            at += width
            if table is CURVES and n >= LAST_OPPORTUNITY:
                continue
            yield table, key, None if fields_[0] is None else table.make(*fields_)


@cache
def _around(count: int) -> str:
    wanted = ", ".join(
        f"{letter}.{name}" for letter, table in zip("ckmoilp", _AROUND, strict=True)
        for name in table.columns
    )  # fmt: skip
    return f"""
SELECT w.column1, w.column2, m.n, {wanted}
FROM (VALUES {", ".join(["(%s, %s)"] * count)}) AS w
LEFT JOIN concept_states c ON c.epoch = %s AND c.concept_id = w.column1
LEFT JOIN course_states k ON k.epoch = %s AND k.course_id = w.column2
LEFT JOIN mastery m ON m.epoch = %s AND m.user_id = %s AND m.concept_id = w.column1
LEFT JOIN concept_opportunities o ON o.epoch = %s AND o.concept_id = w.column1
    AND o.opportunity = COALESCE(m.n, 0) + 1
LEFT JOIN item_states i ON i.epoch = %s AND i.question_id = %s
LEFT JOIN level_states l ON l.epoch = %s AND l.user_id = %s AND l.course_id = %s
LEFT JOIN practised_items p ON p.epoch = %s AND p.user_id = %s AND p.question_id = %s
"""


def read_shared(epoch: int) -> Shared:
    """What holds for everybody in this epoch; the prior where nothing was learnt yet."""
    rows = read_rows(_SHARED, [epoch])
    return shared_of(rows[0]) if rows else Shared()


def shared_of(row: Sequence[Any]) -> Shared:
    """`Shared` from the columns means, variances, a, b, n."""
    means, variances, a, b, n = row
    return Shared(_numbers(means), _numbers(variances), a, b, n)


def _numbers(value: Any) -> list[float]:
    known = _written.get(value) if isinstance(value, str) else None
    return list(known) if known else [float(one) for one in json_value(value)]


def write_shared(epoch: int, shared: Shared) -> None:
    """Store what holds for everybody."""
    write_rows(*shared_write(epoch, shared))


def shared_write(epoch: int, shared: Shared) -> tuple[str, list[tuple[Any, ...]]]:
    """The statement of `write_shared` with its rows."""
    means, variances = _text(shared.means), _text(shared.variances)
    _written.clear()
    _written.update({means: tuple(shared.means), variances: tuple(shared.variances)})
    return _WRITE_SHARED, [(epoch, means, variances, shared.a, shared.b, shared.n)]


def _text(numbers: list[float]) -> str:
    """The list as JSON. One that nobody moved since it was read holds the very same numbers; of
    those that only compare as equal, -0.0 and 0.0 are not."""
    for text, known in tuple(_written.items()):  # another thread may write meanwhile
        if len(known) == len(numbers) and all(map(is_, known, numbers)):
            return text
    return json.dumps(numbers)
