"""An empty server's first pages: make the administrator, then choose what to begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account import views as allauth
from django import forms
from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from studium.content import rights
from studium.formats import sample
from studium.identity import queries
from studium.identity.actions import first_run
from studium.identity.rules import NO_SETUP_CODE
from studium.web.forms import JoinForm, submitted
from studium.web.http import SignedIn, now, signed_in
from studium.web.rates import too_often

if TYPE_CHECKING:
    from studium.identity.models import User

_BACKEND = "studium.identity.authentication.EmailBackend"


class AdministratorForm(JoinForm):
    """The first person; the code only where the server asks for one."""

    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput({"autocomplete": "email"}))
    code = forms.CharField(
        label=_("Set-up code"),
        help_text=_("The server printed it when it started."),
        max_length=100,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    field_order = ("code", "name", "email", "password", "locale")

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if settings.SETUP_CODE == NO_SETUP_CODE:
            del self.fields["code"]


def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page; on a server without people, the way to its first page."""
    if request.method == "GET" and not request.user.is_authenticated and not queries.has_people():
        return redirect("first_run")
    answer: HttpResponse = allauth.login(request)
    return answer


@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "HEAD", "POST"])
def administrator(request: HttpRequest) -> HttpResponse:
    """Create the administrator: only while nobody is there."""
    if queries.has_people():
        return redirect("home")
    form = AdministratorForm(request.POST or None)
    if request.method == "POST" and (wait := too_often(request, action="first_run")):
        return wait
    made = submitted(form, lambda **values: first_run.create_administrator(now=now(), **values))
    if made is None:
        context = {"form": form, "is_open": bool(settings.SETUP_CODE)}
        return render(request, "first_run/administrator.html", context)
    return _welcome(request, made)


@require_safe
@signed_in
def beginning(request: SignedIn) -> HttpResponse:
    """What to begin with: a sample course, a course of one's own, or nothing yet."""
    rights.require_create_course(request.user)
    return render(request, "first_run/beginning.html", {"about": sample.ABOUT})


@require_POST
@signed_in
def load_sample(request: SignedIn) -> HttpResponse:
    """Queue the sample course and show how far it is."""
    job = sample.request_sample(by=request.user, now=now())
    return redirect("job", job_id=job.pk)


def _welcome(request: HttpRequest, person: User) -> HttpResponse:
    login(request, person, backend=_BACKEND)
    return redirect("beginning")
