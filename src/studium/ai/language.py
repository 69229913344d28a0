"""What is known of a language: words and turns of phrase, read from one data file each.

A language without a file still works: sentences are split and ranked, and everything that
needs knowledge of the language finds nothing.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Literal

WordClass = Literal["function", "verb", "participle", "adverb", "adjective", "general", "noun"]
"""What a word can do in a noun phrase; ``general`` is a noun too common to be a term alone."""

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
    classes: dict[str, WordClass] = field(default_factory=dict)
    endings: tuple[tuple[str, WordClass], ...] = ()
    nouns_have_capitals: bool = False
    ordinals_have_stops: bool = False
    stemmer: str = ""
    technical: tuple[str, ...] = ()

    def is_function_word(self, word: str) -> bool:
        """Whether a word says nothing of the subject by itself."""
        if self.stopwords:
            return word in self.stopwords
        return len(word) <= 3  # a language without a list: short words are mostly grammar

    def stem(self, word: str) -> str:
        """A cheap common form, so that "pointers" meets "pointer". Not for display."""
        if self.stemmer:
            return _snowball(self.stemmer, word)
        return _singular(word) if self.code == "en" else word

    def word_class(self, word: str) -> WordClass:
        """The class of a word in lower case; what no list and no ending knows is a noun."""
        known = self.classes.get(word)
        if known:
            return known
        if self.is_function_word(word):
            return "function"
        for ending, found in self.endings:
            if word.endswith(ending) and len(word) > len(ending) + 2:
                return found
        return "noun"

    def is_technical(self, word: str) -> bool:
        """Whether a word is built like those of a science: "mycosis", "organogenesis"."""
        return word.endswith(self.technical) if self.technical else False

    def content(self, text: str) -> list[str]:
        """The stems of the words that say something, in order."""
        return [self.stem(word) for word in words(text) if not self.is_function_word(word)]


@lru_cache(maxsize=20_000)
def _singular(word: str) -> str:
    """English: without the ending of a plural or a genitive; "bases" and "base" come out alike."""
    bare = word.removesuffix("'s").removesuffix("’s")
    if len(bare) < 4 or not bare.endswith(("s", "e")):
        return bare
    for ending, instead in _PLURALS:
        if bare.endswith(ending) and len(bare) > len(ending) + 1:
            bare = bare[: -len(ending)] + instead
            break
    return bare[:-1] if bare.endswith(_SILENT_E) else bare


_PLURALS = (
    ("yses", "ysis"), ("theses", "thesis"), ("ies", "y"), ("sses", "ss"), ("ss", "ss"),
    ("us", "us"), ("is", "is"), ("s", ""),
)  # fmt: skip
_SILENT_E = ("se", "xe", "ze", "che", "she")


@lru_cache(maxsize=20_000)
def _snowball(name: str, word: str) -> str:
    return str(_stemmer(name).stemWord(word))


@cache
def _stemmer(name: str) -> Any:
    import snowballstemmer  # only for languages that ask for it

    return snowballstemmer.stemmer(name)


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
        classes=_classes(_data(f"{primary}.words")),
        endings=tuple((one["ending"], one["class"]) for one in data.get("endings", ())),
        nouns_have_capitals=data.get("nouns_have_capitals", False),
        ordinals_have_stops=data.get("ordinals_have_stops", False),
        stemmer=data.get("stemmer", ""),
        technical=tuple(data.get("technical_endings", "").split()),
    )


def _classes(data: dict[str, Any]) -> dict[str, WordClass]:
    """The class of every listed word in every form; general nouns before adjectives."""
    classes: dict[str, WordClass] = {}
    inflect = data.get("inflection") == "english"
    for base in data.get("verbs", "").split():
        present, participles = _verb_forms(base) if inflect else ([base], [])
        classes.update(dict.fromkeys(participles, "participle"))
        classes.update(dict.fromkeys(present, "verb"))
    classes.update(dict.fromkeys(data.get("verb_forms", "").split(), "verb"))
    classes.update(dict.fromkeys(data.get("adverbs", "").split(), "adverb"))
    classes.update(dict.fromkeys(data.get("adjectives", "").split(), "adjective"))
    general = data.get("general", "").split()
    classes.update(
        {form: "general" for one in general for form in (one, *(_plurals(one) if inflect else ()))}
    )
    return classes


def _verb_forms(base: str) -> tuple[list[str], list[str]]:
    """English: "carry" gives carry, carries and carried, carrying."""
    if base.endswith("e"):
        return [base, base + "s"], [base + "d", base[:-1] + "ing"]
    if re.search(r"[^aeiou]y$", base):
        return [base, base[:-1] + "ies"], [base[:-1] + "ied", base + "ing"]
    hissing = base.endswith(("s", "x", "z", "ch", "sh"))
    doubled = base + base[-1] if re.search(r"[^aeiou][aeiou][bdglmnprt]$", base) else base
    present = [base, base + ("es" if hissing else "s")]
    return present, [base + "ed", base + "ing", doubled + "ed", doubled + "ing"]


def _plurals(noun: str) -> list[str]:
    """English: forms in more than one."""
    if re.search(r"[^aeiou]y$", noun):
        return [noun[:-1] + "ies"]
    return [noun + ("es" if noun.endswith(("s", "x", "z", "ch", "sh")) else "s")]


def _data(primary: str) -> dict[str, Any]:
    if not re.fullmatch(r"[a-z]{2,3}(?:\.words)?", primary):
        return {}
    place = resources.files(__package__) / "languages" / f"{primary}.toml"
    return tomllib.loads(place.read_text("utf-8")) if place.is_file() else {}


def _starts(phrases: list[str]) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    one = "|".join(re.escape(phrase) for phrase in longest_first) or r"(?!)"
    return re.compile(rf"[\"“‘'(]*(?:{one})(?![\w’'-])", re.IGNORECASE)


def _any(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in patterns) or r"(?!)", re.IGNORECASE)
