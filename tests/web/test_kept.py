"""Parts of pages that are made once for all who see the same, and addresses made of ids."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from studium.lib.ids import uuid7
from studium.web import jinja

MACRO = '{% macro part(a, b=none) %}<p>{{ a }}{% if b is sameas true %}!{% endif %} {{ _("Save") }}'


def _macro(made: list[object]) -> Any:
    environment = jinja.environment()
    environment.filters["noted"] = lambda value: made.append(value)
    template = environment.from_string(MACRO + "{% set told = a|noted %}</p>{% endmacro %}")
    return vars(template.module)["part"]


def test_a_part_is_made_once_for_the_same_values() -> None:
    made: list[object] = []
    macro = _macro(made)

    first = jinja.kept(macro, "<i>", b=True)

    assert first == macro("<i>", b=True)
    assert "&lt;i&gt;!" in first
    del made[:]
    assert jinja.kept(macro, "<i>", b=True) == first
    assert made == []


def test_other_values_another_type_or_another_language_are_made_anew() -> None:
    macro = _macro([])
    parts = {jinja.kept(macro, 1, b=value) for value in (True, 1)} | {jinja.kept(macro, 2, b=1)}
    with translation.override("de"):
        parts.add(jinja.kept(macro, 1, b=1))

    assert len(parts) == 4


def test_long_parts_are_not_kept_and_the_others_have_a_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept: dict[Any, Any] = {}
    monkeypatch.setattr(jinja, "_KEPT", kept)
    monkeypatch.setattr(jinja, "MOST_KEPT", 3)
    macro = _macro([])

    jinja.kept(macro, "x" * jinja.LONGEST_KEPT)
    assert not kept
    for number in range(8):
        jinja.kept(macro, number)
        assert 1 <= len(kept) <= 3


def test_an_address_of_ids_is_the_one_that_django_gives() -> None:
    for _ in range(2):
        attempt, question = uuid7(), uuid7()
        ids = {"attempt_id": attempt, "question_id": question}
        assert jinja.url("appeal_new", **ids) == reverse("appeal_new", kwargs=ids)
        assert jinja.url("exam", exam_id=attempt) == reverse("exam", args=[attempt])
    assert jinja.url("home") == reverse("home")
    mixed = {"slug": "ownership", "lesson_id": attempt}
    assert jinja.url("lesson", **mixed) == reverse("lesson", kwargs=mixed)
