"""A word or a few, compared with accepted forms. A response is a text.

`spec`: `accepted` (list of texts; the key is the first), `case_sensitive` (false unless set),
`collapse_spaces` (true unless set: runs of spaces count as one). Outer spaces never count, and
Unicode's ways of writing one letter count as the same.
"""

from __future__ import annotations

from decimal import Decimal

from studium.assessment.kinds.content import (
    MAX_ENTRIES,
    MAX_TEXT,
    Problem,
    QuestionContent,
    Response,
    check_text,
    folded,
    is_answered,
    read_text,
)

__all__ = ["check", "is_answered", "name", "read_response", "right_answer", "score"]

name = "short_text"


def check(content: QuestionContent) -> list[Problem]:
    """See `Kind.check`."""
    problems = check_text(content)
    accepted = content.spec.get("accepted", [content.answer])
    if not isinstance(accepted, list) or not all(isinstance(one, str) for one in accepted):
        return [*problems, Problem("spec", "The accepted answers must be a list of texts.")]
    if not content.answer.strip() or not all(one.strip() for one in accepted):
        problems.append(Problem("answer", "An accepted answer is empty. Write it or remove it."))
    elif not accepted or accepted[0] != content.answer:
        problems.append(Problem("answer", "The key must be the first accepted answer."))
    if len(accepted) > MAX_ENTRIES:
        problems.append(Problem("spec", f"There are more than {MAX_ENTRIES} accepted answers."))
    if any(len(one) > MAX_TEXT for one in accepted):
        problems.append(Problem("spec", "An accepted answer is longer than an answer may be."))
    for rule in ("case_sensitive", "collapse_spaces"):
        if not isinstance(content.spec.get(rule, False), bool):
            problems.append(Problem("spec", f"{rule} must be true or false."))
    return problems


def read_response(content: QuestionContent, raw: object) -> Response:
    """The text without outer spaces; nothing but spaces clears the answer."""
    return None if raw is None else read_text(raw).strip() or None


def score(content: QuestionContent, response: Response) -> Decimal:
    """1 for an accepted form, else 0."""
    if not isinstance(response, str):
        return Decimal(0)
    forms = {_folded(content, form) for form in _accepted(content)}
    return Decimal(_folded(content, response) in forms)


def right_answer(content: QuestionContent) -> Response:
    """The first accepted form."""
    return content.answer.strip()


def _accepted(content: QuestionContent) -> list[str]:
    return [content.answer, *content.spec.get("accepted", [])]


def _folded(content: QuestionContent, text: str) -> str:
    return folded(
        text,
        case_sensitive=bool(content.spec.get("case_sensitive", False)),
        collapse_spaces=bool(content.spec.get("collapse_spaces", True)),
    )
