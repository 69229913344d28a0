"""What the steps of one rendering share: where references lead, and what was found."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from urllib.parse import unquote

from studium.lib.markdown.clean import Mark, is_safe, scheme
from studium.lib.markdown.parser import Budget
from studium.lib.markdown.result import Findings, Image, Link

Resolve = Callable[[str], str | None]
Measure = Callable[[str], tuple[int, int] | None]


class Page:
    """One rendering under way."""

    def __init__(
        self,
        source: str,
        *,
        resolve_image: Resolve | None,
        resolve_link: Resolve | None,
        measure: Measure | None = None,
    ) -> None:
        self.source = source
        self.mark = Mark()
        self.found = Findings()
        self.taken_ids: set[str] = set()
        self.wanted_anchors: list[tuple[str, int]] = []
        self.budget = Budget(len(source))
        self._resolve_image = resolve_image or _as_written
        self._resolve_link = resolve_link or _as_written
        self._measure = measure

    def image(self, source: str, alt: str, *, line: int, size: str = "") -> str:
        """HTML for an image, or for its alt text when there is no such image.

        It is fetched when it comes near, and its place is kept: `size` is what the author wrote.
        """
        wanted = unquote(source.strip())
        url = self._image_url(wanted, line)
        self.found.images.append(Image(wanted, alt, line, url))
        if url is None:
            shown = escape(alt or wanted)
            return f'<span class="{self.mark("st-missing")}">{shown}</span>'
        src = escape(self.mark(url))
        size = size or self._size(wanted)
        return f'<img src="{src}" alt="{escape(alt)}"{size} loading="lazy" decoding="async">'

    def _size(self, wanted: str) -> str:
        known = self._measure(wanted) if self._measure else None
        return f' width="{known[0]}" height="{known[1]}"' if known else ""

    def _image_url(self, wanted: str, line: int) -> str | None:
        if scheme(wanted) or wanted.startswith("//"):
            self.found.report(
                line,
                f"The image {_short(wanted)} lies outside this course. Add it to the course's"
                " files and refer to it there.",
            )
            return None
        url = self._resolve_image(wanted) if wanted else None
        if url is None or not is_safe(url):
            self.found.report(
                line,
                f"The image {_short(wanted)} is missing. Add the file, or remove the image;"
                " until then readers see its description.",
            )
            return None
        return url

    def link(self, target: str, line: int) -> str | None:
        """Where a link leads, or None when it leads nowhere; noted either way."""
        url = self._link_url(target.strip(), line)
        self.found.links.append(Link(target, line, url))
        return url

    def _link_url(self, target: str, line: int) -> str | None:
        if not is_safe(target):
            self.found.report(
                line,
                f"The link to {_short(target)} was removed: links may lead to http, https and"
                " mailto addresses and to places in the course.",
            )
            return None
        if scheme(target) or target.startswith("/"):
            return target
        path, _, fragment = target.partition("#")
        anchor = f"#u-{unquote(fragment)}" if fragment else ""
        if not path:
            self.wanted_anchors.append((unquote(fragment), line))
            return anchor or "#"
        url = self._resolve_link(unquote(path))
        if url is None or not is_safe(url):
            self.found.report(line, f"The link to {_short(target)} leads nowhere in this course.")
            return None
        return url + anchor

    def author_href(self, target: str) -> str | None:
        """Where an `href` written as HTML leads; its line is looked up in the source."""
        at = self.source.find(target)
        return self.link(target, self.source.count("\n", 0, at) + 1 if at >= 0 else 0)

    def check_anchors(self) -> None:
        """Report links within the page that no heading or id answers."""
        for anchor, line in self.wanted_anchors:
            if anchor and f"u-{anchor}" not in self.taken_ids:
                self.found.report(line, f"The link to #{_short(anchor)} finds no such place here.")


def _as_written(target: str) -> str | None:
    return target


def _short(text: str) -> str:
    return text if len(text) <= 100 else text[:97] + "…"
