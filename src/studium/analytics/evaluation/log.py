"""A log of answers in memory: columns of numbers, about 45 bytes an answer whatever its names.

Read once from `.csv` or `.csv.gz`, line by line. Rows in which nothing was asked are counted and
left out. Whoever has no fold gets one of five by a hash of their name, the same on every machine.
"""

from __future__ import annotations

import csv
import gzip
import zlib
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain, pairwise
from pathlib import Path
from typing import IO, NamedTuple, Protocol

from studium.analytics.evaluation.rows import BadRow, Columns, Row

FOLDS = 5
Progress = Callable[[str, int, int], None]
"""Called with what is done, how much of it is done, and how much there is (0: not known)."""


class BadLog(Exception):
    """The log cannot be read: which file, which line, what to do."""


class Answer(NamedTuple):
    """One answer: numbers of its person, question and concepts; `at` in seconds; share 0-1."""

    user: int
    item: int
    concepts: tuple[int, ...]
    at: float
    share: float


def concepts_of(answer: Answer) -> tuple[int, ...]:
    """The concepts of an answer; without any, the question by itself (numbers below 0)."""
    return answer.concepts or (-1 - answer.item,)


class Names:
    """Names as numbers from 0 on, in the order in which they first appear."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, name: str) -> int:
        """The number of a name, a new one when it was not met before."""
        return self._numbers.setdefault(name, len(self._numbers))

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)


class ResponseLog:
    """Answers in order of arrival; place `i` is the i-th of them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.users, self.items, self.concepts = Names(), Names(), Names()
        self.user, self.item = array("i"), array("i")
        self.at, self.share = array("d"), array("d")
        self.is_exam = bytearray()
        self.fold_of: dict[int, int] = {}
        self.nothing_asked = 0
        self.has_times = self.has_concepts = self.has_folds = False
        self._tags = array("i")
        self._tag_sets: dict[tuple[int, ...], int] = {}
        self._sets: list[tuple[int, ...]] = []
        self._last: dict[int, float] = {}
        self._orders = array("d")

    def __len__(self) -> int:
        return len(self.user)

    def answer(self, place: int) -> Answer:
        """The answer at a place."""
        return Answer(
            self.user[place],
            self.item[place],
            self._sets[self._tags[place]],
            self.at[place],
            self.share[place],
        )

    def __iter__(self) -> Iterator[Answer]:
        sets = self._sets
        for user, item, tags, at, share in zip(
            self.user, self.item, self._tags, self.at, self.share, strict=True
        ):
            yield Answer(user, item, sets[tags], at, share)

    @property
    def folds(self) -> list[int]:
        """The folds there are, in order."""
        return sorted(set(self.fold_of.values()))

    def places_by_user(self) -> dict[int, array[int]]:
        """The places of each person's answers, in order of arrival."""
        found: dict[int, array[int]] = {}
        for place, user in enumerate(self.user):
            found.setdefault(user, array("i")).append(place)
        return found

    def add(self, row: Row) -> None:
        """Take in one row; `BadRow` where it contradicts an earlier one."""
        if row.share is None:
            self.nothing_asked += 1
            return
        user = self.users.number(row.user)
        self._put_in_fold(user, row)
        # A row without a time gets the time of the person's last one: no gap, no guess.
        at = row.at if row.at is not None else self._last.get(user, 0.0)
        self._last[user] = at
        self.has_times |= row.at is not None
        self.has_concepts |= bool(row.concepts)
        self.user.append(user)
        self.item.append(self.items.number(row.item))
        self._tags.append(self._tag_set(tuple(map(self.concepts.number, row.concepts))))
        self.at.append(at)
        self.share.append(row.share)
        self.is_exam.append(row.is_exam)
        self._orders.append(len(self._orders) if row.order is None else row.order)

    def sort(self) -> None:
        """Bring the answers into the order of the column `order`, where the file has another."""
        orders = self._orders
        self._orders = array("d")
        self._last.clear()
        if all(left <= right for left, right in pairwise(orders)):
            return
        ranked = sorted(range(len(orders)), key=orders.__getitem__)
        for name in ("user", "item", "at", "share", "_tags"):
            column = getattr(self, name)
            setattr(self, name, array(column.typecode, (column[place] for place in ranked)))
        self.is_exam = bytearray(self.is_exam[place] for place in ranked)

    def _tag_set(self, tags: tuple[int, ...]) -> int:
        number = self._tag_sets.setdefault(tags, len(self._sets))
        if number == len(self._sets):
            self._sets.append(tags)
        return number

    def _put_in_fold(self, user: int, row: Row) -> None:
        self.has_folds |= row.fold is not None
        fold = zlib.crc32(row.user.encode()) % FOLDS if row.fold is None else row.fold
        if self.fold_of.setdefault(user, fold) != fold:
            raise BadRow(
                f"`fold` is {row.fold!r} but user {row.user!r} was in fold {self.fold_of[user]} "
                "before; a person belongs to one fold, so correct one of them"
            )


def read(path: Path, *, progress: Progress | None = None) -> ResponseLog:
    """Read a log. Raises `BadLog` at the first line that cannot be understood."""
    log = ResponseLog(path.name)
    with _opened(path) as text, _placed(path) as place:
        # The first line alone says whether commas or tabs part the columns.
        first = text.readline()
        if not first:
            raise BadRow("the file is empty; its first line must name the columns")
        place.lines = csv.reader(chain([first], text), delimiter=_delimiter(first), strict=True)
        _take_all(log, place.lines, progress)
    if not len(log):
        raise BadLog(f"{path}: there is no answer in it; every `correct` is empty.")
    log.sort()
    return log


def _take_all(log: ResponseLog, lines: _Lines, progress: Progress | None) -> None:
    columns = Columns(next(lines))
    for done, cells in enumerate(lines, start=1):
        if not any(cells):
            continue  # an empty line, as editors leave at the end
        log.add(columns.row(cells))
        if progress and done % 20_000 == 1:
            progress("reading", done, 0)


@contextmanager
def _opened(path: Path) -> Iterator[IO[str]]:
    """The text of a file, unpacked when it begins as gzip does, whatever its name."""
    try:
        with path.open("rb") as raw:
            is_packed = raw.read(2) == b"\x1f\x8b"
        opener = gzip.open if is_packed else open
        with opener(path, "rt", encoding="utf-8-sig", newline="") as text:
            yield text
    except IsADirectoryError:
        raise BadLog(f"{path}: this is a folder; name the .csv or .csv.gz file in it.") from None
    except FileNotFoundError:
        raise BadLog(f"{path}: there is no such file.") from None
    except PermissionError:
        raise BadLog(f"{path}: it may not be read by this user.") from None


def _delimiter(first: str) -> str:
    """Comma, or tab where the first line has tabs and no comma."""
    return "\t" if "\t" in first and "," not in first else ","


class _Lines(Protocol):
    """What `csv.reader` gives, which has no public name before Python 3.13."""

    @property
    def line_num(self) -> int: ...

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


class _Place:
    """Where in a file the reading is."""

    lines: _Lines | None = None

    @property
    def line(self) -> int:
        return max(self.lines.line_num, 1) if self.lines else 1


@contextmanager
def _placed(path: Path) -> Iterator[_Place]:
    """Say of everything that goes wrong in which file and line it is."""
    place = _Place()
    try:
        yield place
    except BadRow as bad:
        raise BadLog(f"{path}, line {place.line}: {bad}.") from None
    except csv.Error as bad:
        raise BadLog(f"{path}, line {place.line}: {bad}; mend the quotes there.") from None
    except UnicodeDecodeError:
        raise BadLog(
            f"{path}, after line {place.line}: this is not UTF-8; save the file as UTF-8."
        ) from None
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise BadLog(
            f"{path}, after line {place.line}: the packed file is damaged or cut off; "
            "fetch it again."
        ) from None
