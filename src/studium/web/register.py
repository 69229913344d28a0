"""Registering: a link by mail, then name and password. By oneself where that is open, or invited.

An account comes about only behind a link, so no page tells whether an address has an account:
asking for a link gives the same answer and one message either way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth import login
from django.core import signing
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from studium.content.actions.people import take_up_invitation
from studium.identity import queries
from studium.identity.actions import invitations
from studium.identity.rules import canonical_email
from studium.web.forms import JoinForm, SignupForm, submitted
from studium.web.http import now
from studium.web.rates import too_often

if TYPE_CHECKING:
    from studium.identity.models import User

LINK_SECONDS = 60 * 60 * 24
_SALT = "studium.register"
_BACKEND = "studium.identity.authentication.EmailBackend"


@require_http_methods(["GET", "HEAD", "POST"])
def signup(request: HttpRequest) -> HttpResponse:
    """Ask for a link to register; its answer is the same for known and unknown addresses."""
    if settings.REGISTRATION != "open":
        return render(request, "account/signup_closed.html")
    form = SignupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        if wait := too_often(request, action="signup", key=canonical_email(email)):
            return wait
        _send_link(request, email)
        return HttpResponseRedirect(reverse("account_signup_sent"))
    context = {"form": form, "login_url": reverse("account_login")}
    return render(request, "account/signup.html", context)


@require_safe
def signup_sent(request: HttpRequest) -> HttpResponse:
    """What was done, in words that fit both cases."""
    return render(request, "account/verification_sent.html")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Behind the link of one who registers by oneself."""
    email = _address_of(token)
    form = JoinForm(request.POST or None)
    user = submitted(form, lambda **values: invitations.register(email=email, now=now(), **values))
    return _welcome(request, user) if user else _join_page(request, form, email)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """Behind the link of an invitation."""
    email = invitations.open_invitation(token, now=now()).email
    form = JoinForm(request.POST or None)
    user = submitted(form, lambda **values: _accept(token, **values))
    return _welcome(request, user) if user else _join_page(request, form, email)


def send_invitation(request: HttpRequest, *, email: str, token: str) -> None:
    """Mail the link of an invitation that was just made."""
    context = {"invitation_url": absolute(request, reverse("account_invited", args=[token]))}
    get_adapter(request).send_mail("account/email/invitation", email, context)


def absolute(request: HttpRequest, path: str) -> str:
    """A path of this site as a whole address, for mails."""
    return (
        f"{settings.SITE_URL.rstrip('/')}{path}"
        if settings.SITE_URL
        else (request.build_absolute_uri(path))
    )


def _send_link(request: HttpRequest, email: str) -> None:
    known = queries.has_account(email)
    token = signing.dumps({"email": email}, salt=_SALT)
    context = {
        "registration_url": absolute(request, reverse("account_join", args=[token])),
        "password_reset_url": absolute(request, reverse("account_reset_password")),
    }
    prefix = "account/email/account_already_exists" if known else "account/email/registration"
    get_adapter(request).send_mail(prefix, email, context)


def _address_of(token: str) -> str:
    try:
        return str(signing.loads(token, salt=_SALT, max_age=LINK_SECONDS)["email"])
    except signing.BadSignature:
        raise Http404 from None


def _accept(token: str, *, name: str, password: str, locale: str) -> User:
    with transaction.atomic():
        user, invitation = invitations.accept_invitation(
            token=token, name=name, password=password, locale=locale, now=now()
        )
        take_up_invitation(user=user, invitation_id=invitation.pk, now=now())
    return user


def _join_page(request: HttpRequest, form: JoinForm, email: str) -> HttpResponse:
    return render(request, "account/join.html", {"form": form, "email": email})


def _welcome(request: HttpRequest, user: User) -> HttpResponse:
    login(request, user, backend=_BACKEND)
    return HttpResponseRedirect(reverse("home"))
