"""The gaps of a text: how they are written, and how they are stored."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from studium.assessment.kinds.content import QuestionContent, read_json

PLACE = re.compile(r"\[\[([0-9]{1,3})\]\]")
_WRITTEN = re.compile(r"\[\[(.+?)\]\]", re.DOTALL)
_BAR = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Gap:
    """A place to fill: with one of `options`, or with a text that is one of `accepted`."""

    id: str
    accepted: tuple[str, ...]
    options: tuple[Mapping[str, str], ...]

    def flaws(self, key: str) -> list[str]:
        """What is wrong with the gap and its key, in words."""
        if not self.options:
            empty = not key.strip() or not all(one.strip() for one in self.accepted)
            return [f"Gap {self.id} accepts an empty text."] * empty
        texts = [one["text"].strip() for one in self.options]
        if len(texts) < 2:
            return [f"Gap {self.id} has one option only. Give at least two."]
        if not all(texts) or len(set(texts)) < len(texts):
            return [f"Gap {self.id} has an option that is empty or there twice."]
        right = key in {one["id"] for one in self.options}
        return [] if right else [f"Mark one option of gap {self.id} as right with a star."]

    def text_of(self, given: str) -> str:
        """What was answered, as people read it."""
        return next((one["text"] for one in self.options if one["id"] == given), given)


def gaps_of(content: QuestionContent) -> list[Gap]:
    """The gaps of a question in the order of its text; what is no gap is left out."""
    given = content.spec.get("gaps")
    found = []
    for one in given if isinstance(given, list) else ():
        if isinstance(one, Mapping) and isinstance(one.get("id"), str):
            accepted = [text for text in _list(one.get("accepted")) if isinstance(text, str)]
            options = [option for option in _list(one.get("options")) if _is_option(option)]
            found.append(Gap(one["id"], tuple(accepted), tuple(options)))
    return found


def key_of(content: QuestionContent) -> dict[str, str]:
    """The right text or option id by gap; empty where the key cannot be read."""
    key = read_json(content.answer)
    if not isinstance(key, dict) or not all(isinstance(one, str) for one in key.values()):
        return {}
    return key


def read_text_with_gaps(
    text: str, ids: Callable[[int], list[str]]
) -> tuple[str, list[dict[str, Any]], dict[str, str]]:
    """The text with numbered places, its gaps as they are stored, and the key."""
    gaps: list[dict[str, Any]] = []
    key: dict[str, str] = {}

    def place(at: re.Match[str]) -> str:
        number = str(len(gaps) + 1)
        gap, key[number] = _gap(number, at[1], ids)
        gaps.append(gap)
        return f"[[{number}]]"

    return _WRITTEN.sub(place, text), gaps, key


def _gap(number: str, written: str, ids: Callable[[int], list[str]]) -> tuple[dict[str, Any], str]:
    entries = [one.replace("\\|", "|").strip() for one in _BAR.split(written)]
    starred = [one for one in entries if one.startswith("*")]
    if not starred:
        return {"id": number, "accepted": entries}, entries[0]
    options = [
        {"id": new, "text": one.removeprefix("*").strip()}
        for new, one in zip(ids(len(entries)), entries, strict=True)
    ]
    right = [new["id"] for new, one in zip(options, entries, strict=True) if one in starred]
    # By their random ids: the order in which the author wrote them would say which is right.
    options.sort(key=lambda one: one["id"])
    return {"id": number, "options": options}, right[0] if len(right) == 1 else ""


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _is_option(one: object) -> bool:
    return isinstance(one, Mapping) and all(isinstance(one.get(n), str) for n in ("id", "text"))
