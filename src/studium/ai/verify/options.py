"""Checks 4 and 5: the question does not give its answer away, and one key only is defensible."""

from __future__ import annotations

from studium.ai.language import words
from studium.ai.model import Item
from studium.ai.verify.lesson import Lesson, folded
from studium.ai.verify.wording import GAP

LEAKS = 0.8
"""Share of the key's content that may not stand in the stem."""
SIMILAR = 0.93
"""Share of common words from which two options say the same."""
FITS = 0.7
"""Share of the stem's content (by rarity) in a sentence about a wrong option that makes it fit."""


def check_leak(one: Item, lesson: Lesson) -> str:
    """Check 4: the key, or most of its content, does not stand in the stem.

    Measured alone on the 40 lessons (docs/ai.md): 0 of 643 spoilt questions
    accepted, 2 of 65 authors' own refused (both "all of them"
    kinds of key).
    """
    if one.kind == "true_false" or one.form == "list":
        return ""
    stem = GAP.sub(" ", one.stem)
    stated, held = f" {lesson.name(stem)} ", frozenset(lesson.stems(stem))
    for key in one.key if one.kind == "multiple_choice" else one.key[:1]:
        if len(words(key)) <= 5 and f" {lesson.name(key)} " in stated:
            return "answer_in_stem"
        content = set(lesson.stems(key))
        if content and len(content & held) > LEAKS * len(content):
            return "answer_in_stem"
    return ""


def check_single_key(one: Item, lesson: Lesson) -> str:
    """Check 5: no wrong option is the key by another name, or right by what the lesson says.

    Measured alone on the 40 lessons (docs/ai.md): 10 of 760 spoilt questions
    accepted, 1 of 65 authors' own refused.
    """
    names = [lesson.name(option) for option in one.options]
    if len(set(names)) != len(names):
        return "same_option"
    if one.kind not in ("single_choice", "multiple_choice"):
        return ""
    for option in one.options:
        if option in one.key:
            continue
        for key in one.key:
            code = _too_near(key, option, lesson)
            if code:
                return code
        code = _also_right(one, option, lesson)
        if code:
            return code
    return ""


def _too_near(key: str, option: str, lesson: Lesson) -> str:
    """Whether an option is the key in other words."""
    left, right = lesson.name(key), lesson.name(option)
    if right in lesson.same.get(left, ()) or left in lesson.same.get(right, ()):
        return "synonym"
    if left.endswith(f" {right}") or right.endswith(f" {left}"):
        return "broader_option"
    if _is_kind_of(option, key, lesson):
        return "broader_option"
    mine, other = set(left.split()), set(right.split())
    if len(mine & other) > SIMILAR * len(mine | other):
        return "similar_option"
    return ""


def _is_kind_of(option: str, key: str, lesson: Lesson) -> bool:
    """Whether the lesson says in one of its plain ways that an option is a kind of the key."""
    narrow, wide = lesson.name(option), lesson.name(key)
    if len(narrow.split()) > 5 or len(wide.split()) > 5:
        return False
    for said in lesson.mentions(option):
        if f" {wide} " not in said.name:
            continue
        text = said.name.replace(f" {narrow} ", " OPTION ").replace(f" {wide} ", " KEY ")
        if any(pattern.search(text) for pattern in lesson.turns.kind_of):
            return True
    return False


def _also_right(one: Item, option: str, lesson: Lesson) -> str:
    """Whether the lesson makes a wrong option right."""
    if one.form == "cloze":
        return _in_the_sentence(one, option, lesson)
    if one.form == "definition_term":
        return "fits_stem" if _fits(one, option, lesson) else ""
    if one.form == "term_definition":
        return "fits_stem" if _said_of(one.term, option, lesson) else ""
    plain = folded(option).rstrip(".").casefold()
    if len(words(option)) >= 5 and any(
        plain == folded(said.text).rstrip(".").casefold() for said in lesson.said
    ):
        return "true_option"
    in_list = one.form == "list" and any(
        f" {lesson.name(option)} " in f" {lesson.name(place.quote)} " for place in one.sources
    )
    if in_list:
        return "true_option"
    return "fits_stem" if one.form == "model" and _fits(one, option, lesson) else ""


def _in_the_sentence(one: Item, option: str, lesson: Lesson) -> str:
    """A cloze option of the very sentence, or one that makes another sentence of the lesson."""
    wanted = f" {lesson.name(option)} "
    if wanted in f" {lesson.name(GAP.sub(' ', one.stem))} ":
        return "same_sentence"
    filled = f" {lesson.name(GAP.sub(lambda _: option, one.stem))} "
    return "true_option" if any(said.name.endswith(filled) for said in lesson.said) else ""


def _fits(one: Item, option: str, lesson: Lesson) -> bool:
    """Whether a sentence about a wrong option, and not about the key, says what the stem says."""
    cited = {said.index for said in lesson.cited(one.sources)}
    key = f" {lesson.name(one.key[0])} "
    asked = frozenset(lesson.stems(one.stem))
    for said in lesson.mentions(option):
        if said.index in cited or key in said.name:
            continue
        if lesson.share(asked, said.stems) >= FITS:
            return True
    return False


def _said_of(term: str, option: str, lesson: Lesson) -> bool:
    """Whether a sentence that names the term says what a wrong option says."""
    if not term:
        return False
    stems = frozenset(lesson.stems(option))
    if len(stems) < 3:
        return False
    return any(lesson.share(stems, said.stems) >= 0.95 for said in lesson.mentions(term))
