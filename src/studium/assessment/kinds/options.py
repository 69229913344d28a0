"""What kinds with options share: their options, from the form to the page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from studium.assessment.kinds.content import (
    MAX_ENTRIES,
    Draft,
    Fields,
    Making,
    OptionDraft,
    Problem,
    QuestionContent,
    WrongShape,
    as_lines,
    check_text,
    read_json,
    read_text,
)
from studium.assessment.kinds.numbers import plain, read_number

SPARE_ROWS = 2
FEWEST_ROWS = 4
FULL = Decimal(100)
_ROW = re.compile(r"option-([0-9]{1,3})")


def option_ids(content: QuestionContent) -> list[str]:
    """The ids of the options in the author's order."""
    return [str(option.get("id", "")) for option in content.options or ()]


def option_text(content: QuestionContent, option_id: object) -> str:
    """The text of an option in Markdown; empty for an unknown one."""
    return next(
        (str(one.get("text", "")) for one in content.options or () if one.get("id") == option_id),
        "",
    )


def key_ids(content: QuestionContent) -> list[str] | None:
    """The right ids of a question with several, or None when the key cannot be read."""
    key = read_json(content.answer)
    if not isinstance(key, list) or not all(isinstance(one, str) for one in key):
        return None
    return key


def check_options(content: QuestionContent) -> list[Problem]:
    """Flaws of the question's text and options, whatever the key says."""
    problems = check_text(content)
    options = list(content.options or ())
    ids = option_ids(content)
    if len(options) < 2:
        problems.append(Problem("options", "A choice needs at least two options. Add one."))
    if len(options) > MAX_ENTRIES:
        problems.append(Problem("options", f"There are more than {MAX_ENTRIES} options."))
    if any(not isinstance(one.get("id"), str) or not one["id"] for one in options):
        problems.append(Problem("options", "An option has no id."))
    elif len(set(ids)) < len(ids):
        problems.append(Problem("options", "Two options have the same id."))
    texts = [_trimmed(one.get("text")) for one in options]
    if "" in texts:
        problems.append(Problem("options", "An option has no text. Write it or remove it."))
    for text in sorted({text for text in texts if text and texts.count(text) > 1}):
        problems.append(Problem("options", f"The option “{text[:80]}” is there twice."))
    return problems


def _trimmed(text: object) -> str:
    return unicodedata.normalize("NFC", text).strip() if isinstance(text, str) else ""


def read_option(content: QuestionContent, raw: object, field: str = "response") -> str:
    """One option id of this question; raises `WrongShape`."""
    if not isinstance(raw, str):
        raise WrongShape(field, "The answer must name one option by its id.")
    chosen = read_text(raw, field)
    if chosen not in option_ids(content):
        raise WrongShape(field, "The answer names an option that this question does not have.")
    return chosen


def read_options(content: QuestionContent, raw: object) -> list[str]:
    """A list of different option ids, in the order given; raises `WrongShape`."""
    if not isinstance(raw, list | tuple):
        raise WrongShape("response", "The answer must be a list of option ids.")
    if len(raw) > MAX_ENTRIES:
        raise WrongShape("response", f"The answer has more than {MAX_ENTRIES} entries.")
    chosen = [read_option(content, one) for one in raw]
    if len(set(chosen)) < len(chosen):
        raise WrongShape("response", "The answer names an option twice.")
    return chosen


# --- stated shares -----------------------------------------------------------------------------


def shares(content: QuestionContent) -> dict[str, Decimal]:
    """Percent of the points by option id, where the author states them; else empty."""
    stated = [one for one in content.options or () if "share" in one]
    if not stated:
        return {}
    return {str(one.get("id")): read_number(one.get("share", "0")) for one in content.options or ()}


def share_problems(content: QuestionContent) -> list[Problem]:
    """Stated shares that are no numbers from -100 to 100."""
    try:
        wrong = [one for one in shares(content).values() if not -FULL <= one <= FULL]
    except WrongShape as flaw:
        return [Problem("options", f"A share of the points is no number: {flaw.message}")]
    return [Problem("options", "A share of the points is from -100 to 100 percent.")] * bool(wrong)


# --- drafts and forms --------------------------------------------------------------------------


def write_options(options: Sequence[OptionDraft], making: Making) -> list[dict[str, Any]]:
    """Options as they are stored, in the author's order, with ids that say nothing."""
    made: list[dict[str, Any]] = []
    for option, new_id in zip(options, making.ids(len(options)), strict=True):
        one = {"id": new_id, "text": option.text, "html": making.inline(option.text)}
        if option.explanation.strip():
            one["explanation"] = option.explanation
            one["explanation_html"] = making.inline(option.explanation)
        if option.share not in (None, ""):
            one["share"] = _share_text(option.share)
        made.append(one)
    return made


def mixed(options: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Options in the order of their random ids, which says nothing about the author's order."""
    return sorted((dict(one) for one in options), key=lambda one: str(one["id"]))


def option_drafts(content: QuestionContent, right: Sequence[object]) -> list[OptionDraft]:
    """Stored options as their author wrote them."""
    return [
        OptionDraft(
            one["text"],
            right=one["id"] in right,
            label=one["id"],
            explanation=one.get("explanation", ""),
            share=one.get("share"),
        )
        for one in content.options or ()
    ]


def right_ids(draft: Draft, options: Sequence[Mapping[str, Any]]) -> list[str]:
    """The ids of the options that are marked as right, or that the draft's answer calls right."""
    named = draft.answer if isinstance(draft.answer, list) else [draft.answer]
    return [
        stored["id"]
        for stored, written in zip(options, draft.options or (), strict=True)
        if written.right or (written.label is not None and written.label in named)
    ]


def options_in(form: Fields) -> list[OptionDraft]:
    """Rows `option-<n>`, `why-<n>`, `share-<n>` and `right`, whose values are the right numbers.

    Empty rows fall away.
    """
    right = form.getlist("right")
    return [
        OptionDraft(
            text=as_lines(text),
            right=str(n) in right,
            explanation=as_lines(form.get(f"why-{n}", "")),
            share=form.get(f"share-{n}", "").strip() or None,
        )
        for n in row_numbers(form, _ROW)
        if (text := form.get(f"option-{n}", "")).strip()
    ]


def row_numbers(form: Fields, row: re.Pattern[str]) -> list[int]:
    """The numbers of a form's rows, in order."""
    found = (row.fullmatch(name) for name in form)
    return sorted(int(match[1]) for match in found if match)


def option_rows(options: Sequence[OptionDraft]) -> list[dict[str, Any]]:
    """What the rows of a form show, with room for more: without scripts none can be added."""
    filled = [
        {"text": one.text, "why": one.explanation, "right": one.right, "share": one.share or ""}
        for one in options
    ]
    return with_spare(filled, {"text": "", "why": "", "right": False, "share": ""})


def with_spare(rows: list[dict[str, Any]], empty: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows and some empty ones."""
    return [*rows, *[empty] * max(SPARE_ROWS, FEWEST_ROWS - len(rows))]


def _share_text(share: object) -> str:
    try:
        return plain(read_number(share))
    except WrongShape:
        return str(share)  # `share_problems` says what is wrong with it
