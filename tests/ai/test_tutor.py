"""The tutor's honest states, its quotations, hints of other engines, and hostile questions."""

from __future__ import annotations

import time

import pytest

from studium.ai import asking
from studium.ai.answers import checked_answer, locate
from studium.ai.engines.modelled.engine import AnswerSentence
from studium.ai.own_answer import compare
from studium.ai.retrieval import CoursePassage, MemoryIndex, passages_of
from studium.ai.tutor import Reply, reply
from tests.ai.lessons import excerpt, lesson_of

FATS = """# Lipids

A fat molecule consists of two main components, glycerol and fatty acids. Some of them are solid.

## Fatty acids

When the chain holds a double bond, the fatty acid is said to be **unsaturated**. This makes it
bend. It has 18 carbon atoms. A wax covers the leaves of many plants.

```python
print("glycerol")
```
"""


@pytest.fixture(scope="module")
def lipids() -> MemoryIndex:
    return MemoryIndex(passages_of(lesson_of(FATS, topic="Lipids"), name="lipids"))


@pytest.fixture(scope="module")
def rust() -> MemoryIndex:
    held = [one for name in ("ownership", "traits", "variables")
            for one in passages_of(excerpt(name), name=name)]  # fmt: skip
    return MemoryIndex(held)


def _held(index: MemoryIndex, question: str) -> list[CoursePassage]:
    return [one.passage for one in index.find(question).ranked]


def test_what_the_course_says_is_answered_word_for_word(lipids: MemoryIndex) -> None:
    said = reply(lipids.find("Which components does a fat molecule have?"))
    assert said.state == "answered"
    assert said.quotes[0].text == (
        "A fat molecule consists of two main components, glycerol and fatty acids."
    )
    first = said.quotes[0]
    assert FATS[first.start : first.end] == first.text
    assert (first.title, first.heading) == ("Lipids", "Lipids")


def test_what_something_is_needs_a_sentence_that_says_so(lipids: MemoryIndex) -> None:
    told = reply(lipids.find("What is an unsaturated fatty acid?"))
    assert told.state in ("answered", "related")
    assert reply(lipids.find("What is glycerol?")).state == "related"  # it is only mentioned
    assert reply(lipids.find("What is a wax?")).state != "absent"


def test_what_the_course_never_speaks_of_is_not_in_the_material(lipids: MemoryIndex) -> None:
    said = reply(lipids.find("Who won the football cup in Brazil?"))
    assert (said.state, said.quotes) == ("absent", ())
    assert "brazil" in said.unknown


def test_a_term_of_two_words_is_known_only_as_a_whole(lipids: MemoryIndex) -> None:
    assert reply(lipids.find("What is a double molecule?")).state == "absent"


def test_a_sentence_that_leans_on_the_one_before_brings_it_along(lipids: MemoryIndex) -> None:
    said = reply(lipids.find("What makes it bend?"))
    assert [one.text for one in said.quotes][-1] == "This makes it bend."
    assert len(said.quotes) == 2


def test_code_is_never_quoted(lipids: MemoryIndex) -> None:
    said = reply(lipids.find("print glycerol"))
    assert all("print" not in one.text for one in said.quotes)


def test_quotations_of_a_real_book_stand_where_they_are_said_to_stand(rust: MemoryIndex) -> None:
    said = reply(rust.find("What is ownership?"))
    assert said.state == "answered"
    assert said.quotes[0].text.startswith("Ownership is a discipline")
    assert reply(rust.find("Explain the causes of the French Revolution.")).state == "absent"


@pytest.mark.parametrize("question", [
    '" OR 1=1 --',
    "title:x NEAR(a b)", "a* ^b -c (d", "'; DROP TABLE found", "\x00\ud800", "𝔸" * 50,
    "* * *", '"""', "AND OR NOT", "{text}: x",
])  # fmt: skip
def test_nothing_that_is_typed_is_read_as_a_query(lipids: MemoryIndex, question: str) -> None:
    assert reply(lipids.find(question)).state in ("answered", "related", "absent")


def test_a_huge_question_costs_little(rust: MemoryIndex) -> None:
    begun = time.process_time()
    found = rust.find("owner value reference " * 50_000)
    assert len(found.asked.words) <= asking.MOST_WORDS
    reply(found)
    assert time.process_time() - begun < 1


def test_words_of_asking_do_not_count_and_stay_when_there_are_no_others() -> None:
    assert asking.asked_words("What is the difference between a trait and a type?") == ("trait",)
    assert asking.asked_words("What?") == ("what",)
    assert asking.read_question("Was ist ein Enzym?", tag="de").term == ("enzym",)


def test_an_engine_without_a_quotation_is_not_heard(lipids: MemoryIndex) -> None:
    question = "Which components does a fat molecule have?"
    held, verbatim = _held(lipids, question), reply(lipids.find(question))
    quote = "A fat molecule consists of two main components"
    proposed = [
        AnswerSentence("A fat molecule has two components, glycerol and fatty acids.", (quote,)),
        AnswerSentence("Fats are poison.", ("Fats are poison to all of us.",)),
        AnswerSentence("A fat molecule does not have components.", (quote,)),
        AnswerSentence("A fat molecule has 7 components.", (quote,)),
        AnswerSentence("A fat molecule has two components.", ()),
    ]
    said = checked_answer(proposed, held, verbatim=verbatim, engine="m")
    texts = [one.text for one in said.written]
    assert texts[0].startswith("A fat molecule has two components")
    assert not any("not" in one or "poison" in one or "7" in one for one in texts)
    assert said.quotes == verbatim.quotes
    assert checked_answer(proposed[2:3], held, verbatim=verbatim, engine="m") == verbatim
    silent = Reply("absent")
    assert checked_answer(proposed, held, verbatim=silent, engine="m") == silent


def test_a_quotation_is_found_through_other_quote_marks_and_blanks(lipids: MemoryIndex) -> None:
    held = _held(lipids, "wax leaves plants")
    found = locate("“A  wax covers\nthe leaves”", held)
    assert found is not None
    assert found.text == "A wax covers the leaves of many plants."
    assert locate("a wax", held) is None  # too little to prove anything


def test_an_own_answer_is_compared_and_not_marked(lipids: MemoryIndex) -> None:
    said = reply(lipids.find("Which components does a fat molecule have?"))
    seen = compare("A fat molecule does not have 3 components but glycerol", said)
    assert seen is not None
    assert "glycerol" in seen.said
    assert "acids" in seen.missing
    assert seen.differs == ("number", "denial")
    assert compare("anything", Reply("absent")) is None
