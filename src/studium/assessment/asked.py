"""A question row as the kinds see it, and as a person who has to answer it may see it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from studium.assessment.kinds import QuestionContent
from studium.assessment.models import ExamQuestion, Question

_HEADLINE = 110


@dataclass(frozen=True, slots=True)
class Option:
    """An option as shown: `html` is for pages, `text` is Markdown for programs."""

    id: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question without anything that gives its answer away."""

    id: UUID
    kind: str
    question_text: str
    question_html: str
    points: int
    options: tuple[Option, ...] | None

    def as_json(self) -> dict[str, Any]:
        """The shape the API promises."""
        shown = None
        if self.options is not None:
            shown = [{"id": option.id, "text": option.text} for option in self.options]
        return {
            "id": str(self.id),
            "kind": self.kind,
            "question_text": self.question_text,
            "points": self.points,
            "options": shown,
        }


def headline(text: str) -> str:
    """A question in a line of plain text, for lists: its words before any code, cut to length."""
    words = re.sub(r"[`*$]+", "", text.split("```")[0]).split()
    line = " ".join(words) or text.strip("`~ \n").split("\n")[0]
    return line if len(line) <= _HEADLINE else line[: _HEADLINE - 1].rstrip() + "…"


def content_of(question: Question) -> QuestionContent:
    """What the kinds need to check and score."""
    return QuestionContent(
        kind=question.kind,
        text=question.question_text,
        answer=question.answer,
        options=question.options,
        spec=question.spec or {},
    )


def asked(question: Question, *, points: int, option_ids: Sequence[str] | None = None) -> Asked:
    """The question as shown, its options in the given order (the author's without one)."""
    return Asked(
        id=question.pk,
        kind=question.kind,
        question_text=full_text(question.kind, question.question_text, question.spec or {}),
        question_html=question.question_html,
        points=points,
        options=_options(question, option_ids),
    )


def full_text(kind: str, text: str, spec: Mapping[str, Any]) -> str:
    """The question as Markdown; for a tracing question its program stands below the text."""
    program = spec.get("program")
    if kind != "tracing" or not isinstance(program, str) or program.strip() in text:
        return text
    language = spec.get("language", "")
    fence = "```" if "```" not in program else "~~~~"
    return f"{text}\n\n{fence}{language if isinstance(language, str) else ''}\n{program}\n{fence}"


def _options(question: Question, order: Sequence[str] | None) -> tuple[Option, ...] | None:
    if not question.options or question.kind not in ("single_choice", "multiple_choice"):
        return None
    known = {
        one["id"]: Option(one["id"], one["text"], one.get("html", "")) for one in question.options
    }
    return tuple(known[one] for one in (order if order is not None else known))


@lru_cache(maxsize=4096)
def begun_content(question_id: UUID) -> QuestionContent:
    """What an autosave checks a response against, kept in the process.

    A question on a paper that somebody has begun never changes again, so it may be kept for ever.
    Raises `LookupError` for any other id, and keeps nothing then.
    """
    begun = ExamQuestion.objects.filter(question_id=question_id, exam__attempts__isnull=False)
    row = begun.select_related("question").first()
    if row is None:
        raise LookupError(question_id)  # lru_cache keeps no exceptions
    return content_of(row.question)
