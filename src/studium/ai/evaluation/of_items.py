"""Figures of questions: how many are made and kept, why others fall, and where keys stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Protocol, cast

from studium.ai.evaluation.counting import evenness, mean
from studium.ai.evaluation.figures import Figure, Tally, share
from studium.ai.evaluation.gold import Case
from studium.ai.evaluation.of_notes import NotesCounts, count_places
from studium.ai.model import CheckedItems, Engine, Item, LessonText, ProposedItems
from studium.ai.verify import verify_items

CHOICES = ("single_choice", "multiple_choice")


class ItemEngine(Protocol):
    """An engine that proposes questions as well."""

    def propose_items(self, lesson: LessonText) -> ProposedItems: ...


@dataclass(slots=True)
class ItemsCounts:
    """What is added up lesson by lesson."""

    generated: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    choices: list[int] = field(default_factory=list)
    others: list[int] = field(default_factory=list)
    choices_stripped: list[int] = field(default_factory=list)
    others_stripped: list[int] = field(default_factory=list)
    places: Counter[int] = field(default_factory=Counter)
    of_four: int = 0
    longest_is_key: float = 0.0
    single_choices: int = 0
    items: list[tuple[Case, Item]] = field(default_factory=list)
    stems: Counter[str] = field(default_factory=Counter)


def proposes_items(engine: Engine) -> bool:
    """Whether an engine makes questions at all."""
    return hasattr(engine, "propose_items")


def count_items(
    case: Case, checked: CheckedItems, bare: CheckedItems, counts: ItemsCounts, exact: NotesCounts
) -> None:
    """Add the questions of one lesson to the counts, with its markup and (``bare``) without."""
    count_places(case.lesson, (place for one in checked.items for place in one.sources), exact)
    counts.kept.update(one.form for one in checked.items)
    counts.generated.update(one.form for one in checked.items)
    counts.generated.update(one.item.form for one in checked.rejected)
    counts.rejected.update(one.code for one in checked.rejected)
    counts.items += [(case, one) for one in checked.items]
    counts.stems.update(one.stem + one.code for one in checked.items)
    _count_kinds(checked, counts.choices, counts.others)
    _count_places_of_keys(checked.items, counts)
    _count_kinds(bare, counts.choices_stripped, counts.others_stripped)


def checked_items(engine: Engine, lesson: LessonText) -> CheckedItems:
    """The questions of a lesson after verification, as a course would get them."""
    proposed = cast("ItemEngine", engine).propose_items(lesson)
    return verify_items(lesson, proposed, judge=getattr(engine, "judge", None))


def _count_kinds(checked: CheckedItems, choices: list[int], others: list[int]) -> None:
    among = sum(1 for one in checked.items if one.kind in CHOICES)
    choices.append(among)
    others.append(len(checked.items) - among)


def _count_places_of_keys(items: Sequence[Item], counts: ItemsCounts) -> None:
    for one in items:
        if one.kind != "single_choice":
            continue
        counts.single_choices += 1
        longest = max(map(len, one.options))
        held = [option for option in one.options if len(option) == longest]
        counts.longest_is_key += (one.key[0] in held) / len(held)
        if len(one.options) == 4:
            counts.of_four += 1
            counts.places[one.options.index(one.key[0])] += 1


def items_figures(counts: ItemsCounts) -> list[Figure]:
    """The figures of questions with what is asked of them."""
    found, chance = evenness([counts.places[at] for at in range(4)])
    cue = counts.longest_is_key / counts.single_choices if counts.single_choices else 0.0
    made, kept = counts.generated.total(), counts.kept.total()
    twice = sum(count - 1 for count in counts.stems.values())
    return [
        share("items", "kept of generated", kept, made),
        *_of_lessons("multiple-choice", counts.choices, 3),
        *_of_lessons("other items", counts.others, 10),
        *_of_lessons("multiple-choice, stripped", counts.choices_stripped, 3),
        *_of_lessons("other items, stripped", counts.others_stripped, 10),
        Figure(
            "items", "key position, probability of so uneven by chance", chance, counts.of_four,
            least=0.01, note=f"chi² {found:.2f}; places {[counts.places[at] for at in range(4)]}",
        ),
        Figure("items", "longest option is the key", cue, counts.single_choices, note="chance .25"),
        share("items", "asked twice across lessons", twice, kept),
    ]  # fmt: skip


def _of_lessons(name: str, counted: Sequence[int], least: float) -> list[Figure]:
    values = list(counted) or [0]
    return [
        Figure("items", f"{name} kept a lesson, median", median(values), len(counted), least=least),
        Figure("items", f"{name} kept a lesson, minimum", min(values), len(counted)),
        Figure(
            "items", f"{name} kept a lesson, mean", mean(list(map(float, values))), len(counted)
        ),
    ]


def items_tallies(counts: ItemsCounts) -> list[Tally]:
    """Questions by form and rejections by reason."""
    return [
        Tally("generated by form", dict(counts.generated.most_common())),
        Tally("kept by form", dict(counts.kept.most_common())),
        Tally("rejected by reason", dict(counts.rejected.most_common())),
    ]
