"""Statements about learning, for administrators: where they go, and how far they are."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from studium.analytics import actions
from studium.analytics.queries import xapi as queries
from studium.lib.errors import Conflict
from studium.lib.localized import said
from studium.web.admin import admins
from studium.web.forms import submitted
from studium.web.http import SignedIn, now
from studium.web.jobs import card

_AUTH = [
    ("none", lazy("Nothing")),
    ("basic", lazy("Name and password")),
    ("bearer", lazy("A token")),
]


class XapiForm(forms.Form):
    """Where statements go. The password is written and never shown again."""

    address = forms.CharField(
        label=lazy("Address of the record store"),
        max_length=500,
        help_text=lazy("Its root, for example https://lrs.example.org/xapi"),
        widget=forms.TextInput({"inputmode": "url", "autocomplete": "off"}),
    )
    auth = forms.ChoiceField(label=lazy("Signing in there with"), choices=_AUTH)
    user_name = forms.CharField(
        label=lazy("Name"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    credential = forms.CharField(
        label=lazy("Password or token"),
        required=False,
        max_length=500,
        help_text=lazy("Stored encrypted and never shown again. Left empty, the one there is."),
        widget=forms.PasswordInput({"autocomplete": "off"}),
    )
    with_responses = forms.BooleanField(
        label=lazy("Tell what people answered, too"),
        required=False,
        help_text=lazy("Else only whether it was right, and how much of it."),
    )
    from_now = forms.BooleanField(
        label=lazy("Only what is answered from now on"),
        required=False,
        help_text=lazy("Else a new address gets everything from the beginning."),
    )


@sensitive_post_parameters("credential")
@require_http_methods(["GET", "HEAD", "POST"])
@admins
def xapi(request: SignedIn) -> HttpResponse:
    """The settings and how far sending is; a POST saves them."""
    state = queries.xapi_state(request.user)
    first = {name: getattr(state, name) for name in XapiForm.base_fields if hasattr(state, name)}
    form = XapiForm(request.POST or None, initial=first)
    status = 200
    try:
        saved = submitted(
            form, lambda **values: actions.configure_xapi(by=request.user, now=now(), **values)
        )
    except Conflict as refused:  # a site that does not know its own address
        form.add_error("address", said(refused.message))
        saved, status = None, refused.status
    if saved is not None:
        messages.success(request, _("Statements go to %(place)s.") % {"place": saved.address})
        return redirect("admin_xapi")
    context = {"state": state, "form": form, "job": card(state.job) if state.job else None}
    response = render(request, "admin/xapi.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
@admins
def xapi_send(request: SignedIn) -> HttpResponse:
    """Send what there is now."""
    actions.request_xapi_sending(by=request.user, now=now())
    return redirect("admin_xapi")


@require_POST
@admins
def xapi_stop(request: SignedIn) -> HttpResponse:
    """Send nothing more."""
    actions.stop_xapi(by=request.user, now=now())
    messages.success(request, _("Nothing is sent any more."))
    return redirect("admin_xapi")
