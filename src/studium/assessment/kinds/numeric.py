"""A number with a tolerance. A response is a decimal as text.

`spec`: `tolerance` (a decimal as text, 0 unless set) and `tolerance_kind` (`absolute` unless
set, or `relative`: a share of the right value). The edge of the tolerance counts as right.

Numbers are exact decimals. `3,14` is read as 3.14; `1,234` could mean two numbers and is
refused with a request to write 1234 or 1.234. Spaces inside numbers are not accepted.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal, localcontext

from studium.assessment.kinds.content import (
    Problem,
    QuestionContent,
    Response,
    WrongShape,
    check_text,
    is_answered,
    read_text,
)

__all__ = ["check", "is_answered", "name", "read_number", "read_response", "right_answer", "score"]

name = "numeric"

MAX_DIGITS = 60
MAX_EXPONENT = 60
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+")
_TWO_WAYS = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")


def check(content: QuestionContent) -> list[Problem]:
    """See `Kind.check`."""
    problems = check_text(content)
    try:
        read_number(content.answer)
    except WrongShape as flaw:
        problems.append(Problem("answer", f"The right value is no number: {flaw.message}"))
    try:
        if read_number(content.spec.get("tolerance", "0")) < 0:
            problems.append(Problem("spec", "The tolerance is negative. Write 0 or more."))
    except WrongShape as flaw:
        problems.append(Problem("spec", f"The tolerance is no number: {flaw.message}"))
    if content.spec.get("tolerance_kind", "absolute") not in ("absolute", "relative"):
        problems.append(Problem("spec", "The tolerance must be absolute or relative."))
    return problems


def read_response(content: QuestionContent, raw: object) -> Response:
    """The number as plain decimal text; raises `WrongShape`."""
    if raw is None or (isinstance(raw, str) and not read_text(raw).strip()):
        return None
    number = read_number(raw)
    return format(number, "f" if abs(number.adjusted()) <= 20 else "E")


def read_number(raw: object) -> Decimal:
    """An exact, finite decimal from a number or its text; raises `WrongShape`."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise WrongShape("response", "The answer must be a number.")
    if isinstance(raw, float) and not math.isfinite(raw):
        raise WrongShape("response", "The answer must be a finite number.")
    if isinstance(raw, int) and abs(raw) >= 10**MAX_DIGITS:
        raise WrongShape("response", f"The number has more than {MAX_DIGITS} digits.")
    text = read_text(raw if isinstance(raw, str) else repr(raw)).strip().replace("\u2212", "-")
    if _TWO_WAYS.fullmatch(text):
        plain, point = text.replace(",", ""), text.replace(",", ".")
        raise WrongShape("response", f"“{text}” can mean two numbers. Write {plain} or {point}.")
    if _COMMA.fullmatch(text):
        text = text.replace(",", ".")
    if not _NUMBER.fullmatch(text):
        raise WrongShape("response", "The answer is no number. Write it like 3.14 or -2e5.")
    return _in_range(text)


def _in_range(text: str) -> Decimal:
    if len(text) > MAX_DIGITS + 10:
        raise WrongShape("response", f"The number has more than {MAX_DIGITS} digits.")
    number = Decimal(text)
    exponent = number.as_tuple().exponent
    if not number:
        return Decimal(0)
    if abs(number.adjusted()) > MAX_EXPONENT or abs(int(exponent)) > 2 * MAX_EXPONENT:
        raise WrongShape("response", "The number is too large or too small.")
    return number


def score(content: QuestionContent, response: Response) -> Decimal:
    """1 within the tolerance, its edge included, else 0."""
    if not isinstance(response, str):
        return Decimal(0)
    with localcontext() as exact:
        exact.prec = 500  # numbers have at most 60 digits within 60 places: nothing is rounded
        right = read_number(content.answer)
        tolerance = read_number(content.spec.get("tolerance", "0"))
        if content.spec.get("tolerance_kind") == "relative":
            tolerance *= abs(right)
        return Decimal(abs(Decimal(response) - right) <= tolerance)


def right_answer(content: QuestionContent) -> Response:
    """The right value."""
    return read_response(content, content.answer)
