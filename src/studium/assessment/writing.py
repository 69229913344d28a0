"""From what an author wrote to the columns of a question: keys, random option ids, HTML."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from studium.assessment.asked import content_of, full_text
from studium.assessment.kinds import KINDS, QuestionContent, kind
from studium.assessment.models import Question
from studium.lib import markdown

_BLOCK_ID = re.compile(r' id="[^"]*"')
_PARAGRAPH = re.compile(r"<p>((?:(?!<p>).)*)</p>\s*", re.DOTALL)
_MAX_POINTS = 1000

Resolve = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class OptionDraft:
    """A choice as written, in Markdown. `label` is what the draft's own key may call it by."""

    text: str
    right: bool = False
    label: str | None = None
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class QuestionDraft:
    """A question as written, before it has ids.

    The key of a choice is given by `right` of its options, or by `answer` naming labels; for the
    other kinds `answer` is a bool, a text, a number (or its text), or an object (tracing). It is
    stored as `questions.answer` describes. Texts are Markdown.
    """

    kind: str
    question_text: str
    answer: Any = None
    options: Sequence[OptionDraft] | None = None
    spec: Mapping[str, Any] = field(default_factory=dict)
    points: int = 1
    explanation: str = ""
    origin: str = "human"
    status: str = "approved"
    source: Any = None
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What a draft becomes: the columns to store, and what has to be mended first by field."""

    columns: dict[str, Any]
    problems: dict[str, str]


def write(draft: QuestionDraft, *, resolve_image: Resolve | None = None) -> Written:
    """Check a draft and make its columns; with problems the columns are not for storing."""
    problems = _shape_problems(draft)
    if problems:
        return Written({}, problems)
    options = _options(draft, resolve_image)
    content = QuestionContent(
        kind=draft.kind,
        text=draft.question_text,
        answer=_key(draft, options),
        options=options,
        spec=dict(draft.spec),
    )
    for problem in kind(draft.kind).check(content):
        name = "question_text" if problem.field == "text" else problem.field
        problems[name] = (
            f"{problems[name]} {problem.message}" if name in problems else (problem.message)
        )
    if problems:
        return Written({}, problems)
    return Written(_columns(draft, content, resolve_image), {})


def draft_of(question: Question) -> QuestionDraft:
    """A stored question as its author would write it again."""
    content = content_of(question)
    right = kind(question.kind).right_answer(content)
    keys = right if isinstance(right, list) else [right]
    options = None
    if question.options and question.kind in ("single_choice", "multiple_choice"):
        options = [
            OptionDraft(
                one["text"],
                right=one["id"] in keys,
                label=one["id"],
                explanation=one.get("explanation", ""),
            )
            for one in question.options
        ]
    return QuestionDraft(
        kind=question.kind,
        question_text=question.question_text,
        answer=None if options else right,
        options=options,
        spec=content.spec,
        points=question.points,
        explanation=question.explanation,
        origin=question.origin,
        status=question.status,
        source=question.source,
        external_id=question.external_id,
    )


def changed(draft: QuestionDraft, changes: Mapping[str, Any]) -> QuestionDraft:
    """The draft with some fields written anew; a new kind starts without the old key."""
    return replace(draft, **changes)


def to_html(text: str, *, resolve_image: Resolve | None = None) -> str:
    """Markdown of a question as safe HTML. Nobody cites questions, so their pieces need no ids,
    and several stand on one page, where ids could meet."""
    return _BLOCK_ID.sub("", markdown.render(text, resolve_image=resolve_image).html)


def inline_html(text: str, *, resolve_image: Resolve | None = None) -> str:
    """As `to_html`; a single paragraph goes without its <p>, to stand beside a button."""
    html = to_html(text, resolve_image=resolve_image)
    alone = _PARAGRAPH.fullmatch(html)
    return alone[1] if alone else html


def _columns(
    draft: QuestionDraft, content: QuestionContent, resolve_image: Resolve | None
) -> dict[str, Any]:
    shown = full_text(draft.kind, content.text, content.spec)
    return {
        "kind": draft.kind,
        "question_text": content.text,
        "answer": content.answer,
        "options": content.options,
        "spec": content.spec,
        "points": draft.points,
        "explanation": draft.explanation,
        "question_html": to_html(shown, resolve_image=resolve_image),
        "explanation_html": to_html(draft.explanation, resolve_image=resolve_image)
        if draft.explanation.strip()
        else "",
        "origin": draft.origin,
        "status": draft.status,
        "source": draft.source,
        "external_id": draft.external_id,
    }


def _shape_problems(draft: QuestionDraft) -> dict[str, str]:
    found = {}
    if draft.kind not in KINDS:
        found["kind"] = f"“{draft.kind}” is no kind of question; there are {', '.join(KINDS)}."
    points = draft.points
    if isinstance(points, bool) or not isinstance(points, int) or not 1 <= points <= _MAX_POINTS:
        found["points"] = f"Points are a whole number from 1 to {_MAX_POINTS:,}."
    texts = {"question_text": draft.question_text, "explanation": draft.explanation}
    for name, text in texts.items():
        if not isinstance(text, str) or markdown.tidy(text) != text:
            found[name] = "This must be a text without control characters."
        elif len(text) > 50_000:
            found[name] = "This is longer than 50,000 characters."
    for option in draft.options or ():
        for text in (option.text, option.explanation):
            if not isinstance(text, str) or markdown.tidy(text) != text or len(text) > 10_000:
                found["options"] = "An option is no text, or longer than 10,000 characters."
    for name in ("answer", "spec", "external_id"):
        if not _is_storable(getattr(draft, name)):
            found[name] = "This holds a control character that cannot be stored; take it out."
    return found


def _is_storable(value: Any) -> bool:
    """Whether every text in a value, at any depth, is free of NUL and lone surrogates."""
    if isinstance(value, str):
        return markdown.tidy(value) == value
    if isinstance(value, Mapping):
        return all(_is_storable(one) for pair in value.items() for one in pair)
    return not isinstance(value, list | tuple) or all(map(_is_storable, value))


def _options(draft: QuestionDraft, resolve_image: Resolve | None) -> list[dict[str, Any]] | None:
    if draft.options is None:
        return None
    made: list[dict[str, Any]] = []
    for option, new_id in zip(draft.options, _random_ids(len(draft.options)), strict=True):
        one = {
            "id": new_id,
            "text": option.text,
            "html": inline_html(option.text, resolve_image=resolve_image),
        }
        if option.explanation.strip():
            one["explanation"] = option.explanation
            one["explanation_html"] = inline_html(option.explanation, resolve_image=resolve_image)
        made.append(one)
    return made


def _random_ids(count: int) -> list[str]:
    """Ids that say nothing: not the order in which the author wrote, so not where the key was."""
    ids: dict[str, None] = {}
    while len(ids) < count:
        ids[secrets.token_hex(4)] = None
    return list(ids)


def _key(draft: QuestionDraft, options: Sequence[Mapping[str, Any]] | None) -> str:
    if draft.kind in ("single_choice", "multiple_choice"):
        right = _right_ids(draft, options or ())
        if draft.kind == "multiple_choice":
            return json.dumps(right)
        return right[0] if len(right) == 1 else ""
    answer = draft.answer
    if isinstance(answer, bool):
        return "true" if answer else "false"
    if isinstance(answer, dict | list):
        return json.dumps(answer, ensure_ascii=False)
    return "" if answer is None else str(answer)


def _right_ids(draft: QuestionDraft, options: Sequence[Mapping[str, Any]]) -> list[str]:
    named = draft.answer if isinstance(draft.answer, list) else [draft.answer]
    return [
        stored["id"]
        for stored, written in zip(options, draft.options or (), strict=True)
        if written.right or (written.label is not None and written.label in named)
    ]
