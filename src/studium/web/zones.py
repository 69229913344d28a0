"""The list of time zones as a field: six hundred options that must not be made anew each time."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


@cache
def zone_choices() -> list[tuple[str, str]]:
    """The time zones this machine knows; finding them opens a file for each."""
    return [(name, name.replace("_", " ")) for name in sorted(available_timezones())]


class ZoneSelect(forms.Select):
    """A list of zones, written by hand: through templates each option costs as much as a page."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        """The element with the zone chosen."""
        given = self.build_attrs(self.attrs, {"name": name, **(attrs or {})})
        return format_html("<select{}>{}</select>", flatatt(given), _options(str(value or "")))


@lru_cache(maxsize=64)
def _options(chosen: str) -> SafeString:
    rows = ((zone, flatatt({"selected": zone == chosen}), words) for zone, words in zone_choices())
    return format_html_join("\n", '<option value="{}"{}>{}</option>', rows)
