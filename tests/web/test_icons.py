"""Icons are drawn as the package draws them, without its reading of all names for each."""

from __future__ import annotations

import re

import lucide
import pytest

from studium.web import jinja


def lines_folded(svg: str) -> str:
    return re.sub(r"\s+", " ", svg).replace("> <", "><")


@pytest.mark.parametrize("name", ["x", "arrow-left", "book-open", "bell", "truck"])
@pytest.mark.parametrize("label", [None, 'Say "no"'])
def test_an_icon_is_drawn_as_the_package_draws_it(name: str, label: str | None) -> None:
    kind = "st-icon is-way" if name == "arrow-left" else "st-icon"
    voice = 'role="img" aria-label="Say &#34;no&#34;"' if label else 'aria-hidden="true"'
    drawn = str(lucide._render_icon(name, None, **{"class": kind}))
    wanted = drawn.replace("<svg ", f"<svg {voice} ", 1)
    assert lines_folded(jinja.icon(name, label)) == lines_folded(wanted)


def test_an_icon_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError, match="no-such-icon"):
        jinja.icon("no-such-icon")
