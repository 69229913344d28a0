"""Answers as plain forms send them, in the shapes that questions read.

Field names are those of `parts/question.html`: `q-<question id>`, and for a tracing question three
fields with `-compiles`, `-output` and `-line` behind it.
"""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

_TRUTH = {"true": True, "false": False}


def answer_in(form: QueryDict, *, kind: str, question_id: object, prefix: str = "q") -> Any:
    """The response to one question; None where nothing was chosen."""
    name = f"{prefix}-{question_id}"
    given = form.getlist(name)
    if kind == "multiple_choice" or len(given) > 1:
        # Where one value is meant, the question itself says what is wrong with several.
        return given or None
    if kind == "true_false":
        return _TRUTH.get(form.get(name, ""))
    if kind == "tracing":
        return _traced(form, name)
    return form.get(name) or None


def _traced(form: QueryDict, name: str) -> dict[str, Any] | None:
    compiles = _TRUTH.get(form.get(f"{name}-compiles", ""))
    if compiles is None:
        return None
    if compiles:
        return {"compiles": True, "output": form.get(f"{name}-output", "")}
    line = form.get(f"{name}-line", "").strip()
    # What is no number goes on as text, so that the question itself says what is wrong with it.
    return {"compiles": False, "line": int(line) if line.isdecimal() and len(line) < 9 else line}
