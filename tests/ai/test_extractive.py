"""The built-in engine: what it picks, that it is always the same, and when it stays silent."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studium.ai.engines import engine
from studium.ai.engines.extractive.definitions import definitions
from studium.ai.engines.extractive.reading import read
from studium.ai.model import Block, LessonText
from studium.ai.skills.notes import make_notes, render_markdown
from tests.ai.lessons import NAMES, excerpt, lesson_of, one_block

EXTRACTIVE = engine("extractive")
FILLER = (
    "\n\nPrograms keep many values at once. Every value needs a place of its own in memory."
    " Memory is shared by all programs on a machine. A machine without memory computes nothing.\n"
)


def defined(source: str, topic: str = "Memory") -> dict[str, str]:
    return {one.term: one.definition for one in definitions(read(lesson_of(source, topic=topic)))}


def test_an_engine_that_does_not_exist_is_refused_with_the_names_of_those_that_do():
    with pytest.raises(LookupError, match="extractive"):
        engine("oracle")


@pytest.mark.parametrize("name", NAMES)
def test_every_source_is_quoted_exactly_and_the_verifier_keeps_every_sentence(name):
    lesson = excerpt(name)
    notes = make_notes(lesson, EXTRACTIVE)
    assert not notes.rejected
    for one in notes.sentences:
        for cited in one.sources:
            assert lesson.source[cited.start : cited.end] == cited.quote
        assert one.supported


def test_notes_of_a_real_chapter_hold_its_main_statements():
    text = render_markdown(make_notes(excerpt("ownership"), EXTRACTIVE))
    assert "Ownership is a discipline for ensuring the safety of Rust programs." in text
    assert "never have undefined behavior" in text
    assert "- **frame**: A frame is a mapping from variables to values" in text
    assert "- **pointer**: A pointer is a value that describes a location in memory." in text
    assert text.index("## In short") < text.index("## Key points") < text.index("## Key terms")


def test_notes_are_short():
    for name in NAMES:
        kinds = [one.kind for one in make_notes(excerpt(name), EXTRACTIVE).sentences]
        assert 2 <= kinds.count("summary") <= 4
        assert kinds.count("key_term") <= 10
        assert kinds.count("key_point") <= 14


def test_code_tables_quiz_marks_and_tags_never_reach_the_notes():
    text = render_markdown(make_notes(excerpt("traits"), EXTRACTIVE))
    for mark in ("{{#quiz", "<Listing", "println!", "pub trait", "<!--"):
        assert mark not in text


@pytest.mark.parametrize(
    ("sentence", "term", "definition"),
    [
        ("A **frame** is a mapping from names to values.", "frame",
         "a mapping from names to values."),
        ("Scarcity means that people want more. *Scarcity* means that wants exceed what there is.",
         "Scarcity", "that wants exceed what there is."),
        ("Functions that call other functions are called **callers**.", "callers",
         "Functions that call other functions"),
        ("When a chain contains a double bond, the acid is said to be **unsaturated**.",
         "unsaturated", "When a chain contains a double bond"),
        ("The tool keeps a **cache**, which is a store of recent answers.", "cache",
         "a store of recent answers"),
        ("Economists use the term **opportunity cost** to indicate what must be given up.",
         "opportunity cost", "indicate what must be given up."),
        ("- **Heap**: a separate region of memory where data can live.", "Heap",
         "a separate region of memory where data can live."),
        ("A _scalar_ type represents a single value.", "scalar type", "represents a single value."),
        ("Rust has a construct called `match` that allows you to compare values.", "match",
         "that allows you to compare values."),
    ],
)  # fmt: skip
def test_definitions_are_found(sentence, term, definition):
    assert defined(sentence + FILLER)[term] == definition


@pytest.mark.parametrize(
    "sentence",
    [
        "This is a **very good** idea for many programs.",
        "It is called **that** by everyone who has seen it.",
        "**However** is a word that many sentences begin with; **not** is a word too.",
        "**Heart failure** is just one of many conditions of the heart.",
        "The **reason** is a lot of work for everybody involved.",
        "Create a project called **guessing** in your own directory.",
        "Note: **frames** are a kind of window in other languages.",
    ],
)
def test_what_only_looks_like_a_definition_is_left_out(sentence):
    assert defined(sentence + FILLER) == {}


def test_names_of_an_example_are_not_terms():
    source = "`opt` is a value that may be missing.\n\n```rust\nlet opt = None;\n```\n" + FILLER
    assert defined("- `opt`: a value that may be missing.\n\n" + source) == {}
    assert defined(source + "`opt` is shown. `opt` is used. `opt` is dropped.") == {}


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("", "This lesson has no running text."),
        ("# Title\n\n```python\nprint('hello')\n```\n", "This lesson is only code."),
        ("Run it.\n\n```python\nprint('hello')\n```\n", "This lesson is almost only code."),
        ("Memory is finite. It runs out.", "This lesson is too short."),
        ("| a | b |\n|---|---|\n| 1 | 2 |\n", "This lesson has no running text."),
        ("This is it. " * 30, "No sentence of this lesson can be understood outside it."),
    ],
)
def test_a_lesson_without_enough_prose_gets_a_reason_instead_of_filler(source, reason):
    notes = make_notes(lesson_of(source), EXTRACTIVE)
    assert (notes.sentences, notes.reason) == ((), reason)
    assert render_markdown(notes) == ""


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("nl", "Het geheugen is de plaats waar een programma waarden bewaart, bijvoorbeeld nr. 3."),
        ("fr", "La mémoire est l'espace où un programme range ses données pendant l'exécution."),
        ("zh", "内存是程序运行时保存数据的地方，每个程序都需要内存。"),
        ("ar", "الذاكرة هي المكان الذي يحفظ فيه البرنامج بياناته أثناء التنفيذ."),
        ("xx-nonsense", "Память хранит данные программы во время её работы на машине."),
        ("../../en", "Memory keeps the data of a program while the program runs."),
    ],
)  # fmt: skip
def test_other_languages_get_sentences_but_no_invented_terms(language, sentence):
    lines = [sentence, sentence.replace("a", "o"), sentence[::-1], sentence * 2] * 4
    lesson = lesson_of("\n\n".join(lines), language=language)
    for one in make_notes(lesson, EXTRACTIVE).sentences:
        assert one.kind != "key_term"
        assert one.sources[0].quote in lesson.source


HOSTILE = [
    "*", "[", "`", "_", "![", "<", "&", "](", "$", "**a ", "`a``b```", "{{#", "(a. ", "\0", "<!--",
    "> ", "- ", "word ", "a. ", "A b c d e f. ", "**A b c** d `e` f. ", "“", '"a. B', "[a](",
    "[^a]: ", "\\", "é. ",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_of_200_kb_takes_less_than_two_seconds(piece):
    source = piece * (200_000 // len(piece))
    short_enough_to_be_read = tuple(
        Block(f"b{at}", "paragraph", at, min(at + 19_000, len(source)), "")
        for at in range(0, len(source), 19_000)
    )
    began = time.process_time()
    make_notes(one_block(source), EXTRACTIVE)
    make_notes(LessonText("Topic", source, short_enough_to_be_read), EXTRACTIVE)
    assert time.process_time() - began < 2.0


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "A **frame** is a mapping from names to values.",
                "- item one is short\n- **Heap**: where data lives for long.",
                "> Quoted text runs\n> over two lines and [links](u) somewhere.",
                "Memory `a.b` keeps data_x while *it* lives; see &amp; learn.",
                "```\ncode. More code.\n```",
                "# A heading",
                "### Deeper _heading_ ###",
                "The stack grows\nand [shrinks][ref] as functions return.[^1]",
                "[ref]: https://example.org",
                "[^1]: A footnote tells more about the stack.",
                "1. First do one thing well.\n   Then do another thing.\n\n   And a paragraph.",
                "{{#quiz ../quizzes/a.toml}}",
                "Every program must release the memory it asked for.",
                "<div>raw html</div>",
                "Broken **bold and [link( and `code",
                "\0 \u202e Ünïcode ist überall. 💥 Emoji speak loudly to everyone here.",
            ]
        ),
        max_size=25,
    )
)
def test_whatever_the_lesson_every_source_is_verbatim_and_every_proposal_is_supported(parts):
    lesson = lesson_of("\n\n".join(parts), topic="Memory")
    notes = make_notes(lesson, EXTRACTIVE)
    assert not {one.code for one in notes.rejected} & {"misquoted", "outside", "not_supported"}
    for one in notes.sentences:
        for cited in one.sources:
            assert lesson.source[cited.start : cited.end] == cited.quote


def test_the_same_lesson_gives_the_same_bytes_in_every_process():
    script = (
        "from tests.ai.lessons import NAMES, excerpt\n"
        "from studium.ai.engines import engine\n"
        "from studium.ai.skills.notes import make_notes\n"
        "print([repr(make_notes(excerpt(n), engine('extractive'))) for n in NAMES])\n"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(printed) == 1
    assert b"discipline" in printed.pop()


def test_progress_rises_to_one():
    told: list[float] = []
    make_notes(excerpt("traits"), EXTRACTIVE, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_cancelling_by_raising_from_progress_stops_the_work():
    def cancel(share: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        make_notes(excerpt("traits"), EXTRACTIVE, progress=cancel)
