"""What is known of a language: words and turns of phrase, read from one data file each.

A language without a file still works: sentences are split and ranked, and everything that
needs knowledge of the language finds nothing.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

_WORD = re.compile(r"[^\W_](?:[\w'’-]*[^\W_])?")


@dataclass(frozen=True, slots=True)
class Language:
    """The word lists of one language, lower case, and its compiled turns of phrase."""

    code: str
    abbreviations: frozenset[str]
    may_end: frozenset[str]
    stopwords: frozenset[str]
    anaphoric: re.Pattern[str]
    pointing: re.Pattern[str]
    demonstrative: re.Pattern[str]
    fragment: re.Pattern[str]
    instructions: re.Pattern[str]

    def is_function_word(self, word: str) -> bool:
        """Whether a word says nothing of the subject by itself."""
        if self.stopwords:
            return word in self.stopwords
        return len(word) <= 3  # a language without a list: short words are mostly grammar

    def stem(self, word: str) -> str:
        """A cheap common form, so that "pointers" meets "pointer". Not for display."""
        if self.code != "en" or len(word) < 5:
            return word.removesuffix("s") if self.code == "en" and len(word) == 4 else word
        for ending, instead in (("’s", ""), ("'s", ""), ("ies", "y"), ("sses", "ss"), ("s", "")):
            if word.endswith(ending) and not word.endswith(("ss", "us", "is")):
                return word[: -len(ending)] + instead
        return word

    def content(self, text: str) -> list[str]:
        """The stems of the words that say something, in order."""
        return [self.stem(word) for word in words(text) if not self.is_function_word(word)]


def words(text: str) -> list[str]:
    """The words of a text in lower case."""
    return _WORD.findall(text.replace("’", "'").lower())


@cache
def language(code: str) -> Language:
    """The language of a tag such as ``en`` or ``en-GB``; unknown ones get empty lists."""
    primary = re.split(r"[-_]", code.lower(), maxsplit=1)[0]
    data = _data(primary)
    return Language(
        code=primary,
        abbreviations=frozenset(data.get("abbreviations", ())),
        may_end=frozenset(data.get("may_end", ())),
        stopwords=frozenset(data.get("stopwords", "").split()),
        anaphoric=_starts(data.get("anaphoric_starts", ())),
        pointing=_any(data.get("pointing", ())),
        fragment=re.compile(data.get("fragment", r"(?!)"), re.IGNORECASE),
        demonstrative=re.compile(data.get("demonstrative", r"(?!)")),
        instructions=_starts(data.get("instructions", ())),
    )


def _data(primary: str) -> dict[str, Any]:
    if not re.fullmatch(r"[a-z]{2,3}", primary):
        return {}
    place = resources.files(__package__) / "languages" / f"{primary}.toml"
    return tomllib.loads(place.read_text("utf-8")) if place.is_file() else {}


def _starts(phrases: list[str]) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    one = "|".join(re.escape(phrase) for phrase in longest_first) or r"(?!)"
    return re.compile(rf"[\"“‘'(]*(?:{one})(?![\w’'-])", re.IGNORECASE)


def _any(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in patterns) or r"(?!)", re.IGNORECASE)
