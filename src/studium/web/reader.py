"""How a lesson looks on this device, and what is new in it since one has read it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from studium.content.actions import progress
from studium.content.queries.changes import changes_for
from studium.web.http import SignedIn, now, signed_in

COOKIE = "studium_reader"
THEME_COOKIE = "studium_theme"
_YEAR = 60 * 60 * 24 * 365
CHOICES = {
    "size": (
        _("Size of the text"),
        [("s", _("Small")), ("", _("Medium")), ("l", _("Large"))],
    ),
    "width": (
        _("Length of a line"),
        [("narrow", _("Short")), ("", _("Medium")), ("wide", _("Long"))],
    ),
    "font": (_("Font"), [("", _("Serif")), ("sans", _("Sans serif"))]),
    "theme": (_("Theme"), [("light", _("Light")), ("dark", _("Dark")), ("", _("System"))]),
}
"""Name -> (its words, (value, words) of each choice); an empty value is the default."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a reader chose for this device."""

    size: str = ""
    width: str = ""
    font: str = ""

    @property
    def classes(self) -> str:
        """The class names that a page of a lesson gets on its body."""
        given = (("size", self.size), ("width", self.width), ("font", self.font))
        return " ".join(f"is-{name}-{value}" for name, value in given if value)


def look_of(request: HttpRequest) -> Look:
    """The choice that the cookie holds, `size.width.font`; anything odd in it is left out."""
    kept = request.COOKIES.get(COOKIE)
    if not kept:
        return Look()
    parts = dict(zip(("size", "width", "font"), kept[:40].split("."), strict=False))
    return Look(**{name: value for name, value in parts.items() if _known(name, value)})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def reader_look(request: SignedIn) -> HttpResponse:
    """Size, width, font and theme for reading on this device; a part of a page for htmx."""
    if request.method == "POST":
        return _kept(request)
    chosen = asdict(look_of(request)) | {"theme": request.COOKIES.get(THEME_COOKIE, "")}
    template = "reading/look_part.html" if request.htmx else "reading/look.html"
    context = {"choices": CHOICES, "chosen": chosen, "next": _next(request.GET.get("next", ""))}
    return render(request, template, context)


@require_safe
@signed_in
def lesson_changes(request: SignedIn, lesson_id: UUID) -> HttpResponse:
    """The sections that have changed since one has read the lesson."""
    found = changes_for(request.user, lesson_id)
    template = "reading/changes_part.html" if request.htmx else "reading/changes.html"
    return render(request, template, {"found": found})


@require_POST
@signed_in
def lesson_seen(request: SignedIn, lesson_id: UUID) -> HttpResponse:
    """Note that one has seen what changed."""
    row = progress.note_seen(by=request.user, lesson_id=lesson_id, now=now())
    if request.htmx:
        return HttpResponse("")
    return redirect("lesson", slug=row.lesson.course.slug, lesson_id=lesson_id)


def _kept(request: SignedIn) -> HttpResponse:
    given = {name: request.POST.get(name, "") for name in CHOICES}
    given = {name: value if _known(name, value) else "" for name, value in given.items()}
    response = redirect(_next(request.POST.get("next", "")) or "home")
    look = ".".join(given[name] for name in ("size", "width", "font"))
    for cookie, value in ((COOKIE, look), (THEME_COOKIE, given["theme"])):
        response.set_cookie(
            cookie, value, max_age=_YEAR, samesite="Lax", secure=request.is_secure()
        )
    return response


def _known(name: str, value: str) -> bool:
    return any(value == one for one, _words in CHOICES[name][1])


def _next(address: str) -> str:
    """Where to go back to, if it is a place of ours."""
    safe = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if safe else ""
