"""Solvers that know nothing of the lesson, and what they give away."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest

from studium.ai.model import Item, Source
from studium.ai.trial import MARGIN, try_course, try_items, wilson
from tests.ai.lessons import lesson_of

TEXT = """The cell wall gives a plant cell its shape. A vacuole stores the water of the cell.

Pressure of water inside the vacuole keeps the plant upright. The nucleus holds the genes.
"""
LESSON = lesson_of(TEXT)


def source_of(said: str) -> Source:
    """The place of a sentence of the lesson."""
    start = TEXT.index(said)
    block = next(one for one in LESSON.blocks if one.start <= start < one.end)
    return Source(block.id, start, start + len(said), said)


STORES = Item(
    form="cloze",
    kind="single_choice",
    stem="A _____ stores the water of the cell.",
    key=("vacuole",),
    options=("nucleus", "ribosome", "vacuole", "membrane"),
    sources=(source_of("A vacuole stores the water of the cell."),),
)


def accuracy(items: list[Item], solver: str) -> float:
    """How often a solver is right on a set."""
    return next(one.accuracy for one in try_items(LESSON, items).solvers if one.solver == solver)


def test_the_longest_option_is_chosen_and_ties_are_shared() -> None:
    """One of two equally long options counts for half."""
    long = replace(STORES, options=("nucleus", "gene", "the large vacuole", "wall"))
    assert accuracy([replace(long, key=("the large vacuole",))], "longest") == 1.0
    assert accuracy([replace(STORES, options=("nucleus", "genomes", "wall"), key=("nucleus",))],
                    "longest") == 0.5  # fmt: skip


def test_words_of_the_stem_in_an_option_are_seen() -> None:
    """ "water store" repeats what is asked."""
    leaking = replace(STORES, options=("nucleus", "water store", "ribosome"), key=("water store",))
    assert accuracy([leaking], "overlap") == 1.0


def test_an_article_before_the_gap_is_a_cue() -> None:
    """ "an" leaves the one option that begins with a vowel."""
    cued = replace(
        STORES, stem="An _____ holds genes.", options=("enzyme", "wall", "vacuole"), key=("enzyme",)
    )
    assert accuracy([cued], "form") == 1.0


def test_the_third_of_four_is_the_favourite_place() -> None:
    """As people guess."""
    assert accuracy([STORES], "position") == 1.0
    assert accuracy([replace(STORES, key=("nucleus",))], "position") == 0.0


def test_the_retrieving_solver_does_not_see_the_source() -> None:
    """It finds the vacuole through the other sentence on water; the open book through its own."""
    found = try_items(LESSON, [STORES])
    assert "retrieval" in found.solved[0]
    assert found.open_book.accuracy == 1.0
    alone = lesson_of("A vacuole stores the water of the cell.\n")
    place = alone.blocks[0]
    only = replace(STORES, sources=(Source(place.id, 0, 39, alone.source[:39]),))
    blind = try_items(alone, [only])
    assert "retrieval" not in blind.solved[0]
    assert blind.open_book.accuracy == 1.0


def test_statements_are_tried_with_two_answers() -> None:
    """A denial is taken for a falsehood, and "true" is the favourite."""
    said = Item(
        form="true_false",
        kind="true_false",
        stem="A vacuole does not store the water of the cell.",
        key=("false",),
        sources=STORES.sources,
    )
    found = try_items(LESSON, [said])
    assert found.solvers[0].chance == 0.5
    assert "form" in found.solved[0]
    assert "position" not in found.solved[0]


def test_an_item_three_surface_solvers_solve_is_a_giveaway() -> None:
    """Whatever the rest of the set is like."""
    given = replace(
        STORES,
        stem="An _____ stores the water.",
        options=("nucleus", "organelle that stores water", "ribosome", "membrane"),
        key=("organelle that stores water",),
    )
    found = try_items(LESSON, [STORES, given])
    assert found.flags == ((), ("longest", "overlap", "form"))
    assert found.giveaways == 1


def test_a_solver_that_beats_the_set_flags_what_others_solve_too() -> None:
    """Twenty keys that are longest: those that other surface solvers solve as well are flagged."""
    long = replace(
        STORES,
        options=("wall", "gene cap", "vacuole of water", "root cap"),
        key=("vacuole of water",),
    )
    found = try_items(LESSON, [replace(long, stem=f"{long.stem} {at}") for at in range(20)])
    longest = found.solvers[0]
    assert longest.beats
    assert longest.low > longest.chance + MARGIN
    assert all("longest" in flags and "position" in flags for flags in found.flags)


def test_luck_on_a_few_items_beats_nothing() -> None:
    """Two of two right is no proof."""
    found = try_items(LESSON, [STORES, STORES])
    assert not any(one.beats for one in found.solvers)
    assert found.flags == ((), ())


def test_short_texts_and_empty_sets_are_not_tried() -> None:
    """They have nothing to choose from, and keep their place among the flags."""
    short = replace(STORES, kind="short_text", options=())
    found = try_items(LESSON, [short])
    assert (found.items, found.choices, found.flags, found.solved) == (1, 0, ((),), ((),))
    assert try_items(LESSON, []).solvers[0].accuracy == 0.0


def test_lessons_are_tried_as_one_set_and_the_report_is_plain_data() -> None:
    """Items keep their order; the report can be stored."""
    found = try_course([LESSON, LESSON], [[STORES], [STORES, STORES]])
    assert found.choices == 3
    assert len(found.flags) == 3
    assert asdict(found)["solvers"][0]["solver"] == "longest"


@pytest.mark.parametrize(
    ("right", "total", "low", "high"),
    [(0, 0, 0.0, 1.0), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0)],
)
def test_intervals_are_wilsons(right: int, total: int, low: float, high: float) -> None:
    """Against published values."""
    assert wilson(right, total) == pytest.approx((low, high), abs=1e-4)
