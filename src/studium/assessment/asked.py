"""A question row as the kinds see it, and as a person who has to answer it may see it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from typing import Any
from uuid import UUID

from studium.assessment import rules
from studium.assessment.kinds import QuestionContent, Response, kind, parameters
from studium.assessment.models import (
    ExamAttempt,
    ExamQuestion,
    PracticeSession,
    Question,
    QuizAttempt,
)
from studium.lib import markdown

_HEADLINE = 110


@dataclass(frozen=True, slots=True)
class Option:
    """An option as shown: `html` is for pages, `text` is Markdown for programs."""

    id: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question without anything that gives its answer away.

    `field` is what its kind needs to be answered beside the options, `credit` how parts of an
    answer count, in English. `alike` names all of it but the order of the options, where that is
    the same for everybody who is asked the question; empty for a question made for one.
    """

    id: UUID
    kind: str
    question_text: str
    question_html: str
    points: int
    options: tuple[Option, ...] | None
    field: Mapping[str, Any] | None = None
    credit: str = ""
    alike: str = ""

    def __repr__(self) -> str:
        """All it holds; in short where `alike` names that: parts of pages are kept by it."""
        if self.alike:
            return f"Asked({self.alike!r}, {[one.id for one in self.options or ()]})"
        return f"Asked({[getattr(self, name) for name in self.__slots__]})"

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
            "field": _without_html(self.field),
            "credit": self.credit,
        }


def headline(text: str) -> str:
    """A question in a line of plain text, for lists: its words before any code, cut to length."""
    words = re.sub(r"[`*$]+", "", text.split("```")[0]).split()
    line = " ".join(words) or text.strip("`~ \n").split("\n")[0]
    return line if len(line) <= _HEADLINE else line[: _HEADLINE - 1].rstrip() + "…"


def content_of(question: Question, *, seed: object = None) -> QuestionContent:
    """What the kinds need to check and score; with a seed the variant that an attempt is asked."""
    content = QuestionContent(
        kind=question.kind,
        text=question.question_text,
        answer=question.answer,
        options=question.options,
        spec=question.spec or {},
    )
    return content if seed is None else variant(content, seed=seed, question_id=question.pk)


def variant(content: QuestionContent, *, seed: object, question_id: UUID) -> QuestionContent:
    """The numbers of a question with parameters filled in; any other question as it is."""
    if "parameters" not in content.spec:
        return content
    return parameters.drawn(content, seed=seed, question_id=question_id)


def variant_seed(attempt: ExamAttempt | QuizAttempt) -> object:
    """What an attempt's numbers are drawn from: its stored seed, or its id where it has none.

    Both are fixed when the attempt begins and never change.
    """
    return attempt.pk.hex if attempt.shuffle_seed is None else attempt.shuffle_seed


def session_seed(session: PracticeSession) -> object:
    """What the numbers of a practice session are drawn from: new ones each time."""
    return session.pk.hex


def asked(
    question: Question,
    *,
    points: int,
    option_ids: Sequence[str] | None = None,
    seed: object = None,
) -> Asked:
    """The question as shown, its options in the given order (the stored one without), with the
    numbers that the seed draws."""
    content = _in_order(content_of(question, seed=seed), option_ids)
    its, values = kind(question.kind), parameters.values_of(content)
    return Asked(
        id=question.pk,
        kind=question.kind,
        question_text=its.full_text(content),
        question_html=parameters.fill(question.question_html, values)
        if values
        else question.question_html,
        points=points,
        options=_options(content) if its.lists_options else None,
        field=its.field(content),
        credit=its.credit(content),
    )


class ForAll:
    """A question of a begun paper, made once for all who are asked it."""

    __slots__ = ("_asked", "_option_ids", "_options", "_points", "_question")

    def __init__(self, question: Question, *, points: int) -> None:
        self._question, self._points = question, points
        self._option_ids = [option["id"] for option in question.options or ()]
        self._options: dict[str, Option] = {}
        self._asked: Asked | None = None
        # Numbers differ from one to the next, and so may a field that is made of the options.
        its_own = "parameters" in (question.spec or {})
        if not its_own and (kind(question.kind).lists_options or not self._option_ids):
            made = asked(question, points=points)
            named = sha256(repr(made).encode()).hexdigest()
            self._asked = replace(made, alike=named)
            self._options = {option.id: option for option in made.options or ()}

    def asked_in(self, attempt: ExamAttempt) -> Asked:
        """The question as this attempt is asked it: in its order, with its numbers."""
        question = self._question
        order = rules.option_order(self._option_ids, attempt.shuffle_seed, question.pk)
        if self._asked is None:
            seed = variant_seed(attempt)
            return asked(question, points=self._points, option_ids=order, seed=seed)
        if not self._options or attempt.shuffle_seed is None:
            return self._asked
        return replace(self._asked, options=tuple([self._options[one] for one in order]))


def explanation_html(question: Question, *, seed: object = None) -> str:
    """Why the answer is right, with the numbers that the seed draws."""
    if "parameters" not in (question.spec or {}):
        return question.explanation_html
    values = parameters.values_of(content_of(question, seed=seed))
    return (
        parameters.fill(question.explanation_html, values)
        if values
        else (question.explanation_html)
    )


def option_explanations(content: QuestionContent) -> dict[str, str]:
    """What an author says to each option, as HTML, by its id."""
    return {
        option["id"]: option["explanation_html"]
        for option in content.options or ()
        if option.get("explanation_html")
    }


def remark_html(content: QuestionContent, response: Response) -> str:
    """What the author says to exactly this answer, as HTML; empty for nothing."""
    remark = kind(content.kind).remark(content, response)
    return _html(remark) if remark else ""


@lru_cache(maxsize=1024)
def _html(text: str) -> str:
    return markdown.render(text).html


def _in_order(content: QuestionContent, option_ids: Sequence[str] | None) -> QuestionContent:
    if not content.options or option_ids is None:
        return content
    known = {one["id"]: one for one in content.options}
    return replace(content, options=[known[one] for one in option_ids])


def _options(content: QuestionContent) -> tuple[Option, ...]:
    return tuple(
        Option(one["id"], one["text"], one.get("html", "")) for one in content.options or ()
    )


def _without_html(value: Any) -> Any:
    """A field for programs, which read Markdown."""
    if isinstance(value, Mapping):
        return {name: _without_html(one) for name, one in value.items() if name != "html"}
    return [_without_html(one) for one in value] if isinstance(value, list) else value


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
