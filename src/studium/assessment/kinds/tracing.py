"""Read a program: does it compile, and what does it print, or which line fails?

`spec["program"]` is the program. The key and a response are objects of the same form:
`{"compiles": true, "output": "…"}` or `{"compiles": false, "line": 3}`. All or nothing.
Spaces at the ends of lines and empty lines at the end of the output do not count. A key
without a line asks only whether the program compiles.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from studium.assessment.kinds.content import (
    Problem,
    QuestionContent,
    Response,
    WrongShape,
    check_text,
    is_answered,
    read_text,
)

__all__ = ["check", "is_answered", "name", "read_response", "right_answer", "score"]

name = "tracing"

MAX_LINE = 100_000


def check(content: QuestionContent) -> list[Problem]:
    """See `Kind.check`."""
    problems = check_text(content)
    program = content.spec.get("program")
    if not isinstance(program, str) or not program.strip():
        problems.append(Problem("spec", "There is no program to read."))
        program = ""
    try:
        key = read_response(content, _key(content))
    except WrongShape as flaw:
        return [*problems, Problem("answer", flaw.message)]
    if not isinstance(key, dict):
        problems.append(Problem("answer", "Say whether the program compiles."))
    elif (key.get("line") or 0) > program.count("\n") + 1:
        problems.append(Problem("answer", "The program does not have as many lines as the key."))
    return problems


def read_response(content: QuestionContent, raw: object) -> Response:
    """The object with its two entries; raises `WrongShape`."""
    if raw is None or raw in ("", {}):
        return None
    if not isinstance(raw, dict):
        raise WrongShape("response", "The answer must say whether the program compiles.")
    given: dict[object, Any] = raw
    compiles = given.get("compiles")
    if not isinstance(compiles, bool):
        raise WrongShape("compiles", "The answer must say whether the program compiles.")
    allowed = {"compiles", "output"} if compiles else {"compiles", "line"}
    if not set(given) <= allowed:
        raise WrongShape(
            "response",
            "A program that compiles has an output; one that does not has a line that fails.",
        )
    if compiles:
        return {"compiles": True, "output": _printed(read_text(given.get("output", ""), "output"))}
    return {"compiles": False, "line": _line(given.get("line"))}


def _line(raw: object) -> int | None:
    if raw is None or raw == "":
        return None
    if isinstance(raw, bool) or not isinstance(raw, int) or not 1 <= raw <= MAX_LINE:
        raise WrongShape("line", "The line must be a whole number from 1.")
    return raw


def score(content: QuestionContent, response: Response) -> Decimal:
    """1 when both parts are right, else 0."""
    key = right_answer(content)
    if not isinstance(response, dict) or not isinstance(key, dict):
        return Decimal(0)
    if key["compiles"] is False and key["line"] is None:
        return Decimal(response["compiles"] is False)
    return Decimal(response == key)


def right_answer(content: QuestionContent) -> Response:
    """The key."""
    return read_response(content, _key(content))


def _key(content: QuestionContent) -> object:
    try:
        return json.loads(content.answer)
    except (ValueError, RecursionError):
        return content.answer


def _printed(output: str) -> str:
    lines = output.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).rstrip()
