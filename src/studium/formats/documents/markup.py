"""HTML of documents into Markdown: cleaned first, then written by its tags.

Nothing of it runs or is fetched: scripts, forms and frames go with what is in them, images come
from the document itself or not at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import nh3
from bs4 import BeautifulSoup, Tag
from bs4.dammit import UnicodeDammit
from markdownify import MarkdownConverter

from studium.formats.documents.blocks import Block, Findings, escaped, escaped_start
from studium.formats.fences import lines_with_roles

Find = Callable[[str], str | None]
"""From a reference as written to the path or link that stands for it, or None."""
_KEPT = {
    "h1", "h2", "h3", "h4", "h5", "h6", "p", "div", "section", "article", "main", "header",
    "footer", "nav", "aside", "body", "ul", "ol", "li", "dl", "dt", "dd", "table", "thead",
    "tbody", "tfoot", "tr", "td", "th", "caption", "figure", "figcaption", "blockquote", "pre",
    "code", "kbd", "samp", "br", "hr", "a", "img", "b", "strong", "i", "em", "u", "s", "del",
    "sub", "sup", "q", "cite", "abbr", "span", "small", "mark",
}  # fmt: skip
_GONE = {
    "script", "style", "template", "noscript", "iframe", "object", "embed", "form", "button",
    "select", "textarea", "svg", "math", "head", "title", "audio", "video", "canvas",
}  # fmt: skip
_ATTRIBUTES = {
    "*": {"id", "class", "role"},
    "a": {"href"},
    "img": {"src", "alt"},
    "td": {"colspan"},
    "th": {"colspan"},
    "ol": {"start"},
}
_ACTIVE = re.compile(r"<(?:script|form|iframe|object|embed)\b", re.IGNORECASE)
_CLOSED_AT_ONCE = re.compile(
    r"<(title|script|style|a|p|div|span|i|b|em|strong|td|th|li|section|iframe|textarea)"
    r"((?:\s[^<>]{0,2000})?)/>",
    re.IGNORECASE,
)
_OUTSIDE = re.compile(r"(?:[a-z][a-z0-9+.\-]*:|//)", re.IGNORECASE)


def text_of(data: bytes) -> str:
    """The letters of an HTML file in whatever encoding it says or seems to be in."""
    return UnicodeDammit(data, ["utf-8"], is_html=True).unicode_markup or ""


def soup_of(html: str, findings: Findings) -> BeautifulSoup:
    """The cleaned tree of a page, without its menus, heads and feet."""
    findings.count("scripts", len(_ACTIVE.findall(html)))
    whole = _CLOSED_AT_ONCE.sub(r"<\1\2></\1>", html)
    clean = nh3.clean(
        whole,
        tags=_KEPT,
        clean_content_tags=_GONE,
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto", "data"},
        link_rel=None,
    )
    soup = BeautifulSoup(clean, "html.parser")
    main = soup.find("main") or _only(soup.find_all("article"))
    if isinstance(main, Tag):
        soup = BeautifulSoup(str(main), "html.parser")
    menus = [
        one
        for one in soup.find_all(["nav", "header", "footer", "aside"])
        if one.name in ("nav", "footer") or one.find(["h1", "h2", "p"]) is None
    ]
    for one in menus:
        one.decompose()
    findings.count("menus", len(menus))
    return soup


def blocks_of(
    soup: BeautifulSoup, findings: Findings, *, image: Find, link: Find, page: int = 0
) -> list[Block]:
    """The blocks of a page; `image` and `link` say what its references become."""
    _settle_images(soup, findings, image)
    for anchor in soup.find_all("a"):
        target = link(str(anchor.get("href") or "").strip())
        if target:
            anchor["href"] = target
        else:
            anchor.unwrap()
    for nested in soup.select("table table"):
        nested.unwrap()
    written = _Writer(heading_style="atx", bullets="-", newline_style="backslash", wrap=True,
                      wrap_width=None, table_infer_header=True, autolinks=False,
                      sub_symbol="<sub>", sup_symbol="<sup>").convert_soup(soup)  # fmt: skip
    return list(_blocks(str(written), page))


def _only(found: Iterable[Any]) -> Any:
    several = list(found)
    return several[0] if len(several) == 1 else None


def _attribute(tag: str, name: str, value: str) -> str | None:
    is_data = value.strip().lower().startswith("data:")
    return None if is_data and (tag, name) != ("img", "src") else value


def _settle_images(soup: BeautifulSoup, findings: Findings, image: Find) -> None:
    for picture in soup.find_all("img"):
        source = str(picture.get("src") or "").strip()
        path = image(source) if source else None
        alt = " ".join(str(picture.get("alt") or "").split())
        if path:
            picture["src"], picture["alt"] = path, escaped(alt).replace("]", "\\]")
            findings.count("images")
            if picture.find_parent(["td", "th", "h1", "h2", "h3", "h4", "h5", "h6"]):
                _move_behind(picture)
        else:
            if _OUTSIDE.match(source):
                findings.count("outside_images")
            picture.replace_with(alt)


def _move_behind(picture: Tag) -> None:
    """Put an image behind its table or heading, where Markdown can show it."""
    around = picture.find_parent("table") or picture.find_parent(re.compile("^h[1-6]$"))
    if around is not None:
        around.insert_after(picture.extract())


class _Writer(MarkdownConverter):
    """Markdown as this project's lessons use it."""

    def escape(self, text: str, parent_tags: set[str]) -> str:
        return escaped(text)

    def convert_p(self, el: Any, text: str, parent_tags: set[str]) -> str:
        text = text.strip()
        if "_inline" in parent_tags:
            return f" {text} "
        return f"\n\n{escaped_start(text)}\n\n" if text else ""

    def convert_pre(self, el: Any, text: str, parent_tags: set[str]) -> str:
        code = text.strip("\n")
        if not code.strip():
            return ""
        fence = "`" * max(3, *(len(run) + 1 for run in re.findall(r"`+", code) or [""]))
        return f"\n\n{fence}{_language(el)}\n{code}\n{fence}\n\n"

    def convert_dt(self, el: Any, text: str, parent_tags: set[str]) -> str:
        word = " ".join(text.split())
        return f"\n\n**{word.strip('*')}**\n\n" if word else ""

    def convert_dd(self, el: Any, text: str, parent_tags: set[str]) -> str:
        return f"\n\n{text.strip()}\n\n"

    def convert_td(self, el: Any, text: str, parent_tags: set[str]) -> str:
        span = str(el.get("colspan") or "1")
        width = min(50, int(span)) if span.isdecimal() and len(span) < 4 else 1
        cell = " ".join(text.replace("\\\n", " ").split()).replace("|", "\\|")
        return f" {cell} " + "|" * max(1, width)

    convert_th = convert_td

    def convert_figcaption(self, el: Any, text: str, parent_tags: set[str]) -> str:
        return f"\n\n*{text.strip().strip('*')}*\n\n" if text.strip() else ""

    def convert_hr(self, el: Any, text: str, parent_tags: set[str]) -> str:
        return "\n\n"


def _language(element: Any) -> str:
    """The language of a program, from the classes that editors and converters write."""
    inner = element.find("code")
    words = [*(element.get("class") or []), *((inner.get("class") if inner else None) or [])]
    for word in " ".join(words).split():
        plain = re.sub(r"^(?:language-|lang-)", "", word)
        if plain != word or word in ("python", "java", "rust", "c", "cpp", "javascript", "sql"):
            return plain if re.fullmatch(r"[\w+#-]{1,20}", plain) else ""
    return ""


def _blocks(text: str, page: int) -> Iterable[Block]:
    """Markdown cut at its headings; what is between them stays one block per paragraph."""
    kept: list[str] = []
    is_code = False
    for row, role, _ in lines_with_roles(text):
        heading = (
            re.fullmatch(r"(#{1,6}) +(.+)", row) if role not in ("open", "code", "close") else None
        )
        if heading or (not row.strip() and role not in ("open", "code", "close")):
            yield from _paragraph(kept, page, is_code)
            kept, is_code = [], False
        if heading:
            yield Block("heading", heading[2].strip(), page, len(heading[1]))
        elif row.strip() or is_code:
            is_code = is_code or role == "open"
            kept.append(row.rstrip())
    yield from _paragraph(kept, page, is_code)


def _paragraph(rows: list[str], page: int, is_code: bool) -> Iterable[Block]:
    text = "\n".join(rows).strip("\n")
    text = text if is_code else re.sub(r"^ (?=\S)", "", text)
    if not text.strip():
        return
    is_table = re.match(r"\|.*\n\| ?-", text)
    yield Block("code" if is_code else "table" if is_table else "text", text, page)
