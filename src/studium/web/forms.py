"""Plain Django forms of the account and admin pages, and how a form meets an action."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from studium.identity.queries import ROLES
from studium.lib.errors import Refused
from studium.lib.localized import said
from studium.web.zones import ZoneSelect, zone_choices

T = TypeVar("T")

ROLE_WORDS = {
    "STUDENT": _("Student"),
    "INSTRUCTOR": _("Instructor (may create courses)"),
    "ADMIN": _("Admin (may do anything)"),
}
ROLE_CHOICES = [(role, ROLE_WORDS[role]) for role in sorted(ROLES, key=list(ROLE_WORDS).index)]


def submitted(form: forms.Form, act: Callable[..., T]) -> T | None:
    """Run an action with the form's values; None when they are not good.

    What the action refuses about a field stands beside that field; any other refusal goes on to
    become a page. The action gets the values as keywords and must return something.
    """
    if not form.is_valid():
        return None
    try:
        return act(**form.cleaned_data)
    except Refused as refused:
        if not refused.fields:
            raise
        for field, problem in refused.fields.items():
            form.add_error(field if field in form.fields else None, said(problem))
        return None


def _new_password() -> forms.CharField:
    """A field for a password that is being chosen."""
    return forms.CharField(
        label=_("Password"),
        help_text=_("At least 10 characters. A few words in a row are easy to keep in mind."),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class SignupForm(forms.Form):
    """The first step of registering: only the address, which gets a link."""

    email = forms.EmailField(
        label=_("E-mail"),
        help_text=_("We send you a link; you choose name and password there."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class JoinForm(forms.Form):
    """The second step: the address is proved, name and password make the account."""

    name = forms.CharField(
        label=_("Your name"), max_length=200, widget=forms.TextInput({"autocomplete": "name"})
    )
    password = _new_password()
    locale = forms.ChoiceField(
        label=_("Language of the pages"),
        required=False,
        choices=settings.LANGUAGES,
        initial=get_language,
    )


class ProfileForm(forms.Form):
    """What people change about themselves."""

    name = forms.CharField(
        label=_("Name"), max_length=200, widget=forms.TextInput({"autocomplete": "name"})
    )
    locale = forms.ChoiceField(label=_("Language of the pages"))
    timezone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("Deadlines are shown in this zone."),
        widget=ZoneSelect,
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # Both lists are read when the form is made, since they belong to this machine.
        locale, zone = self.fields["locale"], self.fields["timezone"]
        if isinstance(locale, forms.ChoiceField) and isinstance(zone, forms.ChoiceField):
            locale.choices = list(settings.LANGUAGES)
            zone.choices = zone_choices  # not a list, whose 600 pairs a form would read anew


class AddressForm(forms.Form):
    """A new e-mail address; the password shows that it is still the same person."""

    email = forms.EmailField(
        label=_("New address"), widget=forms.EmailInput({"autocomplete": "email"})
    )
    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )


class TokenForm(forms.Form):
    """A new API token."""

    name = forms.CharField(label=_("What is it for?"), max_length=100)
    scope = forms.ChoiceField(
        label=_("It may"), choices=[("read", _("read")), ("write", _("read and change"))]
    )
    days = forms.IntegerField(label=_("Days until it ends"), min_value=1, max_value=365, initial=90)


class PersonForm(forms.Form):
    """A new person made by an admin; the password may be left for a reset by mail."""

    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("E-mail"))
    role = forms.ChoiceField(label=_("Role"), choices=ROLE_CHOICES)
    password = forms.CharField(
        label=_("Password"),
        required=False,
        empty_value=None,
        strip=False,
        help_text=_("Left empty, the person chooses one through “Forgotten your password?”."),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )


class RoleForm(forms.Form):
    """Another role for a person."""

    role = forms.ChoiceField(label=_("Role"), choices=ROLE_CHOICES)


class InviteForm(forms.Form):
    """An invitation by mail."""

    email = forms.EmailField(label=_("E-mail"))
    role = forms.ChoiceField(label=_("Role"), choices=ROLE_CHOICES)


class PeopleFileForm(forms.Form):
    """A list of people."""

    file = forms.FileField(
        label=_("CSV file"), help_text=_("Columns: name, email and, if you like, role.")
    )


class LogForm(forms.Form):
    """What to show of the audit log; days are whole days in the reader's zone."""

    action = forms.CharField(label=_("Action begins with"), required=False, max_length=80)
    actor = forms.CharField(label=_("Who"), required=False, max_length=200)
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput({"type": "date"})
    )
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput({"type": "date"}))
