"""Reading what was sent, strictly: JSON that is JSON, texts that can be stored, numbers that fit.

Everything is looked at once, before any field is checked, so that no operation can forget it.
"""

from __future__ import annotations

import json
import re
from math import isfinite
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, QueryDict
from django.http.multipartparser import MultiPartParserError

from studium.lib.errors import Invalid, TooLarge, Unreadable, WrongMedia

JSON_BYTES = 6_000_000
UPLOAD_BYTES = 100 * 1024 * 1024
MOST_DEPTH = 20
LARGEST = 2**63 - 1
_BAD = re.compile("[\x00\ud800-\udfff]")
_LONG_NUMBER = 400


def read_json(request: HttpRequest) -> Any:
    """The body as JSON, looked through; `None` for an empty body.

    Raises `TooLarge`, `WrongMedia`, `Unreadable`, or `Invalid` with the place of the value.
    """
    if not require_size(request, JSON_BYTES):
        return None
    if request.content_type != "application/json":
        raise WrongMedia("Send the body as application/json.")
    try:
        body = request.body
    except RequestDataTooBig:
        raise _too_large(JSON_BYTES) from None
    try:
        sent = json.loads(body.decode(), parse_constant=float, parse_int=_whole)
    except (ValueError, RecursionError):
        raise Unreadable("The body is not JSON in UTF-8.") from None
    problems: dict[str, str] = {}
    _look(sent, "", 0, problems)
    if problems:
        raise Invalid("Some values cannot be stored. See the fields.", fields=problems)
    return sent


def read_form(request: HttpRequest) -> None:
    """Parse a multipart body, within its size. Raises as `read_json`."""
    if request.content_type != "multipart/form-data":
        raise WrongMedia("Send the file as multipart/form-data.")
    try:
        given = request.POST
    except RequestDataTooBig:
        raise _too_large(UPLOAD_BYTES) from None
    except (MultiPartParserError, ValueError):
        raise Unreadable("The form cannot be read.", code="not_a_form") from None
    require_plain(given)


def require_plain(given: QueryDict) -> None:
    """Raise `Invalid` for names and values of a query or form that are no text."""
    problems = {
        name[:80]: "This holds a character that cannot be stored."
        for name, values in given.lists()
        if _BAD.search(name) or any(_BAD.search(one) for one in values if isinstance(one, str))
    }
    if problems:
        raise Invalid("Some values cannot be stored. See the fields.", fields=problems)


def require_known(given: QueryDict, known: frozenset[str]) -> None:
    """Raise `Invalid` for a parameter that the operation does not have: typing errors show."""
    if unknown := {name[:80]: "There is no such parameter." for name in given if name not in known}:
        raise Invalid("The address has a parameter that is not known here.", fields=unknown)


def require_size(request: HttpRequest, most: int) -> int:
    """The announced length of the body, which is all that is ever read. Raises `TooLarge`."""
    announced = str(request.META.get("CONTENT_LENGTH") or "0")
    length = int(announced) if announced.isdecimal() and len(announced) < 20 else 0
    if length > most:
        raise _too_large(most)
    return length


def _too_large(most: int) -> TooLarge:
    return TooLarge(f"The request is larger than {most // 1_000_000} MB. Send less at once.")


def _whole(text: str) -> int:
    # A number of a million digits would take seconds to read; nothing here takes a long one.
    return int(text) if len(text) < _LONG_NUMBER else LARGEST + 1


def _look(value: Any, place: str, depth: int, problems: dict[str, str]) -> None:
    if len(problems) >= 20:
        return
    if depth > MOST_DEPTH:
        problems[place] = f"This is nested deeper than {MOST_DEPTH} levels."
    elif isinstance(value, str):
        if _BAD.search(value):
            problems[place or "body"] = "This holds a character that cannot be stored."
    elif isinstance(value, dict):
        for name, one in value.items():
            if _BAD.search(name):
                problems[f"{place}.{name}".lstrip(".")[:80]] = "This is no name of a field."
            _look(one, f"{place}.{name}".lstrip("."), depth + 1, problems)
    elif isinstance(value, list):
        for number, one in enumerate(value):
            _look(one, f"{place}.{number}".lstrip("."), depth + 1, problems)
    elif wrong := _wrong_number(value):
        problems[place or "body"] = wrong


def _wrong_number(value: Any) -> str:
    if isinstance(value, float) and not isfinite(value):
        return "This is no number, or one that is too large."
    if isinstance(value, int) and not -LARGEST - 1 <= value <= LARGEST:
        return "This number has more than 64 bits."
    return ""
