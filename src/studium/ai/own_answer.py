"""A learner's own answer beside what the lesson says: which of its words are there, which not.

This does not mark. It counts words, so it can say what an answer does not mention, and that a
number or a "not" differs; whether the answer is right the learner sees from the passage.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from studium.ai.asking import common_form, terms_in
from studium.ai.language import language
from studium.ai.tutor import Reply

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_DENIAL = re.compile(r"\b(?:no|not|never|none|neither|nor|cannot|without|\w+n't)\b", re.IGNORECASE)
_MOST_NAMED = 6


@dataclass(frozen=True, slots=True)
class Compared:
    """What the answer shares with the quoted sentences.

    ``said`` and ``missing`` are words of the sentences, in their order; ``share`` is that of the
    words that are said, from 0 to 1. ``differs`` names what may turn the meaning round: "number",
    "denial".
    """

    said: tuple[str, ...]
    missing: tuple[str, ...]
    share: float
    differs: tuple[str, ...] = ()


def compare(answer: str, reply: Reply, *, tag: str = "en") -> Compared | None:
    """The answer beside the sentence of the reply it is most like; None without a sentence."""
    options = [_beside(answer, one.text, tag) for one in reply.quotes]
    return max(options, key=lambda one: one.share, default=None)


def _beside(answer: str, sentence: str, tag: str) -> Compared:
    spoken = language(tag)
    own = {common_form(one, spoken.code) for one in terms_in(answer)}
    words = [one for one in dict.fromkeys(terms_in(sentence)) if not spoken.is_function_word(one)]
    said = tuple(one for one in words if common_form(one, spoken.code) in own)
    missing = tuple(one for one in words if one not in said)
    differs = []
    if set(_NUMBER.findall(answer)) - set(_NUMBER.findall(sentence)):
        differs.append("number")
    if bool(_DENIAL.search(answer)) != bool(_DENIAL.search(sentence)):
        differs.append("denial")
    share = round(len(said) / len(words), 3) if words else 0.0
    return Compared(said[:_MOST_NAMED], missing[:_MOST_NAMED], share, tuple(differs))
