"""A statement that is true or false. A response is a bool. Right or wrong."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any, ClassVar

from studium.assessment.kinds import sql
from studium.assessment.kinds.content import (
    Draft,
    Fields,
    Problem,
    QuestionContent,
    Response,
    WrongShape,
    check_text,
)
from studium.assessment.kinds.kind import Kind

_TRUTH = {"true": True, "false": False}


class TrueFalse(Kind):
    """See the module. `spec.when_true` and `spec.when_false` are what is said to that answer."""

    name = "true_false"
    title = "True or false"
    place = 30
    interaction = "true-false"
    shape = "boolean"
    bad_key: ClassVar = dict.fromkeys(sql.NOTHING, "NEW.answer NOT IN ('true', 'false')")
    bad_response: ClassVar = sql.response_is_not("boolean")

    def problems(self, content: QuestionContent) -> list[Problem]:
        found = check_text(content)
        if content.answer not in _TRUTH:
            found.append(Problem("answer", "Say whether the statement is true or false."))
        if content.options:
            found.append(Problem("options", "A true or false question has no options of its own."))
        if not all(isinstance(content.spec.get(f"when_{one}", ""), str) for one in _TRUTH):
            found.append(Problem("spec", "What is said to an answer must be a text."))
        return found

    def read_response(self, content: QuestionContent, raw: object) -> Response:
        if raw is None or raw == "":
            return None
        if not isinstance(raw, bool):
            raise WrongShape("response", "The answer must be true or false.")
        return raw

    def score(self, content: QuestionContent, response: Response) -> Decimal:
        """1 for the right one, else 0."""
        return Decimal(isinstance(response, bool) and response is (content.answer == "true"))

    def right_answer(self, content: QuestionContent) -> Response:
        return content.answer == "true"

    def remark(self, content: QuestionContent, response: Response) -> str:
        if response is None:
            return ""
        return str(content.spec.get("when_true" if response else "when_false", ""))

    def words(self, content: QuestionContent, response: Response) -> str:
        return "" if response is None else str(response).lower()

    def choices(self, content: QuestionContent) -> dict[str, str]:
        return {"true": "true", "false": "false"}

    def chosen(self, response: Response) -> tuple[str, ...]:
        return ("true" if response else "false",) if isinstance(response, bool) else ()

    def mistake(self, content: QuestionContent, drawn: Random) -> Response:
        return content.answer != "true"

    def from_form(self, form: Fields) -> Draft:
        remarks = {name: form.get(name, "").strip() for name in ("when_true", "when_false")}
        spec = {name: text for name, text in remarks.items() if text}
        return Draft("", _TRUTH.get(form.get("truth", "")), spec=spec)

    def to_form(self, draft: Draft) -> dict[str, Any]:
        return {"truth": str(draft.answer).lower(), **draft.spec}

    def from_fields(self, form: Fields, name: str) -> object:
        given = form.getlist(name)
        return given if len(given) > 1 else _TRUTH.get(form.get(name, ""))


KIND = TrueFalse()
