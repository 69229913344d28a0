"""What views share: the request of a signed-in person, and the present moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django_htmx.middleware import HtmxDetails

from studium.lib import clock

if TYPE_CHECKING:
    from studium.identity.models import User

P = ParamSpec("P")


class SignedIn(HttpRequest):
    """A request by a person, for the signatures of views behind `signed_in`."""

    user: User
    htmx: HtmxDetails


def signed_in(
    view: Callable[Concatenate[SignedIn, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Send visitors to the sign-in page and back to where they were going.

    A part asked for by htmx, or a change, cannot be resumed after signing in: htmx is told to load
    the sign-in page as a whole, and a change returns to the page it was made on.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.user.is_authenticated:
            # The check above is what SignedIn stands for; at run time it is the same object.
            return view(request, *args, **kwargs)  # type: ignore[arg-type]
        return to_sign_in(request)

    return guarded


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """The way to the sign-in page; it returns to this page afterwards where that is possible."""
    target = reverse("account_login")
    if request.method in {"GET", "HEAD"} and "HX-Request" not in request.headers:
        return HttpResponseRedirect(f"{target}?{urlencode({'next': request.get_full_path()})}")
    if "HX-Request" in request.headers:
        return HttpResponse(status=401, headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)


def now() -> datetime:
    """The moment a view hands to its action."""
    return clock.now()
