"""Where sentences begin and end."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studium.ai.language import language
from studium.ai.sentences import split

EN = language("en")


def cut(text: str, code: list[str] | None = None) -> list[str]:
    ranges = [(text.index(one), text.index(one) + len(one)) for one in code or []]
    return [text[start:end] for start, end in split(text, EN, code=ranges)]


@pytest.mark.parametrize(
    "sentences",
    [
        ["Memory is finite.", "Programs share it."],
        ["Use a loop, e.g. a counter, here.", "It ends."],
        ["The rate is 3.14 per second.", "2.5 is less."],
        ["Dr. Smith and Mr. J. Smith met Adam Smith.", "They spoke."],
        ["Prices rose (see the law. It holds.) and fell.", "Then they rose."],
        ["He said “Stop. Wait.” and left.", "She stayed."],
        ['That is the meaning of "safety."', "Undefined behavior is dangerous."],
        ["(Deallocation is also called freeing.)", "This sequence is a stack."],
        ["Is it true?", "Yes!", "It is."],
        ["Some lists, tables, etc.", "Others follow."],
        ["The U.S. economy grew... and then it shrank.", "It grew again."],
        ["The rate announced by the U.S. Bureau of Statistics fell in the U.S.", "The press told."],
        ["See fig. 3 and no. 4 of the text.", "Read on."],
        ["This is type I.", "That is type II."],
        ["No end mark here"],
    ],
)
def test_a_text_is_cut_where_its_sentences_end(sentences):
    assert cut(" ".join(sentences)) == sentences


def test_code_is_never_cut_and_may_begin_a_sentence():
    text = "Call a.b. C for it. read(x) expects a value. Then stop."
    assert cut(text, code=["a.b. C", "read(x)"]) == [
        "Call a.b. C for it.",
        "read(x) expects a value.",
        "Then stop.",
    ]


def test_sentences_without_spaces_between_them_are_cut_at_their_own_full_stop():
    assert cut("学习很重要。我们每天学习。") == ["学习很重要。", "我们每天学习。"]


@given(st.text(alphabet='ab A.!?"()“” 1\n', max_size=120))
def test_sentences_are_trimmed_in_order_and_lose_no_character(text):
    found = split(text, EN)
    assert all(text[start:end].strip() == text[start:end] != "" for start, end in found)
    assert all(left[1] <= right[0] for left, right in pairwise(found))
    kept = "".join(text[start:end] for start, end in found)
    assert "".join(kept.split()) == "".join(text.split())
