"""A machine-made item as it is stored, shown, and turned into a question of the bank.

An item is plain text out of a lesson; a question is Markdown. What a person changed stands beside
what was made (`edited`), so that both can be told apart later.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, fields
from hashlib import sha256
from typing import Any

from studium.ai.model import Item, Source
from studium.assessment.kinds import OptionDraft
from studium.assessment.writing import QuestionDraft

_SPECIAL = re.compile(r"(?P<gap>(?<=[^\s_] )_{3,}(?=[ .,;:?!]))|[\\`*_\[\]<>&{}|~$]")
_LINE_START = re.compile(r"^(\s*)([#+-]|\d+(?=[.)]))", re.MULTILINE)
_RUNS = re.compile(r"`+")
LONGEST_STEM = 5_000
REASONS = {
    "wrong_key": "The key is wrong.",
    "two_keys": "More than one answer can be defended.",
    "unclear": "It cannot be understood alone.",
    "giveaway": "It can be guessed.",
    "trivial": "It is not worth asking.",
    "other": "Another reason.",
}
"""Why a person rejects a draft, in the order of the keys 1 to 6."""


def stored(item: Item, *, engine: str, engine_version: str) -> dict[str, Any]:
    """The item as JSON holds it."""
    return asdict(item) | {"engine": engine, "engine_version": engine_version}


def item_of(kept: Mapping[str, Any]) -> Item:
    """A stored item as the AI engine's word for it, without what a person changed."""
    values = {one.name: kept[one.name] for one in fields(Item) if one.name in kept}
    lists = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
    sources = tuple(Source(**one) for one in kept["sources"])
    return Item(**values | lists | {"sources": sources})


def digest(item: Item) -> str:
    """A hash of what is asked and what is right, whatever the order of the options."""
    parts = [item.kind, item.stem, item.code, *sorted(item.key), "", *sorted(item.options)]
    folded = "\0".join(" ".join(part.split()).casefold() for part in parts)
    return sha256(folded.encode()).hexdigest()


def as_question(kept: Mapping[str, Any]) -> QuestionDraft:
    """The question that a stored item becomes, as a person changed it where somebody did."""
    edited = kept.get("edited")
    if edited is not None:
        return _from_edit(edited)
    stem = escaped(kept["stem"])
    if kept.get("code"):
        stem = f"{stem}\n\n{_fenced(kept['code'])}"
    its = QuestionDraft(
        kind=kept["kind"],
        question_text=stem,
        explanation=escaped(kept.get("explanation", "")),
        origin="ai",
    )
    return _with_key(its, kept)


def edit_of(draft: QuestionDraft) -> dict[str, Any]:
    """What a person wrote, as JSON holds it."""
    names = ("text", "right", "explanation", "share")
    options = [{name: getattr(one, name) for name in names} for one in draft.options or ()]
    return {
        "kind": draft.kind,
        "question_text": draft.question_text,
        "answer": draft.answer,
        "options": options if draft.options is not None else None,
        "spec": dict(draft.spec),
        "points": draft.points,
        "explanation": draft.explanation,
    }


def span_of(kept: Mapping[str, Any], *, lesson_id: object, source_hash: str) -> dict[str, Any]:
    """What the column `source` of a question keeps: where in which text its key is proved."""
    names = ("form", "engine", "engine_version", "rule", "section", "term")
    return {
        "lesson_id": str(lesson_id),
        "source_hash": source_hash,
        "spans": [dict(one) for one in kept["sources"]],
        **{name: kept.get(name, "") for name in names},
    }


def escaped(text: str) -> str:
    """Text that Markdown shows as it is; only code between backticks stays code."""
    pieces = re.split(r"(`[^`\n]+`)", text)
    shown = [one if number % 2 else _plain(one) for number, one in enumerate(pieces)]
    return _LINE_START.sub(r"\1\\\2", "".join(shown))


def _plain(text: str) -> str:
    """Escaped but for gaps, which Markdown leaves alone as they stand between blanks."""
    return _SPECIAL.sub(lambda found: found["gap"] or "\\" + found[0], text)


def _fenced(code: str) -> str:
    longest = max((len(run) for run in _RUNS.findall(code)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{code.rstrip()}\n{fence}"


def _with_key(its: QuestionDraft, kept: Mapping[str, Any]) -> QuestionDraft:
    key = list(kept["key"])
    values: dict[str, Any] = {}
    if its.kind in ("single_choice", "multiple_choice"):
        values["options"] = [OptionDraft(escaped(one), one in key) for one in kept["options"]]
    elif its.kind == "true_false":
        values["answer"] = key[0] == "true"
    else:
        values |= {"answer": key[0], "spec": {"accepted": key}}
    return QuestionDraft(
        kind=its.kind,
        question_text=its.question_text,
        explanation=its.explanation,
        origin=its.origin,
        **values,
    )


def _from_edit(edited: Mapping[str, Any]) -> QuestionDraft:
    options = edited["options"]
    return QuestionDraft(
        kind=edited["kind"],
        question_text=edited["question_text"],
        answer=edited["answer"],
        options=None if options is None else [OptionDraft(**one) for one in options],
        spec=edited["spec"],
        points=edited["points"],
        explanation=edited["explanation"],
        origin="ai",
    )
