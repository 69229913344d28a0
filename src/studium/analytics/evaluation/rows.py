"""One line of a response log as values, or the sentence that says what is wrong with it.

Columns: `user`, `item` and `correct` must be there; `order`, `concepts`, `ts`, `kind` and `fold`
may be missing. An empty `correct` is a row in which nothing was asked.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

NEEDED = ("user", "item", "correct")
KNOWN = ("order", "user", "item", "concepts", "ts", "kind", "correct", "fold")
_WORDS = {"true": 1.0, "false": 0.0}


class BadRow(Exception):
    """What is wrong with a line, without its place."""


class Row(NamedTuple):
    """A line of the log. `share` is None where nothing was asked, `at` is in seconds."""

    order: float | None
    user: str
    item: str
    concepts: tuple[str, ...]
    at: float | None
    is_exam: bool
    share: float | None
    fold: int | None


class Columns:
    """Where each known column stands; others are left alone."""

    def __init__(self, header: list[str]) -> None:
        names = [name.strip().lower() for name in header]
        twice = sorted({name for name in names if name in KNOWN and names.count(name) > 1})
        if twice:
            raise BadRow(f"the column `{twice[0]}` is there twice; keep one of them")
        missing = [name for name in NEEDED if name not in names]
        if missing:
            raise BadRow(
                f"the column `{missing[0]}` is missing; the first line must name the columns "
                f"(needed: {', '.join(NEEDED)}; also read: order, concepts, ts, kind, fold)"
            )
        self.width = len(names)
        self.has = frozenset(name for name in names if name in KNOWN)
        self._at = {name: names.index(name) for name in self.has}

    def row(self, cells: list[str]) -> Row:
        """The values of a line; `BadRow` says what is wrong and what to do."""
        if len(cells) != self.width:
            raise BadRow(
                f"{len(cells)} cells where the first line names {self.width} columns; "
                "quote cells that hold a comma"
            )
        kind = self._cell(cells, "kind").lower()
        given = self._cell(cells, "correct")
        return Row(
            order=_number(self._cell(cells, "order"), "order"),
            user=self._needed(cells, "user"),
            item=self._needed(cells, "item"),
            concepts=_names(self._cell(cells, "concepts").split(";")),
            at=_moment(self._cell(cells, "ts")),
            is_exam=kind == "posttest",
            share=None if kind == "study" else _share(given),
            fold=_fold(self._cell(cells, "fold")),
        )

    def _cell(self, cells: list[str], name: str) -> str:
        place = self._at.get(name)
        return "" if place is None else cells[place].strip()

    def _needed(self, cells: list[str], name: str) -> str:
        value = self._cell(cells, name)
        if not value:
            raise BadRow(f"`{name}` is empty; give it a value or take the row out")
        return value


def _names(parts: Iterable[str]) -> tuple[str, ...]:
    """Each name once, in the order given."""
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


def _share(text: str) -> float | None:
    if not text:
        return None
    value = _WORDS.get(text.lower())
    if value is None:
        value = _number(text, "correct")
    if value is None or not 0 <= value <= 1:
        raise BadRow(
            f"`correct` is {text!r}; it must be 1, 0, a share between them, or empty where "
            "nothing was asked"
        )
    return value


def _number(text: str, name: str) -> float | None:
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadRow(f"`{name}` is {text!r}; it must be a number")
    return value


def _moment(text: str) -> float | None:
    """Seconds; a date with a time is taken too, in UTC where it names no zone."""
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        return _date(text)
    if not math.isfinite(value):
        raise BadRow(f"`ts` is {text!r}; it must be seconds or a date like 2026-03-02T09:00:00Z")
    return value


def _date(text: str) -> float:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadRow(
            f"`ts` is {text!r}; it must be seconds or a date like 2026-03-02T09:00:00Z"
        ) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _fold(text: str) -> int | None:
    value = _number(text, "fold")
    if value is None:
        return None
    if value < 0 or value != int(value) or value > 10_000:
        raise BadRow(f"`fold` is {text!r}; it must be a whole number from 0 on")
    return int(value)
