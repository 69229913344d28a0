"""Which kinds of job there are, and what is done again and again.

Each domain registers its own in its `jobs.py`, which is imported when a worker starts or when the
first job is queued.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypeVar

from django.apps import apps

F = TypeVar("F", bound=Callable[..., Any])
HOUR = 3600


@dataclass(frozen=True)
class Kind:
    """A kind of job: what people read, the function, and how long it may take."""

    name: str
    title: str
    function: Callable[..., Any]
    timeout_seconds: int


@dataclass(frozen=True)
class Periodic:
    """A function that every worker calls again and again; `alone`: in a thread of its own."""

    function: Callable[[], object]
    seconds: float
    alone: bool = False

    @property
    def name(self) -> str:
        return f"{self.function.__module__}.{self.function.__qualname__}"


_kinds: dict[str, Kind] = {}
_periodic: dict[str, Periodic] = {}
_found = False


def job(kind: str, *, title: str, timeout_seconds: int = HOUR) -> Callable[[F], F]:
    """Register `function(context, **arguments)` as what a job of this kind does.

    It may run more than once for one job and must come to the same result each time. Its
    arguments are what JSON holds, its value is None or a dict that JSON holds, kept as the job's
    result. It stops itself by letting the exceptions of `context.progress` pass. A
    `studium.lib.errors.Refused` ends the job as failed with that message as its reason.
    """

    def register(function: F) -> F:
        known = _kinds.get(kind)
        if known is not None and known.function.__module__ != function.__module__:
            raise ValueError(f"Two modules register jobs of kind {kind!r}.")
        _kinds[kind] = Kind(kind, title, function, timeout_seconds)
        return function

    return register


def periodic(seconds: float, *, alone: bool = False) -> Callable[[F], F]:
    """Have every worker call `function()` about every so many seconds.

    Keep it short, safe to run twice at once, and queue a job for anything long: all of them share
    one thread, but for those that are `alone`, which may wait for another server without keeping
    anybody else. What it raises is logged, and it is called again.
    """

    def register(function: F) -> F:
        made = Periodic(function, seconds, alone)
        _periodic[made.name] = made
        return function

    return register


def kind_of(name: str) -> Kind:
    """The registered kind; `LookupError` says which there are."""
    if name not in _kinds:
        autodiscover()
    if name not in _kinds:
        raise LookupError(f"No job of kind {name!r}; there is: {', '.join(sorted(_kinds))}.")
    return _kinds[name]


def all_periodic() -> list[Periodic]:
    """Everything that is done again and again."""
    return list(_periodic.values())


def autodiscover() -> None:
    """Import the `jobs` module of each of our domains, once."""
    global _found
    if _found:
        return
    for config in apps.get_app_configs():
        place = f"{config.name}.jobs"
        if config.name.startswith("studium.") and find_spec(place) is not None:
            import_module(place)
    _found = True
