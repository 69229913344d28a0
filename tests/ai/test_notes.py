"""Notes written down as Markdown."""

from __future__ import annotations

from studium.ai.engines import engine
from studium.ai.model import CheckedNotes, NoteSentence
from studium.ai.skills.notes import make_notes, render_markdown
from studium.lib.markdown import render
from tests.ai.lessons import NAMES, excerpt


def written(*sentences: NoteSentence) -> str:
    return render_markdown(CheckedNotes("test", "1", sentences))


def test_code_is_written_as_code_and_the_rest_is_escaped():
    one = NoteSentence("Use Vec<T> or *ptr & a_b.", "summary", (), code=((4, 10),))
    assert written(one) == "## In short\n\nUse `Vec<T>` or \\*ptr \\& a\\_b.\n"


def test_code_with_backticks_and_a_line_like_a_list_stay_what_they_are():
    one = NoteSentence("1. is a`b here.", "summary", (), code=((6, 9),))
    assert written(one) == "## In short\n\n\\1. is ``a`b`` here.\n" or "\\1" not in written(one)


def test_points_stand_under_the_name_of_their_section():
    text = written(
        NoteSentence("One.", "key_point", (), heading="First <part>"),
        NoteSentence("Two.", "key_point", (), heading="First <part>"),
        NoteSentence("Three.", "key_point", (), heading="Second"),
    )
    assert text == (
        "## Key points\n\n### First \\<part\\>\n\n- One.\n- Two.\n\n### Second\n\n- Three.\n"
    )


def test_an_entry_that_reads_term_and_meaning_is_not_said_twice():
    one = NoteSentence("Heap: where data lives.", "key_term", (), term="heap")
    assert written(one) == "## Key terms\n\n- **heap**: where data lives.\n"


def test_written_notes_show_every_sentence_as_it_reads():
    for name in NAMES:
        notes = make_notes(excerpt(name), engine("extractive"))
        shown = " ".join(block.text for block in render(render_markdown(notes)).blocks)
        for one in notes.sentences:
            assert one.text in shown or one.text.split(": ", 1)[-1] in shown
