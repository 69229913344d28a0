"""How allauth meets our people: how they sign in, where they go next, which address counts.

allauth gives sign-in, password reset, re-authentication and second factors. People, their
addresses and the limits of wrong passwords are identity's, so its own tables of addresses stay
empty and its sign-up is not routed (see web/register.py).
"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ChangePasswordForm as LibraryChangeForm
from allauth.account.forms import LoginForm as LibraryLoginForm
from allauth.account.forms import ResetPasswordForm as LibraryResetForm
from allauth.account.forms import ResetPasswordKeyForm as LibraryNewPasswordForm
from allauth.core import context as library_context
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sites.shortcuts import get_current_site
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from studium.identity import mailing, notice_rules
from studium.identity.actions import people, sign_in
from studium.identity.rules import canonical_email
from studium.lib import clock
from studium.web.middleware import client_ip


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """allauth's decisions, answered by our settings and our identity package."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.REGISTRATION == "open")

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_ip(request)

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """People have no user names."""

    def add_message(self, request: HttpRequest, level: int, *arguments: Any, **more: Any) -> None:
        """Signing in and out show by themselves; a message would open a session for a visitor."""
        template = str(more.get("message_template") or (arguments or [""])[0])
        if not template.endswith(("/logged_in.txt", "/logged_out.txt")):
            super().add_message(request, level, *arguments, **more)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """The person of an address and a password; `TooMany` becomes the page that says wait."""
        return sign_in.try_password(
            email=credentials.get("email", ""),
            password=credentials.get("password", ""),
            now=clock.now(),
            request=request,
        )

    def reauthenticate(self, user: Any, password: str) -> bool:
        found = self.authenticate(self.request, email=user.email, password=password)
        return bool(found is not None and found.pk == user.pk)

    def set_password(self, user: Any, password: str) -> None:
        people.set_password(by=user, person=user, password=password, now=clock.now())
        sign_in.forget_failures(email=user.email)

    def is_safe_url(self, url: str | None) -> bool:
        """Only addresses of this site, by this host name, are gone to after signing in."""
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={self.request.get_host()}, require_https=self.request.is_secure()
        )

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue a mail that somebody asked for, or that tells of a change of their account."""
        request = library_context.request
        site = get_current_site(request)
        shown = {"request": request, "email": email, "current_site": site, **context}
        made = self.render_mail(template_prefix, email, shown)
        mailing.queue(
            address=email,
            user=mailing.of_address(email),
            topic=notice_rules.SECURITY,
            subject=made.subject,
            text=made.body,
            site=request.build_absolute_uri("/"),
            now=clock.now(),
        )

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        super().send_notification_mail(template_prefix, user, context, email or user.email)


class LoginForm(LibraryLoginForm):  # type: ignore[misc]  # allauth has no types
    """The sign-in form in our words."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["login"].label = _("E-mail")
        self.fields["remember"].label = _("Stay signed in for two weeks")
        self.fields["password"].help_text = ""  # the page has its own link to the reset


class ResetPasswordForm(LibraryResetForm):  # type: ignore[misc]  # allauth has no types
    """Finds the account by its canonical address and by nothing else."""

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"])
        self.users = list(
            get_user_model().objects.filter(
                email_canonical=canonical_email(email), is_active=True, erased_at=None
            )
        )
        return email


class ChangePasswordForm(LibraryChangeForm):  # type: ignore[misc]  # allauth has no types
    """Another password, in our words."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["oldpassword"].label = _("Current password")
        _name_new(self)


class NewPasswordForm(LibraryNewPasswordForm):  # type: ignore[misc]  # allauth has no types
    """A password in place of a forgotten one, in our words."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        _name_new(self)


def _name_new(form: Any) -> None:
    form.fields["password1"].label = _("New password")
    form.fields["password2"].label = _("New password, again")
