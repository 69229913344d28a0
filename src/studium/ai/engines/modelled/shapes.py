"""What a model must answer: shapes checked by pydantic, and a reader that forgives only wrapping.

Lengths are checked here and left out of the schema that is sent, as servers differ in what they
accept there.
"""

from __future__ import annotations

import json
import re
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from studium.ai.wire.faults import EngineFailed

S = TypeVar("S", bound=BaseModel)

Line = Annotated[str, Field(min_length=1, max_length=1_200)]
Short = Annotated[str, Field(max_length=200)]
Quote = Annotated[str, Field(min_length=1, max_length=2_000)]
Quotes = Annotated[list[Quote], Field(min_length=1, max_length=6)]


class Shape(BaseModel):
    """An object with these fields and no others, of these types and no similar ones."""

    model_config = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True)


class SentenceSaid(Shape):
    """A sentence with the quotations that prove it."""

    text: Line
    quotes: Quotes


class PointSaid(SentenceSaid):
    """A key point under its heading."""

    heading: Short


class TermSaid(SentenceSaid):
    """A term and a sentence that says what it is."""

    term: Annotated[str, Field(min_length=1, max_length=80)]


class NotesSaid(Shape):
    """Study notes of a lesson."""

    summary: Annotated[list[SentenceSaid], Field(max_length=12)]
    key_points: Annotated[list[PointSaid], Field(max_length=60)]
    key_terms: Annotated[list[TermSaid], Field(max_length=60)]


class ItemSaid(Shape):
    """One question. The key must be among the options: an answer that is none is no answer."""

    kind: Literal["single_choice", "true_false", "short_text"]
    stem: Line
    options: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=300)]], Field(max_length=6)
    ]
    key: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=300)]],
        Field(min_length=1, max_length=8),
    ]
    quote: Quote
    explanation: Annotated[str, Field(max_length=1_200)]
    term: Annotated[str, Field(max_length=80)]

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if self.kind == "single_choice":
            if len(set(self.options)) != len(self.options) or len(self.options) < 3:
                raise ValueError("the options are not three or more different ones")
            if len(self.key) != 1 or self.key[0] not in self.options:
                raise ValueError("the key is not one of the options")
        elif self.options:
            raise ValueError("only a choice has options")
        if self.kind == "true_false" and self.key not in (["true"], ["false"]):
            raise ValueError("the key is neither true nor false")
        return self


class ItemsSaid(Shape):
    """Questions about one passage."""

    items: Annotated[list[ItemSaid], Field(max_length=30)]


class AnswerSaid(Shape):
    """An answer, sentence by sentence; none when the passages do not tell."""

    sentences: Annotated[list[SentenceSaid], Field(max_length=8)]


class VerdictSaid(Shape):
    """What a second reader finds."""

    word: Literal["supported", "contradicted", "not_stated"]
    quote: Annotated[str, Field(max_length=2_000)]


class SolvedSaid(Shape):
    """The answer of a second reader, or nothing."""

    answer: Annotated[str, Field(max_length=600)]


class ProbeSaid(Shape):
    """What a test of a connection asks for."""

    colour: Annotated[str, Field(max_length=100)]
    number: int


def read(shape: type[S], text: str) -> S:
    """The answer in a model's text; raises `EngineFailed` ("wrong_shape").

    Forgiven is only what stands around the object: a fence, thinking aloud, a sentence before it.
    """
    problem = "it holds no JSON object"
    for candidate in _candidates(text):
        try:
            return shape.model_validate(candidate)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            place = ".".join(str(one) for one in first["loc"])
            problem = f"{place or 'the object'}: {first['msg']}"[:200]
    raise EngineFailed("wrong_shape", f"The model's answer does not have its form ({problem}).")


_THINKING = re.compile(r"<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL)
_MOST_STARTS = 20


def _candidates(text: str) -> list[dict[str, Any]]:
    """The objects that may be meant, in order; one within another is tried when that is broken."""
    text = _THINKING.sub("", text).strip()
    decoder = json.JSONDecoder(parse_constant=_no_constant)
    found: list[dict[str, Any]] = []
    at, tries = text.find("{"), 0
    while at >= 0 and tries < _MOST_STARTS:
        tries += 1
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            end = at + 1
        else:
            found += [value] if isinstance(value, dict) else []
        at = text.find("{", end)
    return found


def schema_of(shape: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of an answer, in the part of the language every server understands."""
    plain: dict[str, Any] = _plain(shape.model_json_schema())
    return plain


_LEFT_OUT = {"maxLength", "minLength", "maxItems", "minItems", "title", "default", "description"}


def _plain(value: Any, *, names: bool = False) -> Any:
    if isinstance(value, dict):
        kept = value.items() if names else [(k, v) for k, v in value.items() if k not in _LEFT_OUT]
        return {key: _plain(one, names=key in ("properties", "$defs")) for key, one in kept}
    return [_plain(one) for one in value] if isinstance(value, list) else value


def _no_constant(name: str) -> None:
    raise ValueError(name)
