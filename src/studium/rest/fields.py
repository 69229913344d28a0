"""What fields of requests may hold: short names for strict types with limits and examples.

Bodies are strict: no number for a text, no text for a number, no field that is not listed.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

LARGEST = 2**63 - 1


class Sent(BaseModel):
    """A body as sent. A field that is not listed is refused, so nothing else can be set."""

    model_config = ConfigDict(extra="forbid")


class Shown(BaseModel):
    """An object as shown: exactly the listed fields, whatever the row behind it has."""

    model_config = ConfigDict(from_attributes=True)


def _text_only(value: Any) -> Any:
    """A moment is sent as text; pydantic alone would take numbers for seconds since 1970."""
    if value is not None and not isinstance(value, str):
        raise ValueError("This must be a date and time as text, such as 2026-03-02T09:00:00Z.")
    return value


def _near(value: datetime) -> datetime:
    if not 1970 < value.year < 9999:
        raise ValueError("This date is too far away.")
    return value


def _plain(value: str) -> str:
    if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise ValueError("This holds a character that cannot be stored.")
    return value


def _id_only(value: Any) -> Any:
    if isinstance(value, str) and len(value) not in (32, 36):
        raise ValueError("This is not an id.")
    return value


ID = "0197a5c2-7e1f-7c3a-9d52-3f6b8e0a1c44"
MOMENT = "2026-03-02T09:00:00+00:00"

Id = Annotated[UUID, BeforeValidator(_id_only), Field(examples=[ID])]
Moment = Annotated[datetime, Field(examples=[MOMENT])]
SentMoment = Annotated[
    AwareDatetime, BeforeValidator(_text_only), AfterValidator(_near), Field(examples=[MOMENT])
]
Text = Annotated[str, AfterValidator(_plain)]
Line = Annotated[Text, Field(max_length=300, examples=["Ownership"])]
Title = Annotated[Text, Field(min_length=1, max_length=300, examples=["Ownership"])]
Name = Annotated[Text, Field(min_length=1, max_length=200, examples=["Ada Alm"])]
Email = Annotated[Text, Field(min_length=3, max_length=254, examples=["ada@example.org"])]
Markdown = Annotated[
    Text, Field(max_length=2_000_000, examples=["# Ownership\n\nEach value has an owner.\n"])
]
Paragraph = Annotated[Text, Field(max_length=20_000, examples=["Who owns what, and why."])]
QuestionText = Annotated[
    Text, Field(max_length=50_000, examples=["How many owners does a value have?"])
]
Flag = Annotated[bool, Field(strict=True)]
Whole = Annotated[int, Field(strict=True, ge=-LARGEST - 1, le=LARGEST)]
Count = Annotated[int, Field(strict=True, ge=0, le=1_000_000_000)]
Percent = Annotated[int, Field(strict=True, ge=0, le=100, examples=[60])]
Version = Annotated[int, Field(strict=True, ge=1, le=1_000_000_000, examples=[1])]
Search = Annotated[Text, Field(max_length=200, examples=["owner"])]


def number(value: Decimal | None) -> float | None:
    """An exact decimal as a JSON number."""
    return None if value is None else float(value)
