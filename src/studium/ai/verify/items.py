"""Questions are judged here, whoever made them: ten checks, one order, one reason each.

| # | check | what it asks |
| - | ----- | ------------ |
| 1 | schema | complete, of a known kind and form, within the limits, not cut off |
| 2 | span | the cited places exist; quotations are resolved to exact offsets |
| 3 | support | the cited place gives the key |
| 4 | leak | the stem does not |
| 5 | single key | no other option is defensible by the lesson |
| 6 | writing | no cue by length, form or extreme words; no "all of the above" |
| 7 | standing | it can be read alone; "a" and "an" are repaired |
| 8 | repeats | not asked twice, not in the bank, quotas of span, section and lesson |
| 9 | second pass | a judge, when there is one, solves what a model made |
| 10 | person | what `status` says: graded exams take only what a person has reviewed |
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Literal, get_args

from studium.ai.model import (
    CheckedItems,
    Item,
    ItemForm,
    ItemKind,
    LessonText,
    Progress,
    ProposedItems,
    RejectedItem,
    Source,
)
from studium.ai.verify import spans
from studium.ai.verify.judge import Judge, in_drawn_order, judge_item
from studium.ai.verify.lesson import Lesson, known
from studium.ai.verify.options import check_leak, check_single_key
from studium.ai.verify.reasons import MESSAGES
from studium.ai.verify.repeats import QUOTAS, KeptItems, check_repeats, kept_items
from studium.ai.verify.support import check_support
from studium.ai.verify.wording import GAP, check_standing, check_writing, repaired

__all__ = ["CHECKS", "QUOTAS", "shuffled", "status", "verify_items"]

LONGEST = {"stem": 600, "option": 300, "key": 300, "explanation": 1200, "term": 80}
"""Characters."""
FEWEST_OPTIONS, MOST_OPTIONS, MOST_SOURCES = 3, 6, 12

_FORMS, _KINDS = get_args(ItemForm), get_args(ItemKind)

Check = Callable[[Item, Lesson, KeptItems], str]


def verify_items(
    lesson: LessonText,
    proposed: ProposedItems,
    *,
    bank: Iterable[str] = (),
    judge: Judge | None = None,
    asked: int = 0,
    progress: Progress | None = None,
) -> CheckedItems:
    """Keep the questions that pass every check; the others come back with their reasons.

    ``bank`` holds stems that are asked already; ``judge`` reads again what a model made; ``asked``
    is how many were wished for, so that fewer is said in ``reason``. What is kept has exact
    sources, options in an order that depends on its text alone, and the passed ``checks``.
    """
    read = known(lesson)
    kept = kept_items(bank, read)
    rejected = list(proposed.rejected)
    for at, one in enumerate(proposed.items):
        item, code = _judged(one, read, kept, judge)
        if code:
            rejected.append(RejectedItem(item, code, MESSAGES[code]))
        else:
            kept.add(item, read)
        if progress:
            progress((at + 1) / len(proposed.items))
    return CheckedItems(
        proposed.engine,
        proposed.engine_version,
        tuple(kept.items),
        tuple(rejected),
        _reason(proposed, len(kept.items), asked),
    )


def _judged(one: Item, lesson: Lesson, kept: KeptItems, judge: Judge | None) -> tuple[Item, str]:
    """The item as it would be stored, and the code of the first check it fails."""
    code = check_schema(one)
    if code:
        return one, code
    places = [spans.resolve(place, lesson) for place in one.sources]
    wrong = next((place for place in places if isinstance(place, str)), "")
    if wrong:
        return one, wrong
    exact = tuple(place for place in places if isinstance(place, Source))
    item = shuffled(repaired(replace(one, sources=exact), lesson))
    for check in CHECKS.values():
        code = check(item, lesson, kept)
        if code:
            return item, code
    passed = ("schema", "span", *CHECKS)
    if judge and _is_written(item):
        code = judge_item(item, lesson, judge)
        passed = (*passed, "second_pass")
    return (item, code) if code else (replace(item, checks=passed), "")


CHECKS: dict[str, Check] = {
    "support": lambda one, lesson, kept: check_support(one, lesson),
    "leak": lambda one, lesson, kept: check_leak(one, lesson),
    "single_key": lambda one, lesson, kept: check_single_key(one, lesson),
    "writing": lambda one, lesson, kept: check_writing(one, lesson),
    "standing": lambda one, lesson, kept: check_standing(one, lesson),
    "repeats": check_repeats,
}
"""The checks between the span and the second pass, by name and in order."""


def status(one: Item) -> Literal["auto_ok", "draft"]:
    """Check 10: what a kept item may be used for before a person has seen it.

    ``auto_ok`` may be practised with, ``draft`` waits for a person. What a model worded is a draft
    unless a judge has read it again; graded exams take neither.
    """
    return "draft" if _is_written(one) and "second_pass" not in one.checks else "auto_ok"


def _is_written(one: Item) -> bool:
    """Whether a model worded it: the built-in engine's forms are right by construction or fail."""
    return one.form == "model"


def check_schema(one: Item) -> str:
    """Check 1. Of what engines sent, this refuses only what could not be stored or answered.

    Measured alone on the 40 lessons (docs/ai.md): 0 of 1,791 spoilt questions
    accepted, 0 of 65 authors' own refused.
    """
    if one.form not in _FORMS or one.kind not in _KINDS or not one.stem.strip():
        return "schema"
    if (
        not 0 < len(one.sources) <= MOST_SOURCES
        or not one.key
        or not all(key.strip() for key in one.key)
    ):
        return "schema"
    sizes = [("stem", one.stem), ("explanation", one.explanation), ("term", one.term)]
    sizes += [("option", option) for option in one.options] + [("key", key) for key in one.key]
    if any(len(text) > LONGEST[name] for name, text in sizes):
        return "text_too_long"
    if any(_is_cut(text) for text in (one.stem, *one.options, *one.key)):
        return "cut_off"
    if one.form == "cloze" and len(GAP.findall(one.stem)) != 1:
        return "schema"
    return _options(one)


def _options(one: Item) -> str:
    if one.kind == "true_false":
        return "" if one.key in (("true",), ("false",)) and not one.options else "key_form"
    if one.kind == "short_text":
        return "options" if one.options else ""
    different = {" ".join(option.split()).casefold() for option in one.options}
    if len(different) != len(one.options) or "" in different:
        return "options"
    if not FEWEST_OPTIONS <= len(one.options) <= MOST_OPTIONS:
        return "options"
    if not set(one.key) <= set(one.options) or len(set(one.key)) != len(one.key):
        return "options"
    if one.kind == "single_choice":
        return "" if len(one.key) == 1 else "key_form"
    return "" if len(one.key) < len(one.options) else "key_form"


def _is_cut(text: str) -> bool:
    """Whether a text breaks off: an ellipsis or a hyphen at its end, or a parenthesis left open."""
    end = text.rstrip()
    return end.endswith(("…", "...", "-", ",", "(")) or text.count("(") > text.count(")")


def shuffled(one: Item) -> Item:
    """The item with its options in an order drawn from its own text, the same in every process."""
    if not one.options:
        return one
    drawn = "\n".join([one.stem, one.code, *sorted(one.options)])
    return replace(one, options=tuple(in_drawn_order(one.options, drawn)))


def _reason(proposed: ProposedItems, kept: int, asked: int) -> str:
    if proposed.items and not kept:
        return "No proposed question passed the checks."
    if asked > kept:
        return f"{asked} questions were asked for and {kept} passed the checks." + (
            f" {proposed.reason}" if proposed.reason else ""
        )
    return proposed.reason
