"""What a reader sets for themselves: single keys, and lessons kept on the device."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from studium.identity import queries
from studium.identity.actions.preferences import set_preferences
from studium.web.http import SignedIn, now, signed_in


class PreferencesForm(forms.Form):
    """Two switches."""

    single_keys = forms.BooleanField(
        label=gettext_lazy("Keys that do something alone, like / and ?"),
        help_text=gettext_lazy(
            "Switch them off if speech input or a slip of the hand presses them."
        ),
        required=False,
    )
    keep_lessons = forms.BooleanField(
        label=gettext_lazy("Keep lessons that I open on my devices, to read without a connection"),
        help_text=gettext_lazy(
            "They are removed when you sign out. Switch it off on shared devices."
        ),
        required=False,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def preferences(request: SignedIn) -> HttpResponse:
    """Reading and keys."""
    if request.method == "POST":
        form = PreferencesForm(request.POST)
        form.is_valid()  # two boxes: whatever is sent is one of their states
        set_preferences(by=request.user, now=now(), **form.cleaned_data)
        messages.success(request, _("Your settings are saved."))
        return HttpResponseRedirect(reverse("account_preferences"))
    kept = queries.preferences(request.user)
    start = {"single_keys": kept.single_keys, "keep_lessons": kept.keep_lessons}
    context = {"form": PreferencesForm(initial=start), "tab": "preferences"}
    return render(request, "account/preferences.html", context)
