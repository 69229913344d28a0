"""A text with gaps, to be typed or chosen. A response is an object: gap id to text or option id.

A draft has `spec.text` with its gaps in it: `[[owner|the owner]]` is typed, each form is accepted
and the first is shown as right; `[[*moved|copied|dropped]]` is chosen from a list, the entry with
the star is right. Stored, `spec.shown` is the text with `[[1]]`, `[[2]]` … for its gaps,
`spec.shown_html` its HTML, and `spec.gaps` a list of `{id, accepted}` or `{id, options}`. The key
is an object: the first accepted form or the right option by gap.

Each right gap counts the same. `spec.wrong_costs` takes as much away for each wrong one (open gaps
cost nothing), never below 0. Capital letters count where `spec.case_sensitive` says so; outer
spaces and runs of spaces never do.
"""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any, ClassVar

from studium.assessment.kinds import sql
from studium.assessment.kinds.cloze.gaps import PLACE, Gap, gaps_of, key_of, read_text_with_gaps
from studium.assessment.kinds.content import (
    MAX_ENTRIES,
    MAX_QUESTION,
    Draft,
    Fields,
    Flawed,
    Making,
    Problem,
    QuestionContent,
    Response,
    WrongShape,
    as_json,
    as_lines,
    check_text,
    folded,
    read_text,
)
from studium.assessment.kinds.kind import Kind
from studium.lib.words import phrase

MAX_GAP = 200
"""Characters of what is typed into one gap."""


class Cloze(Kind):
    """See the module."""

    name = "cloze"
    title = "Text with gaps"
    place = 70
    in_words = True
    interaction = "fill-in"
    shape = "object"
    bad_key: ClassVar = sql.either(sql.key_is_not("object"), sql.key_does_not_name("gaps"))
    bad_response: ClassVar = sql.either(
        sql.response_is_not("object"),
        sql.RESPONSE_VALUES_ARE_NO_TEXTS,
        sql.response_has_no("gaps"),
    )

    def problems(self, content: QuestionContent) -> list[Problem]:
        found, gaps, key = check_text(content), gaps_of(content), key_of(content)
        text, shown = content.spec.get("text"), content.spec.get("shown")
        if not isinstance(text, str) or not isinstance(shown, str) or not gaps:
            words = phrase("The text has no gap. Write one like [[owner]] or [[*moved|copied]].")
            return [*found, Problem("spec", words)]
        if len(gaps) > MAX_ENTRIES or len(text) > MAX_QUESTION:
            found.append(Problem("spec", "The text is too long or has too many gaps."))
        if PLACE.findall(shown) != [gap.id for gap in gaps]:
            found.append(Problem("spec", "The gaps of the text are not those of the question."))
        if set(key) != {gap.id for gap in gaps}:
            found.append(Problem("answer", "The key must fill every gap."))
        else:
            found += [Problem("spec", words) for gap in gaps for words in gap.flaws(key[gap.id])]
        for rule in ("case_sensitive", "wrong_costs"):
            if not isinstance(content.spec.get(rule, False), bool):
                found.append(Problem("spec", f"{rule} must be true or false."))
        return found

    def read_response(self, content: QuestionContent, raw: object) -> Response:
        """Texts and option ids by gap, in the order of the text; open gaps are left out."""
        if raw is None or raw == "":
            return None
        if not isinstance(raw, dict):
            raise WrongShape("response", "The answer must be an object with a text for each gap.")
        gaps = gaps_of(content)
        if not set(raw) <= {gap.id for gap in gaps}:
            raise WrongShape("response", "The answer fills a gap that this question lacks.")
        given = {gap.id: _read(gap, raw[gap.id]) for gap in gaps if raw.get(gap.id) is not None}
        return {gap: text for gap, text in given.items() if text} or None

    def score(self, content: QuestionContent, response: Response) -> Decimal:
        """Right gaps out of all, less wrong ones where `spec.wrong_costs`."""
        if not isinstance(response, dict):
            return Decimal(0)
        right = sum(self.parts(content, response).values())
        wrong = len(response) - right if content.spec.get("wrong_costs") else 0
        return max(Decimal(0), Decimal(right - wrong) / Decimal(len(gaps_of(content)) or 1))

    def right_answer(self, content: QuestionContent) -> Response:
        key = key_of(content)
        return {gap.id: key[gap.id] for gap in gaps_of(content) if gap.id in key}

    def credit(self, content: QuestionContent) -> str:
        if content.spec.get("wrong_costs"):
            return phrase(
                "Each right gap counts, each wrong one takes as much away; never below 0."
            )
        return phrase("Each right gap counts.")

    def field(self, content: QuestionContent) -> dict[str, Any] | None:
        names = ("id", "text")
        gaps = [
            {
                "id": gap.id,
                "options": [{name: one[name] for name in names} for one in gap.options] or None,
            }
            for gap in gaps_of(content)
        ]
        # Pieces of HTML and ids of gaps in turn.
        pieces = PLACE.split(content.spec.get("shown_html", ""))
        return {"text": content.spec.get("shown", ""), "html": pieces, "gaps": gaps}

    def full_text(self, content: QuestionContent) -> str:
        # The text with its gaps is in the field of the answer; here it is for reading and search.
        return content.text

    def parts(self, content: QuestionContent, response: Response) -> dict[str, bool]:
        given, key = response if isinstance(response, dict) else {}, key_of(content)
        return {
            gap.id: gap.id in given and _is_right(content, gap, key.get(gap.id, ""), given[gap.id])
            for gap in gaps_of(content)
        }

    def words(self, content: QuestionContent, response: Response) -> str:
        given = response if isinstance(response, dict) else {}
        return "; ".join(
            f"{gap.id}: {gap.text_of(given[gap.id])}" for gap in gaps_of(content) if gap.id in given
        )

    def mistake(self, content: QuestionContent, drawn: Random) -> Response:
        key = key_of(content)
        gap = drawn.choice(gaps_of(content))
        others = [one["id"] for one in gap.options if one["id"] != key[gap.id]]
        return {**key, gap.id: drawn.choice(others) if others else "something else"}

    def write(self, draft: Draft, making: Making) -> QuestionContent:
        text = draft.spec.get("text")
        if not isinstance(text, str) or len(text) > MAX_QUESTION:
            raise Flawed(Problem("spec", "text must be a text with gaps like [[owner]]."))
        shown, gaps, key = read_text_with_gaps(text, making.ids)
        spec = {n: v for n, v in draft.spec.items() if n not in ("shown", "shown_html", "gaps")}
        spec |= {"shown": shown, "shown_html": _html(shown, making), "gaps": gaps}
        return QuestionContent(self.name, draft.text, as_json(key), spec=spec)

    def draft(self, content: QuestionContent) -> Draft:
        made = ("shown", "shown_html", "gaps")
        spec = {name: one for name, one in content.spec.items() if name not in made}
        return Draft(content.text, None, None, spec)

    def from_form(self, form: Fields) -> Draft:
        spec: dict[str, Any] = {"text": as_lines(form.get("text", ""))}
        rules = ("case_sensitive", "wrong_costs")
        spec |= {name: True for name in rules if form.get(name, "") == "on"}
        return Draft("", None, None, spec)

    def to_form(self, draft: Draft) -> dict[str, Any]:
        rules = ("case_sensitive", "wrong_costs")
        return {
            "text": draft.spec.get("text", ""),
            **{name: "on" if draft.spec.get(name) else "" for name in rules},
        }

    def from_fields(self, form: Fields, name: str) -> object:
        start = f"{name}-"
        given = {
            one.removeprefix(start): form.get(one, "") for one in form if one.startswith(start)
        }
        return {gap: text for gap, text in given.items() if text} or None


def _read(gap: Gap, raw: object) -> str:
    text = " ".join(read_text(raw, gap.id).split())
    if gap.options and text and text not in {one["id"] for one in gap.options}:
        raise WrongShape(gap.id, "The answer names an option that this gap does not have.")
    if len(text) > MAX_GAP:
        raise WrongShape(
            gap.id,
            phrase("What is typed is longer than %(most)s characters.", most=MAX_GAP),
        )
    return text


def _is_right(content: QuestionContent, gap: Gap, key: str, given: str) -> bool:
    if gap.options:
        return given == key
    strict = bool(content.spec.get("case_sensitive", False))

    def fold(text: str) -> str:
        return folded(text, case_sensitive=strict, collapse_spaces=True)

    return fold(given) in {fold(one) for one in (key, *gap.accepted)}


def _html(shown: str, making: Making) -> str:
    """The text as HTML with its places kept; `[[1]]` would mean something in Markdown."""
    base = 71_350_462
    while str(base) in shown:
        base += 1
    made = making.html(PLACE.sub(lambda at: f"{base}{int(at[1]):04}", shown))
    for place in PLACE.findall(shown):
        made = made.replace(f"{base}{int(place):04}", f"[[{place}]]")
    return made


KIND = Cloze()
