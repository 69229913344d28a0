"""Several options may be right. A response is the list of ids chosen.

The rule for partial credit: (right ones chosen - wrong ones chosen) / right ones there are,
and never below 0. Whoever ticks everything gains nothing from it. Where an author states shares
(`options[].share`, percent, -100 to 100), the shares of the options chosen are added up instead,
and kept between 0 and 1; exactly the right ones earn everything.
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
    as_json,
)
from studium.assessment.kinds.kind import Kind
from studium.assessment.kinds.options import (
    FULL,
    check_options,
    key_ids,
    option_drafts,
    option_ids,
    option_rows,
    option_text,
    options_in,
    read_options,
    right_ids,
    share_problems,
    shares,
    write_options,
)
from studium.lib.words import phrase

_NEARLY = Decimal("0.1")
"""Percent by which shares like 33.33333 may miss 100."""


class MultipleChoice(Kind):
    """See the module."""

    name = "multiple_choice"
    title = "Several right choices"
    place = 20
    interaction = "choice"
    shape = "list"
    lists_options = True
    takes_parameters = True
    bad_key: ClassVar = sql.either(
        sql.FEW_OPTIONS, sql.key_is_not("array"), sql.KEYS_ARE_NO_OPTIONS
    )
    bad_response: ClassVar = sql.either(sql.response_is_not("array"), sql.RESPONSE_ARE_NO_OPTIONS)

    def problems(self, content: QuestionContent) -> list[Problem]:
        found = check_options(content) + share_problems(content)
        key = key_ids(content)
        if key is None:
            found.append(Problem("answer", "The right answers must be a list of option ids."))
        elif not key:
            found.append(Problem("answer", "No option is marked as right. Mark at least one."))
        elif len(set(key)) < len(key):
            found.append(Problem("answer", "A right answer is named twice."))
        elif not set(key) <= set(option_ids(content)):
            found.append(Problem("answer", "A right answer is not among the options."))
        elif not found:
            found += _stated_problems(shares(content), set(key))
        return found

    def read_response(self, content: QuestionContent, raw: object) -> Response:
        """The ids chosen, in the author's order; no id at all clears the answer."""
        if raw is None or raw == "":
            return None
        chosen = read_options(content, raw)
        return [one for one in option_ids(content) if one in chosen] or None

    def score(self, content: QuestionContent, response: Response) -> Decimal:
        """(right chosen - wrong chosen) / right, at least 0; or the sum of stated shares."""
        key = set(key_ids(content) or ())
        if not key or not isinstance(response, list):
            return Decimal(0)
        stated, chosen = shares(content), set(response)
        if stated and chosen != key:
            total = sum((stated.get(one, Decimal(0)) for one in chosen), start=Decimal(0)) / FULL
            return min(max(total, Decimal(0)), Decimal(1))
        share = Decimal(len(key & chosen) - len(chosen - key)) / Decimal(len(key))
        return max(Decimal(0), share)

    def right_answer(self, content: QuestionContent) -> Response:
        """The ids of the right options in the author's order."""
        key = key_ids(content) or []
        return [one for one in option_ids(content) if one in key]

    def credit(self, content: QuestionContent) -> str:
        if shares(content):
            return phrase("Each choice earns or costs its own share of the points; never below 0.")
        return phrase("Each right choice counts, each wrong one takes as much away; never below 0.")

    def words(self, content: QuestionContent, response: Response) -> str:
        chosen = response if isinstance(response, list) else []
        return "; ".join(option_text(content, one) for one in chosen)

    def chosen(self, response: Response) -> tuple[str, ...]:
        return tuple(response) if isinstance(response, list) else ()

    def mistake(self, content: QuestionContent, drawn: Random) -> Response:
        right = [one for one in option_ids(content) if one in (key_ids(content) or ())]
        others = [option for option in option_ids(content) if option not in right]
        if others and drawn.random() < 0.6:
            return [*right[:-1], others[0]]
        return right[:-1] if len(right) > 1 else [*right, *others[:1]]

    def write(self, draft: Draft, making: Making) -> QuestionContent:
        options = write_options(draft.options or (), making)
        key = as_json(right_ids(draft, options))
        return QuestionContent(self.name, draft.text, key, options, dict(draft.spec))

    def draft(self, content: QuestionContent) -> Draft:
        drafts = option_drafts(content, key_ids(content) or [])
        return Draft(content.text, None, drafts, content.spec)

    def from_form(self, form: Fields) -> Draft:
        return Draft("", None, options_in(form))

    def to_form(self, draft: Draft) -> dict[str, Any]:
        return {"rows": option_rows(draft.options or ())}

    def refill(self, form: Fields) -> dict[str, Any]:
        return {**super().refill(form), "rows": option_rows(options_in(form))}

    def from_fields(self, form: Fields, name: str) -> object:
        return form.getlist(name) or None


def _stated_problems(stated: dict[str, Decimal], key: set[str]) -> list[Problem]:
    if not stated:
        return []
    if {one for one, share in stated.items() if share > 0} != key:
        return [Problem("options", "Right options have a share above 0, the others do not.")]
    if abs(sum(stated[one] for one in key) - FULL) > _NEARLY:
        return [Problem("options", "The shares of the right options add up to 100 percent.")]
    if key != set(stated) and sum(stated.values()) >= FULL - _NEARLY:
        words = phrase(
            "Ticking everything would earn everything. Give wrong options a negative share."
        )
        return [Problem("options", words)]
    return []


KIND = MultipleChoice()
