"""Erasing an account: one's own with the password, anybody's by an admin who types the name."""

from __future__ import annotations

from uuid import UUID

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from studium.analytics import actions
from studium.identity import queries
from studium.lib.errors import Conflict
from studium.lib.localized import said
from studium.web.admin import admins
from studium.web.http import SignedIn, now, signed_in


class PasswordForm(forms.Form):
    """The password shows that it is still the same person."""

    password = forms.CharField(
        label=gettext_lazy("Your password"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )


class NameForm(forms.Form):
    """The name of the person, typed."""

    name = forms.CharField(label=gettext_lazy("Type the name to erase this person"))


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def account_erase(request: SignedIn) -> HttpResponse:
    """Erase one's own account; the page says what goes and what stays."""
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not get_adapter(request).reauthenticate(request.user, form.cleaned_data["password"]):
            form.add_error("password", _("This is not your password."))
        elif _erased(request, form, request.user.pk):
            logout(request)
            return render(request, "account/erased.html")
    return render(request, "account/erase.html", {"form": form, "tab": "data"})


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def person_erase(request: SignedIn, person_id: UUID) -> HttpResponse:
    """Erase somebody, on their request or the law's."""
    who = queries.person(request.user, person_id)
    form = NameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["name"].strip() != who.name:
            form.add_error("name", _("This is not the name: “%(name)s”.") % {"name": who.name})
        elif _erased(request, form, person_id):
            messages.success(request, _("The person is erased. Results stay, of nobody."))
            return HttpResponseRedirect(reverse("admin_people"))
    return render(request, "admin/erase.html", {"form": form, "person": who, "tab": "people"})


def _erased(request: SignedIn, form: forms.Form, person_id: UUID) -> bool:
    """Whether it was done; what stands in the way becomes an error of the form."""
    try:
        actions.erase_person(by=request.user, person_id=person_id, now=now())
    except Conflict as refused:
        form.add_error(None, said(refused.message))
        return False
    return True
