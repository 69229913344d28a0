"""Fields of one line are written as Django's templates write them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.forms.widgets import Input
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from studium.web.widgets import INPUTS, Inputs

WIDGETS = [
    forms.TextInput(), forms.EmailInput(), forms.PasswordInput(), forms.HiddenInput(),
    forms.NumberInput(), forms.URLInput(), forms.CheckboxInput(), forms.DateTimeInput(),
    forms.DateInput({"type": "date"}), forms.TimeInput(), Input({"class": 'a "b"'}),
]  # fmt: skip
VALUES = [
    None, "", "<b> & \"c\" 'd'", mark_safe("&amp;"), 7, True, date(2026, 10, 5),
    gettext_lazy("Home"),
]  # fmt: skip
ATTRS = {
    "id": "f-1", "required": True, "disabled": False, "maxlength": 80, "placeholder": "<'>",
    "aria-describedby": mark_safe("x-hint"), "title": gettext_lazy("Home"),
}  # fmt: skip


@pytest.mark.parametrize("widget", WIDGETS, ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_field_is_what_django_writes(widget: Any, value: Any) -> None:
    given = {"name": "a<b", "value": value, "attrs": ATTRS}
    assert widget.template_name in INPUTS or type(widget) is Input
    assert widget.render(**given, renderer=Inputs()) == widget.render(
        **given, renderer=DjangoTemplates()
    )


GROUPED = [("", "None"), ("'G' <", [("a", "A<"), (7, gettext_lazy("Home"))]), (False, "No")]


@pytest.mark.parametrize("value", [None, "a", 7, [""]], ids=repr)
@pytest.mark.parametrize("choices", [[], GROUPED], ids=["none", "grouped"])
def test_a_list_of_choices_is_what_django_writes(choices: Any, value: Any) -> None:
    given = {"name": "a<b", "value": value, "attrs": ATTRS}
    select = forms.Select(choices=choices)
    ours = select.render(**given, renderer=Inputs())
    assert ours == select.render(**given, renderer=DjangoTemplates())


@pytest.mark.parametrize("widget", [forms.Textarea(), forms.RadioSelect(choices=[("a", "A<")])])
def test_other_fields_are_left_to_django(widget: Any) -> None:
    ours = widget.render("a", "a", renderer=Inputs())
    assert ours == widget.render("a", "a", renderer=DjangoTemplates())


def test_forms_use_it(settings: Any) -> None:
    assert isinstance(forms.Form().renderer, Inputs)
