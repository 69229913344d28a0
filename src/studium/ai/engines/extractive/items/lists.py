"""Questions about what the lesson lists: which point is missing, which comes next."""

from __future__ import annotations

import re
from collections.abc import Iterator

from studium.ai.engines.extractive.items.bank import Bank
from studium.ai.engines.extractive.items.facts import Fact
from studium.ai.engines.extractive.items.gaps import quotable
from studium.ai.engines.extractive.structure import Point, PointList
from studium.ai.language import words
from studium.ai.model import Item, Source

_LONGEST_POINT = 110
_MOST = 4


def ask_lists(held: list[Fact], bank: Bank) -> Iterator[Item]:
    """Points of numbered and bulleted lists, then members of lists within sentences."""
    if not bank.wording.has("list_missing", "list_after"):
        return
    for one in bank.study.reading.lists:
        if all(_is_short(point) for point in one.points):
            yield from _of_points(one, bank)
    for fact in held:
        yield from _of_sentence(fact, bank)


def _is_short(point: Point) -> bool:
    text = point.text.rstrip(".;,")
    return 3 <= len(text) <= _LONGEST_POINT and not re.search(r"[.;:?!]\s|[“”\"]", text)


def _of_points(one: PointList, bank: Bank) -> Iterator[Item]:
    section = bank.study.reading.headings[one.section]
    points = [point.text.rstrip(".;, ") for point in one.points]
    if one.numbered and len(points) >= 5 and len(set(points)) == len(points):
        for at in range(0, len(points) - 1, 2):
            wrong = [text for place, text in enumerate(points) if place not in (at, at + 1)][:3]
            yield Item(
                form="list",
                kind="single_choice",
                stem=bank.wording.say("list_after", point=quotable(points[at])),
                key=(points[at + 1],),
                options=(points[at + 1], *wrong),
                sources=(one.points[at].source, one.points[at + 1].source),
                section=section,
                rule="list_after",
                difficulty=0.6,
            )
    if 3 <= len(points) <= 8 and all(len(words(text)) <= 4 for text in points):
        for at in range(len(points))[:2]:
            rest = "; ".join(text for place, text in enumerate(points) if place != at)
            yield _missing(bank, points[at], rest, (one.points[at].source,), section)


def _missing(bank: Bank, key: str, listed: str, sources: tuple[Source, ...], section: str) -> Item:
    stem = bank.wording.say("list_missing", listed=f"“{quotable(listed)}”", letter=key[0])
    return Item(
        form="list",
        kind="short_text",
        stem=stem,
        key=(key,),
        sources=sources,
        section=section,
        rule="list_missing",
        difficulty=0.5,
    )


def _of_sentence(fact: Fact, bank: Bank) -> Iterator[Item]:
    """One member of a list within a sentence, taken out: the longest, which says most."""
    found = bank.wording.pattern("lists.sentence").search(fact.text)
    if not found:
        return
    split = bank.wording.pattern("lists.and").split(found["listed"])
    members = [member.strip() for member in split if member.strip()]
    named = [one for one in members if _is_member(one, bank)]
    if len(members) < 3 or not named:
        return
    key = max(named, key=lambda one: (len(one), one))
    if fact.text.count(key) != 1:
        return
    gap = fact.text.replace(key, bank.wording.gap)
    stem = bank.wording.say("list_gap", sentence=quotable(gap), letter=key[0])
    yield Item(
        form="list",
        kind="short_text",
        stem=stem,
        key=(key,),
        sources=(fact.source,),
        explanation=bank.wording.say("explanation", sentence=fact.text),
        term=key,
        section=fact.section,
        rule="list_sentence",
        difficulty=0.5,
    )


def _is_member(text: str, bank: Bank) -> bool:
    """Whether a member is a name of one to three words, with nothing of a clause in it."""
    spoken = bank.study.reading.language
    said = words(text)
    return (
        1 <= len(said) <= 3
        and len(text) >= 4
        and not any(spoken.is_function_word(word) for word in said)
    )
