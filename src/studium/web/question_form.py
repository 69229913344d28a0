"""The form of a question: what is the same for every kind, both ways. The rest the kinds read."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from studium.assessment.actions.bank import QuestionDraft, draft_of
from studium.assessment.kinds import KINDS, Draft, kind, parameters
from studium.assessment.kinds.content import as_lines
from studium.assessment.queries import concepts_of_questions
from studium.content.rules import joined_concepts, split_concepts
from studium.web.answers import SentFields

KIND_WORDS = {name: _(one.title) for name, one in KINDS.items()}


def draft_in(form: QueryDict) -> QuestionDraft:
    """The question as the form has it; what is wrong with it the action says."""
    name = form.get("kind", "")
    parts = kind(name).from_form(SentFields(form)) if name in KINDS else Draft("")
    spec = dict(parts.spec)
    if given := parameters.read_lines(form.get("parameters", "")):
        spec["parameters"] = given
    return QuestionDraft(
        kind=name,
        question_text=as_lines(form.get("question_text", "")),
        answer=parts.answer,
        options=parts.options,
        spec=spec,
        points=_whole(form.get("points", "1")),
        explanation=as_lines(form.get("explanation", "")),
    )


def fields_of(
    form: QueryDict | None, *, kind_name: str, question: Any, draft: QuestionDraft | None = None
) -> dict[str, Any]:
    """What the fields show: what was sent, else the stored question or the draft, else nothing."""
    its = kind(kind_name)
    if form is not None:
        return its.refill(SentFields(form))
    draft = draft_of(question) if question is not None else draft
    if draft is None or draft.kind != kind_name:
        return {**its.to_form(Draft("")), "points": 1}
    return {
        **its.to_form(Draft(draft.question_text, draft.answer, draft.options, draft.spec)),
        "question_text": draft.question_text,
        "explanation": draft.explanation,
        "points": draft.points,
        "parameters": parameters.to_lines(draft.spec.get("parameters")),
    }


def concepts_in(form: QueryDict) -> list[str]:
    """The concepts that the form names; which are no names the action says."""
    return split_concepts(form.get("concepts", ""))


def concepts_of(form: QueryDict | None, question: Any) -> str:
    """What the field of concepts shows: what was sent, else those of the question."""
    if form is not None:
        return form.get("concepts", "")
    if question is None:
        return ""
    return joined_concepts(concepts_of_questions([question.pk]).get(question.pk, ()))


def settings_in(form: QueryDict) -> dict[str, Any]:
    """The settings of a quiz."""
    limit = form.get("max_attempts", "").strip()
    return {
        "title": form.get("title", ""),
        "slug": form.get("slug", "").strip() or None,
        "pass_mark": _whole(form.get("pass_mark", "")),
        "max_attempts": _whole(limit) if limit else None,
        "shuffle": form.get("shuffle") == "on",
        "feedback": form.get("feedback", ""),
    }


def _whole(text: str) -> Any:
    """A whole number, or the text as it is, which the action then refuses at its field."""
    text = text.strip()
    return int(text) if text.isdecimal() and len(text) < 10 else text
