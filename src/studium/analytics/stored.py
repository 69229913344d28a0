"""The engine's rows in the database: which columns, how they are read and how they are written.

Ids stay as the driver gives them (`lib.db.uuid_param`), since the fold reads and writes them by the
hundred and never looks into them. Columns stand in the order of the engine's fields, so that a row
read is a row made.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cached_property
from itertools import islice
from operator import attrgetter
from typing import Any

from studium.analytics.curves import Opportunity
from studium.analytics.engine import Concept, Item, Level, Mastery, Practised, Shared
from studium.lib.db import json_value, on_postgresql, read_rows, write_rows

Key = Any
"""An id as the driver has it, or a tuple of such."""
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


@dataclass(frozen=True, slots=True)
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
    found: dict[Key, Any] = {}
    single, width = len(table.key) == 1, len(table.key)
    rest = iter(keys)
    while some := list(islice(rest, AT_ONCE)):
        flat = some if single else [part for key in some for part in key]
        for row in read_rows(table.select(len(some)), [*flat, epoch]):
            found[table.key_of(row[:width])] = table.make(*row[width:])
    return found


def write(table: Table, epoch: int, rows: Iterable[tuple[Key, Any]], *beside: Any) -> None:
    """Store rows, each with its key; `beside` are functions of the key, one per column beside."""
    values, single = table.values_of, len(table.key) == 1
    made = [
        (epoch, *((key,) if single else key), *(of(key) for of in beside), *values(row))
        for key, row in rows
    ]
    write_rows(table.upsert, made)


def read_shared(epoch: int) -> Shared:
    """What holds for everybody in this epoch; the prior where nothing was learnt yet."""
    rows = read_rows(_SHARED, [epoch])
    return shared_of(rows[0]) if rows else Shared()


def shared_of(row: Sequence[Any]) -> Shared:
    """`Shared` from the columns means, variances, a, b, n."""
    means, variances, a, b, n = row
    return Shared(
        [float(one) for one in json_value(means)],
        [float(one) for one in json_value(variances)],
        a,
        b,
        n,
    )


def write_shared(epoch: int, shared: Shared) -> None:
    """Store what holds for everybody."""
    means, variances = json.dumps(shared.means), json.dumps(shared.variances)
    write_rows(_WRITE_SHARED, [(epoch, means, variances, shared.a, shared.b, shared.n)])
