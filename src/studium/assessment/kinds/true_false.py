"""A statement that is true or false. A response is a bool."""

from __future__ import annotations

from decimal import Decimal

from studium.assessment.kinds.content import (
    Problem,
    QuestionContent,
    Response,
    WrongShape,
    check_text,
    is_answered,
)

__all__ = ["check", "is_answered", "name", "read_response", "right_answer", "score"]

name = "true_false"


def check(content: QuestionContent) -> list[Problem]:
    """See `Kind.check`."""
    problems = check_text(content)
    if content.answer not in ("true", "false"):
        problems.append(Problem("answer", "Say whether the statement is true or false."))
    if content.options:
        problems.append(Problem("options", "A true or false question has no options of its own."))
    return problems


def read_response(content: QuestionContent, raw: object) -> Response:
    """See `Kind.read_response`."""
    if raw is None or raw == "":
        return None
    if not isinstance(raw, bool):
        raise WrongShape("response", "The answer must be true or false.")
    return raw


def score(content: QuestionContent, response: Response) -> Decimal:
    """1 for the right one, else 0."""
    return Decimal(isinstance(response, bool) and response is (content.answer == "true"))


def right_answer(content: QuestionContent) -> Response:
    """Whether the statement is true."""
    return content.answer == "true"
