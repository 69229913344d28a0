"""What a question is about: its words, their common forms, and whether it asks for a meaning."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from studium.ai.language import Language, language, words

MOST_WORDS = 24
"""Different words of a question that are looked for; the first ones."""
LONGEST_QUESTION = 2_000
LONGEST_WORD = 64
_LONGEST_TERM = 5  # words; what is longer is a description, not a term

_TERM = re.compile(r"[^\W_]+")
_APPOSED = re.compile(
    r"[\"”’']?(?: ?[(—–]|: |, (?:an?|the|or|also|which|who|ein|eine|un|una|o|oder) )"
)
_STEMMERS = {"en": "english", "de": "german", "es": "spanish", "fr": "french", "it": "italian"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is looked for.

    ``words`` say what it is about, in lower case, each once. ``term`` is not empty when it asks
    what something is: the common forms of the words of that term.
    """

    words: tuple[str, ...]
    term: tuple[str, ...] = ()
    language: str = "en"


@dataclass(frozen=True, slots=True)
class _Asking:
    """One language of asking.toml."""

    words: frozenset[str]
    defining: re.Pattern[str]
    trailing: re.Pattern[str]
    before: tuple[tuple[str, ...], ...]
    after: frozenset[str]
    articles: frozenset[str]


def read_question(question: str, *, tag: str = "en") -> Asked:
    """Take a question apart. A question of nothing but words of asking keeps those."""
    spoken = language(tag)
    asking = _asking(spoken.code)
    every = terms_in(question[:LONGEST_QUESTION])
    about = [one for one in every if not (spoken.is_function_word(one) or one in asking.words)]
    kept = tuple(dict.fromkeys(about or every))[:MOST_WORDS]
    return Asked(kept, _defined_term(question, spoken, asking), spoken.code)


def asked_words(question: str, *, tag: str = "en") -> tuple[str, ...]:
    """The words that say what a question is about, at most `MOST_WORDS`."""
    return read_question(question, tag=tag).words


def match_expression(wanted: Iterable[str]) -> str:
    """An FTS5 query for any of the words; "" when there are none.

    Each word is letters and digits inside quotation marks, so nothing a person types is read as
    a part of the query language.
    """
    safe = [word for one in wanted for word in _TERM.findall(one)]
    return " OR ".join(f'"{word}"' for word in dict.fromkeys(safe))


def words_in(text: str) -> list[str]:
    """The pieces of a text that an index knows as words: letters and digits, as they are."""
    return [piece[:LONGEST_WORD] for piece in _TERM.findall(text)]


def terms_in(text: str) -> list[str]:
    """The words of a text as they are searched: letters and digits, two or more, lower case."""
    pieces = (piece for word in words(text) for piece in _TERM.findall(word))
    return [piece for piece in pieces if 1 < len(piece) <= LONGEST_WORD]


@lru_cache(maxsize=20_000)
def common_form(word: str, code: str) -> str:
    """The stem by which forms of a word are told to be the same (Porter2 and its kin)."""
    stemmer = _stemmer(code)
    return word if stemmer is None else str(stemmer.stemWord(word))


def tells_what_it_is(sentence: str, asked: Asked) -> bool:
    """Whether a sentence says what the asked term is: "T is …", "… is called T", "T, a …"."""
    asking, size = _asking(asked.language), len(asked.term)
    found = [one for one in _TERM.finditer(sentence.lower()) if len(one[0]) > 1]
    said = [one[0] for one in found]
    forms = [common_form(one, asked.language) for one in said]
    for at in range(len(said) - size + 1):
        if tuple(forms[at : at + size]) != asked.term:
            continue
        behind = sentence[found[at + size - 1].end() :]
        if _APPOSED.match(behind) or set(said[at + size : at + size + 1]) & asking.after:
            return True
        leading = [one for one in said[max(0, at - 4) : at] if one not in asking.articles]
        if any(leading[-len(one) :] == list(one) for one in asking.before):
            return True
    return False


def _defined_term(question: str, spoken: Language, asking: _Asking) -> tuple[str, ...]:
    plain = " ".join(question.lower().replace("’", "'").split()).strip(" ?.!¿¡\"'“”")
    opening = asking.defining.match(plain)
    if opening is None:
        return ()
    rest = asking.trailing.sub("", plain[opening.end() :]).strip()
    term = [one for one in terms_in(rest) if not spoken.is_function_word(one)]
    whole = len(terms_in(rest)) - len(term)
    if not term or len(term) > _LONGEST_TERM or whole > 1:  # one article at most: else no term
        return ()
    return tuple(common_form(one, spoken.code) for one in term)


@cache
def _asking(code: str) -> _Asking:
    place = resources.files(__package__) / "asking.toml"
    data: dict[str, Any] = tomllib.loads(place.read_text("utf-8")).get(code, {})
    openings = sorted(data.get("defining", ()), key=len, reverse=True)
    endings = data.get("trailing", ())
    return _Asking(
        words=frozenset(str(data.get("words", "")).split()),
        defining=re.compile(
            "(?:" + "|".join(map(re.escape, openings)) + r")\s" if openings else "(?!)"
        ),
        trailing=re.compile(
            r"\s(?:" + "|".join(map(re.escape, endings)) + ")$" if endings else "(?!)"
        ),
        before=tuple(tuple(one.split()) for one in data.get("before", ())),
        after=frozenset(data.get("after", ())),
        articles=frozenset(data.get("articles", ())),
    )


@cache
def _stemmer(code: str) -> Any:
    import snowballstemmer  # only who asks needs it

    name = _STEMMERS.get(code)
    return snowballstemmer.stemmer(name) if name else None
