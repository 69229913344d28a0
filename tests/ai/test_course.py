"""The model of a course: its terms, its word space, and what it knows of a query."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys

import numpy as np
import pytest

from studium.ai import lsa
from studium.ai.engines.extractive import course as course_module
from studium.ai.engines.extractive import rank
from studium.ai.engines.extractive.course import CourseModel, course_of, read_course
from studium.ai.engines.extractive.reading import read
from tests.ai.lessons import NAMES, excerpt, lesson_of

CELLS = """# Cells

A **mitochondrion** is an organelle that makes energy for the cell. A **ribosome** is a particle
that builds proteins. Organelles such as the mitochondrion float in the cell. Every ribosome reads
a message and builds proteins from it.
"""
MARKETS = """# Markets

A **tariff** is a tax that a country puts on imports. A **quota** is a limit that a country puts on
imports. Prices rise when a tariff is high. Prices rise when a quota is small. Trade helps buyers.
The mitochondrion is not traded on any market.
"""


@pytest.fixture(scope="module")
def known() -> CourseModel:
    return read_course([lesson_of(CELLS, topic="Cells"), lesson_of(MARKETS, topic="Markets")])


def test_terms_know_their_definition_their_place_and_their_lessons(known):
    found = known.find("Mitochondria") or known.find("mitochondrion")
    assert found is not None
    assert found.definition == "an organelle that makes energy for the cell."
    assert found.lesson == 0
    assert found.source is not None
    assert found.source.quote == CELLS[found.source.start : found.source.end]
    assert known.find("tariffs") == known.find("tariff")
    assert known.find("photosynthesis") is None


def test_of_two_definitions_the_one_of_the_better_rule_is_kept():
    weak = "A **tariff** stores money of importers for the state. Trade goes on. Ports wait.\n"
    strong = MARKETS.replace("mitochondrion", "gold")
    for order in ((weak, strong), (strong, weak)):
        found = read_course([lesson_of(one) for one in order]).find("tariff")
        assert found is not None
        assert found.definition == "a tax that a country puts on imports."


def test_a_sentence_that_others_resemble_is_more_central():
    texts = [
        "Trade moves goods.",
        "Trade moves goods far.",
        "Ports move goods by trade.",
        "Cats sleep.",
    ]
    reading = read(lesson_of(" ".join(texts)))
    built = rank.vectors(reading.sentences, course_of(reading).space)
    walked = rank._walk(built, list(range(4)))
    assert min(walked) == walked[3] < walked[0]


def test_defined_terms_come_first(known):
    has_definition = [bool(one.definition) for one in known.terms]
    assert has_definition == sorted(has_definition, reverse=True)


def test_texts_about_one_thing_are_nearer_than_texts_about_two(known):
    query = "a tax on imports"
    near, far = known.likenesses(query, ["the tariff of a country", "the ribosome builds proteins"])
    assert near > 0.3 > far
    assert known.likeness(query, "the tariff of a country") == near
    assert known.likeness(query, "zorgon blips") == 0.0


def test_known_share_counts_content_words_only(known):
    assert known.known_share("What is a tariff on imports?") == 1.0
    assert known.known_share("the tariff of a zorgon") == 0.5
    assert known.known_share("what is it") == 0.0


def test_a_word_of_every_lesson_is_not_rare(known):
    assert known.rarity("mitochondrion") < known.rarity("tariff") == 1.0


def test_a_course_without_lessons_or_words_knows_nothing():
    for empty in (read_course([]), read_course([lesson_of("```\ncode\n```\n")])):
        assert empty.terms == ()
        assert empty.known_share("anything") == 0.0
        assert empty.likeness("one", "other") == 0.0


def test_a_model_survives_being_stored_and_says_the_same(known):
    again = pickle.loads(pickle.dumps(known))
    assert again.terms == known.terms
    assert again.likeness("tariff", "quota") == known.likeness("tariff", "quota")


def test_the_bank_is_bounded(monkeypatch):
    monkeypatch.setattr(course_module, "MOST_TERMS", 3)
    assert len(read_course([excerpt(name) for name in NAMES]).terms) == 3


def test_one_lesson_is_a_course_of_one():
    lesson = excerpt("ownership")
    assert course_of(read(lesson)).terms == read_course([lesson]).terms


def test_progress_of_reading_a_course_rises():
    told: list[float] = []
    read_course([excerpt(name) for name in NAMES], progress=told.append)
    assert told == sorted(told)
    assert len(told) == len(NAMES)


def test_both_ways_of_decomposing_agree(monkeypatch):
    random = np.random.default_rng(3)
    topics = [[f"w{topic}_{word}" for word in range(12)] for topic in range(6)]
    texts = [
        [str(word) for word in random.choice(topics[at % 6], 8)] + ["common"] for at in range(120)
    ]
    exact = lsa.train(texts, rank=6)
    monkeypatch.setattr(lsa, "_FEW_TEXTS", 10)
    sampled = lsa.train(texts, rank=6)
    pairs = [(texts[at], texts[other]) for at in range(12) for other in range(12)]
    apart = [abs(exact.likeness(*pair) - sampled.likeness(*pair)) for pair in pairs]
    assert max(apart) < 0.02
    assert exact.likeness(texts[0], texts[6]) > 0.8 > 0.5 > exact.likeness(texts[0], texts[1])


def test_words_that_never_meet_are_alike_when_they_keep_the_same_company():
    texts = [["car", "road", "wheel"], ["auto", "road", "wheel"], ["fish", "sea"], ["whale", "sea"]]
    space = lsa.train(texts * 3, rank=2)
    assert space.likeness(["car"], ["auto"]) > 0.9
    assert space.likeness(["car"], ["whale"]) < 0.1


def test_more_words_than_a_space_may_hold_are_cut_to_the_common_ones(monkeypatch):
    monkeypatch.setattr(lsa, "MOST_WORDS", 2)
    space = lsa.train([["often", "rare1"], ["often", "also"], ["also", "rare2"]])
    assert set(space.places) == {"often", "also"}


def test_the_same_lessons_give_the_same_model_in_every_process():
    script = (
        "import hashlib, pickle\n"
        "from tests.ai.lessons import NAMES, excerpt\n"
        "from studium.ai.engines.extractive.course import read_course\n"
        "made = read_course([excerpt(n) for n in NAMES])\n"
        "said = repr(made.terms).encode() + made.space.basis.tobytes()\n"
        "print(hashlib.sha256(said).hexdigest())\n"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("0", "7")
    }
    assert len(printed) == 1


def test_asking_for_the_engine_does_not_load_numpy():
    script = (
        "import sys\nfrom studium.ai.engines import engine\nengine('extractive')\n"
        "import studium.ai.engines.extractive.course\n"
        "sys.exit('numpy' in sys.modules)\n"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    assert subprocess.run([sys.executable, "-c", script], env=env, check=False).returncode == 0
