"""Read a program: does it compile, and what does it print, or which line fails?

`spec["program"]` is the program. The key and a response are objects of the same form:
`{"compiles": true, "output": "…"}` or `{"compiles": false, "line": 3}`. All or nothing.
Spaces at the ends of lines and empty lines at the end of the output do not count. A key
without a line asks only whether the program compiles.
"""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any, ClassVar

from studium.assessment.kinds import programs, sql
from studium.assessment.kinds.content import (
    Draft,
    Fields,
    Problem,
    QuestionContent,
    Response,
    WrongShape,
    as_lines,
    check_text,
    read_json,
    read_text,
    whole,
)
from studium.assessment.kinds.kind import Kind

MAX_LINE = 100_000
_TRUTH = {"true": True, "false": False}


class Tracing(Kind):
    """See the module."""

    name = "tracing"
    title = "Read a program that may not compile"
    place = 90
    shape = "object"
    bad_key: ClassVar = {
        "sqlite": "CASE WHEN json_valid(NEW.answer) THEN json_type(NEW.answer) <> 'object' "
        "OR coalesce(json_type(NEW.answer, '$.compiles'), '') NOT IN ('true', 'false') ELSE 1 END",
        "postgresql": "CASE WHEN left(ltrim(NEW.answer), 1) <> '{' THEN true "
        "ELSE coalesce(jsonb_typeof(NEW.answer::jsonb -> 'compiles'), '') <> 'boolean' END",
    }
    bad_response: ClassVar = sql.response_is_not("object")

    def problems(self, content: QuestionContent) -> list[Problem]:
        found = check_text(content) + programs.program_problems(content)
        try:
            key = self.read_response(content, _key(content))
        except WrongShape as flaw:
            return [*found, Problem("answer", flaw.message)]
        if not isinstance(key, dict):
            found.append(Problem("answer", "Say whether the program compiles."))
        elif (key.get("line") or 0) > str(content.spec.get("program", "")).count("\n") + 1:
            found.append(Problem("answer", "The program does not have as many lines as the key."))
        return found

    def read_response(self, content: QuestionContent, raw: object) -> Response:
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
            output = read_text(given.get("output", ""), "output")
            return {"compiles": True, "output": programs.printed(output)}
        return {"compiles": False, "line": _line(given.get("line"))}

    def score(self, content: QuestionContent, response: Response) -> Decimal:
        """1 when both parts are right, else 0."""
        key = self.right_answer(content)
        if not isinstance(response, dict) or not isinstance(key, dict):
            return Decimal(0)
        if key["compiles"] is False and key["line"] is None:
            return Decimal(response["compiles"] is False)
        return Decimal(response == key)

    def right_answer(self, content: QuestionContent) -> Response:
        return self.read_response(content, _key(content))

    def full_text(self, content: QuestionContent) -> str:
        return programs.full_text(content)

    def words(self, content: QuestionContent, response: Response) -> str:
        if not isinstance(response, dict):
            return ""
        if response["compiles"]:
            return f"compiles, prints {response['output']}"
        return (
            f"does not compile, line {response['line']}"
            if response["line"]
            else ("does not compile")
        )

    def mistake(self, content: QuestionContent, drawn: Random) -> Response:
        right: Any = self.right_answer(content)
        if not right["compiles"]:
            return {"compiles": True, "output": drawn.choice(["0", "1", ""])}
        if drawn.random() < 0.5:
            return {"compiles": False, "line": drawn.randint(2, 4)}
        return {"compiles": True, "output": f"{right['output']}0"}

    def draft(self, content: QuestionContent) -> Draft:
        return Draft(content.text, _key(content), None, content.spec)

    def from_form(self, form: Fields) -> Draft:
        spec = {"program": as_lines(form.get("program", ""))}
        spec |= {"language": form.get("language", "")} if form.get("language", "") else {}
        compiles = _TRUTH.get(form.get("compiles", ""))
        if compiles is None:
            return Draft("", None, None, spec)
        if compiles:
            key = {"compiles": True, "output": as_lines(form.get("output", ""))}
            return Draft("", key, None, spec)
        line = form.get("line", "").strip()
        return Draft("", {"compiles": False, "line": whole(line) if line else None}, None, spec)

    def to_form(self, draft: Draft) -> dict[str, Any]:
        key = draft.answer if isinstance(draft.answer, dict) else {}
        return {
            "program": draft.spec.get("program", ""),
            "language": draft.spec.get("language", ""),
            "compiles": str(key.get("compiles", "")).lower(),
            "output": key.get("output", ""),
            "line": key.get("line") or "",
        }

    def from_fields(self, form: Fields, name: str) -> object:
        compiles = _TRUTH.get(form.get(f"{name}-compiles", ""))
        if compiles is None:
            return None
        if compiles:
            return {"compiles": True, "output": form.get(f"{name}-output", "")}
        # What is no number goes on as text, so that reading it says what is wrong with it.
        return {"compiles": False, "line": whole(form.get(f"{name}-line", ""))}


def _line(raw: object) -> int | None:
    if raw is None or raw == "":
        return None
    if isinstance(raw, bool) or not isinstance(raw, int) or not 1 <= raw <= MAX_LINE:
        raise WrongShape("line", "The line must be a whole number from 1.")
    return raw


def _key(content: QuestionContent) -> object:
    key = read_json(content.answer)
    return content.answer if key is None else key


KIND = Tracing()
