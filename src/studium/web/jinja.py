"""The Jinja2 environment: what every template may use."""

from __future__ import annotations

import io
import re
import secrets
from array import array
from collections.abc import Hashable
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from importlib import resources
from typing import Any
from uuid import UUID
from zipfile import ZipFile
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest
from django.middleware.csrf import CSRF_ALLOWED_CHARS, get_token
from django.urls import reverse
from django.utils import timezone, translation
from jinja2 import Environment
from jinja2.runtime import Macro
from markupsafe import Markup, escape

from studium.assessment.asked import Asked
from studium.assessment.kinds import kind
from studium.lib.clock import now
from studium.lib.ids import uuid7
from studium.lib.localized import (
    ago_words,
    moment_words,
    number_words,
    percent_words,
    said,
)
from studium.lib.reads import holds_until
from studium.web import charts
from studium.web.kept_questions import unanswered
from studium.web.messages import way_back
from studium.web.template_classes import PageContext, PageTemplate, language

MOST_KEPT = 2000
LONGEST_KEPT = 16_000
"""Characters of a part and of what it is made from; longer ones are made anew each time."""
_STEPS = (timedelta(days=1), timedelta(hours=1), timedelta(minutes=1))
_KEPT: dict[tuple[Macro, str | None, tzinfo, str], Markup] = {}
_LETTERS = {letter: index for index, letter in enumerate(CSRF_ALLOWED_CHARS)}


def environment(**options: Any) -> Environment:
    """Django's hook: builds the environment once per process."""
    options |= {
        "autoescape": True,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "auto_reload": settings.DEBUG,
        "extensions": ["jinja2.ext.i18n"],
    }
    env = Environment(**options)  # noqa: S701 - autoescape is set above
    env.template_class = PageTemplate
    env.context_class = PageContext
    # Jinja's i18n extension adds this method to the environment; its type does not know.
    env.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext, translation.ngettext, newstyle=True
    )
    env.globals |= {
        "gettext": text,
        "ngettext": counted,
        "_": text,
        "static": static,
        "url": url,
        "icon": icon,
        "icon_symbols": icon_symbols,
        "icon_use": icon_use,
        "kept": kept,
        "asked_as": asked_as,
        "row": row,
        "kind_of": kind,
        "way_back": way_back,
        "charts": charts,
    }
    env.filters |= {
        "when": when, "ago": ago, "percent": percent, "minutes": minutes, "number": number_words,
        "said": said_text,
    }  # fmt: skip
    return env


def text(message: str, /, **values: Any) -> Markup:
    """`_("…")`: the message in the reader's language, with values filled in and escaped.

    A page says some thirty of them, so what a language says is kept. A message is a format, as
    Jinja's own function has it: a per cent sign is written twice.
    """
    said = _said(language(), message)
    return _filled(said, values) if values or "%" in message else said


def counted(one: str, many: str, count: int, /, **values: Any) -> Markup:
    """`ngettext("…", "…", n)`: as `text`, with the number as `%(num)s`."""
    said = _said_of(language(), one, many, count)
    return _filled(said, {"num": count, **values})


def _filled(said: str, values: dict[str, Any]) -> Markup:
    given = {name: value if type(value) is int else escape(value) for name, value in values.items()}
    return Markup(str.__mod__(said, given))  # noqa: S704 - the values are escaped


@lru_cache(maxsize=4096)
def _said(active: str | None, message: str) -> Markup:
    """The message in the language that is active, of which `active` is the name."""
    return Markup(translation.gettext(message))  # noqa: S704 - templates and catalogues are ours


@lru_cache(maxsize=4096)
def _said_of(active: str | None, one: str, many: str, count: int) -> str:
    """The form of a message for a number, in the language that is active."""
    return str(translation.ngettext(one, many, count))


@lru_cache(maxsize=512)
def static(path: str) -> str:
    """The address of a static file; it stays the same while a process lives."""
    return str(staticfiles_storage.url(path))


def url(name: str, **parameters: Any) -> str:
    """The address of a named page. Lists name the same ones again and again: they are kept."""
    return _address(name, *parameters.items())


@lru_cache(maxsize=4096)
def _address(name: str, *parameters: tuple[str, Any]) -> str:
    ids = {one: value for one, value in parameters if isinstance(value, UUID)}
    parts = _around(name, tuple(ids), tuple(one for one in parameters if one[0] not in ids))
    return "".join([str(ids.get(part, part)) for part in parts])


@lru_cache(maxsize=512)
def _around(name: str, places: tuple[str, ...], rest: tuple[tuple[str, Any], ...]) -> list[str]:
    """The address of a page in parts; a parameter's name where its id goes.

    Each of a list's addresses has ids of its own: to look the name up for each is what costs.
    """
    ids = {str(uuid7()): parameter for parameter in places}
    given = {parameter: UUID(at) for at, parameter in ids.items()}
    address = reverse(name, kwargs={**given, **dict(rest)})
    found = re.split(f"({'|'.join(ids)})", address) if ids else [address]
    return [ids.get(part, part) for part in found]


def kept(macro: Macro, /, *given: Any, **named: Any) -> Markup:
    """What the macro makes of these values, made once for all pages that show the same.

    For macros of other templates, imported without context, that depend on what they are given
    alone, beside the reader's language and zone; and for values whose `repr` says all they hold.
    """
    values = repr((given, named))
    made_from = (macro, language(), timezone.get_current_timezone(), values)
    html = _KEPT.get(made_from)
    if html is None:
        html = Markup(macro(*given, **named))  # noqa: S704 - a macro of ours, which escapes
        if len(values) + len(html) <= LONGEST_KEPT:
            if len(_KEPT) >= MOST_KEPT:
                _KEPT.clear()
            _KEPT[made_from] = html
    return html


def asked_as(
    macro: Macro, /, asked: Asked, number: int, count: int, response: object, revision: int
) -> Markup:
    """A question of a paper by `fieldset`, with the answer that is stored, as its change
    `revision`."""
    html = None
    if response is None and not revision:
        html = unanswered(macro, asked, number, count)
    return html or kept(
        macro, asked, number, count, f"q-{number}", response=response, revision=revision
    )


def row(macro: Macro, /, *given: Hashable) -> Markup:
    """As `kept`, for a line of a list that many pages have: of texts, numbers and ids alone, by
    their values, and for macros that say no moment."""
    return _row(macro, language(), *given)


@lru_cache(maxsize=8192)
def _row(macro: Macro, active: str | None, *given: Hashable) -> Markup:
    return Markup(macro(*given))  # noqa: S704 - a macro of ours, which escapes


def csrf_secret(request: HttpRequest) -> str:
    """The secret of the reader's CSRF cookie; a new one where there is none, which is then sent."""
    if "CSRF_COOKIE" not in request.META:
        get_token(request)
    # As `get_token` does: the response may have to send the cookie.
    request.META["CSRF_COOKIE_NEEDS_UPDATE"] = True
    return str(request.META["CSRF_COOKIE"])


def masked(secret: str) -> str:
    """The secret under a random mask, in the form Django reads: the mask, then the sum of both.

    Django draws each letter of the mask by itself, which takes longer than reading the lesson.
    """
    size = len(CSRF_ALLOWED_CHARS)
    # Two bytes for each letter: no letter is more likely than another by more than 0.1 %.
    noise = [pair % size for pair in array("H", secrets.token_bytes(2 * len(secret)))]
    cipher = [(_LETTERS[letter] + more) % size for letter, more in zip(secret, noise, strict=True)]
    return "".join([CSRF_ALLOWED_CHARS[index] for index in (*noise, *cipher)])


class CsrfInput:
    """The hidden field of a form. Its token is masked once for a page, whatever forms it has."""

    __slots__ = ("_field", "_request")

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._field = ""

    def __html__(self) -> str:
        if not self._field:
            token = masked(csrf_secret(self._request))
            self._field = f'<input type="hidden" name="csrfmiddlewaretoken" value="{token}">'
        return self._field

    __str__ = __html__


# Stands in parts of pages that are kept for many requests, where each puts its own `CsrfInput`.
# Sanitised text has no comments, so nobody's text can hold it.
TOKEN_MARK = Markup("<!--token %s-->") % secrets.token_hex(16)


@lru_cache(maxsize=512)
def icon(name: str, label: str | None = None) -> Markup:
    """An inline Lucide icon; with a label it speaks, without one it is decoration.

    Its size and how its lines are drawn is what the style says of `.st-icon`, once for all icons.
    """
    named = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    svg = f'<svg {named} viewBox="0 0 24 24" class="{_icon_kind(name)}">{_lines(name)}</svg>'
    return Markup(svg)  # noqa: S704 - package data


@lru_cache(maxsize=512)
def icon_symbols(*names: str) -> Markup:
    """Icons that a long list shows again and again, drawn once; `icon_use` shows them."""
    drawn = "".join(
        f'<symbol id="i-{name}" viewBox="0 0 24 24">{_lines(name)}</symbol>' for name in names
    )
    return Markup(f'<svg class="st-sr" aria-hidden="true">{drawn}</svg>')  # noqa: S704 - package data


@lru_cache(maxsize=512)
def icon_use(name: str) -> Markup:
    """An icon of `icon_symbols` as decoration, in a fifth of the bytes of its drawing."""
    svg = f'<svg aria-hidden="true" class="{_icon_kind(name)}"><use href="#i-{name}"/></svg>'
    return Markup(svg)  # noqa: S704 - package data


def _icon_kind(name: str) -> str:
    # What points along the line of writing turns with it.
    return "st-icon is-way" if name.endswith(("-left", "-right")) else "st-icon"


def _lines(name: str) -> str:
    """What an icon is drawn of, without the blanks between and what stands around it."""
    drawing = _drawings().read(f"{name}.svg").decode()
    lines = drawing[drawing.index("<svg") :].partition(">")[2].rpartition("</svg>")[0]
    return "".join(line.strip() for line in lines.splitlines()).replace(" />", "/>")


@lru_cache(maxsize=1)
def _drawings() -> ZipFile:
    """Lucide's icons. Its own function reads the names of all 1,700 again for each new icon, which
    is most of the time that the first pages of a process take for their icons."""
    return ZipFile(io.BytesIO(resources.files("lucide").joinpath("lucide.zip").read_bytes()))


def common(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the person, the public settings, and the language of the page."""
    user = getattr(request, "user", None)
    return {
        "csrf_input": CsrfInput(request),
        "viewer": user if user is not None and user.is_authenticated else None,
        "settings_public": settings_public(),
        "LANGUAGE_CODE": translation.get_language() or settings.LANGUAGE_CODE,
        "LANGUAGE_BIDI": translation.get_language_bidi(),
    }


def settings_public() -> dict[str, Any]:
    """The few settings a page may show."""
    public = {
        "demo": settings.DEMO,
        "zone": str(timezone.get_current_timezone()),
        "registration": settings.REGISTRATION,
        "languages": settings.LANGUAGES,
    }
    if settings.DEMO:  # these people exist in demo mode only, which answers on this machine only
        public["demo_password"] = "studium-demo"  # noqa: S105 - printed on the sign-in page
        public["demo_people"] = [
            ("ada@example.org", translation.gettext("student")),
            ("bruno@example.org", translation.gettext("instructor")),
            ("dora@example.org", translation.gettext("admin")),
        ]
    return public


def zone_of(name: str) -> ZoneInfo:
    """A person's zone; UTC where the name is not known to this machine."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def said_text(sentence: object) -> object:
    """What rules or an action say, in the reader's language; all else as it is."""
    # Forms hand their own words to the same places: lazy ones, and some with markup.
    return (
        said(sentence)
        if isinstance(sentence, str) and not hasattr(sentence, "__html__")
        else sentence
    )


def when(moment: datetime | None) -> Markup:
    """A moment in the reader's zone as `<time>`; empty for none."""
    if moment is None:
        return Markup("")
    text = moment_words(timezone.localtime(moment))
    said = f'<time datetime="{moment.isoformat()}">{escape(text)}</time>'
    return Markup(said)  # noqa: S704 - the words are escaped above


def ago(moment: datetime | None) -> str:
    """How long ago in words: "3 days ago"."""
    if moment is None:
        return ""
    span = now() - moment
    step = next((one for one in _STEPS if span >= one), _STEPS[-1])
    holds_until(moment + (span // step + 1) * step)
    return ago_words(span)


def percent(share: Decimal | float | int | None) -> str:
    """A share of 0 to 1 as whole per cent; an em dash where there is none."""
    return "–" if share is None else percent_words(share)


def minutes(count: int) -> str:
    """A number of minutes in words."""
    return translation.ngettext("%(n)d minute", "%(n)d minutes", count) % {"n": count}
