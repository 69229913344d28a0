"""Which engine works for a course: the site's model where one may be used, else the built-in one."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from studium.ai.engines import engine
from studium.ai.model import Engine
from studium.notes import rules

if TYPE_CHECKING:
    from studium.content.models import Course


@lru_cache(maxsize=1)
def built_in() -> Engine:
    """The built-in engine, made once in a process; it needs no network and no key."""
    return engine(rules.ENGINE)


def engine_for(course: Course) -> Engine:
    """The engine that proposes for this course; never raises and never waits for a network."""
    return built_in()
