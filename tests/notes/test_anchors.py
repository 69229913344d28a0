"""Where passages stand after an edit: exactly those that were changed are found to be changed."""

from __future__ import annotations

import time
from typing import Any

import pytest

from studium.ai.model import Source
from studium.notes.rules import Places

PARAGRAPHS = [
    f"Paragraph {n} speaks of subject number {n}. Its second sentence names the fact {n * n} "
    f"about it. A third one closes topic {n} for good."
    for n in range(50)
]


def page(paragraphs: list[str]) -> tuple[str, list[dict[str, Any]]]:
    """A lesson's text and its blocks; a block keeps its id as long as its words."""
    text, blocks = "", []
    for one in paragraphs:
        blocks.append({"id": f"b{sum(map(ord, one))}-{len(one)}", "start": len(text)})
        text += one
        blocks[-1]["end"] = len(text)
        text += "\n\n"
    return text, blocks


def cited(text: str, blocks: list[dict[str, Any]], quote: str) -> Source:
    start = text.index(quote)
    block = next(one for one in blocks if one["start"] <= start < one["end"])
    return Source(block["id"], start, start + len(quote), quote)


def second(n: int) -> str:
    return PARAGRAPHS[n].split(". ")[1] + "."


def test_one_of_fifty_paragraphs_edited_changes_exactly_what_cites_it() -> None:
    text, blocks = page(PARAGRAPHS)
    sources = [cited(text, blocks, second(n)) for n in range(50)]
    edited = [*PARAGRAPHS]
    edited[17] = edited[17].replace("names the fact 289", "gives the number 289")
    edited.insert(3, "A new paragraph pushes all that follows further down.")
    text, blocks = page(edited)
    anchors = Places(text, blocks).anchors(sources)
    assert [n for n, one in enumerate(anchors) if one.state != "same"] == [17]
    for one in anchors:
        assert one.source is not None
        assert text[one.source.start : one.source.end] == one.source.quote
    assert anchors[17].state == "changed"
    assert anchors[17].source.quote == "Its second sentence gives the number 289 about it."
    assert Places(text, blocks).current([sources[17]]) is None


def test_another_sentence_of_the_same_paragraph_may_change() -> None:
    text, blocks = page(PARAGRAPHS)
    source = cited(text, blocks, second(4))
    edited = [*PARAGRAPHS]
    edited[4] = edited[4].replace("closes topic 4", "ends all talk of it")
    assert Places(*page(edited)).anchor(source).state == "same"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("It is *very* important to know.", "It is **very** important to know."),
        ("It is said to be “true” today.", 'It is said to be "true" today.'),
        ("A line that was broken in two.", "A line that was\nbroken in two."),
    ],
)
def test_other_markup_and_line_breaks_are_the_same_words(before: str, after: str) -> None:
    text, blocks = page([before])
    source = cited(text, blocks, before)
    found = Places(*page(["First.", after])).anchor(source)
    assert (found.state, found.source.quote) == ("same", after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("The area is 2 * 3 units wide today.", "The area is 2 3 units wide today."),
        ("Use `read_line` for one line only.", "Use `readline` for one line only."),
        ("Prices can rise when demand grows.", "Prices can't rise when demand grows."),
        ("He can", "He can't do that."),
    ],
)
def test_other_words_are_a_change(before: str, after: str) -> None:
    text, blocks = page([before])
    assert Places(*page([after])).current([cited(text, blocks, before)]) is None


def test_a_short_quotation_is_not_found_elsewhere_by_accident() -> None:
    _, blocks = page(["The cell divides.", "Something about the cell divides. Or so."])
    source = Source(blocks[0]["id"], 0, 8, "The cell")
    gone = Places(*page(["Another beginning.", "It is The cell again."])).anchor(source)
    assert gone.state != "same"


def test_what_was_taken_out_is_gone() -> None:
    text, blocks = page(PARAGRAPHS)
    source = cited(text, blocks, second(9))
    left = Places(*page(["Nothing here is about it.", "Nor here."])).anchor(source)
    assert (left.state, left.source) == ("gone", None)


def test_the_nearest_of_equal_passages_is_meant() -> None:
    twice = ["One sentence stands here twice.", *PARAGRAPHS[:5], "One sentence stands here twice."]
    text, blocks = page(twice)
    blocks[0]["id"], blocks[-1]["id"] = "first", "last"
    start = text.rindex("One sentence")
    source = Source("elsewhere", start, start + 31, "One sentence stands here twice.")
    assert Places(text, blocks).anchor(source).source.block_id == "last"


def test_looking_for_what_changed_costs_little_even_in_a_long_lesson() -> None:
    many = [f"{one} Variant {n}." for n in range(40) for one in PARAGRAPHS]
    text, blocks = page(many)
    sources = [Source("x", 0, 9, f"no{n} such{n} word{n} here {n}") for n in range(500)]
    began = time.process_time()
    assert {one.state for one in Places(text, blocks).anchors(sources)} == {"gone"}
    assert time.process_time() - began < 2.0  # 290,000 characters, 500 passages; 0.3 s at rest
