"""The key terms of a lesson: what its author set apart, and the nouns it keeps coming back to."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from studium.ai.engines.extractive.reading import Reading
from studium.ai.language import Language, words

if TYPE_CHECKING:
    from studium.ai.engines.extractive.course import CourseModel

MOST_TERMS = 25
_LONGEST = 4


@dataclass(frozen=True, slots=True)
class KeyTerm:
    """A term as it stands in running text; ``sentences`` are the places that use it.

    ``strength`` says how much the author sets it apart (0 when only its use speaks for it),
    ``count`` how often it is used, ``score`` orders the terms of one lesson.
    """

    term: str
    key: str
    score: float
    strength: float
    count: int
    sentences: tuple[int, ...]
    is_code: bool = False


def term_key(term: str, spoken: Language) -> str:
    """The stems of a term's words: the same for "Cell walls" and "cell wall"."""
    return " ".join(spoken.stem(word) for word in words(term)) or term.lower()


@dataclass(slots=True)
class _Uses:
    forms: Counter[str] = field(default_factory=Counter)
    sentences: list[int] = field(default_factory=list)
    strength: float = 0.0
    is_code: bool = False


def key_terms(
    reading: Reading, course: CourseModel | None = None, *, most: int = MOST_TERMS
) -> list[KeyTerm]:
    """The terms of a lesson, best first; with a course, words every lesson uses count less."""
    uses = _marked(reading)
    for one in reading.sentences:
        for found in re.finditer(r"[^\W\d_][\w'’-]+(?: [^\W\d_][\w'’-]+){0,2}", one.text):
            parts = found[0].split()
            for size in (1, 2, 3):
                for at in range(len(parts) - size + 1):
                    piece = parts[at : at + size]
                    if any(reading.language.is_function_word(word.lower()) for word in piece):
                        continue
                    key = term_key(" ".join(piece), reading.language)
                    held = uses.setdefault(key, _Uses())
                    held.forms[" ".join(piece)] += 1
                    held.sentences.append(one.index)
    made = [
        KeyTerm(
            term=min(held.forms, key=lambda form: (-held.forms[form], form)),
            key=key,
            score=(1 + held.strength) * len(held.sentences) * (1 + 0.5 * key.count(" ")),
            strength=held.strength,
            count=len(held.sentences),
            sentences=tuple(sorted(set(held.sentences))),
            is_code=held.is_code,
        )
        for key, held in uses.items()
        if held.strength or len(held.sentences) > 1
    ]
    made.sort(key=lambda one: (-one.score, one.sentences, one.key))
    return made[:most]


def _marked(reading: Reading) -> dict[str, _Uses]:
    uses: dict[str, _Uses] = {}
    for one in reading.sentences:
        for kind, strength in (("strong", 3.0), ("em", 2.0), ("code", 1.0)):
            for start, end in one.passage.plain.marked(one.start, one.end, kind):  # type: ignore[arg-type]  # a literal of a tuple
                term = one.text[start:end].strip(" .,;:")
                if not term or len(term.split()) > _LONGEST:
                    continue
                held = uses.setdefault(term_key(term, reading.language), _Uses())
                held.forms[term] += 3
                held.sentences.append(one.index)
                held.strength = max(held.strength, strength)
                held.is_code = held.is_code or kind == "code"
    return uses
