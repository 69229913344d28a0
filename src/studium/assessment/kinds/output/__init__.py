"""Read a program: what does it print? A response is a text.

`spec["program"]` is the program, the key what it prints. `spec["spaces"]` says which blanks count:
`ends_free` (unless set: those at the ends of lines and empty lines at the end do not), `all` (every
one counts but the last line break) or `none` (runs of blanks and line breaks are all the same).
`spec["credit"]` is `all` (unless set: right or wrong) or `lines`: each line that stands where it
should counts, out of the lines of the longer one of answer and key.
"""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any, ClassVar

from studium.assessment.kinds import programs, sql
from studium.assessment.kinds.content import (
    MAX_TEXT,
    Draft,
    Fields,
    Making,
    Problem,
    QuestionContent,
    Response,
    as_lines,
    check_text,
    read_text,
)
from studium.assessment.kinds.kind import Kind
from studium.lib.words import phrase, sentences

_SPACES = ("ends_free", "all", "none")
_CREDIT = ("all", "lines")


class Output(Kind):
    """See the module."""

    name = "output"
    title = "What does a program print?"
    place = 80
    shape = "text"
    bad_key: ClassVar = sql.KEY_IS_BLANK
    bad_response: ClassVar = sql.response_is_not("string")

    def problems(self, content: QuestionContent) -> list[Problem]:
        found = check_text(content) + programs.program_problems(content)
        if not content.answer.strip():
            found.append(Problem("answer", "Say what the program prints; it must be something."))
        if len(content.answer) > MAX_TEXT:
            found.append(Problem("answer", "The output is longer than an answer may be."))
        if content.spec.get("spaces", "ends_free") not in _SPACES:
            found.append(Problem("spec", f"spaces must be one of {', '.join(_SPACES)}."))
        if content.spec.get("credit", "all") not in _CREDIT:
            found.append(Problem("spec", f"credit must be one of {', '.join(_CREDIT)}."))
        return found

    def read_response(self, content: QuestionContent, raw: object) -> Response:
        """The text with LF between its lines; nothing but blanks clears the answer."""
        if raw is None:
            return None
        text = as_lines(read_text(raw))
        return text if text.strip() else None

    def score(self, content: QuestionContent, response: Response) -> Decimal:
        """1 for the same output; by lines the share of lines that stand where they should."""
        if not isinstance(response, str):
            return Decimal(0)
        given, right = _compared(content, response), _compared(content, content.answer)
        if given == right or content.spec.get("credit", "all") == "all":
            return Decimal(given == right)
        theirs, ours = given.split("\n"), right.split("\n")
        met = sum(one == other for one, other in zip(theirs, ours, strict=False))
        return Decimal(met) / Decimal(max(len(theirs), len(ours)))

    def right_answer(self, content: QuestionContent) -> Response:
        return as_lines(content.answer)

    def credit(self, content: QuestionContent) -> str:
        rules = {
            "all": phrase("Every space and line break counts."),
            "none": phrase("Spaces and line breaks do not count."),
        }
        by_lines = phrase("Each line that stands where it should counts.")
        words = rules.get(
            content.spec.get("spaces", ""), phrase("Spaces at the ends of lines do not count.")
        )
        return sentences(by_lines, words) if content.spec.get("credit") == "lines" else words

    def full_text(self, content: QuestionContent) -> str:
        return programs.full_text(content)

    def mistake(self, content: QuestionContent, drawn: Random) -> Response:
        return drawn.choice(["0", "error", f"{content.answer.strip()}1"])

    def write(self, draft: Draft, making: Making) -> QuestionContent:
        made = super().write(draft, making)
        return QuestionContent(self.name, made.text, as_lines(made.answer), spec=made.spec)

    def from_form(self, form: Fields) -> Draft:
        spec = {"program": as_lines(form.get("program", ""))}
        spec |= {"language": form.get("language", "")} if form.get("language", "") else {}
        for name, default in (("spaces", "ends_free"), ("credit", "all")):
            if form.get(name, default) != default:
                spec[name] = form.get(name, "")
        return Draft("", as_lines(form.get("output", "")), None, spec)

    def to_form(self, draft: Draft) -> dict[str, Any]:
        names = ("program", "language", "spaces", "credit")
        return {"output": draft.answer, **{name: draft.spec.get(name, "") for name in names}}

    def from_fields(self, form: Fields, name: str) -> object:
        return form.get(name, "") or None


def _compared(content: QuestionContent, text: str) -> str:
    rule = content.spec.get("spaces", "ends_free")
    text = as_lines(text)
    if rule == "none":
        return " ".join(text.split())
    return text.removesuffix("\n") if rule == "all" else programs.printed(text)


KIND = Output()
