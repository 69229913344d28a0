"""How questions are worded, and the turns of phrase they are made from: one file a language."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

_NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Wording:
    """The templates and patterns of one language; what its file lacks matches nothing."""

    code: str
    stems: dict[str, str]
    patterns: dict[str, re.Pattern[str]]
    phrases: dict[str, tuple[str, ...]]
    pairs: dict[str, tuple[tuple[str, str], ...]]
    articles_agree: bool = False
    """Whether the words around a name change with it, so that none can take another's place."""

    def has(self, *names: str) -> bool:
        """Whether the language has all these stems."""
        return all(name in self.stems for name in names)

    def say(self, name: str, **parts: object) -> str:
        """A stem filled in; braces in the parts stay as they are."""
        said = self.stems[name]
        for key, value in parts.items():
            said = said.replace("{" + key + "}", str(value))
        return said

    def pattern(self, name: str) -> re.Pattern[str]:
        """A pattern by "table.key"; one that never matches where the file has none."""
        return self.patterns.get(name, _NEVER)

    def size(self, term: str) -> str:
        """ "one word" or "3 words"."""
        count = len(term.split())
        return self.stems["one_word"] if count == 1 else self.say("some_words", count=count)

    @property
    def gap(self) -> str:
        """What stands where a word was taken out."""
        return self.stems.get("gap", "_____")


@cache
def wording(code: str) -> Wording:
    """The wording of a language by its primary tag; an unknown one has no stems at all."""
    place = resources.files(__package__) / "words" / f"{code}.toml"
    data: dict[str, Any] = tomllib.loads(place.read_text("utf-8")) if place.is_file() else {}
    stems = data.pop("stems", {})
    articles_agree = bool(data.pop("articles_agree", False))
    patterns: dict[str, re.Pattern[str]] = {}
    phrases: dict[str, tuple[str, ...]] = {}
    pairs: dict[str, tuple[tuple[str, str], ...]] = {}
    for table, entries in data.items():
        for key, value in entries.items():
            name = f"{table}.{key}"
            if isinstance(value, str):
                patterns[name] = re.compile(value, re.IGNORECASE)
            elif value and isinstance(value[0], list):
                pairs[name] = tuple((left, right) for left, right in value)
            else:
                phrases[name] = tuple(value)
    return Wording(code, stems, patterns, phrases, pairs, articles_agree)


def missing(code: str) -> tuple[str, ...]:
    """What a language cannot ask yet, by the names English uses."""
    have, whole = wording(code), wording("en")
    gone = [name for name in whole.stems if name not in have.stems]
    tables = {**whole.patterns, **whole.phrases, **whole.pairs}
    own = {**have.patterns, **have.phrases, **have.pairs}
    return (*gone, *(name for name in tables if name not in own))
