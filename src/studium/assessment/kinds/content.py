"""What every kind of question shares: the question at rest, a response, and their flaws."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

from studium.lib.errors import Invalid

MAX_TEXT = 10_000
"""Characters of one response."""
MAX_ENTRIES = 100
"""Options of a question, accepted forms of a text, entries of a response."""
MAX_QUESTION = 50_000
"""Characters of a question's text."""

Response = bool | str | list[str] | dict[str, Any] | None
"""A response in its one normal form, as JSON; None means cleared or never given."""


@dataclass(frozen=True, slots=True)
class QuestionContent:
    """A question at rest.

    `answer` is the key as text: an option id, a JSON array of ids, `true` or `false`, the
    first accepted form, a decimal, or a JSON object (tracing). `options` is a list of
    `{"id": …, "text": …}` or None. `spec` holds what else the kind needs.
    """

    kind: str
    text: str
    answer: str
    options: Sequence[Mapping[str, Any]] | None = None
    spec: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """What an author has to mend: `field` is text, answer, options or spec."""

    field: str
    message: str


class WrongShape(Invalid):
    """A response that is no response to this kind of question."""

    code = "wrong_shape"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message, fields={field: message})
        self.field = field


class Kind(Protocol):
    """What one kind of question can do. Each kind is a module with these names."""

    @property
    def name(self) -> str:
        """The kind's name in the database."""

    def check(self, content: QuestionContent) -> list[Problem]:
        """What is wrong with a question; an empty list when it can be asked and scored."""

    def read_response(self, content: QuestionContent, raw: object) -> Response:
        """The response in its normal form; raises `WrongShape`. None and "" clear it."""

    def score(self, content: QuestionContent, response: Response) -> Decimal:
        """The share earned, 0 to 1, for a response in its normal form."""

    def right_answer(self, content: QuestionContent) -> Response:
        """A response that earns everything, in the same normal form."""

    def is_answered(self, response: Response) -> bool:
        """Whether there is something to score."""


def is_answered(response: Response) -> bool:
    """Whether a response in normal form says anything; the same for every kind."""
    return response is not None


def read_text(raw: object, field: str = "response") -> str:
    """A text that can be stored; raises `WrongShape` for anything else."""
    if not isinstance(raw, str):
        raise WrongShape(field, "The answer must be a text.")
    if len(raw) > MAX_TEXT:
        raise WrongShape(field, f"The answer is longer than {MAX_TEXT:,} characters; shorten it.")
    if "\x00" in raw or any("\ud800" <= letter <= "\udfff" for letter in raw):
        raise WrongShape(field, "The answer contains characters that are no text; type it anew.")
    return raw


def check_text(content: QuestionContent) -> list[Problem]:
    """Flaws of the question's own words."""
    if not content.text.strip():
        return [Problem("text", "The question has no text. Write what is asked.")]
    if len(content.text) > MAX_QUESTION:
        return [Problem("text", f"The question is longer than {MAX_QUESTION:,} characters.")]
    return []


def folded(text: str, *, case_sensitive: bool, collapse_spaces: bool) -> str:
    """A text in the form in which answers are compared; outer spaces never count."""
    text = unicodedata.normalize("NFC", text)
    text = " ".join(text.split()) if collapse_spaces else text.strip()
    return text if case_sensitive else unicodedata.normalize("NFC", text.casefold())
