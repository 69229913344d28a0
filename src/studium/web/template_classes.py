"""How templates call what they use: as Jinja does, without asking each time what it may be.

A page of a list calls hundreds of functions and macros. Jinja asks of each whether it wants the
context, and makes a context anew for those in a loop that do; here nearly none does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from types import CodeType, FunctionType
from typing import Any, cast

from django.utils import translation
from jinja2 import Environment, Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context, Macro
from markupsafe import Markup, _escape_inner, escape  # type: ignore[attr-defined]  # not public

_WANTS = "jinja_pass_arg"  # what Jinja's `pass_context` and its like leave on a function
_CACHED = type(lru_cache(int))


_rendered_in: ContextVar[str | None] = ContextVar("rendered_in", default=None)


def language() -> str | None:
    """The active language. While a template is rendered it stays the same and is asked for at
    every word; Django's answer takes as long as the word."""
    return _rendered_in.get() or translation.get_language()


@contextmanager
def in_one_language() -> Iterator[None]:
    """Until the end of the block the language is the one that is active now."""
    token = _rendered_in.set(translation.get_language())
    try:
        yield
    finally:
        _rendered_in.reset(token)


def escaped(value: Any) -> str:
    """What a template writes for a value: as `markupsafe.escape` does it, without an object around
    every piece of a page, since the pieces are joined at once and nobody asks them again."""
    kind = type(value)
    if kind is str:
        return _escape_inner(value)
    if kind is Markup:
        return cast("str", value)
    return str(value) if kind is int else escape(value)


class PageContext(Context):
    """The names of a template. Functions, those that are cached and macros are called at once."""

    def call(
        self, called: Any, /, *given: Any, _loop_vars: Any = None, _block_vars: Any = None,
        **named: Any,
    ) -> Any:  # fmt: skip
        """What it gives. A macro escapes as the environment says, which is always."""
        kind = type(called)
        if kind is Macro or (
            (kind is FunctionType or kind is _CACHED) and _WANTS not in called.__dict__
        ):
            return called(*given, **named)
        more = {"_loop_vars": _loop_vars or {}, "_block_vars": _block_vars or {}}
        return super().call(called, *given, **more, **named)


class PageTemplate(Template):
    """A template whose macros are looked up once for a process. Jinja asks at each import whether
    the page has globals of its own; here all globals are the environment's."""

    @classmethod
    def from_code(
        cls,
        environment: Environment,
        code: CodeType,
        globals: MutableMapping[str, Any],
        uptodate: Callable[[], bool] | None = None,
    ) -> Template:
        """As Jinja's, but its values are escaped by `escaped`."""
        made = super().from_code(environment, code, globals, uptodate)
        names: dict[str, Any] = getattr(made.root_render_func, "__globals__")  # noqa: B009 - typed as any callable
        names["escape"] = escaped
        return made

    def render(self, *given: Any, **named: Any) -> str:
        """The text, in the language that is active now."""
        with in_one_language():
            return super().render(*given, **named)

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return super()._get_default_module() if self._module is None else self._module
