"""Questions as GIFT. What the format has no words for is named, never dropped in silence.

Texts are written as `[markdown]`, line ends as a backslash and an n, so that a block has no empty
line. Tags and concepts stand in a comment, which other programs pass over. Reading the file again
gives equal questions, but for what is named as lost.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from studium.assessment.actions.bank import QuestionDraft
from studium.formats.question_rows import Missed, Outgoing, QuestionFile, headline

FULL = Decimal(100)
_CONTROL = re.compile(r"[\\~=#{}:]")
_FORMAT = re.compile(r"\s*\[(?:html|markdown|moodle|plain)\]", re.IGNORECASE)
_ARROW = re.compile(r"(?<!-)->")


class _Left(Exception):
    """The question cannot be written; why."""


def write(questions: Iterable[Outgoing]) -> QuestionFile:
    """A GIFT file of the questions, and what it does not hold; its first lines say that too."""
    blocks: list[str] = []
    missed: list[Missed] = []
    for one in questions:
        title = headline(one.draft.question_text)
        try:
            lost, block = _block(one)
        except _Left as left:
            missed.append(Missed(title, str(left), whole=True))
            continue
        blocks.append(block)
        missed += [Missed(title, words, whole=False) for words in lost]
    named = "\n".join(_comment(one) for one in missed)
    parts = [*filter(None, [named]), *blocks]
    text = "\n\n".join(parts) + "\n" if parts else ""
    return QuestionFile(text.encode(), len(blocks), tuple(missed))


def _comment(one: Missed) -> str:
    words = "Left out" if one.whole else "Not whole"
    return " ".join(f"// {words}: “{one.title}”: {one.reason}".split())


def _block(one: Outgoing) -> tuple[list[str], str]:
    draft = one.draft
    if draft.kind not in _BODIES:
        raise _Left(f"GIFT has no {draft.kind.replace('_', ' ')} questions. Use CSV.")
    if "parameters" in draft.spec:
        raise _Left("GIFT has no numbers that differ from student to student. Use CSV.")
    lost = _losses(draft)
    body = _BODIES[draft.kind](draft)
    if draft.explanation.strip():
        body = f"{body.rstrip()}\n\t####{_text(draft.explanation)}\n"
    tags = " ".join(f"[tag:{tag}]" for tag in one.tags)
    title = f"::{_escaped(draft.external_id)}::" if draft.external_id else ""
    named = [name for name in one.concepts if not re.search(r"[\[\]\r\n]", name)]
    if len(named) < len(one.concepts):
        lost.append("A concept with a bracket in its name is not in the file.")
    words = " ".join(filter(None, [tags, *(f"[concept:{name}]" for name in named)]))
    comment = f"// {words}\n" if words else ""
    return lost, f"{comment}{title}[markdown]{_text(draft.question_text)}{{{body}}}"


def _losses(draft: QuestionDraft) -> list[str]:
    lost = []
    if draft.points != 1:
        lost.append(f"The {draft.points} points are not in the file; GIFT has none.")
    unsaid = sorted(set(draft.spec) - _SAID[draft.kind])
    if unsaid:
        lost.append(f"Not in the file: {', '.join(one.replace('_', ' ') for one in unsaid)}.")
    if draft.kind == "essay" and draft.answer:
        lost.append("The model answer is not in the file.")
    for text in (draft.question_text, draft.explanation):
        if text != text.strip():
            lost.append("Blanks around a text are not in the file.")
            break
    return lost


# --- one kind each ---------------------------------------------------------------------------


def _single(draft: QuestionDraft) -> str:
    lines = []
    for one in draft.options or ():
        share = None if one.share is None else _number(one.share)
        if one.right or share == 0:
            share = None
        lines.append(_answer("=" if one.right else "~", share, one.text, one.explanation))
    return _lines(lines)


def _several(draft: QuestionDraft) -> str:
    options = list(draft.options or ())
    each = (FULL / max(1, sum(one.right for one in options))).quantize(Decimal("0.00001"))
    lines = []
    for one in options:
        share = (each if one.right else -each) if one.share is None else _number(one.share)
        lines.append(_answer("~", share, one.text, one.explanation))
    return _lines(lines)


def _true_false(draft: QuestionDraft) -> str:
    right, wrong = ("when_true", "when_false") if draft.answer else ("when_false", "when_true")
    said = [draft.spec.get(wrong, ""), draft.spec.get(right, "")]
    while said and not said[-1]:
        said.pop()
    return ("TRUE" if draft.answer else "FALSE") + "".join(f"#{_text(one)}" for one in said)


def _short(draft: QuestionDraft) -> str:
    entries = [_entry(one, "text") for one in draft.spec.get("accepted", [draft.answer])]
    texts = [str(one["text"]) for one in entries]
    if len(texts) > 1 and any(_ARROW.search(text) for text in texts):
        raise _Left("An accepted answer holds ->, which GIFT takes for a matching question.")
    wild = draft.spec.get("wildcards", False)
    lines = []
    for entry, text in zip(entries, texts, strict=True):
        shown = text if wild else text.replace("*", r"\*")
        lines.append(_answer("=", _share(entry), shown, entry.get("feedback", "")))
    return _lines(lines)


def _numeric(draft: QuestionDraft) -> str:
    if draft.spec.get("tolerance_kind", "absolute") != "absolute":
        raise _Left("GIFT has no tolerance that is a share of the right value. Use CSV.")
    if draft.spec.get("units"):
        raise _Left("GIFT has no units. Use CSV.")
    first = {"value": draft.answer, **draft.spec}
    lines = [_answer("=", None, _span(first), draft.spec.get("feedback", ""), escape=False)]
    for entry in draft.spec.get("accepted", []):
        if entry.get("tolerance_kind", "absolute") != "absolute":
            raise _Left("GIFT has no tolerance that is a share of the right value. Use CSV.")
        lines.append(
            _answer("=", _share(entry), _span(entry), entry.get("feedback", ""), escape=False)
        )
    return "#" + _lines(lines)


def _span(entry: Mapping[str, Any]) -> str:
    if "low" in entry:
        return f"{entry['low']}..{entry['high']}"
    tolerance = str(entry.get("tolerance", "")).strip()
    return f"{entry['value']}:{tolerance}" if tolerance else str(entry["value"])


def _matching(draft: QuestionDraft) -> str:
    lines = []
    for pair in draft.spec.get("pairs", []):
        if _ARROW.search(pair["prompt"]):
            raise _Left("A prompt holds ->, which GIFT takes for the arrow of its pair.")
        lines.append(f"={_text(pair['prompt'])} -> {_match(pair['match'])}")
    lines += [f"=[markdown] -> {_match(one)}" for one in draft.spec.get("distractors", [])]
    if len(lines) < 2:
        raise _Left("A matching question needs two pairs.")
    return _lines(lines)


def _match(text: str) -> str:
    """A match is plain text in GIFT; its Markdown goes as it is where it says nothing."""
    plain = re.sub(r"\\([\\`*_\[\]<>#|~&$])", r"\1", text)
    if re.search(r"[*`\[\]<>\n]", plain) and plain == text:
        raise _Left("A match is more than plain text, which GIFT does not take.")
    return _escaped(plain)


def _essay(_draft: QuestionDraft) -> str:
    return ""


_BODIES: dict[str, Callable[[QuestionDraft], str]] = {
    "single_choice": _single,
    "multiple_choice": _several,
    "true_false": _true_false,
    "short_text": _short,
    "numeric": _numeric,
    "matching": _matching,
    "essay": _essay,
}
_SAID: dict[str, set[str]] = {
    "single_choice": set(),
    "multiple_choice": set(),
    "true_false": {"when_true", "when_false"},
    "short_text": {"accepted", "wildcards"},
    "numeric": {"tolerance", "tolerance_kind", "feedback", "accepted", "units"},
    "matching": {"pairs", "distractors"},
    "essay": set(),
}


# --- pieces ----------------------------------------------------------------------------------


def _answer(
    mark: str, share: Decimal | None, text: str, feedback: str, *, escape: bool = True
) -> str:
    shown = _text(text) if escape else text
    if share is None and shown.lstrip().startswith("%"):
        share = FULL if mark == "=" else Decimal(0)
    weight = "" if share is None else f"%{share:f}%"
    said = f"#{_text(feedback)}" if feedback.strip() else ""
    return f"{mark}{weight}{shown}{said}"


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"\n\t{line}" for line in lines) + "\n"


def _entry(entry: Any, name: str) -> Mapping[str, Any]:
    return entry if isinstance(entry, Mapping) else {name: entry}


def _share(entry: Mapping[str, Any]) -> Decimal | None:
    share = _number(entry.get("share", "100"))
    return None if share == FULL else share


def _number(text: object) -> Decimal:
    try:
        return Decimal(str(text).replace(",", "."))
    except InvalidOperation:
        raise _Left(f"A share of {json.dumps(text)} is no number.") from None


def _text(text: str) -> str:
    shown = _escaped(text.strip())
    # A text that begins like a format would lose its beginning.
    return f"[markdown]{shown}" if _FORMAT.match(shown) else shown


def _escaped(text: str) -> str:
    lines = text.strip().replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub(r"\\\g<0>", lines).replace("\n", r"\n")
