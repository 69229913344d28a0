"""Questions of the built-in engine: right by construction, and silent where it does not know."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from studium.ai.engines.extractive import build
from studium.ai.engines.extractive.course import read_course
from studium.ai.engines.extractive.items.wording import missing, wording
from studium.ai.model import Item, LessonText, PlanLine
from studium.ai.verify import verify_items
from tests.ai.lessons import excerpt, lesson_of

FLOWERS = """# Flowers

## Parts of a flower

A **petal** is a modified leaf that surrounds the reproductive parts of a flower. A **stamen** is
the organ of a flower that produces the pollen grains. A **pistil** is the central organ of a
flower where seeds begin to grow. A **sepal** is a green leaf that protects the bud before
flowering starts. The stalk that holds up the anther is called a **filament**. The sticky tip that
catches the pollen grains is called a **stigma**.

Flowers have a large variety of colours. The petals may increase the number of visits by insects.
Wind pollination requires more pollen than pollination by insects. Roses have five petals in the
wild form. Botanists of Italy opened a public garden for medical plants in 1544 near Pisa. An
orchid does not need soil for the growth of its roots. The stigma is higher than the anther in
most orchids. The water content of a seed decreases during the ripening of the fruit.

## Seeds

The four groups of plants include mosses, ferns, conifers, and flowering plants. A **seed coat**
is the hard outer layer that keeps the embryo from drying out. A **root cap** is a layer of cells
that protects the growing tip of a root. The **leaf blade** is the flat part of a leaf that
catches the light of the sun. The **bud scale** is a small hard leaf that shields a bud in winter.
"""

SESSION = """# Lists

A list holds values in order.

```python
>>> squares = [1, 4, 9]
>>> squares[0]
1
>>> len(squares)
3
>>> unknown + 1
42
```

This program greets the reader:

```python
print("Hello, reader!")
```

It prints the following line:

```text
Hello, reader!
```

The `append` method adds a single value at the very end of the list that it is called on. The
`extend` method copies every value out of another sequence into the list. The `insert` method puts
a value before a given position. The `remove` method deletes the first value that is equal to its
argument.
"""


def items_of(source: str, *, topic: str = "A lesson", language: str = "en") -> tuple[Item, ...]:
    """What the engine proposes for a lesson."""
    return build().propose_items(lesson_of(source, topic=topic, language=language)).items


@pytest.fixture(scope="module")
def flowers() -> LessonText:
    """A lesson of definitions and plain facts."""
    return lesson_of(FLOWERS, topic="Flowers")


@pytest.fixture(scope="module")
def proposed(flowers: LessonText) -> tuple[Item, ...]:
    """Its questions."""
    return build().propose_items(flowers).items


def about(items: tuple[Item, ...], rule: str) -> list[Item]:
    """The questions made by rules of that beginning."""
    return [one for one in items if one.rule.startswith(rule)]


def test_a_definition_is_asked_in_both_directions(proposed: tuple[Item, ...]) -> None:
    """From the definition to the term, and from the term to its definition."""
    asked = {(one.form, one.kind) for one in proposed if one.term == "stamen"}
    assert ("definition_term", "single_choice") in asked
    assert ("term_definition", "single_choice") in asked
    term = next(one for one in proposed if one.form == "definition_term" and one.term == "stamen")
    said = "the organ of a flower that produces the pollen grains"
    assert term.stem == f"Which term does the lesson define as “{said}”?"
    assert term.key == ("stamen",)
    meaning = next(one for one in proposed if one.form == "term_definition")
    assert all(option.startswith(("a ", "an ", "the ")) for option in meaning.options)


def test_what_is_named_is_asked_for_where_it_is_named(proposed: tuple[Item, ...]) -> None:
    """ "is called a filament" leaves one name only."""
    stems = {one.stem: one for one in proposed if one.form == "cloze"}
    asked = [one for stem, one in stems.items() if stem.startswith("The stalk that holds up")]
    direct = [one for one in proposed if one.term == "filament" and "stalk" in one.stem]
    assert asked or direct
    assert all(one.key[0] == "filament" for one in [*asked, *direct])


def test_every_question_cites_its_place_and_the_verifier_keeps_most(
    flowers: LessonText, proposed: tuple[Item, ...]
) -> None:
    """Sources are exact, and what was right by construction passes."""
    for one in proposed:
        for place in one.sources:
            assert flowers.source[place.start : place.end] == place.quote
    kept = verify_items(flowers, build().propose_items(flowers))
    assert len(kept.items) >= 12
    codes = {one.code for one in kept.rejected}
    assert codes <= {"span_quota", "duplicate", "section_quota", "article_cue"}


def test_statements_are_turned_where_something_is_compared_and_nowhere_else(
    proposed: tuple[Item, ...],
) -> None:
    """ "large variety" is an adjective and "may increase" a guess: neither is turned."""
    turned = [one.stem for one in about(proposed, "flip")]
    assert any("pollen than pollination" in stem for stem in turned)
    assert any("seed" in stem and "creases" in stem for stem in turned)
    assert not any("variety" in stem or "may" in stem.split() for stem in turned)
    assert not any("most orchids" in stem for stem in turned)


@pytest.mark.parametrize(
    ("sentence", "made"),
    [
        (
            "The pressure of the gas increases during the slow heating of the closed vessel.",
            "The pressure of the gas decreases during the slow heating of the closed vessel.",
        ),
        (
            "Milk does not boil before water, and a copper kettle is heavier than a tin kettle.",
            "",
        ),
        (
            "Increasing the pressure of the gas reverses the slow reaction in the closed vessel.",
            "",
        ),
        (
            "A copper kettle is heavier than a tin kettle of the same shape and volume.",
            "A copper kettle is lighter than a tin kettle of the same shape and volume.",
        ),
        (
            "The island of Iceland is not covered by forests of oak, beech or maple trees.",
            "The island of Iceland is covered by forests of oak, beech or maple trees.",
        ),
    ],
)
def test_a_turned_statement_is_the_sentence_but_for_one_turn(sentence: str, made: str) -> None:
    """Among two lessons that differ in name only, one keeps the sentence and one turns it."""
    stems = {
        one.stem: one.key[0]
        for topic in ("A", "B", "C", "D", "E", "F")
        for one in items_of(f"{sentence}\n", topic=topic)
        if one.kind == "true_false" and not one.rule.startswith("term")
    }
    assert stems == ({sentence: "true", made: "false"} if made else {})


def test_a_definition_said_of_another_term_takes_its_article() -> None:
    """ "A stamen is …" becomes "An anther is …", not "A anther is …"."""
    source = (
        "An **anther** is the upper part of a stamen that makes pollen.\n\n"
        "A **sepal** is a green leaf that protects the bud of a flower.\n"
    )
    stems = [
        one.stem
        for topic in ("A", "B", "C", "D")
        for one in items_of(source, topic=topic)
        if one.rule == "swap_turned"
    ]
    assert stems
    assert not any(stem.startswith(("A anther", "An sepal")) for stem in stems)


def test_as_many_statements_are_turned_as_stand_word_for_word(flowers: LessonText) -> None:
    """Of each sort the two differ by one at most, so the sort tells nothing."""
    items = build().propose_items(flowers).items
    for sort in ("swap", "flip", "number", "denial", "term"):
        kept = sum(one.rule == f"{sort}_kept" for one in items)
        assert abs(kept - sum(one.rule == f"{sort}_turned" for one in items)) <= 1


def test_numbers_are_asked_for_with_other_numbers(proposed: tuple[Item, ...]) -> None:
    """A year among years and a count among counts, all different."""
    year = next(one for one in proposed if one.rule == "number_year")
    assert year.key == ("1544",)
    assert len(set(year.options)) == 4
    assert all(1500 <= int(option) <= 2030 for option in year.options)


def test_a_member_of_a_list_is_asked_for_with_its_first_letter(proposed: tuple[Item, ...]) -> None:
    """The other members stand in the question."""
    (one,) = about(proposed, "list_sentence")
    assert one.kind == "short_text"
    assert one.key == ("flowering plants",)
    assert "mosses, ferns, conifers, and _____" in one.stem
    assert "“f”" in one.stem


def test_steps_of_a_numbered_list_are_asked_for_in_order() -> None:
    """Which comes right after: the other steps are the wrong answers."""
    steps = ["Heat the water", "Add the tea", "Wait for a while", "Take out the tea", "Pour it"]
    source = "Tea is made so:\n\n" + "\n".join(f"{at + 1}. {one}" for at, one in enumerate(steps))
    first = next(one for one in items_of(source) if one.rule == "list_after")
    assert first.key == ("Add the tea",)
    assert set(first.options) <= set(steps) - {"Heat the water"}


def test_an_output_is_asked_for_only_where_the_lesson_gives_it() -> None:
    """Nothing is run: an expression whose names are not shown is not asked about."""
    asked = {one.code: one for one in about(items_of(SESSION), "code_output")}
    keys = sorted(one.key[0] for one in asked.values())
    assert keys == ["1", "3", "Hello, reader!"]
    value = next(one for one in asked.values() if one.key == ("3",))
    assert value.code.endswith(">>> len(squares)")
    assert "squares = [1, 4, 9]" in value.code
    assert not any("unknown" in code for code in asked)


def test_a_name_in_code_is_asked_for_by_what_is_said_of_it() -> None:
    """The other names of its kind are the wrong answers."""
    named = about(items_of(SESSION), "code_name")
    append = next(one for one in named if one.key == ("append",))
    assert "“The _____ method adds a single value" in append.stem
    assert set(append.options) == {"append", "extend", "insert", "remove"}


def test_a_plan_is_followed_and_what_is_missing_is_said(flowers: LessonText) -> None:
    """Kinds and counts as wished; about the place that was named; none twice."""
    engine = build()
    plan = (PlanLine(2, ("single_choice",)), PlanLine(3, ("true_false",)))
    found = engine.propose_items(flowers, plan)
    assert [one.kind for one in found.items] == ["single_choice"] * 2 + ["true_false"] * 3
    assert found.reason == ""
    place = found.items[0].sources[0]
    there = engine.propose_items(flowers, (PlanLine(1, source=place),)).items
    assert there[0].sources[0].start < place.end
    many = engine.propose_items(flowers, (PlanLine(500, ("single_choice",)),))
    assert many.reason.startswith("500 questions were wished for")
    assert len(set(many.items)) == len(many.items) < 500


def test_a_course_gives_wrong_answers_that_a_short_lesson_lacks(flowers: LessonText) -> None:
    """One definition alone cannot be a choice; in its course it can."""
    short = lesson_of("A **tepal** is a leaf of a flower that is both petal and sepal at once.\n")
    alone = build().propose_items(short).items
    together = build().propose_items(short, course=read_course([flowers, short])).items
    assert not any(one.kind == "single_choice" for one in alone)
    assert any(one.kind == "single_choice" and one.term == "tepal" for one in together)


def test_wrong_answers_are_names_of_other_things(proposed: tuple[Item, ...]) -> None:
    """No option contains another one, none is in the stem, and the key is among them once."""
    for one in proposed:
        if one.kind != "single_choice" or one.rule.startswith("number"):
            continue
        assert one.options.count(one.key[0]) == 1
        assert len({option.casefold() for option in one.options}) == len(one.options)
        assert not any(
            option != one.key[0] and f" {option} " in f" {one.stem} " for option in one.options
        )


def test_a_language_without_wording_asks_nothing_and_says_so() -> None:
    """Honest silence, and a list of what is missing."""
    found = build().propose_items(lesson_of("Kissa on eläin, joka saalistaa.", language="fi"))
    assert found.items == ()
    assert "no way to ask questions in this language" in found.reason
    assert "definition_term" in missing("fi")
    assert missing("en") == ()
    assert not wording("fi").has("explanation")


def test_the_same_lesson_gives_the_same_questions_in_every_process() -> None:
    """Whatever the order of hashes."""
    code = (
        "from tests.ai.lessons import excerpt; from studium.ai.engines.extractive import build;"
        "print(repr(build().propose_items(excerpt('traits'))))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert told.strip() == repr(build().propose_items(excerpt("traits")))


def test_progress_is_told_and_may_cancel() -> None:
    """The last share is the whole."""
    shares: list[float] = []
    build().propose_items(excerpt("traits"), progress=shares.append)
    assert shares[-1] == 1.0
    assert shares == sorted(shares)


GERMAN = """# Die Zelle

Eine **Vakuole** ist ein mit Flüssigkeit gefüllter Raum in der Pflanzenzelle. Ein **Ribosom** ist
ein Teilchen, an dem Eiweiße gebildet werden. Eine **Zellwand** ist die feste Hülle, die eine
Pflanzenzelle umgibt. Unter **Diffusion** versteht man die Durchmischung von Stoffen ohne äußere
Kraft. Der Druck in der Vakuole steigt bei der Aufnahme von Wasser. Der Zellkern wurde im Jahr 1831
von Robert Brown an Orchideen beschrieben.
"""


def test_another_language_is_a_file_and_says_which_forms_it_lacks() -> None:
    """German asks for terms, gaps and numbers; names in sentences are not exchanged."""
    found = items_of(GERMAN, topic="Die Zelle", language="de")
    assert any(one.stem.startswith("Welchen Begriff erklärt die Lektion so: „") for one in found)
    assert any(one.rule.startswith("gap") and one.kind == "short_text" for one in found)
    assert not any(one.rule.startswith("gap") and one.options for one in found)
    assert not any(one.rule.startswith(("swap", "term")) for one in found)
    assert "words.naming" in missing("de")
    assert wording("de").articles_agree


def test_a_sentence_that_is_taken_back_is_not_turned() -> None:
    """ "But …" may make the opposite true as well."""
    said = "The yield of the whole field increases with the water that the farmer brings."
    plain = f"{said} The farmers of the valley measure it.\n"
    taken_back = f"{said} But too much water drowns the roots.\n"
    assert any(one.kind == "true_false" for one in items_of(plain))
    assert not any(one.kind == "true_false" for one in items_of(taken_back))


def test_a_hint_gives_the_letters_that_tell_a_term_from_the_others(
    proposed: tuple[Item, ...],
) -> None:
    """ "petal" and "pistil" begin alike, so one letter is not enough."""
    hints = {
        one.key[0]: one.stem.split("“")[1].split("”")[0]
        for one in proposed
        if "beginning" in one.stem
    }
    assert hints["petal"] == "pe"
    others = [term for term in hints if " " not in term]
    for term in others:
        assert term.startswith(hints[term])
        assert not any(other.startswith(hints[term]) for other in others if other != term)


def test_german_wording_is_complete_where_it_is_used() -> None:
    """Every stem German has, English has too, with the same parts to fill in."""
    english, german = wording("en"), wording("de")
    for name, stem in german.stems.items():
        assert set(re.findall(r"{\w+}", stem)) == set(re.findall(r"{\w+}", english.stems[name]))
