"""Checks 6 and 7: rules of writing questions, and whether a question can be read alone."""

from __future__ import annotations

import re
from dataclasses import replace

from studium.ai.language import words
from studium.ai.model import Item
from studium.ai.standing import fault
from studium.ai.verify.lesson import Lesson

GAP = re.compile(r"_{3,}")
LONGER = 1.7
"""A key this many times as long as the longest wrong option is a cue."""

_QUOTED = re.compile(r"[“\"]([^“”\"]{12,})[”\"]")
_WHOLLY_QUOTED = re.compile(r"[“\"]([^“”\"]+)[”\"]")
_ENDS = re.compile(r"(?:[.?!:…。？！]|_{3,})[\"'”’)\]*]*$")
_BLANK = "Something"  # stands for a gap while a sentence is judged


def statement_of(stem: str, lesson: Lesson) -> str:
    """The statement of a true/false question without the words that ask for a verdict."""
    said = lesson.turns.before_statement.sub("", stem).strip()
    quoted = _WHOLLY_QUOTED.fullmatch(said)
    return quoted[1].strip() if quoted else said


def repaired(one: Item, lesson: Lesson) -> Item:
    """The item with "a" or "an" before a gap made to fit every option or accepted form.

    Where the options do not agree, and where there are none, the article becomes "a/an".
    """
    if not lesson.turns.article.search(one.stem):
        return one
    fillings = one.options or ()
    sounds = {bool(lesson.turns.vowel_sound.match(each)) for each in fillings}
    article = "a/an" if len(sounds) != 1 else "an" if True in sounds else "a"

    def fitted(found: re.Match[str]) -> str:
        said = article.capitalize() if found["article"][0] == "A" else article
        return said + found["space"]

    return replace(one, stem=lesson.turns.article.sub(fitted, one.stem))


def check_writing(one: Item, lesson: Lesson) -> str:
    """Check 6: options give nothing away by length, form or extreme words, nor name each other.

    Measured alone on the 40 lessons (docs/ai.md): 0 of 577 spoilt questions
    accepted, 7 of 65 authors' own refused (six "all of the
    above" and one long key: rightly by these rules).
    """
    turns = lesson.turns
    if any(turns.of_the_others.search(option) for option in one.options):
        return "of_the_others"
    own = _QUOTED.sub(" ", one.stem)  # what the lesson denies twice, it may be quoted with
    if _negations(own, lesson) >= 2 and one.form not in ("cloze", "true_false"):
        return "double_negation"
    if one.kind != "single_choice":
        return ""
    key = one.key[0]
    wrong = [option for option in one.options if option != key]
    if len(key) > 20 and len(key) > LONGER * max(map(len, wrong)):
        return "length_cue"
    if any(form(key) and not any(map(form, wrong)) for form in _FORMS):
        return "form_cue"
    if any(not form(key) and all(map(form, wrong)) for form in _FORMS):
        return "form_cue"
    extreme = [bool(turns.absolutes.intersection(words(option))) for option in wrong]
    if all(extreme) and not turns.absolutes.intersection(words(key)):
        return "absolute_cue"
    return _article_cue(one, wrong, lesson)


def _negations(text: str, lesson: Lesson) -> int:
    said = words(GAP.sub(_BLANK, text))
    return sum(1 for word in said if word in lesson.turns.negations or word.endswith("n't"))


def _article_cue(one: Item, wrong: list[str], lesson: Lesson) -> str:
    found = re.search(r"(?<![/\w])([Aa]n?) _{3,}", one.stem)
    if not found:
        return ""
    asks_vowel = found[1].lower() == "an"
    fits = [bool(lesson.turns.vowel_sound.match(option)) == asks_vowel for option in wrong]
    return "" if any(fits) else "article_cue"


def _is_code(text: str) -> bool:
    return bool(re.search(r"[_`(){}<>=;&$#\\]|::|\w\.\w|[a-z][A-Z]", text))


def _is_number(text: str) -> bool:
    return bool(re.match(r"[-$€£]?\d", text))


def _ends_in_stop(text: str) -> bool:
    return text.endswith(".")


def _begins_capital(text: str) -> bool:
    return text[:1].isupper()


_FORMS = (_is_code, _is_number, _ends_in_stop, _begins_capital)


def check_standing(one: Item, lesson: Lesson) -> str:
    """Check 7: it can be read away from the lesson: nothing points out of it, nothing is cut.

    Measured alone on the 40 lessons (docs/ai.md): 0 of 1,353 spoilt questions
    accepted, 0 of 65 authors' own refused.
    """
    stem = one.stem.strip()
    if lesson.turns.beyond.search(stem) or any(map(lesson.turns.beyond.search, one.options)):
        return "pointing"
    if not _ENDS.search(stem):
        return "no_end"
    for said in _statements(one, lesson):
        found = fault(said, lesson.language)
        if found and found not in ("question", "too_short", "no_end"):
            return found
    return ""


def _statements(one: Item, lesson: Lesson) -> list[str]:
    """What the stem says of the matter: all of it, or what it quotes."""
    if one.form == "cloze":
        return [GAP.sub(_BLANK, one.stem)]
    if one.kind == "true_false":
        return [statement_of(one.stem, lesson)]
    quoted = [_sentence(piece) for piece in _QUOTED.findall(one.stem)]
    if quoted or one.form != "model":
        return quoted
    return [_sentence(lesson.turns.the_text.sub("", one.stem).strip(" ,"))]


def _sentence(text: str) -> str:
    """A phrase in the dress of a sentence, so that only its content is judged."""
    text = text.strip()
    text = f"{_BLANK} is {text}" if text[:1].islower() else text
    return text if _ENDS.search(text) else text + "."
