"""The blocks of a lesson: which pieces it has, their ids, and where they stand.

Runs between parsing and writing HTML. It may change the list of tokens: quiz marks become
tokens of their own, a heading that repeats the lesson's title goes, headings are moved so
that the highest is an h2.
"""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator

from markdown_it.token import Token

from studium.lib.markdown.clean import AUTHOR_TAGS, TAG, without_comments
from studium.lib.markdown.page import Page
from studium.lib.markdown.parser import LONG_TEXT
from studium.lib.markdown.result import Block, Heading

MAX_INLINE_DEPTH = 30
_QUIZ = re.compile(r"\{\{#quiz\s+(?:[\w./\-]*/)?([\w.\-]+?)(?:\.toml)?\s*\}\}")
_MARK = re.compile(r"\{\{#[^}\n]{0,200}\}?\}?")
_INCLUDE = re.compile(r"^\s*\{\{#(?:rustdoc_)?(?:include|playground)\b[^}\n]{0,200}\}\}", re.M)
_LINE_END = re.compile(r"\r\n?|\n")
_KINDS = {
    "heading_open": "heading",
    "paragraph_open": "paragraph",
    "bullet_list_open": "list",
    "ordered_list_open": "list",
    "list_item_open": "item",
    "blockquote_open": "quote",
    "table_open": "table",
    "fence": "code",
    "code_block": "code",
    "math_block": "math",
    "math_block_label": "math",
    "html_block": "html",
    "quiz": "quiz",
}
_OWN_BLOCKS = {
    "bullet_list_open", "ordered_list_open", "blockquote_open", "table_open",
}  # fmt: skip
_PROSE = {"heading", "paragraph", "item", "table"}


def outline(tokens: list[Token], page: Page, *, title: str | None) -> list[Token]:
    """Give every block its id and note it in `page.found`; returns the tokens to write."""
    tokens = list(_with_quizzes(tokens))
    _number_lines(tokens, page)
    if title is not None and _is_title(tokens, title):
        tokens = tokens[3:]
    _move_headings(tokens)
    _Outliner(page).walk(tokens)
    return tokens


def words(blocks: Iterable[Block]) -> int:
    """How many words of prose the blocks have."""
    return sum(len(block.text.split()) for block in blocks if block.kind in _PROSE)


def plain(token: Token) -> str:
    """The words of one inline token, without marks and tags."""
    if token.type == LONG_TEXT or token.children is None:
        return token.content
    parts = []
    for child in token.children:
        if child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif child.type == "image":
            parts.append("".join(grand.content for grand in child.children or []))
        elif child.type == "html_inline":
            parts.append(TAG.sub(_shown, child.content))
        elif child.type not in ("footnote_ref", "footnote_anchor"):
            parts.append(child.content)
    return "".join(parts)


def _shown(tag: re.Match[str]) -> str:
    """What a reader sees of a tag: nothing, or the tag itself when it is not one we know."""
    return "" if tag.group(2).lower() in AUTHOR_TAGS else tag.group()


def _with_quizzes(tokens: list[Token]) -> Iterator[Token]:
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.type == "paragraph_open" and (
            found := _QUIZ.fullmatch(tokens[at + 1].content.strip())
        ):
            quiz = Token("quiz", "div", 0, map=token.map, level=token.level, block=True)
            quiz.content = found.group(1)
            yield quiz
            at += 3
        else:
            yield token
            at += 1


def _number_lines(tokens: list[Token], page: Page) -> None:
    """Give each inline token its line, flatten what is nested too deep, report odd marks."""
    line = 1
    for token in tokens:
        if token.map:
            line = token.map[0] + 1
        token.meta["line"] = line
        if token.type in ("fence", "code_block"):
            _report_includes(token, page, line)
        if token.type == LONG_TEXT:
            page.found.report(
                line, "This paragraph is too long to read its marks; it is shown as typed."
            )
        inside = line
        for child in token.children or []:
            child.meta["line"] = inside
            inside += child.type in ("softbreak", "hardbreak")
            if child.level > MAX_INLINE_DEPTH:
                page.found.report(line, "Its marks are nested too deep; it is shown as typed.")
                token.type, token.children = LONG_TEXT, None
                break
            if child.type == "text" and (odd := _MARK.search(child.content)):
                page.found.report(
                    child.meta["line"],
                    f"{odd.group()} is not understood. A quiz mark stands alone in its paragraph:"
                    " {{#quiz ../quizzes/name.toml}}.",
                )


def _report_includes(token: Token, page: Page, line: int) -> None:
    for found in _INCLUDE.finditer(token.content):
        at = line + 1 + token.content.count("\n", 0, found.start())
        page.found.report(at, f"{found.group().strip()} was not replaced by the lines it names.")


def _is_title(tokens: list[Token], title: str) -> bool:
    if not tokens or tokens[0].type != "heading_open":
        return False
    return _folded(plain(tokens[1])) == _folded(re.sub(r"[`*_]", "", title))


def _folded(text: str) -> str:
    return re.sub(r"[`*_\s]+", " ", unicodedata.normalize("NFKC", text)).strip().casefold()


def _move_headings(tokens: list[Token]) -> None:
    ranks = [int(token.tag[1]) for token in tokens if token.type == "heading_open"]
    shift = 2 - min(ranks, default=2)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + shift)}"


class _Outliner:
    def __init__(self, page: Page) -> None:
        self._page = page
        self._seen: Counter[str] = Counter()
        self._lines = [0, *(found.end() for found in _LINE_END.finditer(page.source))]
        self._around: list[str] = []  # the containers that are open: list, item, quote …

    def walk(self, tokens: list[Token]) -> None:
        for at, token in enumerate(tokens):
            kind = _KINDS.get(token.type)
            if kind and not (kind == "paragraph" and self._around[-1:] == ["item"]):
                self._add(tokens, at, kind)
            if kind in ("list", "item", "quote"):
                self._around.append(kind)
            elif token.type.endswith(("list_close", "list_item_close", "blockquote_close")):
                self._around.pop()

    def _add(self, tokens: list[Token], at: int, kind: str) -> None:
        token = tokens[at]
        text = _text(tokens, at, kind)
        if kind == "html" and not text:
            return
        level = int(token.tag[1]) if kind == "heading" else len(self._around)
        block_id = self._id(kind, text)
        start, end = self._span(token)
        token.attrs["id"] = self._page.mark(block_id)
        self._page.found.blocks.append(Block(block_id, kind, start, end, text, level))
        if kind == "heading":
            anchor = self._anchor(text)
            token.meta["anchor"] = anchor
            self._page.found.headings.append(Heading(block_id, level, text, anchor))
        elif kind == "quiz":
            self._page.found.quizzes.append(token.content)

    def _id(self, kind: str, text: str) -> str:
        words = " ".join(unicodedata.normalize("NFC", text).split())
        name = "b-" + hashlib.sha256(f"{kind}\0{words}".encode()).hexdigest()[:10]
        self._seen[name] += 1
        return name if self._seen[name] == 1 else f"{name}-{self._seen[name]}"

    def _anchor(self, text: str) -> str:
        """The id that `#slug` links lead to; the slug is made as mdBook and GitHub make it."""
        slug = re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-") or "section"
        name, count = f"u-{slug}", 0
        while name in self._page.taken_ids:
            count += 1
            name = f"u-{slug}-{count}"
        self._page.taken_ids.add(name)
        return name

    def _span(self, token: Token) -> tuple[int, int]:
        if token.map is None:
            return 0, 0
        source = self._page.source
        start = self._lines[token.map[0]]
        end = self._lines[token.map[1]] if token.map[1] < len(self._lines) else len(source)
        piece = source[start:end]
        return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())


def _text(tokens: list[Token], at: int, kind: str) -> str:
    token = tokens[at]
    if kind in ("code", "math", "quiz"):
        return token.content.strip("\n")
    if kind == "html":
        content = TAG.sub(lambda tag: _shown(tag) or " ", without_comments(token.content))
        return " ".join(html.unescape(content).split())
    if kind == "table":
        return _table_text(tokens, at)
    parts = [plain(inner) for inner in _inside(tokens, at, own_only=kind == "item")]
    return "\n".join(part for part in parts if part)


def _inside(tokens: list[Token], at: int, *, own_only: bool) -> Iterator[Token]:
    """Inline tokens between an opening token and its end; without nested blocks if asked."""
    outer = tokens[at]
    skip_to: int | None = None
    for index in range(at + 1, len(tokens)):
        token = tokens[index]
        if token.nesting == -1 and token.level == outer.level:
            return
        if skip_to is not None:
            if token.nesting == -1 and token.level == skip_to:
                skip_to = None
        elif own_only and token.type in _OWN_BLOCKS:
            skip_to = token.level
        elif token.type in ("inline", LONG_TEXT):
            yield token


def _table_text(tokens: list[Token], at: int) -> str:
    rows: list[list[str]] = []
    for index in range(at + 1, len(tokens)):
        token = tokens[index]
        if token.type == "table_close":
            break
        if token.type == "tr_open":
            rows.append([])
        elif token.type in ("inline", LONG_TEXT) and rows:
            rows[-1].append(plain(token))
    return "\n".join(" | ".join(row) for row in rows)
