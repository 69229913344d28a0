"""Questions on their way between the bank and files, whatever their kind."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from studium.assessment.kinds import Draft, OptionDraft, QuestionContent, kind


class _Numbered:
    """Makes questions whose ids are the numbers from 1 and whose texts have no HTML."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def ids(self, count: int) -> list[str]:
        return [str(next(self._numbers)) for _ in range(count)]

    def html(self, text: str) -> str:
        return ""

    def inline(self, text: str) -> str:
        return ""


def numbered(content: QuestionContent) -> QuestionContent:
    """The question with numbers for ids, so that it equals itself wherever it was read."""
    return from_draft(content.kind, kind(content.kind).draft(content))


def from_draft(name: str, draft: Draft) -> QuestionContent:
    """The question of a draft, with numbers for ids; raises `Flawed` where none can be made."""
    made = kind(name).write(draft, _Numbered())
    options = made.options and [
        {key: value for key, value in one.items() if "html" not in key} for one in made.options
    ]
    return QuestionContent(made.kind, made.text, made.answer, options, made.spec)


def draft_as_json(content: QuestionContent) -> dict[str, Any]:
    """What the author wrote, for a file; `draft_in` reads it back."""
    draft = kind(content.kind).draft(content)
    made: dict[str, Any] = {"answer": draft.answer, "spec": dict(draft.spec)}
    if draft.options is not None:
        made["options"] = [
            {name: value for name, value in asdict(one).items() if value and name != "label"}
            for one in draft.options
        ]
    return made


def draft_in(text: str, given: Mapping[str, Any]) -> Draft:
    """A draft from a file; raises `ValueError` for what is none."""
    options = given.get("options")
    spec = given.get("spec", {})
    if not isinstance(spec, dict) or not (options is None or isinstance(options, list)):
        raise ValueError("options are a list and spec an object.")
    try:
        drafts = None if options is None else [OptionDraft(**one) for one in options]
    except TypeError:
        raise ValueError("an option has an unknown part, or no text.") from None
    if drafts and not all(isinstance(one.text, str) for one in drafts):
        raise ValueError("an option is no text.")
    return Draft(text, given.get("answer"), drafts, spec)
