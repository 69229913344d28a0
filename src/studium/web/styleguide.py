"""The style guide: every component and every chart in every state, while developing."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from studium.web.charts.examples import examples


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """The page, in debug only: it shows nothing of the site."""
    if not settings.DEBUG:
        raise Http404
    return render(request, "styleguide.html", {"charts_shown": examples()})
