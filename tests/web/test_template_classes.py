"""Templates call as Jinja does: words in the reader's language, escaped values, given contexts."""

from __future__ import annotations

import pytest
from django.utils import translation
from django.utils.safestring import SafeString
from jinja2 import DictLoader, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from studium.web import jinja


def rendered(source: str, **names: object) -> str:
    parts = (
        '{% macro said(n) %}{{ ngettext("%(num)s lesson", "%(num)s lessons", n) }}{% endmacro %}'
    )
    loader = DictLoader({"page": source, "parts": parts})
    return jinja.environment(loader=loader).get_template("page").render(**names)


def test_words_are_those_of_the_language_that_is_active() -> None:
    page = '{% from "parts" import said %}{{ _("Lessons") }}, {{ said(1) }}, {{ said(2) }}'
    said = []
    for language in ("en", "de", "en"):
        with translation.override(language):
            said.append(rendered(page))
            assert jinja.text("Lessons") in said[-1]  # outside of a template, too
    assert said[0] == said[2] == "Lessons, 1 lesson, 2 lessons"
    assert said[1] == "Lektionen, 1 Lektion, 2 Lektionen"


@pytest.mark.parametrize(
    ("value", "shown"), [("<b>", "&lt;b&gt;"), (Markup("<b>"), "<b>"), (7, "7")]
)
def test_values_are_escaped_once(value: object, shown: str) -> None:
    assert rendered('{{ _("version %(n)s", n=value) }}', value=value) == f"version {shown}"
    assert rendered('{{ ngettext("%(n)s", "%(n)s", 1, n=value) }}', value=value) == shown


@pytest.mark.parametrize(
    "value", ["<a> & 'b' \"c\"", Markup("<b>"), 7, True, None, 2.5, ["<i>"], SafeString("<u>")]
)
def test_what_is_written_is_what_markupsafe_escapes(value: object) -> None:
    page = "{% macro m(v) %}{{ v }}{% endmacro %}{% set s %}{{ v }}{% endset %}"
    page += "{{ v }} {{ m(v) }} {{ m(m(v)) }} {{ s }} {{ v ~ '' }}"
    assert rendered(page, v=value) == " ".join([str(escape(value))] * 5)


def test_a_function_that_asks_for_the_context_sees_the_names_of_its_loop() -> None:
    @pass_context
    def look(context: Context, more: int) -> int:
        return int(context["ten"]) + more

    page = "{% for one in [1, 2] %}{% set ten = one * 10 %}{{ look(one) }} {% endfor %}"
    assert rendered(page, look=look) == "11 22 "


def test_a_name_that_is_not_there_is_an_error() -> None:
    with pytest.raises(Exception, match="'nothing' is undefined"):
        rendered("{{ nothing() }}")
