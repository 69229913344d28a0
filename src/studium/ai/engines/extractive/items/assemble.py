"""Everything a lesson can be asked about, in one order; and the part of it that a plan wishes."""

from __future__ import annotations

from collections.abc import Sequence

from studium.ai.engines.extractive.items.bank import bank_of
from studium.ai.engines.extractive.items.facts import facts
from studium.ai.engines.extractive.items.figures import ask_figures
from studium.ai.engines.extractive.items.gaps import ask_gaps
from studium.ai.engines.extractive.items.lists import ask_lists
from studium.ai.engines.extractive.items.meanings import ask_meanings
from studium.ai.engines.extractive.items.programs import ask_programs
from studium.ai.engines.extractive.items.truths import ask_truths
from studium.ai.engines.extractive.items.wording import wording
from studium.ai.engines.extractive.study import Study
from studium.ai.model import Item, PlanLine

NO_WORDING = "The built-in engine knows no way to ask questions in this language."
NOTHING = "No sentence of this lesson could be made into a question that stands alone."
FEWER = "{wished} questions were wished for; the lesson has {found} of the wished kinds."


def propose(study: Study, plan: Sequence[PlanLine] = ()) -> tuple[tuple[Item, ...], str]:
    """The questions of a lesson, surest first, and why there are fewer than wished ("" if not).

    Without a plan all of them; with one, each line's number of questions of its kinds about its
    place, those nearest to its difficulty first, none twice.
    """
    words = wording(study.reading.language.code)
    if not words.has("explanation"):
        return (), NO_WORDING
    bank = bank_of(study, words)
    held = facts(study.reading, words)
    sure = [*ask_meanings(bank), *ask_programs(held, bank)]
    figures = list(ask_figures(held, bank))
    choices = sum(one.kind == "single_choice" for one in [*sure, *figures])
    made = [
        *sure,
        *ask_gaps(held, bank, choices=choices),
        *ask_lists(held, bank),
        *figures,
        *ask_truths(held, bank),
    ]
    ordered = spread(made)
    if not plan:
        return tuple(ordered), "" if ordered else NOTHING
    return _planned(ordered, plan)


def spread(made: list[Item]) -> list[Item]:
    """Choices first, then the others by turns of their sorts, so that no quota starves one."""
    choices = [one for one in made if one.kind == "single_choice"]
    queues: dict[str, list[Item]] = {}
    for one in made:
        if one.kind != "single_choice":
            queues.setdefault(one.form, []).append(one)
    others: list[Item] = []
    while any(queues.values()):
        others += [queue.pop(0) for queue in queues.values() if queue]
    return choices + others


def _planned(ordered: list[Item], plan: Sequence[PlanLine]) -> tuple[tuple[Item, ...], str]:
    chosen: list[Item] = []
    for line in plan:
        fitting = [one for one in ordered if one not in chosen and _fits(one, line)]
        if line.difficulty is not None:
            wish = line.difficulty
            fitting.sort(key=lambda one: round(abs((one.difficulty or 0.5) - wish), 2))
        chosen += fitting[: line.count]
    wished = sum(line.count for line in plan)
    if len(chosen) == wished:
        return tuple(chosen), ""
    return tuple(chosen), FEWER.format(wished=wished, found=len(chosen))


def _fits(one: Item, line: PlanLine) -> bool:
    if line.kinds and one.kind not in line.kinds:
        return False
    place = line.source
    return place is None or any(
        each.start < place.end and place.start < each.end for each in one.sources
    )
