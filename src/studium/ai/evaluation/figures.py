"""A figure, what it is made of, and whether it reaches what is asked of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Literal

from studium.ai.evaluation.counting import wilson

Part = Literal["notes", "items", "tutor", "verifier", "cost"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. ``least`` or ``most`` is the bound to reach; None is none.

    ``n`` is how many things were counted; ``right`` how many of them did, for a share.
    """

    part: Part
    name: str
    value: float
    n: int = 0
    right: int | None = None
    least: float | None = None
    most: float | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the bound is reached; None without one. Compared as it is printed."""
        shown = round(self.value, 3)
        if self.least is not None:
            return self.n > 0 and shown >= self.least
        if self.most is not None:
            return self.n > 0 and shown <= self.most
        return None

    def as_json(self) -> dict[str, object]:
        """The figure as plain data, with its interval when it is a share."""
        plain = asdict(self) | {"value": round(self.value, 4), "met": self.met}
        if self.right is not None:
            plain["interval"] = [round(end, 4) for end in wilson(self.right, self.n)]
        return plain


@dataclass(slots=True)
class Tally:
    """Counts by name that have no bound: rejections by reason, items by form."""

    title: str
    counts: dict[str, int] = field(default_factory=dict)


def share(
    part: Part,
    name: str,
    right: int,
    of: int,
    *,
    least: float | None = None,
    most: float | None = None,
    note: str = "",
) -> Figure:
    """A figure that is a share of things counted; it carries a Wilson interval."""
    return Figure(part, name, right / of if of else 0.0, of, right, least, most, note)
