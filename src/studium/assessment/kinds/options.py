"""What the two kinds of choice share: their options."""

from __future__ import annotations

import json
import unicodedata

from studium.assessment.kinds.content import (
    MAX_ENTRIES,
    Problem,
    QuestionContent,
    WrongShape,
    check_text,
    read_text,
)


def option_ids(content: QuestionContent) -> list[str]:
    """The ids of the options in the author's order."""
    return [str(option.get("id", "")) for option in content.options or ()]


def key_ids(content: QuestionContent) -> list[str] | None:
    """The right ids of a question with several, or None when the key cannot be read."""
    try:
        key = json.loads(content.answer)
    except (ValueError, RecursionError):
        return None
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


def read_option(content: QuestionContent, raw: object) -> str:
    """One option id of this question; raises `WrongShape`."""
    if not isinstance(raw, str):
        raise WrongShape("response", "The answer must name one option by its id.")
    chosen = read_text(raw)
    if chosen not in option_ids(content):
        raise WrongShape("response", "The answer names an option that this question does not have.")
    return chosen
