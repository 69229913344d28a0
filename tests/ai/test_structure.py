"""Lists and programs of a lesson: exact places, their own text, and the sentences around them."""

from __future__ import annotations

from studium.ai.engines.extractive.reading import read
from tests.ai.lessons import lesson_of

SOURCE = """# Loops

Rust has three kinds of loops:

1. `loop` repeats for ever
2. `while` repeats while a **condition** holds
   - inner point one
   - inner point two
3. `for` visits the items of a collection

A sentence stands between the lists.

Run this program:

```rust,ignore
fn main() {}
```

It prints nothing at all.

    indented code

- only one point
"""


def test_points_are_read_without_the_lists_inside_them():
    lists = read(lesson_of(SOURCE)).lists
    assert [[point.text for point in one.points] for one in lists] == [
        ["loop repeats for ever", "while repeats while a condition holds",
         "for visits the items of a collection"],
        ["inner point one", "inner point two"],
    ]  # fmt: skip
    assert [one.numbered for one in lists] == [True, False]


def test_points_and_programs_are_quoted_from_their_places():
    reading = read(lesson_of(SOURCE))
    for one in reading.lists:
        for point in one.points:
            assert SOURCE[point.source.start : point.source.end] == point.source.quote
    for program in reading.programs:
        assert SOURCE[program.start : program.end] == program.code == program.source().quote


def test_only_the_sentence_right_before_a_list_leads_it():
    first, second = read(lesson_of(SOURCE)).lists
    assert first.lead is not None
    assert first.lead.text == "Rust has three kinds of loops:"
    assert second.lead is None or "condition" in second.lead.text
    apart = SOURCE.replace("loops:\n", "loops:\n\n![A picture](x.png)\n")
    assert read(lesson_of(apart)).lists[0].lead is None


def test_a_program_has_its_language_and_its_neighbours():
    fenced, indented = read(lesson_of(SOURCE)).programs
    assert (fenced.language, fenced.code) == ("rust", "fn main() {}")
    assert (indented.language, indented.code.strip()) == ("", "indented code")
    assert fenced.before is not None
    assert fenced.before.text == "Run this program:"
    assert fenced.after is not None
    assert fenced.after.text == "It prints nothing at all."


def test_a_list_without_any_sentence_is_read_without_a_lead():
    reading = read(lesson_of("- one\n- two\n"))
    assert [len(one.points) for one in reading.lists] == [2]
