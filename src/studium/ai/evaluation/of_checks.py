"""Each check of questions alone: what share of spoilt ones it stops, and of the authors' own.

Spoilt are the questions an engine had kept, each in a way the check is there for. The authors' own
review questions cite the places their stem and key are most like. They are in the authors' words,
some break rules of item-writing on purpose, and none was written to be checked: what is stopped of
them is an upper bound of what is wrongly stopped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from studium.ai.evaluation.corrupted import most_alike
from studium.ai.evaluation.figures import Figure, share
from studium.ai.evaluation.gold import Case, Question, names_of
from studium.ai.model import Item, Source
from studium.ai.verify.items import CHECKS, check_schema
from studium.ai.verify.lesson import Lesson, known
from studium.ai.verify.repeats import kept_items
from studium.ai.verify.spans import resolve

Spoil = Callable[[Item, Sequence[str]], Iterator[Item]]
"""Gives spoilt forms of an item; the texts are terms of another lesson."""


@dataclass(slots=True)
class _Counts:
    spoilt: Counter[str] = field(default_factory=Counter)
    stopped: Counter[str] = field(default_factory=Counter)
    own: int = 0
    wrongly: Counter[str] = field(default_factory=Counter)


def check_figures(cases: Sequence[Case], items: Sequence[tuple[Case, Item]]) -> list[Figure]:
    """For each check the share of spoilt questions it stops and of the authors' it lets through."""
    counts = _Counts()
    foreign = _foreign(cases)
    for case, one in items:
        lesson = known(case.lesson)
        for name, spoil in SPOILS.items():
            for bad in spoil(one, foreign[case.name]):
                counts.spoilt[name] += 1
                counts.stopped[name] += _stops(name, bad, one, lesson)
    for case in cases:
        for question in case.questions:
            lesson = known(case.lesson)
            own = authors_item(question, lesson)
            counts.own += 1
            counts.wrongly.update(name for name in SPOILS if _stops(name, own, None, lesson))
    return [
        *(
            share("verifier", f"check {name}: spoilt ones stopped", counts.stopped[name], of)
            for name, of in counts.spoilt.items()
        ),
        *(
            share(
                "verifier", f"check {name}: authors' own let through",
                counts.own - counts.wrongly[name], counts.own,
            )
            for name in SPOILS
            if counts.own
        ),
    ]  # fmt: skip


def _foreign(cases: Sequence[Case]) -> dict[str, list[str]]:
    """For each lesson the terms of a lesson it has nothing to do with."""
    found = {}
    for at, case in enumerate(cases):
        own = {name.casefold() for term in case.glossary for name in names_of(term)}
        other = cases[(at + len(cases) // 2) % len(cases)]
        terms = [names_of(term)[0] for term in other.glossary]
        found[case.name] = [one for one in terms if one.casefold() not in own] or ["zeugma"]
    return found


def _stops(name: str, one: Item, before: Item | None, lesson: Lesson) -> bool:
    """Whether one check, asked alone, refuses an item."""
    if name == "schema":
        return bool(check_schema(one))
    if name == "span":
        return any(isinstance(resolve(place, lesson), str) for place in one.sources)
    kept = kept_items((), lesson)
    if before and name == "repeats":
        kept.add(before, lesson)
    return bool(CHECKS[name](one, lesson, kept))


def authors_item(question: Question, lesson: Lesson) -> Item:
    """A review question as an engine would propose it, with the places it is most like."""
    stem = question.stem.replace("\\_", "_").replace("\\", "")
    key = question.options[question.right]
    places = most_alike(f"{stem} {key}", lesson)
    return Item("model", "single_choice", stem, (key,), places, question.options)


def _bad_schema(one: Item, foreign: Sequence[str]) -> Iterator[Item]:
    yield replace(one, key=())
    yield replace(one, stem=one.stem + " and (")
    if one.options:
        yield replace(one, options=(*one.options[:-1], one.options[0]))


def _bad_span(one: Item, foreign: Sequence[str]) -> Iterator[Item]:
    place = one.sources[0]
    said = place.quote.split(" ")
    said[len(said) // 2] = foreign[0]
    yield replace(one, sources=(Source(place.block_id, place.start, place.end, " ".join(said)),))


def _bad_support(one: Item, foreign: Sequence[str]) -> Iterator[Item]:
    if one.kind == "true_false":
        yield replace(one, key=("false",) if one.key == ("true",) else ("true",))
    else:
        other = foreign[len(one.stem) % len(foreign)]
        options = tuple(other if option == one.key[0] else option for option in one.options)
        yield replace(one, key=(other,), options=options)


def _bad_leak(one: Item, foreign: Sequence[str]) -> Iterator[Item]:
    if one.kind != "true_false" and one.form != "list":
        yield replace(one, stem=f"{one.stem} ({one.key[0]})")


def _bad_single_key(one: Item, foreign: Sequence[str]) -> Iterator[Item]:
    if one.kind == "single_choice":
        key = one.key[0]
        wrong = next(option for option in one.options if option not in one.key)
        number = key[:-1] if key.endswith("s") else f"{key}s"
        same = [f"the {key}", f"{key}."] + ([] if key[-1:].isdigit() else [key.upper(), number])
        for other in same:
            yield replace(one, options=_instead(one.options, wrong, other))


def _instead(options: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    return tuple(new if each == old else each for each in options)


def _bad_writing(one: Item, foreign: Sequence[str]) -> Iterator[Item]:
    if one.kind == "single_choice":
        wrong = next(option for option in one.options if option not in one.key)
        yield replace(one, options=_instead(one.options, wrong, "all of the above"))
        longer = f"{one.key[0]}, which the lesson explains at greater length than the others"
        longer += " do" * (max(map(len, one.options)) // 2)
        yield replace(one, key=(longer,), options=_instead(one.options, one.key[0], longer))
        if not any(option[:1].isdigit() for option in one.options):
            others = tuple(each if each in one.key else each.swapcase() for each in one.options)
            yield replace(one, options=others)


def _bad_standing(one: Item, foreign: Sequence[str]) -> Iterator[Item]:
    yield replace(one, stem=one.stem.rstrip(".?:") + ", as figure 3 shows" + one.stem[-1])
    if one.form in ("cloze", "true_false"):
        yield replace(one, stem="However, " + one.stem[:1].lower() + one.stem[1:])
        yield replace(one, stem=" ".join(one.stem.rstrip(".?:_ ").split(" ")[:-1]))


def _bad_repeats(one: Item, foreign: Sequence[str]) -> Iterator[Item]:
    yield replace(one, stem="  ".join(one.stem.upper().split()))
    if one.kind != "true_false":
        yield replace(one, stem=f"Please answer this one: {one.stem}")


SPOILS: dict[str, Spoil] = {
    "schema": _bad_schema,
    "span": _bad_span,
    "support": _bad_support,
    "leak": _bad_leak,
    "single_key": _bad_single_key,
    "writing": _bad_writing,
    "standing": _bad_standing,
    "repeats": _bad_repeats,
}
"""How an item is spoilt for each check."""
