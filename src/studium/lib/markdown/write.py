"""Tokens to HTML. What is written here is still cleaned by the allow list afterwards."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from html.parser import HTMLParser

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from studium.lib.markdown.clean import AUTHOR_TAGS, TAG, without_comments
from studium.lib.markdown.code import formula, highlight
from studium.lib.markdown.page import Page

MAX_OPEN_TAGS = 60
"""Tags written by hand that may be open at one time in a text."""
_VOID = {"br", "hr", "img", "wbr", "col"}
_TASK = re.compile(r"\[([ xX])\][ \t]+")


class LessonRenderer(RendererHTML):
    """Writes one lesson; a new one is made for each. Methods are named after token types."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._mark = page.mark
        self._open_tags = 0

    # --- blocks -------------------------------------------------------------------------

    def heading_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        opened = self.renderToken(tokens, idx, options, env)
        return f'{opened}<span id="{escape(self._mark(tokens[idx].meta["anchor"]))}"></span>'

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        self._page.budget.check()
        token = tokens[idx]
        language = re.split(r"[\s,{]", token.info.strip(), maxsplit=1)[0][:40]
        return (
            f'<div class="{self._mark("st-code")}"{_id(token)}>'
            f"<pre{self._region('Code')}><code>{highlight(token.content, language)}</code></pre>"
            "</div>\n"
        )

    def code_block(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return self.fence(tokens, idx, options, env)

    def html_block(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        # Its tags may close far away, so its id stands on an empty span before it.
        token = tokens[idx]
        anchor = f"<span{_id(token)}></span>" if "id" in token.attrs else ""
        return anchor + self._by_hand(token)

    def html_inline(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return self._by_hand(tokens[idx])

    def table_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        region = self._region("Table")
        return f'<div class="{self._mark("st-table")}"{region}{_id(tokens[idx])}><table>\n'

    def table_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return "</table></div>\n"

    def th_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        style = str(tokens[idx].attrs.get("style", ""))
        side = style.removeprefix("text-align:")
        kind = f' class="{self._mark("st-" + side)}"' if side in ("right", "center") else ""
        return f"<{tokens[idx].tag}{kind}>"

    def td_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return self.th_open(tokens, idx, options, env)

    def list_item_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return self.renderToken(tokens, idx, options, env) + self._task(tokens, idx)

    def quiz(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        name = escape(self._mark(tokens[idx].content))
        mark = self._mark("st-quiz-mark")
        return f'<div class="{mark}" data-quiz="{name}"{_id(tokens[idx])}></div>\n'

    def long_text(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return escape(tokens[idx].content)

    # --- within a line ------------------------------------------------------------------

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        alt = self.renderInlineAsText(token.children or [], options, env)
        return self._page.image(str(token.attrs["src"]), alt, line=token.meta.get("line", 0))

    def link_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        token = tokens[idx]
        url = self._page.link(str(token.attrs["href"]), token.meta.get("line", 0))
        title = f' title="{escape(str(token.attrs["title"]))}"' if "title" in token.attrs else ""
        # A link that leads nowhere stays a link without an address: its text is readable.
        href = f' href="{escape(self._mark(url))}"' if url is not None else ""
        return f"<a{href}{title}>"

    def math_inline(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return self._formula(tokens[idx], display=False)

    def math_inline_double(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return self._formula(tokens[idx], display=True)

    def math_block(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        region = self._region("Formula")
        inner = self._formula(tokens[idx], display=True)
        return f'<div class="{self._mark("st-math")}"{region}{_id(tokens[idx])}>{inner}</div>\n'

    def math_block_label(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return self.math_block(tokens, idx, options, env)

    # --- footnotes ----------------------------------------------------------------------

    def footnote_ref(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        number, name = _footnote(tokens[idx])
        here = self._mark(f"b-fnref-{name}")
        there = escape(self._mark(f"#b-fn-{number}"))
        return f'<sup id="{here}"><a href="{there}">{number}</a></sup>'

    def footnote_block_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return f'<section class="{self._mark("st-footnotes")}"><ol>\n'

    def footnote_block_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return "</ol></section>\n"

    def footnote_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return f'<li id="{self._mark(f"b-fn-{_footnote(tokens[idx])[0]}")}">'

    def footnote_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return "</li>\n"

    def footnote_anchor(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        back = escape(self._mark(f"#b-fnref-{_footnote(tokens[idx])[1]}"))
        return f' <a href="{back}">↩</a>'

    # --- parts --------------------------------------------------------------------------

    def _region(self, name: str) -> str:
        mark = self._mark
        return f' tabindex="{mark("0")}" role="{mark("region")}" aria-label="{mark(name)}"'

    def _task(self, tokens: Sequence[Token], idx: int) -> str:
        """The box of a task list item; its `[x]` is taken out of the text."""
        inline = tokens[idx + 2] if idx + 2 < len(tokens) else None
        first = (
            inline.children[0] if inline and inline.type == "inline" and inline.children else None
        )
        found = _TASK.match(first.content) if first and first.type == "text" else None
        if first is None or found is None:
            return ""
        first.content = first.content[found.end() :]
        return self._box(done=found.group(1) != " ") + " "

    def _box(self, *, done: bool) -> str:
        mark, name = self._mark, "Done" if done else "To do"
        role = f'role="{mark("img")}" aria-label="{mark(name)}"'
        return f'<span class="{mark("st-task")}" {role}>{"☑" if done else "☐"}</span>'

    def _formula(self, token: Token, *, display: bool) -> str:
        self._page.budget.check()
        maths = formula(token.content.strip(), display=display)
        if maths is None:
            line = token.meta.get("line", 0)
            self._page.found.report(line, "This formula could not be read; it is shown as typed.")
            return f"<code>{escape(token.content.strip())}</code>"
        return maths

    def _by_hand(self, token: Token) -> str:
        """HTML written by the author: known tags stay, others become visible text."""
        self._page.budget.check()
        content = without_comments(token.content)
        parts, at, line = [], 0, token.meta.get("line", 0)
        for found in TAG.finditer(content):
            self._page.budget.check()
            line += content.count("\n", at, found.start())
            parts += [content[at : found.start()].replace("<", "&lt;"), self._tag(found, line)]
            line += found.group().count("\n")
            at = found.end()
        return "".join([*parts, content[at:].replace("<", "&lt;")])

    def _tag(self, found: re.Match[str], line: int) -> str:
        name = found.group(2).lower()
        if name == "img" and not found.group(1):
            return self._image_by_hand(found.group(), line)
        if name == "input" and _attributes(found.group()).get("type") == "checkbox":
            return self._box(done="checked" in _attributes(found.group()))
        closing, full = found.group(1), self._open_tags >= MAX_OPEN_TAGS
        if name not in AUTHOR_TAGS or (full and not closing):
            self._page.found.report(
                line, f"The tag <{found.group(2)}> is shown as text: it is not allowed here."
            )
            return found.group().replace("<", "&lt;")
        if name not in _VOID:
            self._open_tags += -1 if closing else 1
            self._open_tags = max(0, self._open_tags)
        return found.group()

    def _image_by_hand(self, tag: str, line: int) -> str:
        attributes = _attributes(tag)
        size = "".join(
            f' {side}="{value}"'
            for side in ("width", "height")
            if (value := attributes.get(side, "")).isascii() and value.isdigit()
        )
        return self._page.image(
            attributes.get("src", ""), attributes.get("alt", ""), line=line, size=size
        )


def _id(token: Token) -> str:
    return f' id="{escape(str(token.attrs["id"]))}"' if "id" in token.attrs else ""


def _footnote(token: Token) -> tuple[int, str]:
    number = int(token.meta.get("id", 0)) + 1
    again = int(token.meta.get("subId", 0))
    return number, f"{number}-{again + 1}" if again > 0 else str(number)


class _OneTag(HTMLParser):
    found: dict[str, str]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found = {name: value or "" for name, value in reversed(attrs)}


def _attributes(tag: str) -> dict[str, str]:
    reader = _OneTag()
    reader.found = {}
    reader.feed(tag)
    return reader.found
