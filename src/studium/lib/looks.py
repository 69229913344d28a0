"""One look at the data: what a page has asked once it does not ask again.

A page is put together from many questions, and several need the same rows: the course's exams, the
engine's state, somebody's role. Inside `one_look()` a function marked `once` answers the second
time from what it found the first time; outside it asks every time. Only for functions that read,
and only around code that writes nothing they read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_found: ContextVar[dict[Any, Any] | None] = ContextVar("found", default=None)


@contextmanager
def one_look() -> Iterator[None]:
    """Until the end of the block nothing is asked twice. A look within a look is the same look."""
    if _found.get() is not None:
        yield
        return
    token = _found.set({})
    try:
        yield
    finally:
        _found.reset(token)


@contextmanager
def apart() -> Iterator[None]:
    """A look of its own within a look: nothing that is found in one is taken from the other."""
    token = _found.set(None if _found.get() is None else {})
    try:
        yield
    finally:
        _found.reset(token)


def is_looking() -> bool:
    """Whether this is inside a look, where it pays to ask for more than one needs oneself."""
    return _found.get() is not None


def once(ask: Callable[P, R]) -> Callable[P, R]:
    """Ask once in a look for the same arguments, which must be hashable.

    What is given back is shared: nobody may change it.
    """

    @wraps(ask)
    def asked(*args: P.args, **kwargs: P.kwargs) -> R:
        found = _found.get()
        if found is None:
            return ask(*args, **kwargs)
        key = (ask, args, tuple(sorted(kwargs.items())))
        if key not in found:
            found[key] = ask(*args, **kwargs)
        answer: R = found[key]
        return answer

    return asked


def gathered(ask: Callable[[Any, list[Any]], dict[Any, Any]], of: Any, keys: Any) -> dict[Any, Any]:
    """`ask(of, keys)`, a dictionary by key, asking in a look only for keys not asked for before.

    Keys that have no answer are left out, and not asked for again.
    """
    found = _found.get()
    if found is None:
        return ask(of, list(keys))
    known: dict[Any, Any] = found.setdefault((ask, of), {})
    new = [one for one in dict.fromkeys(keys) if one not in known]
    if new:
        answers = ask(of, new)
        known.update({one: answers.get(one) for one in new})
    return {one: known[one] for one in keys if known[one] is not None}
