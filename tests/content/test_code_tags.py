"""Words for what the programs of a lesson show."""

from __future__ import annotations

import pytest

from studium.content.rules.code_tags import code_tags


def fenced(language: str, code: str) -> str:
    return f"Before.\n\n```{language}\n{code}\n```\n\nAfter: for x in y.\n"


@pytest.mark.parametrize(
    ("language", "code", "tags"),
    [
        ("python", "for x in y:\n    pass", ["Loops"]),
        ("py", ">>> [x for x in y]\n[1]", ["Comprehensions"]),
        ("python", ">>> total = {k: 1 for k in y}", ["Comprehensions"]),
        ("python", "def f():\n    with open(p) as x:\n        yield x",
         ["Context managers", "Functions", "Generators"]),
        ("python", "for for", []),
        ("python", "\x00", []),
        ("rust", "fn main() { match x { _ => {} } } // for x in y", ["Pattern matching"]),
        ("rust,editable", 'println!("loop"); let r = &mut s;', ["Mutable references"]),
        ("rust", "fn longest<'a>(x: &'a str) -> &'a str { x }", ["Lifetimes"]),
        ("text", "for x in y:", []),
        ("", "while true", []),
    ],
)  # fmt: skip
def test_programs_show_what_their_syntax_is(language: str, code: str, tags: list[str]) -> None:
    assert code_tags(fenced(language, code)) == tags


def test_what_more_programs_show_comes_first() -> None:
    text = fenced("rust", "loop {}") * 2 + fenced("rust", "enum A {}")
    assert code_tags(text) == ["Loops", "Enums"]


def test_reading_takes_time_in_proportion_to_the_text() -> None:
    assert code_tags("```" * 60_000) == []
    assert code_tags(fenced("python", "(" * 50_000)) == []
    assert code_tags(fenced("rust", '"\\' * 50_000)) == []
