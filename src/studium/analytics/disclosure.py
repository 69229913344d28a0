"""When a figure about several people may be shown: never under five, and never by subtraction.

Whoever sees the mean of a class and the mean of all but one of it knows the one. So a figure of a
group is refused also where it differs by one to four people from another set whose figure can be
seen. Plain Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from typing import TypeVar

from studium.analytics.rules import FEW_PEOPLE

Person = TypeVar("Person")


def may_show(chosen: Set[Person], others: Iterable[Set[Person]] = ()) -> bool:
    """Whether a figure over the people in `chosen` may be shown.

    `others` are the sets whose figures the same reader can see: the whole class and its groups.
    Refused under five people, and where one set holds the other and they differ by one to four.
    """
    if len(chosen) < FEW_PEOPLE:
        return False
    return not any(_reveals(chosen, other) for other in others)


def _reveals(chosen: Set[Person], other: Set[Person]) -> bool:
    if len(other) < FEW_PEOPLE:  # its figure is refused itself
        return False
    difference = abs(len(other) - len(chosen))
    return 0 < difference < FEW_PEOPLE and (chosen < other or other < chosen)
