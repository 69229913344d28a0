"""What every kind of question shares: the question at rest, a response, and their flaws."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
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

    `answer` is the key as text, in the form of its kind: an option id, JSON, a decimal, a form of
    words. `options` is a list of `{"id": …, "text": …}` or None. `spec` holds what else the kind
    needs.
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


@dataclass(frozen=True, slots=True)
class OptionDraft:
    """A choice as written, in Markdown. `label` is what the draft's own key may call it by;
    `share` the percent of the points it earns or costs, -100 to 100, where that is stated."""

    text: str
    right: bool = False
    label: str | None = None
    explanation: str = ""
    share: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What an author writes of a question, without ids. Each kind says what it needs."""

    text: str
    answer: Any = None
    options: Sequence[OptionDraft] | None = None
    spec: Mapping[str, Any] = field(default_factory=dict)


class Making(Protocol):
    """What a kind needs from outside to make a question of a draft."""

    def ids(self, count: int) -> list[str]:
        """New ids that say nothing."""

    def html(self, text: str) -> str:
        """Markdown as safe HTML."""

    def inline(self, text: str) -> str:
        """The same without the paragraph around it."""


class Fields(Protocol):
    """A form as a browser sent it."""

    def get(self, name: str, default: str = "", /) -> str:
        """The last value of a name."""

    def getlist(self, name: str, /) -> list[str]:
        """All values of a name."""

    def __iter__(self) -> Iterator[str]:
        """The names."""


class Flawed(Exception):
    """A draft from which no question can be made."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(" ".join(problem.message for problem in problems))
        self.problems = problems


def read_text(raw: object, field: str = "response", *, most: int = MAX_TEXT) -> str:
    """A text that can be stored; raises `WrongShape` for anything else."""
    if not isinstance(raw, str):
        raise WrongShape(field, "The answer must be a text.")
    if len(raw) > most:
        raise WrongShape(field, f"The answer is longer than {most:,} characters; shorten it.")
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


def read_json(text: str) -> Any:
    """What a key says, or None where it is no JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def as_json(value: object) -> str:
    """A key as it is stored."""
    return json.dumps(value, ensure_ascii=False)


def as_lines(text: str) -> str:
    """A text with LF between its lines; browsers send CR LF."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def whole(text: str) -> Any:
    """A whole number, or the text as it is, which is then refused at its field."""
    text = text.strip()
    return int(text) if text.isdecimal() and len(text) < 10 else text


def renamed(content: QuestionContent, names: Mapping[str, str]) -> QuestionContent:
    """The question with other ids for its options, in the key too."""
    key = read_json(content.answer)
    answer = names.get(content.answer, content.answer)
    if isinstance(key, list | dict):
        answer = as_json(_with_names(key, names))
    options = [{**one, "id": names.get(one["id"], one["id"])} for one in content.options or ()]
    return replace(content, answer=answer, options=options or content.options)


def _with_names(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_with_names(one, names) for one in value]
    if isinstance(value, dict):
        return {key: _with_names(one, names) for key, one in value.items()}
    return names.get(value, value) if isinstance(value, str) else value
