"""What is stale, what is the same, what a person's edit keeps: without a database."""

from __future__ import annotations

import pytest

from studium.ai.model import NoteSentence, Source
from studium.lib.errors import Invalid
from studium.notes import rules

TEXT = "Ownership is a set of rules.\n\nEach value has an owner.\n"
BLOCKS = [
    {"id": "b1", "start": 0, "end": 28},
    {"id": "b2", "start": 30, "end": 54},
]
CITED = Source("b2", 30, 54, "Each value has an owner.")
STORED = [
    {"text": "Each value has an owner.", "kind": "key_point", "supported": True, "code": [[0, 4]]},
    {"text": "Ownership is a set of rules.", "kind": "summary", "supported": True, "code": []},
]


def test_a_passage_that_only_moved_is_found_with_its_new_block() -> None:
    longer = "A new first line.\n\n" + TEXT
    blocks = [{"id": "b0", "start": 0, "end": 17}] + [
        {"id": one["id"] + "x", "start": one["start"] + 19, "end": one["end"] + 19}
        for one in BLOCKS
    ]
    found = rules.current_sources([CITED], longer, blocks)
    assert found == (Source("b2x", 49, 73, CITED.quote),)
    assert longer[49:73] == CITED.quote


def test_exactly_the_sentence_whose_passage_changed_goes_stale() -> None:
    changed = TEXT.replace("Each value", "Every value")
    assert rules.current_sources([CITED], changed, BLOCKS) is None
    other = Source("b1", 0, 28, "Ownership is a set of rules.")
    assert rules.current_sources([other], changed, BLOCKS) == (other,)
    assert rules.current_sources([other, CITED], changed, BLOCKS) is None


def test_passages_have_the_numbers_of_the_margin() -> None:
    blocks = [
        {"id": "h", "kind": "heading", "level": 2},
        {"id": "a", "kind": "paragraph", "level": 0},
        {"id": "raw", "kind": "html", "level": 0},
        {"id": "note", "kind": "paragraph", "level": 0},
        {"id": "list", "kind": "list", "level": 0},
        {"id": "item", "kind": "item", "level": 1},
    ]
    html = (
        '<h2 id="h">H</h2><p id="a">A</p><img><ol id="list"><li id="item">I</li></ol>'
        '<section class="st-footnotes"><p id="note">N</p></section>'
    )
    numbers = rules.margin_numbers(blocks, html)
    assert (numbers["a"], numbers["list"], numbers["item"]) == (1, 2, 2)
    assert numbers["note"] == 1


def test_code_in_a_sentence_is_told_apart() -> None:
    one = NoteSentence("Call drop here.", "summary", (), code=((5, 9),))
    assert rules.pieces(one) == [("Call ", False), ("drop", True), (" here.", False)]


def test_an_edit_keeps_untouched_sentences_and_marks_changed_ones() -> None:
    kept = rules.edited(
        STORED,
        [
            {"place": 0, "text": "Each value has one owner."},
            {"place": 1, "text": "Ownership is  a set of rules."},
            {"kind": "key_term", "term": "owner", "text": "Who drops a value."},
        ],
    )
    assert [one["kind"] for one in kept] == ["summary", "key_point", "key_term"]
    assert kept[0] == STORED[1]
    assert (kept[1]["edited"], kept[1]["supported"], kept[1]["code"]) == (True, False, [])
    assert (kept[2]["term"], kept[2]["sources"]) == ("owner", [])


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ([{"place": 0, "text": " "}], "at least one"),
        ([{"place": 7, "text": "x"}], "Reload"),
        ([{"kind": "poem", "text": "x"}], "kind"),
        ([{"kind": "key_term", "text": "x"}], "word it explains"),
        ([{"place": 0, "text": "x" * 2001}], "2000"),
        ([{"kind": "summary", "text": f"s{n}"} for n in range(121)], "120"),
    ],
)
def test_an_edit_that_makes_no_sense_is_refused_with_words(wanted: list, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        rules.edited(STORED, wanted)


def test_the_stamp_changes_with_the_words() -> None:
    assert rules.stamp(STORED) == rules.stamp(list(STORED))
    assert rules.stamp(STORED) != rules.stamp(STORED[:1])
