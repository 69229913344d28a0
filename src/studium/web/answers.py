"""Answers as plain forms send them, in the shapes that questions read.

Field names are those of `parts/question.html`: `q-<question id>`, with `-<part>` behind it where an
answer has several. Each kind of question reads its own.
"""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from studium.assessment.kinds import kind as kind_of


def answer_in(form: QueryDict, *, kind: str, question_id: object, prefix: str = "q") -> Any:
    """The response to one question; None where nothing was chosen."""
    return kind_of(kind).from_fields(SentFields(form), f"{prefix}-{question_id}")


class SentFields:
    """A query string as kinds read it: every value is a text."""

    def __init__(self, form: QueryDict) -> None:
        self._form = form

    def get(self, name: str, default: str = "", /) -> str:
        value = self._form.get(name, default)
        return value if isinstance(value, str) else default

    def getlist(self, name: str, /) -> list[str]:
        return [one for one in self._form.getlist(name) if isinstance(one, str)]

    def __iter__(self) -> Any:
        return iter(self._form)
