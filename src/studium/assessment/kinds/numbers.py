"""Numbers as people type them, read as exact decimals.

`3,14` is read as 3.14; `1,234` could mean two numbers and is refused with a request to write 1234
or 1.234. Spaces inside numbers are not accepted.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal

from studium.assessment.kinds.content import WrongShape, read_text

MAX_DIGITS = 60
MAX_EXPONENT = 60
NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?"
_NUMBER = re.compile(NUMBER)
_COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+")
_TWO_WAYS = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")


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


def plain(number: Decimal) -> str:
    """A number as text, without an exponent where that is readable."""
    if not number:
        return "0"
    text = format(number, "f" if abs(number.adjusted()) <= 20 else "E")
    return text.rstrip("0").rstrip(".") if "." in text and "E" not in text else text


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
