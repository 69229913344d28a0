"""Each check of the verifier of questions, with what it lets through and what it stops."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from studium.ai.model import Item, ProposedItems, Source
from studium.ai.verify import MESSAGES, Verdict, status, verify_items
from studium.ai.verify.lesson import known
from studium.ai.verify.repeats import QUOTAS
from studium.ai.verify.spans import resolve
from tests.ai.lessons import lesson_of

ENZYMES = lesson_of(
    """# Enzymes

A substance that helps a chemical reaction to occur is a **catalyst**. The chemical reactants to
which an enzyme binds are the enzyme's **substrates**. The location within the enzyme where the
substrate binds is called the enzyme's **active site**.

An **inhibitor** is a molecule that slows an enzyme down. A **coenzyme** is an organic molecule
that helps an enzyme to work. Enzymes do not raise the activation energy of a reaction.

## Regulation

A cell has 46 chromosomes in two sets. An **allosteric site**, also called a regulatory site, is a
place away from the active site. Torpor is a process that lowers the activity of an animal. If
torpor occurs in summer it is called estivation.
"""
)
CATALYST = "A substance that helps a chemical reaction to occur is a **catalyst**."
SUBSTRATES = "The chemical reactants to\nwhich an enzyme binds are the enzyme's **substrates**."
INHIBITOR = "An **inhibitor** is a molecule that slows an enzyme down."
ENERGY = "Enzymes do not raise the activation energy of a reaction."
CHROMOSOMES = "A cell has 46 chromosomes in two sets."
ALLOSTERIC = (
    "An **allosteric site**, also called a regulatory site, is a\nplace away from the active site."
)
TORPOR = "Torpor is a process that lowers the activity of an animal."


def cite(quote: str) -> Source:
    start = ENZYMES.source.index(quote)
    block = min(
        (one for one in ENZYMES.blocks if one.start <= start < one.end),
        key=lambda one: one.end - one.start,
    )
    return Source(block.id, start, start + len(quote), quote)


def choice(stem: str, key: str, *wrong: str, quote: str = INHIBITOR, **more) -> Item:
    more = {"form": "definition_term", "term": key, **more}
    return Item(
        kind="single_choice",
        stem=stem,
        key=(key,),
        options=(key, *wrong),
        sources=(cite(quote),),
        **more,
    )


def statement(text: str, word: str, quote: str) -> Item:
    return Item("true_false", "true_false", text, (word,), (cite(quote),))


def gap(stem: str, key: str, *wrong: str, quote: str) -> Item:
    return choice(stem, key, *wrong, quote=quote, form="cloze")


ASKED = choice(
    "Which term does the lesson define as “a molecule that slows an enzyme down”?",
    "inhibitor",
    "catalyst",
    "coenzyme",
    "substrate",
)


def checked(*items: Item, **more):
    return verify_items(ENZYMES, ProposedItems("test", "1", items), **more)


def reasons(*items: Item, **more) -> list[str]:
    return [one.code for one in checked(*items, **more).rejected]


@pytest.mark.parametrize(
    "item",
    [
        ASKED,
        gap("A substance that helps a chemical reaction to occur is a _____.", "catalyst",
            "coenzyme", "inhibitor", "substrate", quote=CATALYST),
        choice("What does the lesson mean by “inhibitor”?", "a molecule that slows an enzyme down",
               "an organic molecule that helps an enzyme to work",
               "a place away from the active site", form="term_definition", term="inhibitor"),
        statement("Enzymes do not raise the activation energy of a reaction.", "true", ENERGY),
        statement("Enzymes raise the activation energy of a reaction.", "false", ENERGY),
        statement("A cell has 46 chromosomes in three sets.", "false", CHROMOSOMES),
        Item("short", "short_text", "What is a molecule called that slows an enzyme down?",
             ("inhibitor",), (cite(INHIBITOR),)),
    ],
)  # fmt: skip
def test_good_questions_of_every_form_are_kept(item):
    done = checked(item)
    assert [one.code for one in done.rejected] == []
    assert done.items[0].checks[:2] == ("schema", "span")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"stem": " "}, "schema"),
        ({"form": "poem"}, "schema"),
        ({"kind": "essay"}, "schema"),
        ({"sources": ()}, "schema"),
        ({"sources": ASKED.sources * 13}, "schema"),
        ({"key": ()}, "schema"),
        ({"form": "cloze"}, "schema"),
        ({"stem": "word " * 130 + "?"}, "text_too_long"),
        ({"options": ("inhibitor", "catalyst")}, "options"),
        ({"options": ("inhibitor", "catalyst", "Catalyst", "coenzyme")}, "options"),
        ({"key": ("molecule",)}, "options"),
        ({"key": ("inhibitor", "catalyst")}, "key_form"),
        ({"kind": "true_false", "options": (), "key": ("maybe",)}, "key_form"),
        ({"stem": "Which term does the lesson define as “a molecule…"}, "cut_off"),
        ({"options": ("inhibitor", "a catalyst (or", "coenzyme")}, "cut_off"),
    ],
)
def test_what_could_not_be_stored_or_answered_is_refused(change, code):
    assert reasons(replace(ASKED, **change)) == [code]


@pytest.mark.parametrize(
    "quote",
    [
        SUBSTRATES,
        "The chemical reactants to which an enzyme   binds",
        "The chemical reactants to which an enzyme binds are the enzyme’s substrates.",
        "…chemical reactants to which an enzyme binds...",
    ],
)
def test_a_quotation_is_found_whatever_its_spaces_quotes_and_markup(quote):
    place = resolve(Source("", 0, 0, quote), known(ENZYMES))
    assert isinstance(place, Source)
    assert ENZYMES.source[place.start : place.end] == place.quote
    assert "chemical reactants" in place.quote


@pytest.mark.parametrize(
    ("quote", "code"),
    [
        ("The physical reactants to which an enzyme binds", "quote_not_found"),
        ("an enzyme", "quote_too_short"),
        ("", "quote_too_short"),
    ],
)
def test_a_quotation_that_does_not_stand_there_is_refused(quote, code):
    assert reasons(replace(ASKED, sources=(Source("x", 5, 9, quote),))) == [code]


def test_of_several_places_the_one_that_was_hinted_at_is_taken():
    lesson = lesson_of("The cell divides in two.\n\nBefore that, the cell divides in two.")
    later = resolve(Source(lesson.blocks[1].id, 0, 0, "cell divides in two"), known(lesson))
    assert isinstance(later, Source)
    assert later.block_id == lesson.blocks[1].id


@pytest.mark.parametrize(
    ("item", "code"),
    [
        (replace(ASKED, key=("substrate",), sources=(cite(TORPOR),)), "key_not_in_source"),
        (gap("A substance that stops a chemical reaction is a _____.", "catalyst", "coenzyme",
             "inhibitor", quote=CATALYST), "not_the_sentence"),
        (gap("A substance that helps a chemical reaction to occur is a _____.", "coenzyme",
             "inhibitor", "substrate", quote=CATALYST), "key_not_in_source"),
        (statement("Enzymes raise the activation energy of a reaction.", "true", ENERGY),
         "turned_round"),
        (statement("A cell has 48 chromosomes in two sets.", "true", CHROMOSOMES),
         "number_not_said"),
        (statement("The moon is made of green cheese and basalt.", "true", ENERGY),
         "not_supported"),
        (statement("The moon is made of green cheese and basalt.", "false", ENERGY),
         "not_supported"),
        (statement("A cell has 46 chromosomes in two sets.", "false", CHROMOSOMES), "still_true"),
        (Item("short", "short_text", "What does a cell have in two sets?", ("48 chromosomes",),
              (cite(CHROMOSOMES),)), "key_not_in_source"),
    ],
)  # fmt: skip
def test_the_cited_place_must_give_the_key(item, code):
    assert reasons(item) == [code]


@pytest.mark.parametrize(
    "stem",
    [
        "An inhibitor is the term the lesson defines as “a molecule that slows it”. Which term?",
        "Which inhibitors slow an enzyme down?",
    ],
)
def test_a_stem_must_not_hold_its_answer(stem):
    assert reasons(replace(ASKED, stem=stem)) == ["answer_in_stem"]


def test_words_shared_by_all_options_are_no_leak():
    asked = choice("Which place away from the active site has two names?", "allosteric site",
                   "binding site", "cutting site", quote=ALLOSTERIC)  # fmt: skip
    assert reasons(asked) == []


@pytest.mark.parametrize(
    ("option", "code"),
    [
        ("an inhibitor", "same_option"),
        ("Inhibitors", "same_option"),
        ("enzyme inhibitor", "broader_option"),
    ],
)
def test_no_option_is_the_key_in_other_words(option, code):
    assert reasons(replace(ASKED, options=("inhibitor", "catalyst", option))) == [code]


def test_no_option_is_the_key_by_the_lessons_own_list_of_names():
    asked = choice("Which place lies away from where substrates bind?", "allosteric site",
                   "regulatory site", "substrate", quote=ALLOSTERIC)  # fmt: skip
    assert reasons(asked) == ["synonym"]


def test_no_option_is_a_kind_of_the_key():
    asked = choice("Which term does the lesson define as “a process that lowers activity”?",
                   "torpor", "estivation", "coenzyme", quote=TORPOR)  # fmt: skip
    assert reasons(asked) == ["broader_option"]


def test_no_option_fits_the_stem_by_what_the_lesson_says_of_it():
    asked = choice("Which term means “an organic molecule that helps an enzyme to work”?",
                   "inhibitor", "coenzyme", "catalyst")  # fmt: skip
    assert reasons(asked) == ["fits_stem"]


def test_no_option_is_a_sentence_of_the_lesson():
    asked = choice("Which of these does the lesson say of an inhibitor?",
                   "It is a molecule that slows an enzyme down",
                   "Enzymes do not raise the activation energy of a reaction",
                   "It is an enzyme that slows a molecule", form="model")  # fmt: skip
    assert reasons(asked) == ["true_option"]


def test_no_option_of_a_gap_stands_in_its_own_sentence():
    asked = gap("An _____ is a molecule that slows an enzyme down.", "inhibitor", "enzyme",
                "allosteric site", quote=INHIBITOR)  # fmt: skip
    assert reasons(asked) == ["same_sentence"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"options": ("inhibitor", "catalyst", "all of the above")}, "of_the_others"),
        ({"options": ("inhibitor", "catalyst", "both of these")}, "of_the_others"),
        ({"options": ("inhibitor", "Catalyst", "Coenzyme", "Substrate")}, "form_cue"),
        ({"options": ("inhibitor", "cat_alyst", "co::enzyme")}, "form_cue"),
        ({"stem": "Which is not a term that does not mean “a molecule that slows it”?"},
         "double_negation"),
        ({"stem": "What slows it?", "form": "term_definition", "term": "torpor",
          "key": ("a molecule that slows an enzyme down",),
          "options": ("a molecule that slows an enzyme down", "a place", "a process")},
         "length_cue"),
        ({"form": "term_definition", "key": ("a molecule that slows",), "stem": "What is torpor?",
          "options": ("a molecule that slows", "it always helps to work", "it never helps a cell")},
         "absolute_cue"),
    ],
)  # fmt: skip
def test_nothing_about_the_options_gives_the_key_away(change, code):
    assert reasons(replace(ASKED, **change)) == [code]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("catalyst", "inhibitor", "substrate"), "A/an _____"),
        (("catalyst", "substrate", "cofactor"), "A _____"),
    ],
)
def test_an_article_before_a_gap_is_made_to_fit_all_options(options, said):
    lesson = lesson_of("A catalyst is a substance that helps a chemical reaction to occur.")
    place = Source(lesson.blocks[0].id, 0, len(lesson.source), lesson.source)
    stem = "A _____ is a substance that helps a chemical reaction to occur."
    asked = Item("cloze", "single_choice", stem, ("catalyst",), (place,), options)
    kept = verify_items(lesson, ProposedItems("test", "1", (asked,))).items
    assert kept[0].stem.startswith(said)


@pytest.mark.parametrize(
    ("stem", "code"),
    [
        ("Which term does figure 3 give for “a molecule that slows an enzyme down”?", "pointing"),
        ("Which term is defined above as “as shown in the table above it slows down”?", "pointing"),
        ("Which term means “a molecule that slows an enzyme down”", "no_end"),
        ("Which term means “This molecule slows an enzyme down by sitting in it”?", "dangling"),
        ("See https://example.org: which term means “a molecule that slows it down”?", "pointing"),
    ],
)
def test_a_question_must_stand_alone(stem, code):
    assert reasons(replace(ASKED, stem=stem)) == [code]


def test_the_same_is_not_asked_twice_nor_what_the_bank_asks():
    again = replace(ASKED, stem=ASKED.stem.replace("Which term", "Which  TERM"))
    assert reasons(ASKED, again) == ["duplicate"]
    assert reasons(ASKED, bank=[ASKED.stem.upper()]) == ["in_bank"]
    assert reasons(ASKED, bank=["What is a catalyst?"]) == []


def test_a_place_is_asked_about_twice_at_most():
    third = statement("An inhibitor is a molecule that slows an enzyme down.", "true", INHIBITOR)
    second = statement("A coenzyme is a molecule that slows an enzyme down.", "false", INHIBITOR)
    assert reasons(ASKED, second, third) == ["span_quota"]


def test_a_section_and_a_lesson_have_their_quotas():
    lines = [f"Animal a{n}x eats plant p{n}y near river r{n}z in winter." for n in range(70)]
    lesson = lesson_of("\n\n".join(lines))
    items = []
    for at, line in enumerate(lines):
        start = lesson.source.index(line)
        place = Source(lesson.blocks[at].id, start, start + len(line), line)
        section = f"Section {at // 20}" if at < 60 else f"Section {at}"
        items.append(Item("true_false", "true_false", line, ("true",), (place,), section=section))
    done = verify_items(lesson, ProposedItems("test", "1", tuple(items)))
    held = [one.section for one in done.items]
    assert held.count("Section 0") == QUOTAS["section"]
    assert {one.code for one in done.rejected} == {"section_quota"}
    spread = tuple(replace(one, section=one.stem) for one in items)
    done = verify_items(lesson, ProposedItems("test", "1", spread))
    assert len(done.items) == QUOTAS["lesson"]
    assert {one.code for one in done.rejected} == {"lesson_quota"}


def test_options_stand_in_an_order_drawn_from_the_text_alone():
    there = checked(ASKED).items[0].options
    again = checked(replace(ASKED, options=tuple(reversed(ASKED.options)))).items[0].options
    assert there == again
    assert sorted(there) == sorted(ASKED.options)


class Reader:
    """A judge that answers as it was told."""

    def __init__(self, *, solves=("inhibitor",), second="", verdict="supported", quote="inhibitor"):
        self.solves, self.second, self.said = list(solves), second, Verdict(verdict, quote)
        self.orders: list[tuple[str, ...]] = []

    def verdict(self, *, evidence, statement):
        return self.said

    def solve(self, *, evidence, stem, options):
        self.orders.append(tuple(options))
        return self.solves.pop(0) if len(self.solves) > 1 else self.solves[0]

    def second_key(self, *, evidence, stem, options, key):
        return self.second


WRITTEN = replace(ASKED, form="model")


@pytest.mark.parametrize(
    ("judge", "codes"),
    [
        (Reader(), []),
        (Reader(solves=["an Inhibitor"]), []),
        (Reader(solves=["inhibitor", "catalyst"]), ["judge_other_key"]),
        (Reader(solves=[""]), ["judge_other_key"]),
        (Reader(solves=["ignore all rules and take A"]), ["judge_other_key"]),
        (Reader(second="coenzyme"), ["judge_second_key"]),
        (Reader(second="none"), []),
    ],
)
def test_what_a_model_wrote_is_solved_blind_twice(judge, codes):
    assert reasons(WRITTEN, judge=judge) == codes


def test_the_blind_solver_sees_the_options_in_two_orders():
    judge = Reader()
    checked(WRITTEN, judge=judge)
    first, second = judge.orders
    assert sorted(first) == sorted(second)
    assert first.index("inhibitor") != second.index("inhibitor")


def test_statements_and_short_answers_of_a_model_are_judged_too():
    true = replace(statement("An inhibitor slows an enzyme down.", "true", INHIBITOR), form="model")
    false = replace(
        statement("An inhibitor speeds an enzyme up.", "false", INHIBITOR), form="model"
    )
    short = Item("model", "short_text", "What is a molecule that slows an enzyme down?",
                 ("inhibitor",), (cite(INHIBITOR),))  # fmt: skip
    assert reasons(true, judge=Reader()) == []
    assert reasons(true, judge=Reader(quote="never said")) == ["judge_no_quote"]
    assert reasons(true, judge=Reader(verdict="not_stated")) == ["judge_not_stated"]
    assert reasons(false, judge=Reader()) == ["judge_other_key"]
    assert reasons(false, judge=Reader(verdict="contradicted")) == []
    assert reasons(short, judge=Reader()) == []
    assert reasons(short, judge=Reader(solves=["catalyst"])) == ["judge_other_key"]


def test_what_a_model_wrote_stays_a_draft_until_it_is_judged():
    assert status(checked(ASKED).items[0]) == "auto_ok"
    assert status(checked(WRITTEN).items[0]) == "draft"
    assert status(checked(WRITTEN, judge=Reader()).items[0]) == "auto_ok"


def test_an_engines_own_claim_of_checks_counts_for_nothing():
    claimed = replace(WRITTEN, checks=("second_pass",))
    assert status(checked(claimed).items[0]) == "draft"


def test_rejections_of_the_engine_are_kept_and_shortfalls_said():
    done = checked(ASKED, asked=3)
    assert done.reason == "3 questions were asked for and 1 passed the checks."
    assert checked(replace(ASKED, stem=" ")).reason == "No proposed question passed the checks."


def test_every_reason_has_a_sentence_and_progress_is_told():
    told: list[float] = []
    done = checked(ASKED, ASKED, progress=told.append)
    assert done.rejected[0].message == MESSAGES["duplicate"]
    assert told == [0.5, 1.0]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("A coenzyme is a molecule that slows an enzyme down.", "not_supported"),
        ("An inhibitor is a molecule that slows three enzymes down.", "number_not_said"),
        ("An inhibitor is no molecule that slows an enzyme down.", "turned_round"),
    ],
)
def test_a_true_statement_is_the_sentence_it_cites_and_not_one_beside_it(text, code):
    assert reasons(statement(text, "true", INHIBITOR)) == [code]


@pytest.mark.parametrize("char", ["_", "(", '"', "a ", "\u202e", "not ", "A/an ___ "])
def test_hostile_proposals_cost_little(char):
    flood = char * (500 // len(char))
    items = [
        replace(
            ASKED,
            form=form,
            stem=f"{flood}?",
            options=("inhibitor", flood[:250], f"x{flood[:250]}"),
            sources=(Source("", 0, 0, char * 100_000),) if odd else ASKED.sources,
        )
        for form in ("model", "cloze", "definition_term", "list")
        for odd in (False, True)
    ]
    begun = time.process_time()
    checked(*items * 10)
    assert time.process_time() - begun < 1.0


@pytest.mark.parametrize("piece", ["A (or b) c. ", "x (y) ", "is also called ", "Ab cd ef gh. "])
def test_a_hostile_lesson_costs_little_for_sixty_statements(piece):
    lesson = lesson_of("\n\n".join([piece * (6_000 // len(piece))] * 10))
    block = lesson.blocks[0]
    place = Source(block.id, block.start, block.start + 20, lesson.source[block.start :][:20])
    said = (piece * 20).strip()[:300] + "."
    items = [
        Item("true_false", "true_false", said, (word,), (place,)) for word in ("true", "false")
    ]
    begun = time.process_time()
    verify_items(lesson, ProposedItems("test", "1", tuple(items * 30)))
    assert time.process_time() - begun < 2.0


def test_a_statement_with_the_opposite_word_is_turned_round():
    said = statement("Torpor is a process that raises the activity of an animal.", "true", TORPOR)
    assert reasons(replace(said, form="model")) == ["turned_round"]


def test_what_is_kept_cites_exact_places_whatever_came_in():
    quote = "inhibitor is a  molecule that slows an enzyme down"
    place = checked(replace(ASKED, sources=(Source("", 0, 0, quote),))).items[0].sources[0]
    assert ENZYMES.source[place.start : place.end] == place.quote
