"""Pages whose content is kept while what it was made from stays the same.

Pages of figures read much and work out much of it, and mostly they are opened again before
anything has changed. The content that one person was shown is kept with the statements it was made
from (`lib.reads`): it is shown again, to that person alone, if each of them still finds the same
rows, and nothing that a moment changes has come. The frame of the page and the token of its forms
are made each time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from threading import Lock
from typing import Any, Concatenate, ParamSpec

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils import timezone, translation
from jinja2 import Template
from markupsafe import Markup

from studium.lib import clock
from studium.lib.looks import one_look
from studium.lib.reads import Reads, recording
from studium.web.http import SignedIn
from studium.web.jinja import TOKEN_MARK, CsrfInput, common
from studium.web.template_classes import in_one_language

P = ParamSpec("P")

KEPT_FOR = timedelta(minutes=5)
"""So long at most, since levels fade: by then far less than a tenth of a point."""
MOST_BYTES = 16_000_000
"""Of contents and of what is kept to check them, in one process."""
_BLOCKS = ("title", "head_extra", "page_class", "crumbs", "content")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a view wants shown: a template that extends `base.html`, and its values."""

    template: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Content:
    """The blocks of a page, and what they were made from at a moment."""

    blocks: dict[str, str]
    reads: Reads
    made_at: datetime
    size: int

    def holds(self, now: datetime) -> bool:
        return self.made_at <= now < self.reads.until and self.reads.still_hold()


class _Contents:
    """The contents a process keeps; the ones not asked for longest make room."""

    def __init__(self) -> None:
        self._found: OrderedDict[Hashable, _Content] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, key: Hashable) -> _Content | None:
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
            return self._found.get(key)

    def put(self, key: Hashable, content: _Content) -> None:
        with self._lock:
            before = self._found.pop(key, None)
            self._bytes += content.size - (before.size if before else 0)
            self._found[key] = content
            while self._bytes > MOST_BYTES:
                self._bytes -= self._found.popitem(last=False)[1].size

    def clear(self) -> None:
        with self._lock:
            self._found.clear()
            self._bytes = 0

    def __len__(self) -> int:
        return len(self._found)


_contents = _Contents()


def forget_all() -> None:
    """Keep nothing of what was made so far, as a process that begins."""
    _contents.clear()


def kept_page(
    view: Callable[Concatenate[SignedIn, P], HttpResponse | Shown],
) -> Callable[Concatenate[SignedIn, P], HttpResponse]:
    """Keep the content of what a view shows. For views that only read, behind `signed_in`, whose
    templates show nothing of the request but what its address asks for."""

    @wraps(view)
    def answer(request: SignedIn, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        now = clock.now()
        key = (view, _reader(request), args, tuple(kwargs.items()), request.GET.urlencode())
        content = _contents.get(key)
        if content is None or not content.holds(now):
            with one_look(), recording(now, until=_until(now)) as reads:
                shown = view(request, *args, **kwargs)
                if isinstance(shown, HttpResponse):
                    return shown
                blocks = _blocks(request, shown)
            size = sum(map(len, blocks.values())) + reads.size()
            content = _Content(blocks, reads, now, size)
            if reads.is_whole:
                _contents.put(key, content)
        return render(request, "kept.html", _filled(request, content.blocks))

    return answer


def _reader(request: SignedIn) -> Hashable:
    user = request.user
    return (
        user.pk, user.role, user.teaches, user.name, translation.get_language(),
        timezone.get_current_timezone_name(),
    )  # fmt: skip


def _until(now: datetime) -> datetime:
    """Not past midnight, the reader's nor that of UTC: moments are told by the day, and what is
    offered to practise is noted for each day."""
    begun = [
        moment.replace(hour=0, minute=0, second=0, microsecond=0)
        for moment in (timezone.localtime(now), now)
    ]
    return min(now + KEPT_FOR, *(day + timedelta(days=1) for day in begun))


def _blocks(request: SignedIn, shown: Shown) -> dict[str, str]:
    """What the template puts into the frame, and the section of the site that it names."""
    wrapper: Any = get_template(shown.template)  # Django's, of Jinja's own template
    template: Template = wrapper.template
    values = common(request) | shown.values | {"csrf_input": TOKEN_MARK, "request": request}
    context = template.new_context(values)
    with in_one_language():
        # Up to the first text of the frame: what the template imports and sets, and its blocks.
        next(template.root_render_func(context))
        made = {name: "".join(context.blocks[name][0](context)) for name in _BLOCKS}
    return made | {"section": str(context.vars.get("section", ""))}


def _filled(request: SignedIn, blocks: dict[str, str]) -> dict[str, Any]:
    token = str(CsrfInput(request)) if TOKEN_MARK in blocks["content"] else ""
    content = blocks["content"].replace(TOKEN_MARK, token)
    made: dict[str, Any] = {
        name: Markup(text)  # noqa: S704 - made by our templates, which escape
        for name, text in (blocks | {"content": content}).items()
    }
    return {"blocks": made, "section": blocks["section"]}
