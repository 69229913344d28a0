"""Check 9: a second reading by a model that did not write the thing.

The judge gets the cited passage and nothing else of the lesson. What it says is checked as well:
a quotation it gives must stand in that passage.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from studium.ai.model import Item, NoteSentence, Source
from studium.ai.verify.lesson import Lesson, folded
from studium.ai.verify.wording import statement_of

Word = Literal["supported", "contradicted", "not_stated"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a judge says of a statement, with the words of the passage that show it."""

    word: Word
    quote: str = ""


class Judge(Protocol):
    """A second reader. Each call stands alone: it knows nothing of the calls before."""

    def verdict(self, *, evidence: str, statement: str) -> Verdict:
        """Whether the evidence says so, says otherwise, or does not say."""
        ...

    def solve(self, *, evidence: str, stem: str, options: Sequence[str]) -> str:
        """The text of the option that is right, or of the answer when there are no options; ""
        when the evidence does not tell."""
        ...

    def second_key(self, *, evidence: str, stem: str, options: Sequence[str], key: str) -> str:
        """The text of another option that is right as well; "" when there is none."""
        ...


def judge_sentence(one: NoteSentence, lesson: Lesson, judge: Judge) -> str:
    """The code of what a judge found wrong with a note sentence; "" when it is supported.

    It accepts exactly what the judge accepts: with a simulated judge that errs on a set share,
    the accepted share of 1,000 changed sentences is that share (see docs/ai.md).
    """
    evidence = evidence_of(one.sources, lesson)
    return _of_verdict(judge.verdict(evidence=evidence, statement=one.text), evidence)


def judge_item(one: Item, lesson: Lesson, judge: Judge) -> str:
    """The code of what a judge found wrong with a question; "" when nothing.

    Choices are solved blind twice, with the options in two orders, and the judge is asked for a
    second right option. True/false statements are judged as sentences, short answers solved once.
    """
    evidence = evidence_of(one.sources, lesson)
    if one.kind == "true_false":
        said = judge.verdict(evidence=evidence, statement=statement_of(one.stem, lesson))
        if one.key == ("true",):
            return _of_verdict(said, evidence)
        return "" if said.word == "contradicted" else "judge_other_key"
    if one.kind == "short_text":
        answer = judge.solve(evidence=evidence, stem=one.stem, options=())
        return "" if _is_key(answer, one, lesson) else "judge_other_key"
    for order in _orders(one):
        if not _is_key(judge.solve(evidence=evidence, stem=one.stem, options=order), one, lesson):
            return "judge_other_key"
    second = judge.second_key(evidence=evidence, stem=one.stem, options=one.options, key=one.key[0])
    others = {lesson.name(option) for option in one.options if option not in one.key}
    return "judge_second_key" if lesson.name(second) in others else ""


def evidence_of(sources: Sequence[Source], lesson: Lesson) -> str:
    """The cited places with the sentences beside them, as plain text."""
    near = [one.text for one in lesson.near(sources)]
    return "\n".join(near or [place.quote for place in sources])


def _of_verdict(said: Verdict, evidence: str) -> str:
    if said.word == "contradicted":
        return "judge_contradicted"
    if said.word != "supported":
        return "judge_not_stated"
    quote = folded(said.quote).strip(" .")
    return "" if quote and quote in folded(evidence) else "judge_no_quote"


def _is_key(answer: str, one: Item, lesson: Lesson) -> bool:
    return lesson.name(answer) in {lesson.name(key) for key in one.key}


def _orders(one: Item) -> tuple[list[str], list[str]]:
    """Two orders of the options in which the right one stands in different places."""
    first = in_drawn_order(one.options, one.stem)
    return first, first[1:] + first[:1]


def in_drawn_order(options: Sequence[str], seed: str) -> list[str]:
    """Options in an order that looks drawn by lot and is the same in every process."""
    return sorted(options, key=lambda each: hashlib.sha256(f"{seed}\n{each}".encode()).digest())
