"""Inline Markdown to plain text and the way back to the source."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studium.ai.inline import plain_text, reference_labels
from studium.lib.markdown import render

DEFINED = frozenset({"ref", "`nameerror`"})


def plain(source: str) -> str:
    return plain_text(source, 0, len(source), DEFINED).text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("**bold** and *italic* and __both__ _ways_", "bold and italic and both ways"),
        ("_**UNDEFINED**_ ***all***", "UNDEFINED all"),
        ("*a _b* c_", "a _b c_"),
        ("snake_case_name and 2 * 3 * 4", "snake_case_name and 2 * 3 * 4"),
        ("a `code *not* [bold]` b", "a code *not* [bold] b"),
        ("`` a`b `` and `x", "a`b and `x"),
        ("[text](https://e.org/a_(b) 'title') end", "text end"),
        ("“[The Tuple][ref]<!--\nignore --> Type”", "“The Tuple Type”"),
        ("[`NameError`] and [unknown], [text][no]", "NameError and [unknown], [text][no]"),
        ("structures[^boxed] hold", "structures hold"),
        ("![alt **text**](a.png) after", "after"),
        ("<em>html</em> &mdash; &lt;b&gt; <!-- gone -->x", "html — <b> x"),
        ('<span class="a > b">in</span>side', "inside"),
        (r"\*not bold\* \[no link\]", "*not bold* [no link]"),
        ("one\ntwo  \nthree\\\nfour", "one two three four"),
        ("quoted\n> over two\n> > lines", "quoted over two lines"),
        ("costs $2 and **$3**", "costs $2 and $3"),
        ("before {{#quiz ../q.toml}} after", "before after"),
        ("**never closed and [neither", "**never closed and [neither"),
        ("<https://example.org/a.b>", "https://example.org/a.b"),
    ],
)  # fmt: skip
def test_what_a_reader_does_not_see_is_hidden(source, text):
    assert plain(source) == text


def test_labels_are_found_where_links_are_defined():
    source = "text [a b]\n\n[A  B]: https://example.org\n[^note]: a footnote\n"
    assert reference_labels(source) == {"a b"}


def test_a_span_takes_in_the_markup_at_its_edges_and_comes_back_as_the_same_text():
    source = "**Lipids** are fats. They [float](u)!"
    found = plain_text(source, 0, len(source), DEFINED)
    first = found.text.index("They")
    start, end = found.span(first, len(found.text))
    assert source[start:end] == "They [float](u)!"
    assert found.between(start, end) == "They float!"
    assert source[slice(*found.span(0, 16))] == "**Lipids** are fats."


def test_marks_say_what_the_author_set_apart():
    source = "A _frame_ and **a `heap`**."
    found = plain_text(source, 0, len(source), DEFINED)
    said = [(mark.kind, found.text[mark.start : mark.end]) for mark in found.marks]
    assert said == [("em", "frame"), ("strong", "a heap"), ("code", "heap")]


@given(st.text(alphabet="ab *_`[]()!<>&;\\\n#{}$~\0é\"'", max_size=80))
def test_every_range_of_plain_text_comes_back_from_the_source(source):
    found = plain_text(source, 0, len(source), DEFINED)
    assert len(found.text) == len(found.starts) == len(found.ends)
    for start in range(0, len(found.text), 3):
        for end in range(start + 1, len(found.text) + 1, 4):
            piece = found.text[start:end]
            if piece.strip() == piece:
                assert found.between(*found.span(start, end)) == piece


@pytest.mark.parametrize(
    "source",
    [
        "Some **bold** text with `code` and a [link](u) in it.",
        "A *b **c** d* e `f` &amp; \\* g.",
        "Words_with_underscores and *stars*.",
    ],
)
def test_the_plain_text_is_the_renderers_own(source):
    assert plain(source) == render(source).blocks[0].text
