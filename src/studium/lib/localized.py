"""Refusals, days, moments, spans, numbers and shares in the language that is active.

Month names, the decimal sign and the sign between thousands are those of Django's own catalogues
and formats; the order of a date's parts stands here, per cent and spans in the project's
catalogues. Figures are the digits 0 to 9 everywhere, as in formulas and code.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from django.utils import translation
from django.utils.dates import MONTHS, MONTHS_3
from django.utils.formats import get_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from studium.lib.words import Words

# A day in full, a day in short, and what stands between a day and a time.
_ORDERS = {
    "en": ("{day} {month} {year}", "{day} {month}", ", "),
    "de": ("{day}. {month} {year}", "{day}. {month}", ", "),
    "fr": ("{day} {month} {year}", "{day} {month}", ", "),
    "es": ("{day} de {month} de {year}", "{day} {month}", ", "),
    # Arabic has no short names of months, and a chart has no room for long ones.
    "ar": ("{day} {month} {year}", "{day}/{number}", "، "),
}
_CAPITAL = {"en", "de"}
_SPANS = (
    ("year", 365 * 86400), ("month", 30 * 86400), ("week", 7 * 86400), ("day", 86400),
    ("hour", 3600), ("minute", 60),
)  # fmt: skip


def said(sentence: str) -> str:
    """What rules or an action say (`lib.words`), in the active language; English where it is not
    in the catalogue."""
    if not isinstance(sentence, Words):
        return _(sentence) if sentence else ""
    values = {
        name: said(value) if isinstance(value, Words) else value
        for name, value in sentence.values.items()
    }
    form = sentence.form
    form = ngettext(form, sentence.plural, sentence.n) if sentence.plural else _(form)
    return form % values if values else form


def day_words(day: date, *, year: bool = False) -> str:
    """A day in short, "5 Oct", or in full with its year, "5 October 2026"."""
    language = translation.get_language() or "en"
    order = _ORDERS.get(language, _ORDERS["en"])
    name = _month(language, day.month, not year)
    return order[0 if year else 1].format(day=day.day, month=name, number=day.month, year=day.year)


def moment_words(local: datetime) -> str:
    """A day in full and the time: "5 October 2026, 14:00". The moment is in its zone already."""
    order = _ORDERS.get(translation.get_language() or "en", _ORDERS["en"])
    return f"{day_words(local, year=True)}{order[2]}{local.hour:02}:{local.minute:02}"


@lru_cache(maxsize=256)
def _month(language: str, month: int, short: bool) -> str:
    """The name of a month in the active language, of which `language` is the name."""
    name = str(MONTHS_3[month] if short else MONTHS[month])
    return name[:1].upper() + name[1:] if language in _CAPITAL else name


def number_words(
    value: float | int | Decimal, places: int | None = None, *, signed: bool = False
) -> str:
    """A number with the decimal sign of the language: "2.5", "2,5".

    Six digits at most and no needless zeros, or exactly `places` behind the decimal sign; with
    its plus where `signed`.
    """
    sign = "+" if signed else ""
    # A Decimal keeps the zeros it was stored with.
    text = f"{float(value):{sign}g}" if places is None else f"{value:{sign}.{places}f}"
    if "." not in text:
        return text
    return text.replace(".", _decimal_sign(translation.get_language()))


@lru_cache(maxsize=64)
def _decimal_sign(language: str | None) -> str:
    """The sign in the active language, of which `language` is the name."""
    return str(get_format("DECIMAL_SEPARATOR"))


def percent_words(share: float | Decimal) -> str:
    """A share of 0 to 1 as whole per cent, halves up: "58 %"."""
    return whole_percent_words(int(Decimal(share) * 100 + Decimal("0.5")))


def whole_percent_words(number: int | Decimal | str) -> str:
    """A number of per cent, or a range of them in words: "58 %", "44–71 %"."""
    # One letter of the catalogue decides on the sign, its side and its blank.
    return _("%(n)s %%") % {"n": number}


def ago_words(span: timedelta) -> str:
    """How long ago, in the largest unit that fits: "3 days ago"; under a minute "just now"."""
    seconds = span.total_seconds()
    for unit, size in _SPANS:
        if seconds >= size:
            return _ago(unit, int(seconds // size))
    return _("just now")


def _ago(unit: str, n: int) -> str:
    return _ago_in(translation.get_language(), unit, n)


@lru_cache(maxsize=1024)
def _ago_in(language: str | None, unit: str, n: int) -> str:
    """The words in the active language, of which `language` is the name; lists say few of them."""
    said = {
        "year": ngettext("%(n)s year ago", "%(n)s years ago", n),
        "month": ngettext("%(n)s month ago", "%(n)s months ago", n),
        "week": ngettext("%(n)s week ago", "%(n)s weeks ago", n),
        "day": ngettext("%(n)s day ago", "%(n)s days ago", n),
        "hour": ngettext("%(n)s hour ago", "%(n)s hours ago", n),
        "minute": ngettext("%(n)s minute ago", "%(n)s minutes ago", n),
    }
    return said[unit] % {"n": n}
