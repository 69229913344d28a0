"""Models for administrators: add one, test it, use it, and see what it costs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from studium.lib.errors import Invalid
from studium.notes import models_seen as seen
from studium.notes.actions import models_in_use as actions
from studium.web.admin import admins
from studium.web.forms import submitted
from studium.web.http import SignedIn, now
from studium.web.jobs import card
from studium.web.lists import offset_of

PER_PAGE = 50
_DIALECTS = [("openai", "OpenAI (chat completions)"), ("anthropic", "Anthropic (messages)")]


class ModelForm(forms.Form):
    """A model to add. The key is written and never shown again."""

    name = forms.CharField(label=lazy("Name"), max_length=80, help_text=lazy("As people see it."))
    dialect = forms.ChoiceField(
        label=lazy("Dialect"),
        choices=_DIALECTS,
        help_text=lazy("Ollama, LM Studio, llama.cpp and vLLM speak the first one."),
    )
    address = forms.CharField(
        label=lazy("Address"),
        max_length=500,
        help_text=lazy("For example https://api.example.org/v1"),
        widget=forms.TextInput({"inputmode": "url", "autocomplete": "off"}),
    )
    model = forms.CharField(
        label=lazy("Model"), max_length=100, help_text=lazy("Its name, as the server knows it.")
    )
    key = forms.CharField(
        label=lazy("Key"),
        required=False,
        max_length=500,
        help_text=lazy("Stored encrypted and never shown again. A server of your own needs none."),
        widget=forms.PasswordInput({"autocomplete": "off"}),
    )
    price_in = forms.DecimalField(
        label=lazy("Price of a million tokens read"), required=False, max_digits=10,
        decimal_places=4, min_value=0,
    )  # fmt: skip
    price_out = forms.DecimalField(
        label=lazy("Price of a million tokens written"), required=False, max_digits=10,
        decimal_places=4, min_value=0, help_text=lazy("Both are for the log of costs only."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A price that is left out is nothing."""
        given = super().clean() or {}
        return given | {name: given.get(name) or Decimal(0) for name in ("price_in", "price_out")}


@require_safe
@admins
def models(request: SignedIn) -> HttpResponse:
    """The models there are, what today and this month cost, and what may be spent."""
    return _page(request)


def _page(request: SignedIn, **more: Any) -> HttpResponse:
    search = seen.servers_found(request.user)
    found = (search.result or {}).get("found", []) if search else []
    context = {
        "models": [(one, card(one.job) if one.job else None) for one in _models(request)],
        "budgets": seen.budgets_for(request.user),
        "cost": seen.cost_for(request.user),
        "search": card(search) if search and search.status != "done" else None,
        "searched": bool(search and search.status == "done"),
        "found": found,
        "private_allowed": seen.private_allowed(),
        "errors": {},
        **more,
    }
    status = 422 if more else 200
    response = render(request, "models/models.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _models(request: SignedIn) -> list[seen.ModelView]:
    return seen.models_for(request.user)


@sensitive_post_parameters("key")
@require_http_methods(["GET", "HEAD", "POST"])
@admins
def model_new(request: SignedIn) -> HttpResponse:
    """Add a model; its test begins at once. An address found on this machine is filled in."""
    names = ("name", "address", "model")
    first = {name: request.GET.get(name, "")[:500] for name in names}
    form = ModelForm(request.POST or None, initial=first)
    made = submitted(form, lambda **values: actions.add_model(by=request.user, now=now(), **values))
    if made is None:
        return render(request, "models/new.html", {"form": form})
    messages.success(request, _("The model is added and being tested."))
    return redirect("admin_models")


@require_POST
@admins
def model_test(request: SignedIn, connection_id: UUID) -> HttpResponse:
    """Test it again."""
    actions.request_test(by=request.user, connection_id=connection_id, now=now())
    return redirect("admin_models")


@require_POST
@admins
def model_use(request: SignedIn, connection_id: UUID) -> HttpResponse:
    """Use it for the whole site."""
    used = actions.use_model(by=request.user, connection_id=connection_id, now=now())
    messages.success(request, _("“%(name)s” is in use from now on.") % {"name": used.name})
    return redirect("admin_models")


@require_POST
@admins
def model_stop(request: SignedIn, connection_id: UUID) -> HttpResponse:
    """Go back to the built-in engine."""
    actions.stop_model(by=request.user, connection_id=connection_id, now=now())
    messages.success(request, _("The built-in engine works alone from now on."))
    return redirect("admin_models")


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def model_remove(request: SignedIn, connection_id: UUID) -> HttpResponse:
    """Take it away with its key; a GET asks first."""
    model = seen.model_for(request.user, connection_id)
    if request.method != "POST":
        return render(request, "models/remove.html", {"model": model})
    actions.remove_model(by=request.user, connection_id=connection_id, now=now())
    messages.success(request, _("“%(name)s” is removed.") % {"name": model.name})
    return redirect("admin_models")


@require_POST
@admins
def models_find(request: SignedIn) -> HttpResponse:
    """Look for model servers on this machine."""
    actions.request_search(by=request.user, now=now())
    return redirect("admin_models")


@require_POST
@admins
def model_budget(request: SignedIn) -> HttpResponse:
    """Say what may be used in a day; an empty field means no limit."""
    scope = request.POST.get("scope", "")
    try:
        tokens, calls = (_amount(request, name) for name in ("most_tokens", "most_calls"))
        actions.set_budget(
            by=request.user, scope=scope, most_tokens=tokens, most_calls=calls, now=now()
        )
    except Invalid as wrong:
        return _page(request, errors={scope: wrong.message})
    messages.success(request, _("The budget is saved."))
    return redirect("admin_models")


def _amount(request: SignedIn, name: str) -> int | None:
    text = "".join(request.POST.get(name, "").split()).replace(",", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        problem = _("This is a whole number, or empty for no limit.")
        raise Invalid(problem, fields={name: problem})
    return int(text)


@require_safe
@admins
def model_calls(request: SignedIn) -> HttpResponse:
    """The log of calls: what each cost, and how it ended."""
    offset = offset_of(request)
    calls, count = seen.calls_for(request.user, limit=PER_PAGE, offset=offset)
    context = {
        "calls": calls,
        "count": count,
        "offset": offset,
        "limit": PER_PAGE,
        "page_href": lambda place: f"?offset={place}",
        "cost": seen.cost_for(request.user),
    }
    return render(request, "models/calls.html", context)
