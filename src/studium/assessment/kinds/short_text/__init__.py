"""A word or a few, compared with accepted forms. A response is a text.

`spec`: `accepted` (a list of texts, or of `{text, share, feedback}` with a share of the points in
percent; the key is the first and earns everything), `case_sensitive` (false unless set),
`collapse_spaces` (true unless set: runs of spaces count as one), `wildcards` (false unless set: `*`
stands for any letters, `\\*` for itself). Outer spaces never count, and Unicode's ways of writing
one letter count as the same. The best form that fits counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from random import Random
from typing import Any, ClassVar

from studium.assessment.kinds import sql
from studium.assessment.kinds.accepted import (
    entry_flaws,
    joined_line,
    share_of,
    split_line,
    too_many,
)
from studium.assessment.kinds.content import (
    MAX_TEXT,
    Draft,
    Fields,
    Making,
    Problem,
    QuestionContent,
    Response,
    check_text,
    folded,
    read_text,
)
from studium.assessment.kinds.kind import Kind
from studium.lib.words import phrase

_RULES = ("case_sensitive", "collapse_spaces", "wildcards")
_STAR = re.compile(r"(\\\*|\*+)")


class ShortText(Kind):
    """See the module."""

    name = "short_text"
    title = "Short text"
    place = 40
    in_words = True
    interaction = "fill-in"
    shape = "text"
    takes_parameters = True
    bad_key: ClassVar = sql.KEY_IS_BLANK
    bad_response: ClassVar = sql.response_is_not("string")

    def problems(self, content: QuestionContent) -> list[Problem]:
        found = check_text(content)
        accepted = content.spec.get("accepted", [content.answer])
        if words := too_many(accepted):
            return [*found, *(Problem("spec", one) for one in words)]
        for entry in accepted:
            if not isinstance(entry, str):
                found += [Problem("spec", one) for one in entry_flaws(entry, {"text"})]
        forms = [_text(entry) for entry in accepted]
        if not content.answer.strip() or not all(
            isinstance(one, str) and one.strip() for one in forms
        ):
            found.append(Problem("answer", "An accepted answer is empty. Write it or remove it."))
        elif not accepted or forms[0] != content.answer or not _is_full(accepted[0]):
            words_ = "The key must be the first accepted answer, and earn everything."
            found.append(Problem("answer", words_))
        if any(isinstance(one, str) and len(one) > MAX_TEXT for one in forms):
            found.append(Problem("spec", "An accepted answer is longer than an answer may be."))
        if content.spec.get("wildcards") is True and not content.answer.replace("*", "").strip():
            found.append(Problem("answer", "The first accepted answer would accept anything."))
        for rule in _RULES:
            if not isinstance(content.spec.get(rule, False), bool):
                found.append(Problem("spec", f"{rule} must be true or false."))
        return found

    def read_response(self, content: QuestionContent, raw: object) -> Response:
        """The text without outer spaces; nothing but spaces clears the answer."""
        return None if raw is None else read_text(raw).strip() or None

    def score(self, content: QuestionContent, response: Response) -> Decimal:
        """The share of the best accepted form that fits, else 0."""
        return max((share_of(one) for one in _fitting(content, response)), default=Decimal(0))

    def right_answer(self, content: QuestionContent) -> Response:
        """The first accepted form; with wildcards the shortest text that it accepts."""
        text = content.answer.strip()
        if not content.spec.get("wildcards"):
            return text
        return _STAR.sub(lambda at: "*" if at[0] == "\\*" else "", text).strip() or text

    def credit(self, content: QuestionContent) -> str:
        given = content.spec.get("accepted", [])
        if all(_is_full(one) for one in given):
            return ""
        return phrase("Some answers earn a part of the points.")

    def remark(self, content: QuestionContent, response: Response) -> str:
        best = max(_fitting(content, response), key=share_of, default=None)
        return str(best.get("feedback", "")) if isinstance(best, Mapping) else ""

    def mistake(self, content: QuestionContent, drawn: Random) -> Response:
        return drawn.choice(["I am not sure", "the compiler"])

    def write(self, draft: Draft, making: Making) -> QuestionContent:
        spec = dict(draft.spec)
        answer = draft.answer
        if answer in (None, "") and isinstance(spec.get("accepted"), list) and spec["accepted"]:
            answer = _text(spec["accepted"][0])
        return QuestionContent(
            self.name, draft.text, "" if answer is None else str(answer), spec=spec
        )

    def draft(self, content: QuestionContent) -> Draft:
        return Draft(content.text, content.answer, None, content.spec)

    def from_form(self, form: Fields) -> Draft:
        lines = [one.strip() for one in form.get("accepted", "").splitlines() if one.strip()]
        accepted: list[Any] = []
        for line in lines:
            text, more = split_line(line)
            accepted.append({"text": text, **more} if more else text)
        spec: dict[str, Any] = {"accepted": accepted}
        spec |= {name: True for name in ("case_sensitive", "wildcards") if form.get(name) == "on"}
        if form.get("spaces_count") == "on":
            spec["collapse_spaces"] = False
        return Draft("", _text(accepted[0]) if accepted else "", None, spec)

    def to_form(self, draft: Draft) -> dict[str, Any]:
        spec = draft.spec
        forms = spec.get("accepted") or ([draft.answer] if draft.answer else [])
        lines = [
            joined_line(one["text"], one) if isinstance(one, Mapping) else one for one in forms
        ]
        return {
            "accepted": "\n".join(lines),
            "case_sensitive": "on" if spec.get("case_sensitive") else "",
            "wildcards": "on" if spec.get("wildcards") else "",
            "spaces_count": "" if spec.get("collapse_spaces", True) else "on",
        }


def _fitting(content: QuestionContent, response: Response) -> Iterator[Any]:
    """The accepted forms, as they are stated, that the response has."""
    if not isinstance(response, str):
        return
    given = _folded(content, response)
    for entry in (content.answer, *content.spec.get("accepted", [])):
        form = _folded(content, _text(entry))
        if _matches(form, given) if content.spec.get("wildcards") else form == given:
            yield entry


def _matches(pattern: str, text: str) -> bool:
    """Whether a text has a form with stars in it; step by step, so it takes no time to speak of."""
    pieces = [""]
    for piece in _STAR.split(pattern):
        if piece == "\\*":
            pieces[-1] += "*"
        elif piece.startswith("*"):
            pieces.append("")
        else:
            pieces[-1] += piece
    if len(pieces) == 1:
        return text == pieces[0]
    first, *middle, last = pieces
    if not text.startswith(first) or len(text) < len(first) + len(last):
        return False
    at, end = len(first), len(text) - len(last)
    for piece in middle:
        at = text.find(piece, at, end)
        if at < 0:
            return False
        at += len(piece)
    return text.endswith(last) and at <= end


def _text(entry: object) -> Any:
    return entry.get("text") if isinstance(entry, Mapping) else entry


def _is_full(entry: object) -> bool:
    return not isinstance(entry, Mapping) or str(entry.get("share", "100")) == "100"


def _folded(content: QuestionContent, text: str) -> str:
    return folded(
        text,
        case_sensitive=bool(content.spec.get("case_sensitive", False)),
        collapse_spaces=bool(content.spec.get("collapse_spaces", True)),
    )


KIND = ShortText()
