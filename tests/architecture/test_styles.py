"""The style sheet: size, layers, sides that mirror, colours in one place, nothing unused."""

from __future__ import annotations

import re
from pathlib import Path

import studium

SOURCE = Path(studium.__file__).parent
SHEET = SOURCE / "web/static/css/site.css"
MOST_BYTES = 60_000
LAYERS = ["reset", "tokens", "base", "layout", "components", "pages", "print"]
# Classes that an author's Markdown brings, or that are put together from a state.
MADE = {"st-center", "st-mark-answered", "st-mark-flagged", "st-mark-waiting"}
# Sides that are the same in every writing: code runs left to right, and so do charts.
SAME_SIDE = re.compile(r"text-align: (left|right)")


def _sheet() -> str:
    return re.sub(r"/\*.*?\*/", "", SHEET.read_text("utf-8"), flags=re.S)


def _layers(css: str) -> dict[str, str]:
    """Layer -> its body; the braces are counted."""
    found: dict[str, str] = {}
    for hit in re.finditer(r"@layer (\w+) \{", css):
        depth, end = 1, hit.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(css[end], 0)
            end += 1
        found[hit[1]] = css[hit.end() : end - 1]
    return found


def _source() -> str:
    files = [
        path
        for ending in ("html", "py", "js")
        for path in SOURCE.rglob(f"*.{ending}")
        if not {"demo", "vendor"} & set(path.parts)
    ]
    return "\n".join(path.read_text("utf-8") for path in files)


def test_the_sheet_is_small() -> None:
    assert SHEET.stat().st_size <= MOST_BYTES


def test_every_rule_is_in_a_layer_and_the_layers_are_in_order() -> None:
    css = _sheet()
    assert css.strip().startswith(f"@layer {', '.join(LAYERS)};")
    layers = _layers(css)
    assert list(layers) == LAYERS
    outside = css
    for body in layers.values():
        outside = outside.replace(body, "", 1)
    assert not re.search(r"[.#:\w-]+ *\{[^}]*:", outside)


def test_sides_are_logical_so_that_pages_mirror() -> None:
    physical = r"(?<![\w-])(?:(?:margin|padding|border)-(?:left|right|top|bottom)|left|right)\s*:"
    sided = re.findall(rf"{physical}|(?:float|clear|text-align): (?:left|right)", _sheet())
    assert [each for each in sided if not SAME_SIDE.search(each)] == []


def test_colours_are_tokens() -> None:
    """Shades of a heat map, white paper under a code for cameras, and toasts have their own."""
    layers = _layers(_sheet())
    own = {
        rule.split("{")[0].strip().splitlines()[-1].strip()
        for name, body in layers.items()
        if name not in ("tokens", "print")
        for rule in re.findall(r"[^{}]+\{[^{}]*#[0-9a-fA-F]{3,8}\b[^{}]*\}", body)
    }
    allowed = {".l1", ".l2", ".l3", ".l4", ".st-qr", ".st-toast", "&::backdrop"}
    assert own - allowed <= {".st-btn", ".st-btn:hover"}


def test_every_class_is_used_somewhere() -> None:
    classes = set(re.findall(r"\.(st-[a-z0-9-]+)", _sheet()))
    used = set(re.findall(r"(?<![\w-])st-[a-z0-9-]+", _source()))
    assert classes - MADE - used == set()


def test_every_class_of_a_template_has_a_rule_or_is_a_hook_of_a_script() -> None:
    known = set(re.findall(r"\.((?:st|is)-[a-z0-9-]+)", SHEET.read_text("utf-8")))
    scripts = "\n".join(path.read_text("utf-8") for path in SOURCE.rglob("static/js/**/*.js"))
    stray: dict[str, str] = {}
    for path in SOURCE.rglob("*.html"):
        for names in re.findall(r'class="([^"{}]*)"', path.read_text("utf-8")):
            for name in names.split():
                if name.startswith("st-") and name not in known and name not in scripts:
                    stray[name] = path.name
    assert stray == {}, "\n".join(map(str, stray.items()))
