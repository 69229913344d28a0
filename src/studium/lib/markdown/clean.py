"""The last step: an allow list. Whatever came before, nothing else reaches a page.

Ids, classes and addresses that we wrote carry a prefix that no author can guess, drawn
anew for each text; it is taken off here. The same things without it were written by the
author and are dropped, or kept in a form that cannot meet an id of the page.
"""

from __future__ import annotations

import html
import re
import secrets
from collections.abc import Callable

import nh3


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


PHRASING = _names(
    "a abbr b bdi bdo br cite code del dfn em i img ins kbd mark q s samp small span strong"
    " sub sup u var wbr"
)
FLOW = _names(
    "blockquote caption col colgroup dd details div dl dt figcaption figure h2 h3 h4 h5 h6 hr"
    " li ol p pre section summary table tbody td tfoot th thead tr ul"
)
AUTHOR_TAGS = PHRASING | FLOW
"""Tags an author may write by hand; every other tag is shown as text."""
TAG = re.compile(
    r"<(/?)([a-zA-Z][\w:-]{0,60})((?:[^<>\"']|\"[^\"]{0,2000}\"|'[^']{0,2000}'){0,4000})>"
)
"""One tag written by hand: closing slash, name, attributes. Bounded, so that it stays fast."""
MATHS = _names(
    "math semantics mrow mi mn mo ms mtext mspace mfrac msqrt mroot mstyle msub msup msubsup"
    " munder mover munderover mmultiscripts mprescripts mtable mtr mtd mpadded mphantom"
    " menclose merror"
)
_ATTRIBUTES = {
    "*": {"id", "class", "title", "lang", "dir"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height", "loading", "decoding"},
    "div": {"data-quiz", "tabindex", "role", "aria-label"},
    "pre": {"tabindex", "role", "aria-label"},
    "span": {"role", "aria-label"},
    "ol": {"start"},
    "details": {"open"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "math": {"display"},
    "mi": {"mathvariant"},
    "mo": {"stretchy", "fence", "form", "separator", "lspace", "rspace", "minsize", "maxsize"},
    "mspace": {"width"},
    "mfrac": {"linethickness"},
    "mstyle": {"displaystyle", "scriptlevel"},
    "mtable": {"columnalign"},
    "mtd": {"columnalign"},
    "menclose": {"notation"},
}
_OURS_ALONE = {"data-quiz", "tabindex", "role", "aria-label"}
_SCHEMES = {"http", "https", "mailto"}
_PYGMENTS = re.compile(r"[a-z][a-z0-9]{0,2}")
_ID = re.compile(r"[\w\-.]{1,200}")
_SPACES = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029]+")


def scheme(url: str) -> str:
    """The scheme of an address in lower case, read as leniently as a browser would; or ''.

    Whatever stands before a first colon counts, also where it is not a well-formed name.
    """
    bare = _SPACES.sub("", html.unescape(url))
    before, colon, _ = bare.partition(":")
    return before.lower() if colon and not re.search(r"[/?#]", before) else ""


def is_safe(url: str) -> bool:
    """Whether an address is relative or leads to http, https or mail."""
    return scheme(url) in {"", *_SCHEMES}


def without_comments(content: str) -> str:
    """The content with each comment replaced by its line ends, so that lines keep counting."""
    parts, at = [], 0
    while (start := content.find("<!--", at)) >= 0:
        end = content.find("-->", start)
        end = len(content) if end < 0 else end + 3
        parts += [content[at:start], "\n" * content.count("\n", start, end)]
        at = end
    return "".join([*parts, content[at:]])


class Mark:
    """The prefix of one text: `Mark()(value)` says that a value is ours."""

    def __init__(self) -> None:
        # The slashes keep a marked address a relative one in the sanitiser's eyes.
        self._prefix = f"/~{secrets.token_hex(8)}~/"

    def __call__(self, value: str) -> str:
        """The value, marked as ours; not yet escaped."""
        return self._prefix + value

    def taken_off(self, value: str) -> str | None:
        """The value that was marked, or None when it was not marked."""
        if value.startswith(self._prefix):
            return value[len(self._prefix) :]
        return None


def clean(dirty: str, *, mark: Mark, link: Callable[[str], str | None], taken_ids: set[str]) -> str:
    """Safe HTML. `link` says where an author's own `href` leads; ids are kept unique."""

    def attribute(tag: str, name: str, value: str) -> str | None:
        ours = mark.taken_off(value)
        if name == "class":
            return _classes(value, mark)
        if name in ("href", "src"):
            address = ours if ours is not None else (link(value) if name == "href" else None)
            return address if address is not None and is_safe(address) else None
        if name == "id":
            return ours if ours is not None else _author_id(value, taken_ids)
        return ours if name in _OURS_ALONE else value

    return nh3.clean(
        dirty,
        tags=set(AUTHOR_TAGS | MATHS),
        clean_content_tags={"script", "style"},
        attributes=_ATTRIBUTES,
        attribute_filter=attribute,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer",
        strip_comments=True,
    )


def _classes(value: str, mark: Mark) -> str | None:
    kept = []
    for word in value.split():
        ours = mark.taken_off(word)
        if ours is not None:
            kept.append(ours)
        elif _PYGMENTS.fullmatch(word):
            kept.append(word)
    return " ".join(kept) or None


def _author_id(value: str, taken: set[str]) -> str | None:
    name = f"u-{value}"
    if not _ID.fullmatch(value) or name in taken:
        return None
    taken.add(name)
    return name
