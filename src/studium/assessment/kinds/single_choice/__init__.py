"""One option of several is right. A response is the id of the option chosen.

The right option earns everything. Where an author states shares (`options[].share`, percent, -100
to 100), an option earns its share, and never less than 0.
"""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any, ClassVar

from studium.assessment.kinds import sql
from studium.assessment.kinds.content import (
    Draft,
    Fields,
    Making,
    Problem,
    QuestionContent,
    Response,
)
from studium.assessment.kinds.kind import Kind
from studium.assessment.kinds.options import (
    FULL,
    check_options,
    option_drafts,
    option_ids,
    option_rows,
    option_text,
    options_in,
    read_option,
    right_ids,
    share_problems,
    shares,
    write_options,
)
from studium.lib.words import phrase


class SingleChoice(Kind):
    """See the module."""

    name = "single_choice"
    title = "One right choice"
    place = 10
    interaction = "choice"
    shape = "choice"
    lists_options = True
    takes_parameters = True
    bad_key: ClassVar = sql.either(sql.FEW_OPTIONS, sql.KEY_IS_NO_OPTION)
    bad_response: ClassVar = sql.either(sql.response_is_not("string"), sql.RESPONSE_IS_NO_OPTION)

    def problems(self, content: QuestionContent) -> list[Problem]:
        found = check_options(content) + share_problems(content)
        if not content.answer:
            found.append(Problem("answer", "No option is marked as right. Mark one."))
        elif content.answer not in option_ids(content):
            found.append(Problem("answer", "The right answer is not among the options."))
        elif not found and shares(content) and shares(content)[content.answer] != FULL:
            found.append(Problem("options", "The right option has a share of 100 percent."))
        return found

    def read_response(self, content: QuestionContent, raw: object) -> Response:
        return None if raw is None or raw == "" else read_option(content, raw)

    def score(self, content: QuestionContent, response: Response) -> Decimal:
        """1 for the right option; else its stated share, 0 without one and never below."""
        if response is None or response == content.answer:
            return Decimal(response is not None)
        share = shares(content).get(str(response), Decimal(0))
        return min(max(share, Decimal(0)), FULL) / FULL

    def right_answer(self, content: QuestionContent) -> Response:
        return content.answer

    def credit(self, content: QuestionContent) -> str:
        return phrase("Some options can earn a part of the points.") if shares(content) else ""

    def words(self, content: QuestionContent, response: Response) -> str:
        return option_text(content, response)

    def chosen(self, response: Response) -> tuple[str, ...]:
        return (response,) if isinstance(response, str) else ()

    def mistake(self, content: QuestionContent, drawn: Random) -> Response:
        others = [option for option in option_ids(content) if option != content.answer]
        # The first wrong option misleads most people.
        return others[0] if drawn.random() < 0.6 else drawn.choice(others)

    def write(self, draft: Draft, making: Making) -> QuestionContent:
        options = write_options(draft.options or (), making)
        right = right_ids(draft, options)
        key = right[0] if len(right) == 1 else ""
        return QuestionContent(self.name, draft.text, key, options, dict(draft.spec))

    def draft(self, content: QuestionContent) -> Draft:
        return Draft(content.text, None, option_drafts(content, [content.answer]), content.spec)

    def from_form(self, form: Fields) -> Draft:
        return Draft("", None, options_in(form))

    def to_form(self, draft: Draft) -> dict[str, Any]:
        return {"rows": option_rows(draft.options or ())}

    def refill(self, form: Fields) -> dict[str, Any]:
        return {**super().refill(form), "rows": option_rows(options_in(form))}


KIND = SingleChoice()
