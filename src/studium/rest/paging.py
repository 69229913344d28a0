"""Lists: `{items, count}` with `limit` (1 to 200, 50 unless said) and `offset`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, Field

T = TypeVar("T")
MOST = 200


class Page(BaseModel):
    """Which part of a list is asked for."""

    limit: Annotated[int, Field(ge=1, le=MOST, description="How many items at most.")] = 50
    offset: Annotated[
        int, Field(ge=0, le=1_000_000_000, description="How many items come before.")
    ] = 0

    def of(self, rows: Any) -> tuple[list[Any], int]:
        """This part of a query set, and how many rows it has in all."""
        return list(rows[self.offset : self.offset + self.limit]), rows.count()

    def cut(self, rows: Sequence[T]) -> tuple[list[T], int]:
        """The same of rows that are read already."""
        return list(rows[self.offset : self.offset + self.limit]), len(rows)


class Items(BaseModel, Generic[T]):
    """A part of a list; `count` is the length of the whole."""

    items: list[T]
    count: Annotated[int, Field(examples=[1])]
