"""A language is a set of data files: German is read with none of its own code."""

from __future__ import annotations

import pytest

from studium.ai import sentences
from studium.ai.engines import engine
from studium.ai.engines.extractive.definitions import definitions
from studium.ai.engines.extractive.reading import read
from studium.ai.engines.extractive.terms import key_terms
from studium.ai.language import language
from studium.ai.skills.notes import make_notes
from tests.ai.lessons import lesson_of

GERMAN = """# Der Speicher eines Programms

Ein Programm legt seine Werte im Speicher ab, z. B. Zahlen und Zeichenketten. Der Speicher besteht
aus zwei Bereichen. Der **Stapel** ist ein Bereich, in dem die Werte einer Funktion liegen. Unter
einem **Zeiger** versteht man einen Wert, der einen Ort im Speicher beschreibt.

## Die Halde

Der Begriff **Halde** bezeichnet den Bereich des Speichers, dessen Werte eine Funktion überleben.
Ein Bereich, der nicht mehr gebraucht wird, wird als **Müll** bezeichnet. Jeder Wert der Halde hat
genau einen Besitzer. Wenn der Besitzer endet, gibt das Programm den Platz auf der Halde frei.

- **Besitzer**: die Variable, die über das Ende eines Wertes entscheidet
- **Leihgabe**: ein Zeiger, der einen Wert nur liest
"""


def test_german_terms_are_defined():
    found = {
        one.term: one.definition for one in definitions(read(lesson_of(GERMAN, language="de")))
    }
    assert found["Stapel"] == "ein Bereich, in dem die Werte einer Funktion liegen."
    assert found["Zeiger"].startswith("einen Wert, der einen Ort")
    assert found["Halde"].startswith("den Bereich des Speichers")
    assert found["Müll"] == "Ein Bereich, der nicht mehr gebraucht wird"
    assert found["Leihgabe"] == "ein Zeiger, der einen Wert nur liest"


def test_german_terms_are_found_without_markup_by_their_capitals():
    plain = GERMAN.replace("**", "")
    terms = [one.term for one in key_terms(read(lesson_of(plain, language="de")), most=8)]
    assert {"Speicher", "Stapel", "Halde", "Zeiger"} <= set(terms)
    assert not any(term.islower() for term in terms)


def test_what_has_no_capital_is_no_german_noun():
    source = "Das **schnell** ist ein Wort, das schnelle Dinge meint.\n" + GERMAN
    assert "schnell" not in {
        one.term for one in definitions(read(lesson_of(source, language="de")))
    }


def test_german_notes_hold_sentences_that_stand_alone():
    notes = make_notes(
        lesson_of(GERMAN * 2, topic="Der Speicher", language="de"), engine("extractive")
    )
    assert {one.kind for one in notes.sentences} == {"summary", "key_point", "key_term"}
    assert all(one.sources[0].quote in GERMAN * 2 for one in notes.sentences)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Das gilt z. B. für Zahlen. Es gilt immer.", 2),
        ("Siehe Abb. 3 und Nr. 4 der Liste.", 1),
        ("Er kam am 3. Mai an.", 1),
        ("Speicher, Stapel usw. Der Rest folgt.", 2),
    ],
)
def test_german_abbreviations_end_no_sentence(text, count):
    assert len(sentences.split(text, language("de"))) == count


@pytest.mark.parametrize(
    ("one", "other"),
    [("Speicher", "Speichern"), ("Funktion", "Funktionen"), ("Zeiger", "Zeigers")],
)
def test_german_forms_of_a_word_meet(one, other):
    spoken = language("de")
    assert spoken.stem(one.lower()) == spoken.stem(other.lower())


@pytest.mark.parametrize(
    ("one", "other"),
    [("cell", "cells"), ("base", "bases"), ("branch", "branches"), ("cache", "caches"),
     ("virus", "viruses"), ("analysis", "analyses"), ("study", "studies"), ("enzyme", "enzyme's")],
)  # fmt: skip
def test_english_numbers_of_a_noun_meet(one, other):
    spoken = language("en")
    assert spoken.stem(one) == spoken.stem(other)


@pytest.mark.parametrize(
    ("word", "kind"),
    [("the", "function"), ("carries", "verb"), ("carried", "participle"), ("rapidly", "adverb"),
     ("large", "adjective"), ("cities", "general"), ("mitochondrion", "noun")],
)  # fmt: skip
def test_words_are_told_apart_by_what_they_can_do_in_a_name(word, kind):
    assert language("en").word_class(word) == kind
