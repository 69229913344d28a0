"""The Markdown parser: CommonMark with tables, strikethrough, footnotes and maths.

A parser written for honest text can be made to work for minutes by hostile text. Three
limits stop that: nesting, the length of one paragraph, and a budget of processor time.
Whoever passes a limit gets the text as it was typed, never an error and never a long wait.
"""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

MAX_CHARACTERS = 2_000_000
MAX_NESTING = 40
MAX_PARAGRAPH = 20_000
MAX_PIECES = 150_000
"""Parts a text may have; a lesson of 100 pages has about 5,000."""
LONG_TEXT = "long_text"
"""Token type of an inline text shown as typed because it passed a limit."""


class TooLarge(ValueError):
    """The text is longer than a lesson may be."""


class TooHard(Exception):
    """The text asks for more nesting or more work than a lesson may."""


class Budget:
    """Processor time one text may take: a second, and one more per million characters."""

    def __init__(self, characters: int) -> None:
        self._end = time.thread_time() + 1.0 + characters * 1e-6
        self._calls = 0

    def check(self) -> None:
        """Raise `TooHard` when the time is used up; looks at the clock now and then."""
        self._calls += 1
        if self._calls % 64 == 0 and time.thread_time() > self._end:
            raise TooHard("it takes too long to read")


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING * 4})
    parser.enable(["table", "strikethrough"])
    parser.use(footnote_plugin, inline=False)
    parser.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)
    parser.block.ruler.before("table", "limit_block", _limit_block)
    parser.inline.ruler.before("text", "limit_inline", _limit_inline)
    parser.core.ruler.before("inline", "limit_paragraph", _limit_paragraph)
    return parser


def parse(source: str, budget: Budget) -> list[Token]:
    """The tokens of a text; raises `TooHard` when it passes a limit."""
    tokens = _parser().parse(source, {"budget": budget})
    if len(tokens) > MAX_PIECES:
        raise TooHard("it has too many parts")
    return tokens


def options() -> OptionsDict:
    """The options that the renderer must share with the parser."""
    return _parser().options


def _limit_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if state.level > MAX_NESTING * 2:  # a list opens two levels, itself and its item
        raise TooHard("its lists and quotes are nested too deep")
    _budget(state.env).check()
    return False


def _limit_inline(state: StateInline, silent: bool) -> bool:
    _budget(state.env).check()
    return False


def _limit_paragraph(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline" and len(token.content) > MAX_PARAGRAPH:
            token.type = LONG_TEXT


def _budget(env: Any) -> Budget:
    budget: Budget = env["budget"]
    return budget
