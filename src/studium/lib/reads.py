"""What a piece of work read from the database, so that its outcome can be kept meanwhile.

The work is a function of the rows it read and of the moment. As long as the same statements find
the same rows nothing that it rests on has changed, whoever changed it and however: an answer, a
grade, a right, a name. To ask again costs the statements, and not what is made of their rows.
"""

from __future__ import annotations

import marshal
import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

from studium.lib import db
from studium.lib.db import read_each, time_value
from studium.lib.looks import apart

_AT_ONCE = 8  # statements in one message to PostgreSQL
_making: ContextVar[Reads | None] = ContextVar("making", default=None)


class Reads:
    """The statements of a piece of work in their order, each with a digest of its rows.

    `until` is the first moment after `now` at which the outcome may be another one although no
    row is: every moment that was read and is to come counts, and what `holds_until` named.
    """

    def __init__(self, now: datetime, until: datetime) -> None:
        self.until = until
        self.is_whole = True
        """Whether all was read that way. Who wrote something, too, has to do so again."""
        self._now = now
        # For moments that are texts in the rows: they sort like what they say.
        self._since, self._before = _text_of(now), _text_of(until)
        self._said: list[tuple[str, tuple[Any, ...], bytes]] = []
        self._inside = False
        self._held: dict[object, object] = {}

    def still_hold(self) -> bool:
        """Whether every statement finds the rows it found; asks until some do not.

        Nothing is asked where nobody has written anything since it was last found to hold.
        """
        found = db.written_stamp()  # before the rows are read: what is written meanwhile counts
        if found is not None and self._held.get(found[0]) == found[1]:
            return True
        if any(_digest(rows) != digest for rows, digest in self._asked_again()):
            return False
        if found is not None:
            # Each thread of a server has a connection of its own.
            self._held[found[0]] = found[1]
        return True

    def _asked_again(self) -> Iterator[tuple[list[tuple[Any, ...]], bytes]]:
        """The rows of each statement now, and the digest of those it found."""
        at_once = _AT_ONCE if db.on_postgresql() else 1
        for start in range(0, len(self._said), at_once):
            some = self._said[start : start + at_once]
            every = read_each([(sql, given) for sql, given, _ in some])
            yield from zip(every, [digest for _, _, digest in some], strict=True)

    def size(self) -> int:
        """About how many bytes are kept of it."""
        return sum(len(sql) + 60 * len(given) + 100 for sql, given, _ in self._said)

    def note(self, sql: str, given: Sequence[Any], rows: list[tuple[Any, ...]]) -> None:
        """Keep that a statement found these rows."""
        self._said.append((sql, tuple(given), _digest(rows)))
        since, before = self._since, self._before
        for row in rows:
            for value in row:
                kind = type(value)
                if (kind is str and since < value < before) or kind is datetime:
                    self._note_moment(value)

    def hold_until(self, moment: datetime) -> None:
        """Say that the outcome may be another one from this moment on."""
        if self._now < moment < self.until:
            self.until = moment

    def read(self, ask: Callable[[], list[tuple[Any, ...]]]) -> list[tuple[Any, ...]]:
        """Rows that are noted by the one who asks for them."""
        with self.at_rest():
            return ask()

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        """Until the end of the block nothing is noted."""
        before, self._inside = self._inside, True
        try:
            yield
        finally:
            self._inside = before

    def __call__(self, execute: Any, sql: str, given: Any, many: bool, context: Any) -> Any:
        """As a wrapper of Django's: what comes through its cursors is read a second time, before.
        What somebody writes in between is then taken for a change, and not for what was shown."""
        if not self._inside:
            if many or sql.lstrip()[:6].upper() != "SELECT" or "FOR UPDATE" in sql:
                self.is_whole = False
            else:
                with closing(context["connection"].create_cursor()) as cursor:
                    cursor.execute(sql, given or ())
                    self.note(sql, given or (), list(cursor.fetchall()))
        return execute(sql, given, many, context)

    def _note_moment(self, value: str | datetime) -> None:
        try:
            self.hold_until(time_value(value))
        except ValueError:  # a text that only sorts among moments
            return


@contextmanager
def recording(now: datetime, *, until: datetime) -> Iterator[Reads]:
    """Note what is read in the block, which is about the moment `now`."""
    reads = Reads(now, until)
    with ExitStack() as stack:
        stack.enter_context(connections[DEFAULT_DB_ALIAS].execute_wrapper(reads))
        token, seen = _making.set(reads), db.noting.set(reads)
        stack.callback(db.noting.reset, seen)
        stack.callback(_making.reset, token)
        yield reads


@contextmanager
def unnoted() -> Iterator[None]:
    """What is read in the block is not noted: for values that are kept by rules of their own, whose
    reads would be noted only for the one who happens to make them."""
    reads = _making.get()
    with ExitStack() as stack:
        if reads is not None:
            # Nor may what is read here answer for what is noted outside.
            stack.enter_context(apart())
            stack.enter_context(reads.at_rest())
            stack.callback(db.noting.reset, db.noting.set(None))
        yield


def holds_until(moment: datetime) -> None:
    """Say that what is being made may be another thing from this moment on."""
    reads = _making.get()
    if reads is not None:
        reads.hold_until(moment)


def _text_of(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ")


def _digest(rows: list[tuple[Any, ...]]) -> bytes:
    try:
        # Version 2 writes equal values alike, whether they are one object or two.
        text = marshal.dumps(rows, 2)
    except ValueError:
        text = pickle.dumps(rows, 5)  # moments, and the types of PostgreSQL's driver
    return blake2b(text, digest_size=16).digest()
