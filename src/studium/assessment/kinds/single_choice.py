"""One option of several is right. A response is the id of the option chosen."""

from __future__ import annotations

from decimal import Decimal

from studium.assessment.kinds.content import Problem, QuestionContent, Response, is_answered
from studium.assessment.kinds.options import check_options, option_ids, read_option

__all__ = ["check", "is_answered", "name", "read_response", "right_answer", "score"]

name = "single_choice"


def check(content: QuestionContent) -> list[Problem]:
    """See `Kind.check`."""
    problems = check_options(content)
    if not content.answer:
        problems.append(Problem("answer", "No option is marked as right. Mark one."))
    elif content.answer not in option_ids(content):
        problems.append(Problem("answer", "The right answer is not among the options."))
    return problems


def read_response(content: QuestionContent, raw: object) -> Response:
    """See `Kind.read_response`."""
    return None if raw is None or raw == "" else read_option(content, raw)


def score(content: QuestionContent, response: Response) -> Decimal:
    """1 for the right option, else 0."""
    return Decimal(response is not None and response == content.answer)


def right_answer(content: QuestionContent) -> Response:
    """The id of the right option."""
    return content.answer
