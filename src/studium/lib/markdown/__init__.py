"""Markdown in, safe HTML with citable blocks out.

`render` never raises for what an author wrote, except for its size, and never takes long:
a text that is too hard to read is shown as it was typed, with a problem that says so.
"""

from __future__ import annotations

import html
import re

from studium.lib.markdown.clean import clean
from studium.lib.markdown.outline import outline, words
from studium.lib.markdown.page import Measure, Page, Resolve
from studium.lib.markdown.parser import MAX_CHARACTERS, TooHard, TooLarge, options, parse
from studium.lib.markdown.result import Block, Heading, Image, Link, Problem, Rendered
from studium.lib.markdown.write import LessonRenderer

__all__ = [
    "MAX_CHARACTERS",
    "Block",
    "Heading",
    "Image",
    "Link",
    "Measure",
    "Problem",
    "Rendered",
    "Resolve",
    "TooLarge",
    "render",
    "tidy",
]

_UNPRINTABLE = re.compile("[\x00\ud800-\udfff]")


def tidy(source: str) -> str:
    """The text with NUL and lone surrogates replaced, one character for one."""
    return _UNPRINTABLE.sub("\ufffd", source)


def render(
    source: str,
    *,
    title: str | None = None,
    resolve_image: Resolve | None = None,
    resolve_link: Resolve | None = None,
    measure: Measure | None = None,
) -> Rendered:
    """Render a lesson.

    `title` is the lesson's title as the page prints it: a first heading that repeats it is
    left out. `resolve_image` and `resolve_link` are given the path of a relative reference,
    without its `#fragment`, and return its address, or None when there is no such thing;
    without them references stay as they are. `measure` gives width and height of an image in
    pixels, where they are known. Raises `TooLarge` above `MAX_CHARACTERS`
    characters or bytes.
    """
    source = tidy(source)
    if len(source) > MAX_CHARACTERS or len(source.encode()) > MAX_CHARACTERS:
        raise TooLarge(
            f"The text has {len(source):,} characters; a lesson may have at most"
            f" {MAX_CHARACTERS:,} bytes. Split it into several lessons."
        )
    page = Page(source, resolve_image=resolve_image, resolve_link=resolve_link, measure=measure)
    try:
        tokens = outline(parse(source, page.budget), page, title=title)
        dirty = LessonRenderer(page).render(tokens, options(), {})
    except (TooHard, RecursionError) as refusal:
        return _as_typed(source, str(refusal) if isinstance(refusal, TooHard) else "it nests")
    safe = clean(dirty, mark=page.mark, link=page.author_href, taken_ids=page.taken_ids)
    page.check_anchors()
    return _rendered(safe, page)


def _rendered(safe: str, page: Page) -> Rendered:
    found = page.found
    return Rendered(
        html=safe,
        blocks=tuple(found.blocks),
        headings=tuple(found.headings),
        images=tuple(found.images),
        links=tuple(found.links),
        quizzes=tuple(found.quizzes),
        words=words(found.blocks),
        problems=tuple(sorted(found.problems, key=lambda problem: problem.line)),
    )


def _as_typed(source: str, why: str) -> Rendered:
    block = Block("b-text", "plain", 0, len(source), source)
    return Rendered(
        html=f'<pre class="st-plain" id="b-text">{html.escape(source, quote=False)}</pre>',
        blocks=(block,),
        words=len(source.split()),
        problems=(Problem(0, f"The text is shown as it was typed: {why}."),),
    )
