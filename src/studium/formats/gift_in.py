"""From GIFT to questions: what each thing in a file becomes here, and what does not come along.

Texts become Markdown: `[markdown]` as it is, `[html]` as a block of HTML (cleaned when shown),
`[plain]` and Moodle's own format with the signs of Markdown escaped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from studium.assessment.actions.bank import OptionDraft, QuestionDraft
from studium.formats import gift
from studium.formats.question_rows import QuestionRow, headline, limited, text_of

FULL = Decimal(100)
_NEARLY = Decimal("0.01")
_TAGS = re.compile(r"</?[a-zA-Z][^<>]{0,2000}>|&(?:[a-zA-Z]{2,12}|#[0-9]{1,6});")
_BLOCK = re.compile(
    r"\s*<(?:p|div|h[1-6]|ul|ol|table|pre|blockquote|section|figure|hr)[\s/>]", re.IGNORECASE
)
_SPECIAL = re.compile(r"[\\`*_\[\]<>#|~&$]")
_MEANT = re.compile(
    r"[\\`*\[\]<>|~&]|(?<![_\s])_|_(?![_\s])"
    r"|^[^\S\n]*(?:#|[-+]\s|[0-9]{1,9}[.)]\s|={2,}|-{2,})",
    re.MULTILINE,
)
_LINE_START = re.compile(r"^([^\S\n]*)([-+=])|^([^\S\n]*[0-9]{1,9})([.)])", re.MULTILINE)
_EMPTY_LINE = re.compile(r"\n[^\S\n]*(?=\n)")
_PRE = re.compile(r"(<pre[\s>])", re.IGNORECASE)
_GAP = re.compile(r" _____ ([.,;:!?…])")
_STAR = re.compile(r"\\\*")
_KINDS = {
    "MC": "single_choice",
    "TF": "true_false",
    "Short": "short_text",
    "Numerical": "numeric",
    "Matching": "matching",
    "Essay": "essay",
    "Description": "",
}


def read(data: bytes) -> list[QuestionRow]:
    """The questions of a GIFT file as rows, in its order; never raises for what it holds."""
    text = text_of(data)
    if isinstance(text, list):
        return text
    rows: list[QuestionRow] = []
    for item in gift.parse(text):
        if isinstance(item, gift.Flaw):
            rows.append(
                QuestionRow(
                    len(rows) + 1,
                    f"line {item.line}, column {item.column}",
                    headline(item.title),
                    problem=f"{item.message} {item.advice}",
                )
            )
        elif isinstance(item, gift.Question):
            rows.append(_row(item, len(rows) + 1))
    return limited(rows)


def _row(item: gift.Question, number: int) -> QuestionRow:
    row = QuestionRow(
        number,
        f"line {item.line}",
        headline(item.title or item.stem.text),
        kind=_KINDS[item.kind],
        tags=_tags(item),
        concepts=item.concepts,
    )
    if item.kind == "Description":
        return replace(row, left_out="A description asks nothing. Put it into the lesson's text.")
    if not item.stem.text:
        return replace(row, problem="The question has no text. Write what is asked before the {.")
    draft, lost = _MAKERS[item.kind](item)
    return replace(row, kind=draft.kind, draft=draft, lost=tuple(lost))


def _tags(item: gift.Question) -> tuple[str, ...]:
    """Its tags, and the last part of its category."""
    part = item.category.rsplit("/", 1)[-1].strip()
    own = [part] if part and part.lower() not in ("top", "$course$", "$module$") else []
    words = (
        re.sub(r"[\[\]{}<>|,;\s]+", " ", one).strip()[:60].strip() for one in (*item.tags, *own)
    )
    return tuple(dict.fromkeys(word for word in words if word))[:20]


def _draft(item: gift.Question, kind: str, **more: Any) -> QuestionDraft:
    return QuestionDraft(
        kind=kind,
        question_text=markdown_of(item.stem, block=True),
        explanation=_words(item.general, block=True),
        origin="import",
        external_id=(item.id or item.title or "")[:200] or None,
        **more,
    )


# --- one kind each ---------------------------------------------------------------------------


def _choice(item: gift.Question) -> tuple[QuestionDraft, list[str]]:
    if not item.single:
        return _several(item)
    # The first of those that earn most is the one right answer; others may earn as much.
    earned = [_earned(one) for one in item.answers]
    best = earned.index(max(earned))
    stated = any(
        share not in (0, FULL) or (share == FULL and at != best) for at, share in enumerate(earned)
    )
    options = [
        _option(one, right=at == best, share=earned[at] if stated else None)
        for at, one in enumerate(item.answers)
    ]
    return _draft(item, "single_choice", options=options), []


def _several(item: gift.Question) -> tuple[QuestionDraft, list[str]]:
    weights = [one.weight or Decimal(0) for one in item.answers]
    right = [weight > 0 for weight in weights]
    each = FULL / max(1, sum(right))
    plain = all(
        abs(one - (each if ok else -each)) < _NEARLY for one, ok in zip(weights, right, strict=True)
    )
    options = [
        _option(one, right=ok, share=None if plain else weight)
        for one, ok, weight in zip(item.answers, right, weights, strict=True)
    ]
    return _draft(item, "multiple_choice", options=options), []


def _true_false(item: gift.Question) -> tuple[QuestionDraft, list[str]]:
    right, wrong = ("when_true", "when_false") if item.truth else ("when_false", "when_true")
    said = {right: _words(item.second_feedback), wrong: _words(item.first_feedback)}
    spec = {name: text for name, text in said.items() if text}
    return _draft(item, "true_false", answer=item.truth, spec=spec), []


def _short(item: gift.Question) -> tuple[QuestionDraft, list[str]]:
    ranked = _best_first(item.answers)
    texts = [_plain_words(one.text) for one in ranked]
    wild = any("*" in _STAR.sub("", text) for text in texts)
    if not wild:
        texts = [_STAR.sub("*", text) for text in texts]
    accepted = [_accepted({"text": text}, one) for text, one in zip(texts, ranked, strict=True)]
    spec: dict[str, Any] = {"accepted": [_bare(entry, "text") for entry in accepted]}
    if wild:
        spec["wildcards"] = True
    return _draft(item, "short_text", answer=texts[0], spec=spec), []


def _numeric(item: gift.Question) -> tuple[QuestionDraft, list[str]]:
    given = [one for one in item.answers if one.span is not None]
    lost = [
        f"What is said to any other number does not come along: “{headline(one.feedback.text)}”"
        for one in item.answers
        if one.span is None and one.feedback is not None
    ]
    ranked = _best_first(given)
    if not ranked:
        return _draft(item, "numeric", answer="", spec={}), lost
    first, *others = ranked
    answer, tolerance = _around(first.span)
    spec: dict[str, Any] = {"tolerance": tolerance} if tolerance else {}
    if first.feedback is not None:
        spec["feedback"] = _words(first.feedback)
    if others:
        spec["accepted"] = [_accepted(_span(one.span), one) for one in others]
    return _draft(item, "numeric", answer=answer, spec=spec), lost


def _matching(item: gift.Question) -> tuple[QuestionDraft, list[str]]:
    pairs, distractors = [], []
    for pair in item.pairs:
        match = markdown_of(gift.Text("plain", pair.answer))
        if pair.question.text:
            pairs.append({"prompt": markdown_of(pair.question), "match": match})
        else:
            distractors.append(match)
    spec: dict[str, Any] = {"pairs": pairs}
    if distractors:
        spec["distractors"] = distractors
    return _draft(item, "matching", spec=spec), []


def _essay(item: gift.Question) -> tuple[QuestionDraft, list[str]]:
    return _draft(item, "essay", answer=""), []


_MAKERS = {
    "MC": _choice,
    "TF": _true_false,
    "Short": _short,
    "Numerical": _numeric,
    "Matching": _matching,
    "Essay": _essay,
}


def _best_first(answers: Sequence[gift.Answer]) -> list[gift.Answer]:
    """The answers in their order, but that the first one to earn most stands before all."""
    best = max(answers, key=_earned, default=None)
    return [best, *(one for one in answers if one is not best)] if best else []


def _earned(one: gift.Answer) -> Decimal:
    """Per cent of the points: what the weight says, else all for `=` and nothing for `~`."""
    if one.weight is not None:
        return one.weight
    return FULL if one.right else Decimal(0)


def _option(one: gift.Answer, *, right: bool, share: Decimal | None) -> OptionDraft:
    return OptionDraft(
        markdown_of(one.text),
        right=right,
        explanation=_words(one.feedback),
        share=None if share is None else _digits(share),
    )


def _accepted(entry: dict[str, Any], one: gift.Answer) -> dict[str, Any]:
    if _earned(one) != FULL:
        entry["share"] = _digits(_earned(one))
    if one.feedback is not None:
        entry["feedback"] = _words(one.feedback)
    return entry


def _bare(entry: Mapping[str, Any], name: str) -> Any:
    return entry[name] if len(entry) == 1 else dict(entry)


def _around(span: gift.Span | None) -> tuple[str, str]:
    assert span is not None
    if span.low is not None and span.high is not None:
        return _digits((span.low + span.high) / 2), _digits((span.high - span.low) / 2)
    assert span.number is not None
    return _digits(span.number), _digits(span.tolerance) if span.tolerance else ""


def _span(span: gift.Span | None) -> dict[str, Any]:
    assert span is not None
    if span.low is not None and span.high is not None:
        return {"low": _digits(span.low), "high": _digits(span.high)}
    value, tolerance = _around(span)
    return {"value": value} | ({"tolerance": tolerance} if tolerance else {})


def _digits(number: Decimal) -> str:
    """A decimal without an exponent and without zeros at its end."""
    if number == number.to_integral_value() and abs(number) < Decimal(10) ** 60:
        return f"{number.to_integral_value():f}"
    return f"{number:f}".rstrip("0").rstrip(".")


# --- texts -----------------------------------------------------------------------------------


def _words(text: gift.Text | None, *, block: bool = False) -> str:
    return "" if text is None else markdown_of(text, block=block)


def _plain_words(text: gift.Text) -> str:
    """What a student has to type, which no format changes."""
    return text.text


def markdown_of(text: gift.Text, *, block: bool = False) -> str:
    """A text as Markdown that looks as it should; `block`: it may hold paragraphs."""
    if text.format == "markdown":
        return text.text
    if text.format == "html" or (text.format == "moodle" and _TAGS.search(text.text)):
        return _html(text.text, block=block)
    words = text.text
    if _MEANT.search(words):
        words = _LINE_START.sub(r"\1\3\\\2\4", _SPECIAL.sub(r"\\\g<0>", words))
    words = _GAP.sub(r" _____\1", words)
    return words.replace("\n", "  \n") if block else " ".join(words.split())


def _html(text: str, *, block: bool) -> str:
    """HTML as Markdown takes it: a block that no empty line ends."""
    if (
        not block
        and not _BLOCK.match(text)
        and "\n" not in text
        and not _MEANT.search(_TAGS.sub("", text))
    ):
        return text
    whole = text if _BLOCK.match(text) else f"<p>{text}</p>"
    # Inside <pre> an empty line means something; a blank there keeps the block together.
    parts = _PRE.split(whole)
    first = _EMPTY_LINE.sub("", parts[0])
    others = (
        _EMPTY_LINE.sub("\n&#32;", part) if at % 2 else part for at, part in enumerate(parts[1:])
    )
    return first + "".join(others)
