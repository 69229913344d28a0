"""Each check of the verifier, with what it lets through and what it stops."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studium.ai.model import NoteSentence, ProposedNotes, Source
from studium.ai.verify import LIMITS, MESSAGES, Verdict, verify_notes
from tests.ai.lessons import excerpt, lesson_of

OWNERSHIP = excerpt("ownership")
FRAME = "A frame is a mapping from variables to values within a single scope, such as a function."
POINTER = "A pointer is a value that describes a location in memory."


def cite(quote: str, lesson=OWNERSHIP) -> Source:
    start = lesson.source.index(quote)
    end = start + len(quote)
    block = min(
        (one for one in lesson.blocks if one.start <= start and end <= one.end),
        key=lambda one: one.end - one.start,
    )
    return Source(block.id, start, end, quote)


def noted(text: str, quote: str | None = None, lesson=OWNERSHIP, **more) -> NoteSentence:
    more = {"kind": "key_point", **more}
    return NoteSentence(text, sources=(cite(quote or text, lesson),), **more)


def judged(*sentences: NoteSentence, lesson=OWNERSHIP):
    return verify_notes(lesson, ProposedNotes("test", "1", sentences))


def reasons(*sentences: NoteSentence, lesson=OWNERSHIP) -> list[str]:
    return [one.code for one in judged(*sentences, lesson=lesson).rejected]


def test_a_sentence_of_the_lesson_is_kept_and_marked_supported():
    kept = judged(noted(FRAME)).sentences
    assert [one.text for one in kept] == [FRAME]
    assert kept[0].supported is True


def test_an_engines_own_claim_of_support_counts_for_nothing():
    false = replace(noted(FRAME), text="A frame is a kind of window in a wall.", supported=True)
    assert reasons(false) == ["not_supported"]


@pytest.mark.parametrize(
    "change",
    [
        {"sources": ()},
        {"text": "  "},
        {"kind": "poem"},
        {"kind": "key_term"},
        {"term": "frame"},
        {"code": ((0, 9999),)},
    ],
)
def test_incomplete_sentences_are_refused(change):
    assert reasons(replace(noted(FRAME), **change)) == ["schema"]


def test_overlong_text_is_refused():
    assert reasons(replace(noted(FRAME), text="word " * 200)) == ["text_too_long"]


def test_no_more_than_the_limit_of_a_kind_is_kept():
    lines = [f"Animal number {n}x{n} eats plant{n} near river{n} and hill{n}." for n in range(9)]
    lesson = lesson_of("\n\n".join(lines))
    result = judged(*[noted(one, lesson=lesson, kind="summary") for one in lines], lesson=lesson)
    assert len(result.sentences) == LIMITS["summary"]
    assert {one.code for one in result.rejected} == {"too_many"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"block_id": "no-such-block"}, "no_such_block"),
        ({"end": len(OWNERSHIP.source) + 5}, "outside"),
        ({"start": 0, "end": 10}, "outside"),
        ({"start": 5, "end": 5}, "outside"),
        ({"quote": "A frame is a picture."}, "misquoted"),
    ],
)
def test_a_citation_must_exist_and_be_quoted_exactly(change, code):
    good = noted(FRAME)
    assert reasons(replace(good, sources=(replace(good.sources[0], **change),))) == [code]


def test_markup_and_line_breaks_do_not_count_but_words_do():
    lesson = lesson_of("A **frame** maps\nvariables to [values](u) in one scope.")
    quote = lesson.source
    said = "A frame maps variables to values in one scope."
    assert reasons(noted(said, quote, lesson), lesson=lesson) == []
    changed = said.replace("one", "no")
    assert reasons(noted(changed, quote, lesson), lesson=lesson) == ["turned_round"]


def test_half_of_a_sentence_does_not_support_the_whole():
    assert reasons(noted(FRAME, FRAME[:40])) == ["not_verified"]


def test_code_cannot_be_cited():
    code = "let x = true;"
    assert reasons(noted("It sets x to true in main.", code)) == ["not_prose"]


def test_a_definition_is_part_of_its_sentence():
    term = noted(FRAME, kind="key_term", term="frame", definition="a mapping from variables")
    assert reasons(term) == []
    assert reasons(replace(term, definition="a window")) == ["bad_definition"]
    assert reasons(replace(term, term="stack")) == ["bad_definition"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("This second program is unsafe because the order of its two lines is wrong.", "dangling"),
        ("However, copying data can take up a lot of memory.", "dangling"),
        ("Therefore Rust does not check at runtime whether a variable is defined.", "dangling"),
        ("Although they own nothing, references are never freed by the program.", "pointing"),
        ("The struct in Listing 5-2 holds the data of a user account.", "pointing"),
        ("As shown above, the heap holds data for a long time.", "pointing"),
        ("Rust would then free the memory of this value twice.", "pointing"),
        ("Rust copies these values twice on the heap.", "pointing"),
        ("Read https://example.org to learn about the stack.", "pointing"),
        ("But why would anyone want the compiler to check it?", "question"),
        ("Memory is the space where data is", "no_end"),
        ("It is safe.", "too_short"),
        ("Word " * 46 + "end.", "too_long"),
        ("Memory (the space where data is stored is finite.", "unbalanced"),
        ("Because a copy of the data is not the same as the data itself.", "fragment"),
        ("A variable has read permissions (@Perm{read}) on its own data.", "leftover"),
    ],
)
def test_a_sentence_must_stand_alone(text, code):
    lesson = lesson_of(text)
    assert reasons(noted(text.strip(), lesson=lesson), lesson=lesson) == [code]


@pytest.mark.parametrize(
    "text",
    [
        FRAME,
        "Rust never allows a program to read memory that was freed, and it checks that memory.",
        "`read` expects its argument to be a boolean value.",
        "Catching bugs early means fewer checks for those bugs at run time.",
    ],
)
def test_a_sentence_that_stands_alone_is_kept(text):
    lesson = lesson_of(text)
    code = ((0, 4),) if text.startswith("`") else ()
    said = noted(text.replace("`", ""), text, lesson, code=code)
    assert reasons(said, lesson=lesson) == []


def test_the_same_is_not_said_twice():
    assert reasons(noted(FRAME, kind="summary"), noted(FRAME)) == ["duplicate"]
    assert reasons(noted(FRAME, kind="summary"), noted(POINTER)) == []


def test_a_term_may_repeat_a_sentence_but_not_a_term():
    term = noted(FRAME, kind="key_term", term="frame")
    assert reasons(noted(FRAME), term) == []
    assert reasons(term, replace(term, term="Frames" if "Frames" in FRAME else "frame")) == [
        "same_term"
    ]


def test_every_reason_has_a_sentence_for_people():
    result = judged(noted(FRAME), noted(FRAME))
    assert result.rejected[0].message == MESSAGES["duplicate"]


def test_when_nothing_passes_the_notes_say_so():
    result = judged(replace(noted(FRAME), text="Something else is written here now."))
    assert result.sentences == ()
    assert result.reason == "No proposed sentence passed the checks."


REWORDED = "Within a single scope, a frame maps variables to values."


class Judge:
    """A judge of one opinion."""

    def __init__(self, word, quote="a mapping from variables to values"):
        self.said = Verdict(word, quote)

    def verdict(self, *, evidence, statement):
        assert FRAME in evidence
        return self.said

    def solve(self, *, evidence, stem, options):
        raise AssertionError("sentences are not solved")

    def second_key(self, *, evidence, stem, options, key):
        raise AssertionError("sentences have no options")


def offered(*sentences, **more):
    return verify_notes(OWNERSHIP, ProposedNotes("model", "1", sentences), **more)


def test_other_words_than_the_lessons_are_not_kept_without_a_judge():
    done = offered(noted(REWORDED, FRAME, supported=True))
    assert [one.code for one in done.rejected] == ["not_verified"]


def test_they_may_be_kept_as_unverified_and_are_never_marked_supported():
    kept = offered(noted(REWORDED, FRAME, supported=True), keep_unverified=True).sentences
    assert [one.supported for one in kept] == [False]


@pytest.mark.parametrize(
    ("judge", "code"),
    [
        (Judge("contradicted"), "judge_contradicted"),
        (Judge("not_stated"), "judge_not_stated"),
        (Judge("supported", quote=""), "judge_no_quote"),
        (Judge("supported", quote="a frame is a window"), "judge_no_quote"),
        (Judge("anything"), "judge_not_stated"),
    ],
)
def test_a_judge_that_is_not_sure_or_cannot_quote_rejects(judge, code):
    done = offered(noted(REWORDED, FRAME), judge=judge, keep_unverified=True)
    assert [one.code for one in done.rejected] == [code]


def test_with_a_judges_yes_and_its_quotation_a_reworded_sentence_is_supported():
    kept = offered(noted(REWORDED, FRAME), judge=Judge("supported")).sentences
    assert [one.supported for one in kept] == [True]


def test_a_judge_is_not_asked_about_what_falls_before_or_stands_word_for_word():
    kept = offered(noted(FRAME), judge=Judge("contradicted")).sentences
    assert [one.supported for one in kept] == [True]
    done = offered(noted("The moon is made of green cheese.", FRAME), judge=Judge("supported"))
    assert [one.code for one in done.rejected] == ["not_supported"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Within a single scope, a frame never maps variables to values.", "turned_round"),
        ("Within 12 single scopes, a frame maps variables to values.", "number_not_said"),
        ("Carbohydrates give a frame its energy in winter.", "not_supported"),
    ],
)
def test_cheap_signs_stop_other_words_before_a_judge(text, code):
    done = offered(noted(text, FRAME), keep_unverified=True)
    assert [one.code for one in done.rejected] == [code]


def test_a_models_quotation_without_offsets_is_found():
    cited = Source("", 0, 0, "A frame is a  mapping from variables to values")
    said = replace(noted(REWORDED, FRAME), sources=(cited,))
    place = offered(said, judge=Judge("supported")).sentences[0].sources[0]
    assert OWNERSHIP.source[place.start : place.end] == place.quote
    lost = replace(said, sources=(replace(cited, quote="A frame is a window on the sea"),))
    assert [one.code for one in offered(lost).rejected] == ["quote_not_found"]
