"""Mails one wants: the choices on the account page, and the page behind the link of each mail.

The link works signed out and by one click of a mail program (RFC 8058). Its signature is the right
to stop these mails and to nothing else, so its POST needs no cookie and no CSRF token.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from studium.identity import mail_links, mail_paces, notice_rules, notice_words
from studium.identity.actions import mail_choices
from studium.web.forms import submitted
from studium.web.http import SignedIn, now, signed_in


class ChoicesForm(forms.Form):
    """A pace for each topic, and the year of birth."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for topic, paces in notice_rules.PACES_OF.items():
            self.fields[topic] = forms.ChoiceField(
                label=notice_words.topic_name(topic),
                help_text=notice_words.topic_hint(topic),
                choices=[(pace, notice_words.pace_name(pace)) for pace in paces],
            )
        self.fields["year_of_birth"] = forms.IntegerField(
            label=gettext_lazy("Year of birth"),
            required=False,
            help_text=gettext_lazy(
                "Only for this: mails about reviews come without being asked for to students who "
                "are old enough. Leave it out if you like."
            ),
            widget=forms.NumberInput({"inputmode": "numeric", "autocomplete": "bday-year"}),
        )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def account_mail(request: SignedIn) -> HttpResponse:
    """How soon a mail follows for each topic."""
    me = request.user
    start = mail_paces.paces_of(me, now=now())
    form = ChoicesForm(
        request.POST or None,
        initial={**start, "year_of_birth": mail_paces.year_of_birth(me)},
    )
    if submitted(form, lambda **sent: _choose(me, **sent)):
        messages.success(request, _("Your choices are saved."))
        return HttpResponseRedirect(reverse("account_mail"))
    context = {"form": form, "tab": "mail", "goes_out": mail_paces.goes_out()}
    return render(request, "account/mail.html", context)


def _choose(me: Any, *, year_of_birth: int | None, **paces: str) -> bool:
    at = now()
    mail_choices.tell_year_of_birth(by=me, year=year_of_birth, now=at)
    before = mail_paces.paces_of(me, now=at)
    changed = {topic: pace for topic, pace in paces.items() if before[topic] != pace}
    mail_choices.choose_paces(by=me, paces=changed, now=at)
    return True


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def mail_stop(request: HttpRequest, token: str) -> HttpResponse:
    """Behind the link of a mail: stop mails like it, all mails, or have them again."""
    claim = mail_links.read(token)
    if claim is None:
        raise Http404
    done = ""
    if request.method == "POST":
        done = "again" if "again" in request.POST else "all" if "all" in request.POST else "stop"
        _act(claim, done)
    topic = claim.topic if claim.topic in notice_rules.TOPICS else ""
    context = {
        "done": done,
        "token": token,
        "topic": notice_words.topic_name(topic) if topic else "",
        "of_account": claim.user_id is not None,
    }
    return render(request, "account/mail_stop.html", context)


def _act(claim: mail_links.Claim, act: str) -> None:
    at = now()
    if claim.user_id is None:
        wanted = act == "again"
        mail_choices.refuse_address(address_hash=claim.address_hash, wanted=wanted, now=at)
        return
    topic = "" if act == "all" or claim.topic not in notice_rules.TOPICS else claim.topic
    act_on = mail_choices.start_mails if act == "again" else mail_choices.stop_mails
    act_on(user_id=claim.user_id, topic=topic, now=at)
