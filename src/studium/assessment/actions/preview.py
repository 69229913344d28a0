"""A question as students would see it, for its author: nothing is stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from studium.assessment.actions.bank import NOT_ASKED, images_of, invalid
from studium.assessment.asked import (
    Asked,
    asked,
    content_of,
    explanation_html,
    option_explanations,
    remark_html,
)
from studium.assessment.kinds import WrongShape, kind, parameters
from studium.assessment.models import Question, Quiz
from studium.assessment.writing import QuestionDraft, drawn_ids, write
from studium.content.queries import surroundings
from studium.lib.errors import Invalid

if TYPE_CHECKING:
    from studium.content.models import Course

_NOWHERE = UUID(int=0)
"""The id of a question that is shown before it is stored."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A question as students would see it. `tried` is an answer to it, with its share, 0 to 1 (None
    where a person marks), which parts of it are right and what is said to it; `variants` are some
    of the numbers a question with parameters can have, each with its key in words."""

    asked: Asked
    explanation_html: str
    option_explanations: Mapping[str, str]
    right: Any
    tried: Any
    problem: str
    share: Decimal | None
    parts: Mapping[str, bool]
    remark_html: str
    variants: tuple[tuple[Mapping[str, str], str], ...]


def preview_question(
    *, quiz: Quiz, draft: QuestionDraft, tried: Callable[[UUID], object] | None = None
) -> Preview | Invalid:
    """The question as it would be stored, which it is not; or what has to be mended first.

    `tried` gives an answer to the question of that id. Ids are the same for the same draft, so
    that an answer to one preview fits the next.
    """
    written = write(draft, resolve_image=images_of(quiz), draw=drawn_ids("preview"))
    if written.problems:
        return invalid(NOT_ASKED, written.problems)
    return _preview(Question(pk=_NOWHERE, quiz=quiz, **written.columns), tried)


def preview_draft(*, course: Course, draft: QuestionDraft) -> Preview | Invalid:
    """As `preview_question`, for a draft that has no quiz yet."""
    resolve = surroundings(course).image
    written = write(draft, resolve_image=resolve, draw=drawn_ids("preview"))
    if written.problems:
        return invalid(NOT_ASKED, written.problems)
    return _preview(Question(pk=_NOWHERE, **written.columns), None)


def preview_stored(question: Question) -> Preview:
    """A stored question as students see it."""
    return _preview(question, None)


def _preview(question: Question, tried: Callable[[UUID], object] | None) -> Preview:
    its, content = kind(question.kind), content_of(question, seed="preview")
    given, problem = None, ""
    if tried is not None:
        raw = tried(question.pk)
        try:
            given = its.read_response(content, raw)
        except WrongShape as wrong:
            given, problem = None, wrong.message
    return Preview(
        asked=asked(question, points=question.points, seed="preview"),
        explanation_html=explanation_html(question, seed="preview"),
        option_explanations=option_explanations(content),
        right=its.right_answer(content),
        tried=given,
        problem=problem,
        share=its.score(content, given),
        parts=its.parts(content, given) if given is not None else {},
        remark_html=remark_html(content, given),
        variants=_variants(question),
    )


def _variants(question: Question) -> tuple[tuple[Mapping[str, str], str], ...]:
    if "parameters" not in (question.spec or {}):
        return ()
    its, found = kind(question.kind), []
    for sample in parameters.samples(content_of(question)):
        found.append((sample.spec["values"], its.words(sample, its.right_answer(sample))))
    return tuple(found)
