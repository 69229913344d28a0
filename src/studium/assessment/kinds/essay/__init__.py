"""A longer text that a person marks, by a rubric where there is one. A response is a text.

`spec.rubric` is a list of criteria `{id, text, levels}`, a level is `{id, text, points}`; the share
earned is the points of the levels chosen out of the most that could be chosen (`rubric`).
`spec.show_rubric` (true unless set to false) lets students read it beforehand. `spec.min_words` and
`spec.max_words` say how long it should be: they are told while writing and to the marker, and no
answer is refused for them, since a text that is still being written must be saved too. An answer
has at most 30,000 characters. The key is a model answer or notes for the marker, or empty.
"""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any, ClassVar

from studium.assessment.kinds import sql
from studium.assessment.kinds.content import (
    MAX_QUESTION,
    Draft,
    Fields,
    Making,
    Problem,
    QuestionContent,
    Response,
    as_lines,
    check_text,
    read_text,
    whole,
)
from studium.assessment.kinds.kind import Kind
from studium.assessment.kinds.rubric import (
    read_lines,
    rubric_flaws,
    to_lines,
    with_ids,
    without_ids,
)
from studium.lib.words import phrase

MAX_ESSAY = 30_000
MAX_WORDS = 5_000


class Essay(Kind):
    """See the module."""

    name = "essay"
    title = "Essay, marked by a person"
    place = 95
    interaction = "long-fill-in"
    shape = "text"
    needs_person = True
    in_words = True
    bad_response: ClassVar = sql.response_is_not("string")

    def problems(self, content: QuestionContent) -> list[Problem]:
        found = check_text(content)
        if len(content.answer) > MAX_QUESTION:
            found.append(Problem("answer", "The model answer is too long."))
        found += [Problem("spec", words) for words in rubric_flaws(content.spec.get("rubric", []))]
        limits = [content.spec.get(name) for name in ("min_words", "max_words")]
        for limit in limits:
            if limit is not None and not _is_limit(limit):
                words = phrase(
                    "A number of words is a whole number from 1 to %(most)s.",
                    most=f"{MAX_WORDS:,}",
                )
                found.append(Problem("spec", words))
        numbers = [limit for limit in limits if isinstance(limit, int)]
        if numbers != sorted(numbers):
            found.append(Problem("spec", "The fewest words are more than the most words."))
        if not isinstance(content.spec.get("show_rubric", True), bool):
            found.append(Problem("spec", "show_rubric must be true or false."))
        return found

    def read_response(self, content: QuestionContent, raw: object) -> Response:
        """The text as written; nothing but blanks clears the answer."""
        if raw is None:
            return None
        text = as_lines(read_text(raw, most=MAX_ESSAY))
        return text if text.strip() else None

    def score(self, content: QuestionContent, response: Response) -> Decimal | None:
        """None: a person says what it is worth. Nothing written earns 0."""
        return Decimal(0) if response is None else None

    def right_answer(self, content: QuestionContent) -> Response:
        """The model answer, if there is one."""
        return content.answer or None

    def credit(self, content: QuestionContent) -> str:
        return phrase("A person reads and marks it.")

    def field(self, content: QuestionContent) -> dict[str, Any] | None:
        spec = content.spec
        shown = spec.get("show_rubric", True)
        return {
            "min_words": spec.get("min_words"),
            "max_words": spec.get("max_words"),
            "rubric": list(spec.get("rubric", [])) if shown else [],
        }

    def mistake(self, content: QuestionContent, drawn: Random) -> Response:
        return drawn.choice(["I am not sure.", "It depends on the owner of the value."])

    def write(self, draft: Draft, making: Making) -> QuestionContent:
        made = super().write(draft, making)
        spec = dict(made.spec)
        if "rubric" in spec:
            spec["rubric"] = with_ids(spec["rubric"], making.ids)
        return QuestionContent(self.name, made.text, made.answer, spec=spec)

    def draft(self, content: QuestionContent) -> Draft:
        """Without the ids, which are not the author's."""
        spec = dict(content.spec)
        if "rubric" in spec:
            spec["rubric"] = without_ids(spec["rubric"])
        return Draft(content.text, content.answer, None, spec)

    def from_form(self, form: Fields) -> Draft:
        spec: dict[str, Any] = {}
        for name in ("min_words", "max_words"):
            if form.get(name, "").strip():
                spec[name] = whole(form.get(name, ""))
        if rubric := read_lines(form.get("rubric", "")):
            spec["rubric"] = rubric
            if form.get("show_rubric", "") != "on":
                spec["show_rubric"] = False
        return Draft("", as_lines(form.get("model", "")), None, spec)

    def to_form(self, draft: Draft) -> dict[str, Any]:
        spec = draft.spec
        return {
            "model": draft.answer or "",
            "min_words": spec.get("min_words", ""),
            "max_words": spec.get("max_words", ""),
            "rubric": to_lines(spec.get("rubric", [])),
            "show_rubric": "on" if spec.get("show_rubric", True) else "",
        }

    def from_fields(self, form: Fields, name: str) -> object:
        return form.get(name, "") or None


def _is_limit(limit: object) -> bool:
    return isinstance(limit, int) and not isinstance(limit, bool) and 1 <= limit <= MAX_WORDS


KIND = Essay()
