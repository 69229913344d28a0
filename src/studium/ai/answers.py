"""Answers written by an engine: kept sentence by sentence, and only where a quotation is found.

An engine gets the question and the ranked passages, nothing else, and returns sentences with
quotations. A quotation that is not in those passages does not exist; a sentence without one, or
one that says numbers or denials its quotations do not have, is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from studium.ai.asking import common_form, terms_in
from studium.ai.language import language
from studium.ai.retrieval import CoursePassage
from studium.ai.tutor import Quoted, Reply, WrittenSentence

MOST_WRITTEN = 8
LONGEST_WRITTEN = 600
_FEWEST_QUOTED = 3  # words; a shorter quotation proves nothing
_LEAST_SUPPORTED = 0.6  # share of a sentence's content words that its quotations hold
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_DENIAL = re.compile(r"\b(?:no|not|never|none|neither|nor|cannot|without|\w+n't)\b", re.IGNORECASE)


class Proposed(Protocol):
    """A sentence an engine wrote, and the words of the passages it rests on, as it quotes them."""

    @property
    def text(self) -> str: ...

    @property
    def quotes(self) -> tuple[str, ...]: ...


def checked_answer(
    proposed: Sequence[Proposed],
    passages: Sequence[CoursePassage],
    *,
    verbatim: Reply,
    engine: str,
    tag: str = "en",
) -> Reply:
    """The written answer as far as it can be checked, above the verbatim one.

    With no sentence left, and where the material says nothing, it is the verbatim reply alone.
    """
    if verbatim.state == "absent":
        return verbatim
    written = []
    for one in proposed[:MOST_WRITTEN]:
        quotes = [found for quote in one.quotes if (found := locate(quote, passages))]
        text = " ".join(one.text.split())
        if quotes and 0 < len(text) <= LONGEST_WRITTEN and _is_supported(text, quotes, tag):
            written.append(WrittenSentence(text, tuple(dict.fromkeys(quotes))))
    return replace(verbatim, written=tuple(written), engine=engine) if written else verbatim


def locate(quote: str, passages: Sequence[CoursePassage]) -> Quoted | None:
    """The sentences of one passage that hold this quotation, blanks and quote marks aside."""
    wanted = _folded(quote)
    if len(wanted.split()) < _FEWEST_QUOTED:
        return None
    for passage in passages:
        for count in (1, 2, 3):
            for at in range(len(passage.told) - count + 1):
                first, last = passage.told[at], passage.told[at + count - 1]
                text = passage.text[first.begin : last.until]
                if wanted in _folded(text):
                    return Quoted(
                        *(text, passage.lesson, passage.title, passage.heading, passage.block_id),
                        *(first.start, last.end),
                    )
    return None


def _is_supported(text: str, quotes: Sequence[Quoted], tag: str) -> bool:
    said = " ".join(one.text for one in quotes)
    if set(_NUMBER.findall(text)) - set(_NUMBER.findall(said)):
        return False
    if bool(_DENIAL.search(text)) != bool(_DENIAL.search(said)):
        return False
    spoken = language(tag)
    held = {common_form(one, spoken.code) for one in terms_in(said)}
    content = {
        common_form(one, spoken.code) for one in terms_in(text) if not spoken.is_function_word(one)
    }
    return bool(content) and len(content & held) >= _LEAST_SUPPORTED * len(content)


def _folded(text: str) -> str:
    plain = text.translate(str.maketrans("“”„«»’‘", '"""""\'\'')).strip(" \"'…")
    return " ".join(plain.split()).casefold()
