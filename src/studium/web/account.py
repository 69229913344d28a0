"""One's own account: profile, address, sessions, API tokens. Password and factors are allauth's."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from studium.identity import queries
from studium.identity.actions import people, sessions, tokens
from studium.identity.rules import canonical_email
from studium.web.forms import AddressForm, ProfileForm, TokenForm, submitted
from studium.web.http import SignedIn, now, signed_in
from studium.web.middleware import speak_to
from studium.web.rates import too_often
from studium.web.register import absolute

LINK_SECONDS = 60 * 60 * 24
_SALT = "studium.address"


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def profile(request: SignedIn) -> HttpResponse:
    """Name, language and zone."""
    me = request.user
    start = {"name": me.name, "locale": me.locale, "timezone": me.timezone}
    form = ProfileForm(request.POST or None, initial=start)
    saved = submitted(
        form, lambda **values: people.update_profile(by=me, person_id=me.pk, now=now(), **values)
    )
    if saved is None:
        return render(request, "account/profile.html", {"form": form, "tab": "profile"})
    speak_to(saved, request)
    messages.success(request, _("Your profile is saved."))
    return HttpResponseRedirect(reverse("account"))


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def address(request: SignedIn) -> HttpResponse:
    """Ask for another address: it gets a link, and nothing changes until that is followed."""
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        if wait := too_often(request, action="manage_email", user=request.user):
            return wait
        if get_adapter(request).reauthenticate(request.user, form.cleaned_data["password"]):
            _send_link(request, email)
            messages.success(request, _("We sent a link to the new address. Open it to go on."))
            return HttpResponseRedirect(reverse("account_email"))
        form.add_error("password", _("This is not your password."))
    return render(request, "account/address.html", {"form": form, "tab": "email"})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def address_confirm(request: SignedIn, token: str) -> HttpResponse:
    """Behind the link: one button makes the new address count."""
    email, former = _new_address(request, token), request.user.email
    if request.method != "POST":
        return render(request, "account/address_confirm.html", {"email": email})
    people.change_address(by=request.user, person_id=request.user.pk, email=email, now=now())
    get_adapter(request).send_mail("account/email/address_changed", former, {"new_email": email})
    messages.success(request, _("Your address is changed."))
    return HttpResponseRedirect(reverse("account_email"))


def _send_link(request: SignedIn, email: str) -> None:
    """The link to the new address, or a message that it has an account already."""
    claim = {"user": str(request.user.pk), "from": request.user.email_canonical, "to": email}
    path = reverse("account_email_confirm", args=[signing.dumps(claim, salt=_SALT)])
    taken = queries.has_account(email) and canonical_email(email) != claim["from"]
    context = {
        "confirm_url": absolute(request, path),
        "password_reset_url": absolute(request, reverse("account_reset_password")),
    }
    prefix = "account/email/account_already_exists" if taken else "account/email/address_confirm"
    get_adapter(request).send_mail(prefix, email, context)


def _new_address(request: SignedIn, token: str) -> str:
    try:
        claim: dict[str, Any] = signing.loads(token, salt=_SALT, max_age=LINK_SECONDS)
    except signing.BadSignature:
        raise Http404 from None
    mine = claim["user"] == str(request.user.pk) and claim["from"] == request.user.email_canonical
    if not mine:  # another person's link, or one that was followed already
        raise Http404
    return str(claim["to"])


@require_safe
@signed_in
def sign_ins(request: SignedIn) -> HttpResponse:
    """Where one is signed in."""
    rows = queries.sign_ins(request.user, token=request.session.session_key, now=now())
    return render(request, "account/sessions.html", {"sessions": rows, "tab": "sessions"})


@require_POST
@signed_in
def end_session(request: SignedIn, session_id: UUID) -> HttpResponse:
    """End one session."""
    sessions.end_session(by=request.user, session_id=session_id, now=now())
    messages.success(request, _("The session is ended."))
    return HttpResponseRedirect(reverse("account_sessions"))


@require_POST
@signed_in
def end_other_sessions(request: SignedIn) -> HttpResponse:
    """End all sessions but this one."""
    sessions.end_other_sessions(by=request.user, keep=request.session.session_key, now=now())
    messages.success(request, _("You are signed out everywhere else."))
    return HttpResponseRedirect(reverse("account_sessions"))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def api_tokens(request: SignedIn) -> HttpResponse:
    """One's tokens; a new one is shown on the answer itself and never again."""
    form = TokenForm(request.POST or None)
    made = submitted(
        form, lambda **values: tokens.create_token(by=request.user, now=now(), **values)
    )
    context = {
        "form": TokenForm() if made else form,
        "made": made,
        "tokens": queries.tokens(request.user, now=now()),
        "tab": "tokens",
    }
    return render(request, "account/tokens.html", context)


@require_POST
@signed_in
def revoke_token(request: SignedIn, token_id: UUID) -> HttpResponse:
    """Revoke a token."""
    tokens.revoke_token(by=request.user, token_id=token_id, now=now())
    messages.success(request, _("The token is revoked."))
    return HttpResponseRedirect(reverse("account_tokens"))
