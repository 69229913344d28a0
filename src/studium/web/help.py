"""The guide in the app: its first page, and a page for each thing people do here."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from studium.web import guide


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """What the guide holds, for each kind of reader, and whom to ask."""
    return render(request, "help/index.html", {"parts": _parts()})


@require_safe
def guide_page(request: HttpRequest, topic: str) -> HttpResponse:
    """One page of the guide, with the way to the next one."""
    if topic not in guide.NAMES:
        raise Http404
    place = guide.NAMES.index(topic)
    context = {
        "page": guide.page(topic, get_language() or "en"),
        "parts": _parts(),
        "before": _entry(guide.NAMES[place - 1]) if place else None,
        "after": _entry(guide.NAMES[place + 1]) if place + 1 < len(guide.NAMES) else None,
    }
    return render(request, "help/page.html", context)


def _parts() -> list[tuple[str, list[tuple[str, str, str]]]]:
    """The readers in words, each with the names, titles and languages of their pages."""
    words = {
        "student": _("For students"),
        "instructor": _("For instructors"),
        "administrator": _("For administrators"),
    }
    return [(words[who], [_entry(name) for name in names]) for who, names in guide.PAGES.items()]


def _entry(name: str) -> tuple[str, str, str]:
    language = get_language() or "en"
    return name, guide.title_of(name, language), guide.language_of(name, language)
