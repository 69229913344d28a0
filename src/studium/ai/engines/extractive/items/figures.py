"""Numbers the lesson gives: years, shares and counts, with other numbers as wrong answers."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from studium.ai.engines.extractive.items.bank import Bank
from studium.ai.engines.extractive.items.facts import Fact
from studium.ai.model import Item
from studium.ai.standing import without

_ANY_NUMBER = re.compile(r"(?<![\w.])\d[\d,.]*")
_LEAST_SAID = 7  # content stems, the number among them
_MOST = 4  # questions about numbers in one lesson: they test memory only


def ask_figures(held: list[Fact], bank: Bank) -> Iterator[Item]:
    """A sentence with its number taken out, and three other numbers to choose from."""
    asked = 0
    for fact in held:
        found = _number(fact, bank) if fact.certain else None
        if not found or asked == _MOST:
            continue
        start, end, sort = found
        said = fact.text[start:end]
        stem = fact.text[:start] + bank.wording.gap + fact.text[end:]
        wrong = others(said, sort, fact.text, bank)
        if len(wrong) == 3:
            asked += 1
            yield Item(
                form="cloze",
                kind="single_choice",
                stem=stem,
                key=(said,),
                options=(said, *wrong),
                sources=(fact.source,),
                explanation=bank.wording.say("explanation", sentence=fact.text),
                section=fact.section,
                rule=f"number_{sort}",
                difficulty=0.55,
            )


def _number(fact: Fact, bank: Bank) -> tuple[int, int, str] | None:
    """The one number of a sentence, when the wording says what sort it is."""
    prose = without(fact.text, fact.sentence.code)
    if len(_ANY_NUMBER.findall(prose)) > 1 or len(set(fact.sentence.stems)) < _LEAST_SAID:
        return None
    for sort in ("year", "share", "count", "amount"):
        places = list(bank.wording.pattern(f"numbers.{sort}").finditer(prose))
        if len(places) == 1:
            return *places[0].span("number"), sort
    return None


def other_number(fact: Fact, bank: Bank) -> tuple[int, int, str] | None:
    """A place and another number for it, which makes the statement false."""
    found = _number(fact, bank)
    if not found:
        return None
    start, end, sort = found
    wrong = others(fact.text[start:end], sort, fact.text, bank)
    return (start, end, wrong[0]) if wrong else None


def others(said: str, sort: str, text: str, bank: Bank) -> list[str]:
    """Three other numbers of the same sort; the right one may come anywhere in their order."""
    seed = zlib.crc32(f"{said}\n{text}".encode())
    place = seed % 4  # how many of the wrong ones are smaller
    if sort == "year":
        step = 3 + seed // 4 % 9
        value = int(said)
        made = [str(value + step * (at - place)) for at in range(4) if at != place]
        return [year for year in made if int(year) <= 2030]
    named = bank.wording.phrases.get("numbers.words", ())
    if said.lower() in named:
        at = named.index(said.lower())
        place = min(place, at)
        chosen = named[at - place : at - place + 4]
        return [word for word in chosen if word != said.lower()]
    return _scaled(said, place, sort)


def _scaled(said: str, place: int, sort: str) -> list[str]:
    """Numbers far enough from the right one to be wrong even when it is rounded."""
    value = float(said)
    most = 99.0 if sort == "share" else 10.0**6
    digits = len(said.partition(".")[2])
    step = max(1.0, round(value * 0.35, digits)) if value >= 1 else round(value * 0.5, digits)
    step = step or 10.0**-digits
    while place and value - place * step <= 0:
        place -= 1
    while place < 3 and value + (3 - place) * step > most:
        place += 1
    made = [value + step * (at - place) for at in range(4) if at != place]
    return [f"{each:.{digits}f}" for each in made if 0 < each <= most]
