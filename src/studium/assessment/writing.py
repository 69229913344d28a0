"""From what an author wrote to the columns of a question: keys, random option ids, HTML."""

from __future__ import annotations

import hashlib
import itertools
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from studium.assessment.asked import content_of
from studium.assessment.kinds import KINDS, Draft, Flawed, OptionDraft, QuestionContent, kind
from studium.assessment.kinds.content import Making
from studium.assessment.kinds.parameters import protected
from studium.assessment.models import Question
from studium.lib import markdown

_BLOCK_ID = re.compile(r' id="[^"]*"')
_PARAGRAPH = re.compile(r"<p>((?:(?!<p>).)*)</p>\s*", re.DOTALL)
_MAX_POINTS = 1000
# Words, blanks and signs that mean nothing in Markdown or HTML; no digit begins it, as in a list.
_PLAIN = re.compile(
    r"(?![0-9]+[.])(?:[^\W\d_][^\W_]*|[0-9]+)(?:(?: |, |; |: |/)(?:\([^\W_]+\)|[^\W_]+))*[.?]?"
)
_SHORT = 2000

Resolve = Callable[[str], str | None]
DrawIds = Callable[[int], list[str]]


@dataclass(frozen=True, slots=True)
class QuestionDraft:
    """A question as written, before it has ids.

    What `answer`, `options` and `spec` hold is up to the kind: the key of a choice is given by
    `right` of its options, or by `answer` naming their labels. Texts are Markdown.
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


def write(
    draft: QuestionDraft, *, resolve_image: Resolve | None = None, draw: DrawIds | None = None
) -> Written:
    """Check a draft and make its columns; with problems the columns are not for storing.

    `draw` gives new ids; random ones unless a preview wants the same ones again.
    """
    problems = _shape_problems(draft)
    if problems:
        return Written({}, problems)
    making = _Making(resolve_image, draw or _random_ids)
    content, problems = _content(draft, making)
    if problems or content is None:
        return Written({}, problems)
    return Written(_columns(draft, content, making), {})


def problems_of(draft: QuestionDraft) -> dict[str, str]:
    """What has to be mended in a draft, by field: as `write` says it, without making its HTML."""
    problems = _shape_problems(draft)
    if problems:
        return problems
    return _content(draft, _Unshown())[1]


def draft_of(question: Question) -> QuestionDraft:
    """A stored question as its author would write it again."""
    parts = kind(question.kind).draft(content_of(question))
    return QuestionDraft(
        kind=question.kind,
        question_text=question.question_text,
        answer=parts.answer,
        options=parts.options,
        spec=parts.spec,
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
    if len(text) < _SHORT and _PLAIN.fullmatch(text):
        return f"<p>{text}</p>\n"  # what rendering gives; bulk imports are mostly such texts
    return _BLOCK_ID.sub("", markdown.render(text, resolve_image=resolve_image).html)


def inline_html(text: str, *, resolve_image: Resolve | None = None) -> str:
    """As `to_html`; a single paragraph goes without its <p>, to stand beside a button."""
    html = to_html(text, resolve_image=resolve_image)
    alone = _PARAGRAPH.fullmatch(html)
    return alone[1] if alone else html


class _Making:
    """What kinds make questions with. Expressions in texts are kept for each student's numbers."""

    def __init__(self, resolve_image: Resolve | None, draw: DrawIds) -> None:
        self._resolve_image = resolve_image
        self.ids = draw

    def html(self, text: str) -> str:
        return protected(text, lambda one: to_html(one, resolve_image=self._resolve_image))

    def inline(self, text: str) -> str:
        return protected(text, lambda one: inline_html(one, resolve_image=self._resolve_image))


class _Unshown:
    """Makes questions that are only checked: nobody sees their HTML."""

    def ids(self, count: int) -> list[str]:
        return [f"{number:08x}" for number in range(count)]

    def html(self, text: str) -> str:
        return ""

    def inline(self, text: str) -> str:
        return ""


def _content(draft: QuestionDraft, making: Making) -> tuple[QuestionContent | None, dict[str, str]]:
    """The question at rest, and what has to be mended by field."""
    its, content = kind(draft.kind), None
    parts = Draft(draft.question_text, draft.answer, draft.options, draft.spec)
    try:
        content = its.write(parts, making)
        found = its.check(content)
    except Flawed as flawed:
        found = list(flawed.problems)
    problems: dict[str, str] = {}
    for problem in found:
        name = "question_text" if problem.field == "text" else problem.field
        problems[name] = (
            f"{problems[name]} {problem.message}" if name in problems else problem.message
        )
    return content, problems


def _columns(draft: QuestionDraft, content: QuestionContent, making: _Making) -> dict[str, Any]:
    explained = draft.explanation.strip()
    return {
        "kind": draft.kind,
        "question_text": content.text,
        "answer": content.answer,
        "options": content.options,
        "spec": content.spec,
        "points": draft.points,
        "explanation": draft.explanation,
        "question_html": making.html(kind(draft.kind).full_text(content)),
        "explanation_html": making.html(draft.explanation) if explained else "",
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
        for text in (option.text, option.explanation, option.share or ""):
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


def drawn_ids(seed: str) -> DrawIds:
    """Ids that are the same each time, for what is shown and not stored."""
    numbers = itertools.count()

    def draw(count: int) -> list[str]:
        texts = (f"{seed}\0{next(numbers)}" for _ in range(count))
        return [hashlib.sha256(text.encode()).hexdigest()[:8] for text in texts]

    return draw


def _random_ids(count: int) -> list[str]:
    """Ids that say nothing: not the order in which the author wrote, so not where the key was."""
    ids: dict[str, None] = {}
    while len(ids) < count:
        ids[secrets.token_hex(4)] = None
    return list(ids)
