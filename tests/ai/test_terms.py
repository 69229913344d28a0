"""Key terms: what authors mark, introduce and keep using comes first; everyday words do not."""

from __future__ import annotations

import pytest

from studium.ai.engines.extractive.course import read_course
from studium.ai.engines.extractive.definitions import Definition, definitions, noteworthy
from studium.ai.engines.extractive.reading import read
from studium.ai.engines.extractive.study import study
from studium.ai.engines.extractive.terms import key_terms
from tests.ai.lessons import NAMES, excerpt, lesson_of

MARKED = """# Taxes

The **marginal tax rate** is the tax on the last dollar earned. A person who earns more pays more.
An *excise tax* is paid on a single good. Many people pay it without noticing. The number of people
who pay it has grown. The gross domestic product (GDP) is measured every year.
"""
PLAIN = """# Light

Rods are called photoreceptors. Myopia is a defect of the eye. The optic nerve carries signals. The
optic nerve leaves the eye at the back. Signals of the optic nerve reach the brain quickly. A good
reason is a good thing. Results are often surprising. In 2014 Adam Smith read a book in London.
"""


def terms_of(source: str, most: int = 25) -> list[str]:
    return [one.term for one in key_terms(read(lesson_of(source, topic="Topic")), most=most)]


def test_what_the_author_marks_comes_first():
    found = key_terms(read(lesson_of(MARKED, topic="Taxes")))
    assert [one.term for one in found[:2]] == ["marginal tax rate", "excise tax"]
    assert found[0].strength > found[1].strength > 0


def test_a_short_form_in_brackets_is_not_part_of_a_term():
    marked = MARKED.replace("gross domestic product (GDP)", "**gross domestic product (GDP)**")
    assert "gross domestic product" in terms_of(marked)


def test_without_marks_introduced_and_repeated_names_are_found():
    assert {"photoreceptors", "Myopia", "optic nerve"} <= set(terms_of(PLAIN, most=5))


@pytest.mark.parametrize("word", ["good", "reason", "results", "Results", "good thing", "2014"])
def test_everyday_words_and_numbers_are_no_terms(word):
    assert word not in terms_of(PLAIN, most=6)


def test_a_part_that_only_stands_in_a_longer_term_is_left_out():
    assert "nerve" not in terms_of(PLAIN)
    assert "optic" not in terms_of(PLAIN)


def test_a_word_that_every_lesson_of_a_course_uses_counts_less():
    about = ("osmosis", "diffusion", "filtration", "secretion")
    lessons = [
        lesson_of(
            f"# {name}\n\nA wall has membrane. The wall of membrane is by {name}. "
            "Some membrane is there. "
            f"More membrane is there by {name}. There is no {name} without membrane.\n",
            topic="Cells",
        )
        for name in about
    ]
    course = read_course(lessons)
    alone = [one.term for one in key_terms(read(lessons[0]))]
    together = {one.term: one.score for one in key_terms(read(lessons[0]), course)}
    before = {one.term: one.score for one in key_terms(read(lessons[0]))}
    assert "membrane" in alone
    assert together["membrane"] < before["membrane"]
    assert together["osmosis"] / before["osmosis"] > together["membrane"] / before["membrane"]


def test_terms_are_used_where_they_say():
    for name in NAMES:
        known = study(excerpt(name))
        for term in known.terms:
            for at in term.sentences:
                text = known.reading.sentences[at].text.lower()
                assert term.key.split()[0][:4] in text


@pytest.mark.parametrize(
    ("sentence", "term", "definition"),
    [
        ("Eyes have rods, which are cells that sense dim light.", "rods",
         "cells that sense dim light"),
        ("Animals that eat plants are called herbivores.", "herbivores", "Animals that eat plants"),
        ("Torpor occurs when an animal lowers its temperature.", "Torpor",
         "when an animal lowers its temperature."),
        ("Liquidity refers to how quickly an asset can be sold.", "Liquidity",
         "how quickly an asset can be sold."),
    ],
)  # fmt: skip
def test_terms_without_marks_are_defined_too(sentence, term, definition):
    rest = f"\n\nMany books speak of {term}. People like {term}. Nobody forgets {term} again.\n"
    found = {one.term.lower(): one for one in definitions(read(lesson_of(sentence + rest)))}
    assert found[term.lower()].definition == definition


@pytest.mark.parametrize(
    "sentence",
    [
        "The profits are shown in the region, which is easily seen by everybody.",
        "The first tax that exists in the country is the **income tax**.",
        "Pollution is a negative externality.",
        "A **tax** on goods, which is often hated, is paid by people.",
    ],
)
def test_properties_and_remarks_are_no_definitions(sentence):
    rest = "\n\nPeople discuss this every day. Some of them agree and some of them never do.\n"
    assert not definitions(read(lesson_of(sentence + rest)))


def test_a_definition_never_runs_over_a_semicolon():
    source = "If one is flat, it is called flat; if two forms differ, they are called **round**.\n"
    found = definitions(read(lesson_of(source + "\nPeople discuss this. Some of them agree.\n")))
    assert [(one.term, one.definition) for one in found] == [("round", "")]


def test_beside_marked_terms_notes_show_others_only_by_strong_rules():
    marked = [_found(name, strength=3.0, weight=0.7) for name in ("cell", "axon", "gene")]
    strong, weak = (
        _found("water", strength=1.0, weight=0.9),
        _found("salt", strength=1.0, weight=0.8),
    )
    assert noteworthy([*marked, strong, weak], most=9) == [*marked, strong]
    assert noteworthy([*marked[:2], strong, weak], most=9) == [*marked[:2], strong, weak]


def _found(term: str, *, strength: float, weight: float) -> Definition:
    sentence = read(lesson_of(f"Here {term} is a thing.")).sentences[0]
    return Definition(term, term, sentence, "a thing", "is_a", weight, strength=strength)


def test_a_definition_inside_a_sentence_that_leans_on_another_does_not_stand_alone():
    source = (
        "This leads to **torpor**, which is a state in which an animal saves heat.\n\n"
        "Animals need heat. Winter takes heat away. Food brings heat back to animals.\n"
    )
    found = definitions(read(lesson_of(source)))
    assert [(one.term, one.stands) for one in found] == [("torpor", False)]
    assert noteworthy(found, most=5) == []
