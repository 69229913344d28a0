"""The form of a question: what the fields of each kind mean, both ways.

Choices have rows `option-<n>`, `right` (the numbers of right rows) and `why-<n>`; empty rows fall
away. A text has one accepted form a line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from studium.assessment import queries
from studium.assessment.actions.bank import OptionDraft, QuestionDraft

KIND_WORDS = {
    "single_choice": _("One right choice"),
    "multiple_choice": _("Several right choices"),
    "true_false": _("True or false"),
    "short_text": _("Short text"),
    "numeric": _("Number"),
    "tracing": _("Read a program"),
}
SPARE_ROWS = 2
FEWEST_ROWS = 4
_ROW = re.compile(r"option-([0-9]{1,3})")
_CHOICES = ("single_choice", "multiple_choice")


def draft_in(form: QueryDict) -> QuestionDraft:
    """The question as the form has it; what is wrong with it the action says."""
    kind = form.get("kind", "")
    return QuestionDraft(
        kind=kind,
        question_text=_lines(form.get("question_text", "")),
        answer=_answer(form, kind),
        options=_options(form) if kind in _CHOICES else None,
        spec=_spec(form, kind),
        points=_whole(form.get("points", "1")),
        explanation=_lines(form.get("explanation", "")),
    )


def fields_of(form: QueryDict | None, *, kind: str, question: Any) -> dict[str, Any]:
    """What the fields show: what was sent, else the stored question, else nothing."""
    if form is not None:
        rows = [
            {"text": form.get(f"option-{n}", ""), "why": form.get(f"why-{n}", "")}
            | {"right": str(n) in form.getlist("right")}
            for n in _row_numbers(form)
        ]
        return {**form.dict(), "rows": _with_spare(rows)}
    if question is None:
        return {"rows": _with_spare([]), "points": 1}
    return _stored(question)


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


def _stored(question: Any) -> dict[str, Any]:
    right = queries.right_answer(question)
    keys = right if isinstance(right, list) else [right]
    spec: Mapping[str, Any] = question.spec or {}
    rows = [
        {"text": one["text"], "why": one.get("explanation", ""), "right": one["id"] in keys}
        for one in question.options or ()
    ]
    traced = right if isinstance(right, dict) else {}
    return {
        "question_text": question.question_text,
        "explanation": question.explanation,
        "points": question.points,
        "rows": _with_spare(rows),
        "truth": question.answer,
        "accepted": "\n".join(spec.get("accepted", [question.answer])),
        "case_sensitive": "on" if spec.get("case_sensitive") else "",
        "number": question.answer,
        "tolerance": spec.get("tolerance", ""),
        "tolerance_kind": spec.get("tolerance_kind", "absolute"),
        "program": spec.get("program", ""),
        "language": spec.get("language", ""),
        "compiles": str(traced.get("compiles", "")).lower(),
        "output": traced.get("output", ""),
        "line": traced.get("line") or "",
    }


def _answer(form: QueryDict, kind: str) -> Any:
    if kind == "true_false":
        return {"true": True, "false": False}.get(form.get("truth", ""))
    if kind == "short_text":
        return next(iter(_accepted(form)), "")
    if kind == "numeric":
        return form.get("number", "").strip()
    if kind == "tracing":
        if form.get("compiles") == "true":
            return {"compiles": True, "output": _lines(form.get("output", ""))}
        if form.get("compiles") == "false":
            line = form.get("line", "").strip()
            return {"compiles": False, "line": _whole(line) if line else None}
    return None


def _spec(form: QueryDict, kind: str) -> dict[str, Any]:
    if kind == "short_text":
        strict = form.get("case_sensitive") == "on"
        return {"accepted": _accepted(form)} | ({"case_sensitive": True} if strict else {})
    if kind == "numeric":
        given = {"tolerance": form.get("tolerance", "").strip()}
        if form.get("tolerance_kind", "absolute") != "absolute":
            given["tolerance_kind"] = form.get("tolerance_kind", "")
        return {name: value for name, value in given.items() if value}
    if kind == "tracing":
        spec = {"program": _lines(form.get("program", ""))}
        return spec | ({"language": form["language"]} if form.get("language") else {})
    return {}


def _options(form: QueryDict) -> list[OptionDraft]:
    right = form.getlist("right")
    return [
        OptionDraft(
            text=_lines(text), right=str(n) in right, explanation=_lines(form.get(f"why-{n}", ""))
        )
        for n in _row_numbers(form)
        if (text := form.get(f"option-{n}", "")).strip()
    ]


def _row_numbers(form: QueryDict) -> list[int]:
    found = (_ROW.fullmatch(name) for name in form)
    return sorted(int(match[1]) for match in found if match)


def _with_spare(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Room for more: a form without scripts cannot add rows by itself."""
    filled = [row for row in rows if row["text"].strip()]
    spare = max(SPARE_ROWS, FEWEST_ROWS - len(filled))
    return [*filled, *({"text": "", "why": "", "right": False} for _ in range(spare))]


def _accepted(form: QueryDict) -> list[str]:
    return [line.strip() for line in form.get("accepted", "").splitlines() if line.strip()]


def _lines(text: str) -> str:
    """Browsers send CR LF."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _whole(text: str) -> Any:
    """A whole number, or the text as it is, which the action then refuses at its field."""
    text = text.strip()
    return int(text) if text.isdecimal() and len(text) < 10 else text
