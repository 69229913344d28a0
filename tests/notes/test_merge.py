"""Making notes again: what nobody touched follows the machine, what a person did stays."""

from __future__ import annotations

from typing import Any

from studium.notes.rules import chosen, identified, merge, merge_part

Stored = dict[str, Any]


def point(text: str, heading: str = "", **more: Any) -> Stored:
    return {"kind": "key_point", "text": text, "heading": heading, "term": "", **more}


def term(word: str, text: str) -> Stored:
    return {"kind": "key_term", "text": text, "heading": "", "term": word}


def texts(sentences: list[Stored]) -> list[str]:
    return [one["text"] for one in sentences]


OWNER = "Each value in Rust has one owner at a time."
SCOPE = "When the owner goes out of scope, the value is dropped."
MOVE = "Assigning a String moves it, and the first variable is no longer valid."
COPY = "Integers are copied because their size is known at compile time."
BASE = identified([point(OWNER), point(SCOPE), point(MOVE)])


def edited(at: int, text: str) -> list[Stored]:
    ours = [dict(one) for one in BASE]
    ours[at] |= {"text": text, "edited": True}
    return ours


def test_what_nobody_touched_follows_the_machine() -> None:
    new = [point(OWNER), point(SCOPE + " So it goes."), point(COPY)]
    merged = merge(BASE, BASE, new)
    assert texts(merged.sentences) == texts(new)
    assert merged.conflicts == []


def test_an_edit_stays_where_the_machine_says_the_same_as_before() -> None:
    merged = merge(BASE, edited(1, "Out of scope means dropped."), BASE)
    assert texts(merged.sentences) == [OWNER, "Out of scope means dropped.", MOVE]
    assert merged.conflicts == []


def test_both_changed_is_a_conflict_and_the_person_stands_until_a_choice() -> None:
    newer = SCOPE.replace("dropped", "dropped at once")
    ours = edited(1, "Out of scope means dropped.")
    merged = merge(BASE, ours, [point(OWNER), point(newer), point(MOVE)])
    assert texts(merged.sentences)[1] == "Out of scope means dropped."
    (one,) = merged.conflicts
    assert (one["why"], one["base"], one["theirs"]["text"]) == ("both_changed", SCOPE, newer)
    taken, left = chosen(merged.sentences, merged.conflicts, key=one["key"], take="theirs")
    assert (texts(taken), left) == ([OWNER, newer, MOVE], [])
    kept, left = chosen(merged.sentences, merged.conflicts, key=one["key"], take="mine")
    assert texts(kept)[1] == "Out of scope means dropped."
    assert kept[1]["kept"]
    assert left == []


def test_both_saying_the_same_is_no_conflict() -> None:
    newer = SCOPE.replace("dropped", "dropped at once")
    merged = merge(BASE, edited(1, newer), [point(OWNER), point(newer), point(MOVE)])
    assert merged.conflicts == []
    assert "edited" not in merged.sentences[1]


def test_what_a_person_took_out_stays_out_and_comes_back_as_a_question_when_reworded() -> None:
    ours = [BASE[0], BASE[2]]
    assert texts(merge(BASE, ours, BASE).sentences) == [OWNER, MOVE]
    newer = SCOPE.replace("dropped", "freed")
    merged = merge(BASE, ours, [point(OWNER), point(newer), point(MOVE)])
    assert texts(merged.sentences) == [OWNER, MOVE]
    (one,) = merged.conflicts
    assert (one["why"], one["id"]) == ("person_removed", "")
    taken, _ = chosen(merged.sentences, merged.conflicts, key=one["key"], take="theirs")
    assert newer in texts(taken)


def test_an_edited_sentence_the_machine_drops_is_kept_and_asked_about() -> None:
    merged = merge(BASE, edited(2, "Strings move."), [point(OWNER), point(SCOPE)])
    assert texts(merged.sentences) == [OWNER, SCOPE, "Strings move."]
    (one,) = merged.conflicts
    assert (one["why"], one["theirs"]) == ("machine_dropped", None)
    without, _ = chosen(merged.sentences, merged.conflicts, key=one["key"], take="theirs")
    assert texts(without) == [OWNER, SCOPE]


def test_a_kept_sentence_stays_without_a_question() -> None:
    ours = [BASE[0], BASE[1], BASE[2] | {"kept": True}]
    merged = merge(BASE, ours, [point(OWNER)])
    assert texts(merged.sentences) == [OWNER, MOVE]
    assert merged.conflicts == []


def test_a_sentence_of_a_persons_own_keeps_its_place() -> None:
    own = point("My own remark.", edited=True)
    ours = [BASE[0], *identified([own]), *BASE[1:]]
    merged = merge(BASE, ours, [point(OWNER), point(SCOPE), point(COPY)])
    assert texts(merged.sentences) == [OWNER, "My own remark.", SCOPE, COPY]


def test_a_term_is_the_same_term_whatever_is_said_of_it() -> None:
    base = identified([term("owner", "An owner is a variable.")])
    ours = [base[0] | {"text": "An owner holds it.", "edited": True}]
    merged = merge(base, ours, [term("Owner", "The owner of a value is a binding to it.")])
    assert texts(merged.sentences) == ["An owner holds it."]
    assert [one["why"] for one in merged.conflicts] == ["both_changed"]


def test_merging_again_changes_nothing_and_keeps_what_is_undecided() -> None:
    newer = SCOPE.replace("dropped", "dropped at once")
    new = [point(OWNER), point(newer), point(MOVE)]
    once = merge(BASE, edited(1, "Gone."), new)
    again = merge(once.machine, once.sentences, new, once.conflicts)
    assert again == once


def test_one_section_is_made_again_and_the_others_are_not_looked_at() -> None:
    base = identified([point(OWNER, "One"), point(SCOPE, "Two"), point(MOVE, "Two")])
    ours = [dict(one) for one in base]
    ours[1] |= {"text": "In my words.", "edited": True}
    new = [point("Another about One.", "One"), point(SCOPE, "Two"), point(COPY, "Two")]
    merged = merge_part(base, ours, new, kind="key_point", heading="Two")
    assert texts(merged.sentences) == [OWNER, "In my words.", COPY]
    assert texts(merged.machine) == [OWNER, SCOPE, COPY]


def test_sentences_that_read_alike_have_names_of_their_own() -> None:
    named = identified([point(OWNER), point(OWNER)])
    assert named[0]["id"] != named[1]["id"]
    assert identified(named) == named
