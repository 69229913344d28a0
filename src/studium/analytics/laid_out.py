"""`progress_data` as text in lines, one for each entry, so that one entry can be set anew.

An encoded JSON text holds no line breaks but those put between its parts, so the lines can be told
apart without reading them. PostgreSQL keeps no text but values: there the text is made anew.
Plain Python.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from studium.analytics.rules import MOST_ATTEMPTS
from studium.analytics.summary import SCHEMA_VERSION, Entry, next_entry

_LISTS = ("lessons", "concepts", "attempts")
_BREAKS = ('"lessons":[', '],"concepts":[', '],"attempts":[')
_STEP = 512
"""A text is filled with blanks to a multiple of so many bytes: one as long as the one before is set
in its place by SQLite, only those pages that differ, which spares a commit a handful of them."""
_ID = slice(7, 43)
"""Where the id stands in an entry: behind `{"id":"`."""
_encoded = json.JSONEncoder(separators=(",", ":")).encode
_SHARES = re.compile(r'^\{"id":"([^"]+)",.*,"answers":(\d+),"share":([^,]+),"last_at":', re.M)
"""Of a lesson; inside a text each quotation mark has a stroke before it, so `,"` is never there."""


class _Lesson(Entry):
    """A lesson whose topic is read when it is asked for."""

    def __missing__(self, key: str) -> Any:
        return json.loads(self["encoded"])[key]


def as_text(data: Entry) -> str:
    """The whole in lines."""
    return _text(data["seq"], data["epoch"], _encoded_lists(data), data["next"])


@dataclass(slots=True)
class LaidOut:
    """The parts of a text: entries encoded, by their ids, in their order."""

    seq: int
    epoch: int
    lessons: dict[str, str]
    concepts: dict[str, str]
    attempts: dict[str, str]

    def put_lessons(self, entries: Iterable[Entry]) -> None:
        """Set lessons anew, or add them."""
        self.lessons = _put(self.lessons, entries)

    def put_concepts(self, entries: Iterable[Entry]) -> None:
        """Set concepts anew, or add them."""
        self.concepts = _put(self.concepts, entries)

    def put_attempts(self, entries: Iterable[Entry]) -> bool:
        """Set attempts anew, or add them at the end; False, and nothing of use, where one belongs
        between others."""
        for one in sorted(entries, key=_order):
            if one["id"] not in self.attempts and self.attempts:
                ends = list(self.attempts.values())
                if _order(one) < _order(json.loads(ends[0])) and len(ends) == MOST_ATTEMPTS:
                    continue
                if _order(one) < _order(json.loads(ends[-1])):
                    return False
            self.attempts[one["id"]] = _encoded(one)
        for old in list(self.attempts)[:-MOST_ATTEMPTS]:
            del self.attempts[old]
        return True

    def text(self) -> str:
        """All of it, with the next thing to do by the lessons as they are now."""
        lists = [self.lessons, self.concepts, self.attempts]
        return _text(self.seq, self.epoch, lists, next_entry(self._shares()))

    def _shares(self) -> list[Entry]:
        """What `next_entry` asks of the lessons; the topic only where it is taken."""
        found = _SHARES.findall("\n".join(self.lessons.values()))
        if len(found) != len(self.lessons):  # keys in PostgreSQL's order
            return [json.loads(one) for one in self.lessons.values()]
        return [
            _Lesson(id=id_, answers=int(answers), share=float(share), encoded=self.lessons[id_])
            for id_, answers, share in found
        ]


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
    lines = text.split("\n")
    at = [lines.index(one) for one in _BREAKS[1:]]
    between = (lines[1 : at[0]], lines[at[0] + 1 : at[1]], lines[at[1] + 1 : -1])
    seq = int(lines[0][len(begins) : -len(_BREAKS[0]) - 1])
    return LaidOut(seq, epoch, *[{one[_ID]: one.rstrip(",") for one in some} for some in between])


def _encoded_lists(data: Entry) -> list[dict[str, str]]:
    return [{one["id"]: _encoded(one) for one in data[name]} for name in _LISTS]


def _begin(epoch: int) -> str:
    return f'{{"schema_version":{SCHEMA_VERSION},"epoch":{epoch},"seq":'


def _text(seq: int, epoch: int, lists: list[dict[str, str]], next_: Entry) -> str:
    parts = [f"{_begin(epoch)}{seq},{_BREAKS[0]}"]
    for of, after in zip(lists, (*_BREAKS[1:], ""), strict=True):
        parts += [",\n".join(of.values())] if of else []
        parts += [after] if after else []
    parts.append(f'],"next":{_encoded(next_)}}}')
    text = "\n".join(parts)
    return text + " " * (-len(text) % _STEP)


def _put(old: dict[str, str], entries: Iterable[Entry]) -> dict[str, str]:
    """Old and new entries in the order of their ids."""
    new = {one["id"]: _encoded(one) for one in entries}
    found = old | new
    return found if len(found) == len(old) else {id_: found[id_] for id_ in sorted(found)}


def _order(entry: Entry) -> tuple[str, str]:
    """By time, all in UTC, so that texts sort as moments do."""
    return entry["at"], entry["id"]
