"""Several options may be right. A response is the list of ids chosen.

The rule for partial credit: (right ones chosen - wrong ones chosen) / right ones there are,
and never below 0. Whoever ticks everything gains nothing from it.
"""

from __future__ import annotations

from decimal import Decimal

from studium.assessment.kinds.content import (
    MAX_ENTRIES,
    Problem,
    QuestionContent,
    Response,
    WrongShape,
    is_answered,
)
from studium.assessment.kinds.options import check_options, key_ids, option_ids, read_option

__all__ = ["check", "is_answered", "name", "read_response", "right_answer", "score"]

name = "multiple_choice"


def check(content: QuestionContent) -> list[Problem]:
    """See `Kind.check`."""
    problems = check_options(content)
    key = key_ids(content)
    if key is None:
        problems.append(Problem("answer", "The right answers must be a list of option ids."))
    elif not key:
        problems.append(Problem("answer", "No option is marked as right. Mark at least one."))
    elif len(set(key)) < len(key):
        problems.append(Problem("answer", "A right answer is named twice."))
    elif not set(key) <= set(option_ids(content)):
        problems.append(Problem("answer", "A right answer is not among the options."))
    return problems


def read_response(content: QuestionContent, raw: object) -> Response:
    """The ids chosen, in the author's order; no id at all clears the answer."""
    if raw is None or raw == "":
        return None
    if not isinstance(raw, list | tuple):
        raise WrongShape("response", "The answer must be a list of option ids.")
    if len(raw) > MAX_ENTRIES:
        raise WrongShape("response", f"The answer has more than {MAX_ENTRIES} entries.")
    chosen = [read_option(content, one) for one in raw]
    if len(set(chosen)) < len(chosen):
        raise WrongShape("response", "The answer names an option twice.")
    return [one for one in option_ids(content) if one in chosen] or None


def score(content: QuestionContent, response: Response) -> Decimal:
    """(right chosen - wrong chosen) / right, at least 0."""
    key = set(key_ids(content) or ())
    if not key or not isinstance(response, list):
        return Decimal(0)
    right = len(key & set(response))
    wrong = len(set(response) - key)
    return max(Decimal(0), Decimal(right - wrong) / Decimal(len(key)))


def right_answer(content: QuestionContent) -> Response:
    """The ids of the right options in the author's order."""
    key = key_ids(content) or []
    return [one for one in option_ids(content) if one in key]
