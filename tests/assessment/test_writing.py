"""From drafts to columns: what is plain needs no parser, and looks as if it had met one."""

from __future__ import annotations

import random
import re

from studium.assessment import writing
from studium.lib import markdown

WORDS = [
    "a",
    "Which",
    "value",
    "12",
    "3",
    "(one)",
    "é",
    "ß",
    "x1",
    "一",
    "don't",
    "*",
    "-",
    "1.",
    "_",
]
BETWEEN = [" ", " ", " ", ", ", "; ", ": ", "/", "  ", "\n"]


def test_a_plain_text_needs_no_parser_and_looks_the_same() -> None:
    """3,000 texts, seed 7; at least 500 of them go the short way."""
    drawn, short = random.Random(7), 0
    for _ in range(3000):
        words = drawn.choices(WORDS, k=drawn.randint(1, 6))
        text = "".join(one + drawn.choice(BETWEEN) for one in words).rstrip(" \n:;,/")
        text += drawn.choice(["", ".", "?"])
        if not writing._PLAIN.fullmatch(text):
            continue
        short += 1
        rendered = re.sub(r' id="[^"]*"', "", markdown.render(text).html)
        assert writing.to_html(text) == rendered, text
    assert short > 500
