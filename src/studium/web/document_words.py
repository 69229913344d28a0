"""The words for what was found in a document and for what was left out of it."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

Counts = list[tuple[str, int]]


def counts(found: Iterable[tuple[str, int]]) -> tuple[Counts, Counts]:
    """What was taken and what was left out, each as (words, count) in an order to be read in."""
    numbers = dict(found)
    taken = {
        "pages": _("Pages"),
        "slides": _("Slides"),
        "headings": _("Headings"),
        "tables": _("Tables"),
        "images": _("Images"),
        "notes": _("Speaker notes"),
        "pages_without_text": _("Pages without text"),
    }
    dropped = {
        "running_heads": _("running heads and feet"),
        "page_numbers": _("page numbers"),
        "contents_lines": _("lines of a table of contents"),
        "artifacts": _("marks of the page"),
        "covers": _("covers and half-titles"),
        "logos": _("repeated logos"),
        "small_pictures": _("small ornaments"),
        "large_pictures": _("oversized pictures"),
        "page_grounds": _("pictures that fill a page"),
        "outside_images": _("images from other places"),
        "unreadable_images": _("images that no browser shows"),
        "scripts": _("scripts and forms"),
        "menus": _("menus, page heads and feet"),
        "charts": _("charts and drawings"),
        "comments": _("comments"),
        "hidden_slides": _("hidden slides"),
    }
    return _named(taken, numbers), _named(dropped, numbers)


def _named(words: dict[str, str], numbers: dict[str, int]) -> Counts:
    return [(word, numbers[name]) for name, word in words.items() if numbers.get(name)]
