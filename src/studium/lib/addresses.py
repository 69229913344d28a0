"""Addresses looked up by their first part.

Django tries one address after the other until one fits, and there are hundreds: that takes as long
as a page's statements. Put below their first parts, some tens are tried.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import URLPattern, URLResolver, include, path
from django.urls.resolvers import RoutePattern


def by_first_part(patterns: Iterable[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    """The same addresses, those that begin with the same word put together where the first of them
    stood, in their order; what begins with
    a parameter stays where it is, and so does what is written as a regular expression."""
    found: list[URLPattern | URLResolver] = []
    below: dict[str, list[URLPattern]] = {}
    for one in patterns:
        first, slash, rest = str(one.pattern).partition("/")
        is_route = isinstance(one.pattern, RoutePattern)
        if not isinstance(one, URLPattern) or not is_route or not slash or "<" in first:
            found.append(one)
            continue
        if first not in below:
            below[first] = []
            found.append(path(f"{first}/", include(below[first])))
        below[first].append(path(rest, one.callback, one.default_args, one.name))
    return found
