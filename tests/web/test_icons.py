"""Icons are drawn as the package draws them, without its reading of all names for each."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import lucide
import pytest

from studium.web import jinja

STYLED = {
    "width": "inline-size",
    "height": "block-size",
    "fill": "fill",
    "stroke": "stroke",
    "stroke-width": "stroke-width",
    "stroke-linecap": "stroke-linecap",
    "stroke-linejoin": "stroke-linejoin",
}
"""Attributes of the package's drawing, and what the style of `.st-icon` says in their place."""


def drawn(svg: str) -> tuple[dict[str, str], list[tuple[str, dict[str, str]]]]:
    """The attributes of a drawing, and its lines."""
    tree = ElementTree.fromstring(svg)
    return tree.attrib, [(line.tag.rpartition("}")[2], line.attrib) for line in tree]


@pytest.mark.parametrize("name", ["x", "arrow-left", "book-open", "bell", "truck"])
@pytest.mark.parametrize("label", [None, 'Say "no"'])
def test_an_icon_is_drawn_as_the_package_draws_it(name: str, label: str | None) -> None:
    kind = "st-icon is-way" if name == "arrow-left" else "st-icon"
    voice = {"role": "img", "aria-label": 'Say "no"'} if label else {"aria-hidden": "true"}
    said, lines = drawn(str(lucide._render_icon(name, None, **{"class": kind})))
    rest = {one: value for one, value in said.items() if one not in STYLED}
    assert drawn(str(jinja.icon(name, label))) == (rest | voice, lines)
    assert rest.keys() == {"viewBox", "class"}


def test_the_style_says_what_icons_leave_out() -> None:
    css = (Path(jinja.__file__).parent / "static/css/site.css").read_text("utf-8")
    rule = re.search(r"\n\.st-icon \{(.*?)\}", css, re.DOTALL)
    assert rule is not None
    told = dict(re.findall(r"([a-z-]+): ([^;]+);", rule[1]))
    package = drawn(str(lucide._render_icon("x", None)))[0]
    for attribute, name in STYLED.items():
        assert told[name] == package[attribute] or name.endswith("-size")


def test_icons_of_a_list_are_drawn_once() -> None:
    symbols = ElementTree.fromstring(str(jinja.icon_symbols("x", "truck")))
    assert symbols.attrib["aria-hidden"] == "true"
    for name, symbol in zip(["x", "truck"], symbols, strict=True):
        whole, lines = drawn(str(jinja.icon(name)))
        assert symbol.attrib == {"id": f"i-{name}", "viewBox": whole["viewBox"]}
        assert [(line.tag, line.attrib) for line in symbol] == lines
        shown, [(tag, used)] = drawn(str(jinja.icon_use(name)))
        assert (tag, used) == ("use", {"href": f"#i-{name}"})
        assert shown == {one: value for one, value in whole.items() if one != "viewBox"}


def test_an_icon_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError, match="no-such-icon"):
        jinja.icon("no-such-icon")
