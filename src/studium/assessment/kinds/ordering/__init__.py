"""Entries to be put in order. A response is the list of all their ids.

A draft has the entries as options in the right order; stored they stand in an order that says
nothing, and the key is the list of their ids.

`spec.credit`: `pairs` (unless set) looks at every two entries: (pairs in the right order - pairs in
the wrong one) / all pairs, and never below 0, which is Kendall's tau-a (M. Kendall, Biometrika 30,
1938) cut at 0; an order by chance earns 0 on average before the cut. `places` gives each entry at
its right place its part; `all` wants the whole order.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import combinations
from random import Random
from typing import Any, ClassVar

from studium.assessment.kinds import sql
from studium.assessment.kinds.content import (
    Draft,
    Fields,
    Making,
    OptionDraft,
    Problem,
    QuestionContent,
    Response,
    WrongShape,
    as_json,
)
from studium.assessment.kinds.kind import Kind
from studium.assessment.kinds.options import (
    check_options,
    key_ids,
    mixed,
    option_ids,
    option_text,
    read_options,
    write_options,
)
from studium.lib.words import phrase

_CREDIT = {
    "pairs": phrase(
        "Every two entries in the right order count, every two in the wrong order take as "
        "much away; never below 0."
    ),
    "places": phrase("Each entry at its right place counts."),
    "all": phrase("The whole order has to be right."),
}


class Ordering(Kind):
    """See the module."""

    name = "ordering"
    title = "Put in order"
    place = 65
    interaction = "sequencing"
    shape = "order"
    bad_key: ClassVar = sql.either(
        sql.FEW_OPTIONS, sql.key_is_not("array"), sql.KEYS_ARE_NO_OPTIONS, sql.KEY_LEAVES_OPTIONS
    )
    bad_response: ClassVar = sql.either(
        sql.response_is_not("array"), sql.RESPONSE_ARE_NO_OPTIONS, sql.RESPONSE_LEAVES_OPTIONS
    )

    def problems(self, content: QuestionContent) -> list[Problem]:
        found = check_options(content)
        key = key_ids(content)
        if key is None or sorted(key) != sorted(option_ids(content)):
            found.append(Problem("answer", "The key must name every entry once, in order."))
        if content.spec.get("credit", "pairs") not in tuple(_CREDIT):
            found.append(Problem("spec", f"credit must be one of {', '.join(_CREDIT)}."))
        return found

    def read_response(self, content: QuestionContent, raw: object) -> Response:
        """All ids, each once."""
        if raw is None or raw == "" or raw == []:
            return None
        if isinstance(raw, Mapping):
            raise WrongShape("response", "Give each entry a place of its own, from 1 on.")
        given = read_options(content, raw)
        if len(given) < len(option_ids(content)):
            raise WrongShape("response", "The answer must name every entry once.")
        return given

    def score(self, content: QuestionContent, response: Response) -> Decimal:
        """By pairs, by places, or all or nothing; see the module."""
        key = key_ids(content) or []
        if not isinstance(response, list) or sorted(response) != sorted(key):
            return Decimal(0)
        rule = content.spec.get("credit", "pairs")
        if rule == "all" or len(key) < 2:
            return Decimal(response == key)
        if rule == "places":
            return Decimal(sum(map(str.__eq__, response, key))) / Decimal(len(key))
        place = {one: number for number, one in enumerate(key)}
        pairs = [place[one] < place[other] for one, other in combinations(response, 2)]
        return max(Decimal(0), Decimal(2 * sum(pairs) - len(pairs)) / Decimal(len(pairs)))

    def right_answer(self, content: QuestionContent) -> Response:
        return key_ids(content)

    def credit(self, content: QuestionContent) -> str:
        return _CREDIT[content.spec.get("credit", "pairs")]

    def field(self, content: QuestionContent) -> dict[str, Any] | None:
        names = ("id", "text", "html")
        return {
            "entries": [
                {name: one.get(name, "") for name in names} for one in content.options or ()
            ]
        }

    def parts(self, content: QuestionContent, response: Response) -> dict[str, bool]:
        key = key_ids(content) or []
        given = response if isinstance(response, list) else []
        return {one: number < len(given) and given[number] == one for number, one in enumerate(key)}

    def words(self, content: QuestionContent, response: Response) -> str:
        given = response if isinstance(response, list) else []
        return "; ".join(f"{n}. {option_text(content, one)}" for n, one in enumerate(given, 1))

    def mistake(self, content: QuestionContent, drawn: Random) -> Response:
        order = list(key_ids(content) or [])
        at = drawn.randrange(len(order) - 1)
        order[at], order[at + 1] = order[at + 1], order[at]
        return order

    def write(self, draft: Draft, making: Making) -> QuestionContent:
        options = write_options(draft.options or (), making)
        key = as_json([one["id"] for one in options])
        return QuestionContent(self.name, draft.text, key, mixed(options), dict(draft.spec))

    def draft(self, content: QuestionContent) -> Draft:
        by_id = {one["id"]: one for one in content.options or ()}
        entries = [
            OptionDraft(by_id[one]["text"], explanation=by_id[one].get("explanation", ""))
            for one in key_ids(content) or ()
        ]
        return Draft(content.text, None, entries, content.spec)

    def from_form(self, form: Fields) -> Draft:
        lines = [one.strip() for one in form.get("entries", "").splitlines()]
        spec = {"credit": form.get("credit", "")} if form.get("credit", "pairs") != "pairs" else {}
        return Draft("", None, [OptionDraft(one) for one in lines if one], spec)

    def to_form(self, draft: Draft) -> dict[str, Any]:
        return {
            "entries": "\n".join(one.text.replace("\n", " ") for one in draft.options or ()),
            "credit": draft.spec.get("credit", "pairs"),
        }

    def from_fields(self, form: Fields, name: str) -> object:
        """Places chosen by hand; where they make no order they go on as they are, to be refused."""
        start = f"{name}-"
        given = {
            one.removeprefix(start): form.get(one, "") for one in form if one.startswith(start)
        }
        placed = {entry: place for entry, place in given.items() if place}
        if not placed:
            return None
        if sorted(placed.values(), key=_number) != [str(n + 1) for n in range(len(given))]:
            return placed
        return sorted(placed, key=lambda entry: _number(placed[entry]))


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else 0


KIND = Ordering()
