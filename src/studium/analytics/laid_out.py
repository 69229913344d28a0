"""`progress_data` as text in lines, one for each entry, so that one entry can be set anew.

An encoded JSON text holds no line breaks but those put between its parts, so the lines can be told
apart without reading them. PostgreSQL keeps no text but values: there the text is made anew.
Plain Python.
"""

from __future__ import annotations

import json
import re
from bisect import insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from studium.analytics.rules import MOST_ATTEMPTS
from studium.analytics.summary import SCHEMA_VERSION, Entry, next_of

_LISTS = ("lessons", "concepts", "attempts")
_BREAKS = ('"lessons":[', '\n],"concepts":[', '\n],"attempts":[', '\n],"next":')
_BETWEEN = ",\n"
_STEP = 512
"""A text is filled with blanks to a multiple of so many bytes: one as long as the one before is set
in its place by SQLite, only those pages that differ, which spares a commit a handful of them."""
_encoded = json.JSONEncoder(separators=(",", ":")).encode
_SHARES = re.compile(r'^\{"id":"([^"]+)",.*?,"answers":(\d+),"share":([^,]+),"last_at":', re.M)
"""Of a lesson; inside a text each quotation mark has a stroke before it, so `,"` is never there."""


def as_text(data: Entry) -> str:
    """The whole in lines."""
    return _text(data["seq"], data["epoch"], _encoded_lists(data), data["next"])


@dataclass(slots=True)
class LaidOut:
    """The parts of a text: the encoded entries of each list, one in a line, in their order."""

    seq: int
    epoch: int
    lessons: str
    concepts: str
    attempts: str

    def put_lessons(self, entries: Iterable[Entry]) -> None:
        """Set lessons anew, or add them."""
        for one in entries:
            self.lessons = _put(self.lessons, one)

    def put_concepts(self, entries: Iterable[Entry]) -> None:
        """Set concepts anew, or add them."""
        for one in entries:
            self.concepts = _put(self.concepts, one)

    def put_attempts(self, entries: Iterable[Entry]) -> bool:
        """Set attempts anew, or add them at the end; False, and nothing of use, where one belongs
        between others."""
        for one in sorted(entries, key=_order):
            lines = self.attempts
            if lines and _begin_of(one["id"]) not in lines:
                is_full = lines.count("\n") + 1 == MOST_ATTEMPTS
                if is_full and _order(one) < _order(json.loads(lines.partition(_BETWEEN)[0])):
                    continue
                if _order(one) < _order(json.loads(lines.rpartition(_BETWEEN)[2])):
                    return False
                self.attempts = lines + _BETWEEN + _encoded(one)
            else:
                self.attempts = _put(lines, one)
        for _ in range(self.attempts.count("\n") + 1 - MOST_ATTEMPTS):
            self.attempts = self.attempts.partition(_BETWEEN)[2]
        return True

    def text(self) -> str:
        """All of it, with the next thing to do by the lessons as they are now."""
        return _text(self.seq, self.epoch, (self.lessons, self.concepts, self.attempts), self._next)

    @property
    def _next(self) -> Entry:
        """The topic is read of that lesson alone which is taken."""
        found = _SHARES.findall(self.lessons)
        lines = self.lessons
        if len(found) == lines.count("\n") + 1:
            shares = [(id_, int(answers), float(share)) for id_, answers, share in found]
        else:  # keys in PostgreSQL's order
            every = json.loads(f"[{lines}]")
            shares = [(one["id"], one["answers"], one["share"]) for one in every]
        return next_of(shares, lambda id_: str(json.loads(_line(lines, id_))["topic"]))


def laid_out(stored: Any, *, epoch: int) -> LaidOut | None:
    """The parts of what is stored; None where it is of another shape or another epoch.

    `stored` is the text as it was written, or the value of it.
    """
    if not epoch:
        return None
    if isinstance(stored, str) and "\n" in stored:
        return _of_lines(stored, epoch)
    data = json.loads(stored) if isinstance(stored, str) else stored
    if data.get("schema_version") != SCHEMA_VERSION or data["epoch"] != epoch:
        return None
    return LaidOut(data["seq"], epoch, *_encoded_lists(data))


# --- parts -----------------------------------------------------------------------------------


def _of_lines(text: str, epoch: int) -> LaidOut | None:
    begins = _begin(epoch)
    if not text.startswith(begins):
        return None
    end = text.index("\n")
    seq = int(text[len(begins) : end - len(_BREAKS[0]) - 1])
    lists = []
    for one in _BREAKS[1:]:
        start, end = end + 1, text.index(one, end)
        lists.append(text[start:end])
        end += len(one)
    return LaidOut(seq, epoch, *lists)


def _encoded_lists(data: Entry) -> list[str]:
    # The id first, whatever the order of the keys was.
    return [
        _BETWEEN.join([_encoded({"id": one["id"], **one}) for one in data[name]]) for name in _LISTS
    ]


def _begin(epoch: int) -> str:
    return f'{{"schema_version":{SCHEMA_VERSION},"epoch":{epoch},"seq":'


def _text(seq: int, epoch: int, lists: Sequence[str], next_: Entry) -> str:
    parts = [f"{_begin(epoch)}{seq},{_BREAKS[0]}"]
    for lines, after in zip(lists, _BREAKS[1:], strict=True):
        parts += ["\n", lines, after] if lines else [after]
    text = f"{''.join(parts)}{_encoded(next_)}}}"
    return text + " " * (-len(text) % _STEP)


def _put(lines: str, entry: Entry) -> str:
    """The lines with an entry in the place of that with its id, or added in the order of ids."""
    start = lines.find(_begin_of(entry["id"]))
    if start < 0:
        every = lines.split(_BETWEEN) if lines else []
        insort(every, _encoded(entry))  # each begins with its id
        return _BETWEEN.join(every)
    end = lines.find(_BETWEEN, start)
    return lines[:start] + _encoded(entry) + (lines[end:] if end >= 0 else "")


def _line(lines: str, id_: str) -> str:
    start = lines.index(_begin_of(id_))
    end = lines.find(_BETWEEN, start)
    return lines[start:end] if end >= 0 else lines[start:]


def _begin_of(id_: str) -> str:
    """How the line of an entry begins; inside a text no quotation mark is without a stroke."""
    return f'{{"id":"{id_}"'


def _order(entry: Entry) -> tuple[str, str]:
    """By time, all in UTC, so that texts sort as moments do."""
    return entry["at"], entry["id"]
