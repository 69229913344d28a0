"""What a page must not do, measured in the page itself by a real browser.

axe, sideways scroll, small text, headings, the focus ring. A page is loaded once;
`in_every_variant` then changes its width, its colours and its direction under it.
"""

from __future__ import annotations

import io
import json
import os
from importlib.resources import files
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import BrowserContext, Page

WIDE, NARROW, NARROWEST = (1280, 900), (375, 800), (320, 640)

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, Scheme] = ("light", "dark")

HIGHEST, GAP, GREY = 1500, 12, "#777"  # of a picture of the four variants, in pixels

# The success criteria of WCAG 2.2 AA that a machine can check.
AA = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
AXE = Path(str(files("axe_playwright_python"))) / "axe.min.js"
FAULTS = Path(__file__).with_suffix(".js")


def prepare(context: BrowserContext) -> None:
    """Have every page of this context carry axe and our own measures. No policy forbids that."""
    context.add_init_script(path=AXE)
    context.add_init_script(path=FAULTS)


def settled(page: Page) -> None:
    """Wait until the page stands: the paper of an exam cannot be answered before its script.

    No locator asks whether it is one: its first use in a page loads all that Playwright has."""
    page.wait_for_load_state()
    if page.evaluate("document.querySelector('[data-exam]') !== null"):
        answered = page.locator("[data-exam].is-awake fieldset:enabled").first
        answered.wait_for(state="attached")


def on_paper(page: Page) -> list[str]:
    """What a loaded page prints that belongs to the screen, or is too pale or too wide for A4."""
    page.set_viewport_size({"width": 794, "height": 1123})
    page.emulate_media(media="print", color_scheme="dark")
    found = [f"printed: {each}" for each in page.evaluate("studiumFaults.printed()")]
    page.emulate_media(media="screen", color_scheme="light")
    return found


def in_forced_colours(page: Page) -> list[str]:
    """What is told by fills alone when the system chooses the colours."""
    page.emulate_media(forced_colors="active")
    found = [f"forced colours: {each}" for each in page.evaluate("studiumFaults.forced()")]
    page.emulate_media(forced_colors="none")
    return found


def movements(page: Page, preference: str) -> list[str]:
    """What moves on a page for one who prefers `reduce` or has `no-preference`."""
    page.emulate_media(reduced_motion=preference)  # type: ignore[arg-type]  # one of these two
    return list(page.evaluate("studiumFaults.moving()"))


# What is asked, at which width and in which colours; from one to the next as little changes as can.
# `whole` is axe with every rule, `again` what can be otherwise at another width.
VARIANTS: tuple[tuple[tuple[int, int], Scheme, tuple[str, ...]], ...] = (
    (WIDE, "light", ("layout", "whole", "contrast", "focus")),
    (WIDE, "dark", ("contrast",)),
    (NARROW, "dark", ("layout", "again", "contrast", "focus", "mirrored")),
    (NARROW, "light", ("contrast",)),
    (NARROWEST, "light", ("sideways", "mirrored")),
)

# The same without sparing: axe with every rule for every element, and all else, in all four.
ALL_OF_IT = ("layout", "every", "contrast", "focus", "mirrored")
UNSPARING: tuple[tuple[tuple[int, int], Scheme, tuple[str, ...]], ...] = (
    (WIDE, "light", ALL_OF_IT),
    (WIDE, "dark", ALL_OF_IT),
    (NARROW, "dark", ALL_OF_IT),
    (NARROW, "light", ALL_OF_IT),
    (NARROWEST, "light", ("sideways", "mirrored")),
)
EVERY_RULE = bool(os.environ.get("EVERY_RULE"))  # set by `make soak`; four times the time


def in_every_variant(page: Page, known: set[str] | None = None) -> list[str]:
    """Faults of a page loaded wide and light: so, and narrow, dark, mirrored, at 320 px.

    axe with the rules of WCAG 2.2 AA, sideways scroll, text under 12 px, headings, title,
    contrast, and what can take the focus without showing it or under something else. With
    EVERY_RULE in the environment nothing is spared: `UNSPARING` instead of `VARIANTS`.

    `known` are the looks of texts (place, colours, size) whose contrast axe has measured on pages
    before, and takes in those of this page: axe is slow there and says the same of the same look.
    Our own measure asks every text of every page.
    """
    known = set() if known is None else known
    page.keyboard.press("Tab")  # from here on the browser shows the focus, as for a keyboard
    found: list[str] = []
    before = VARIANTS[0][:2]
    for width, scheme, asked in UNSPARING if EVERY_RULE else VARIANTS:
        if width != before[0]:
            page.set_viewport_size({"width": width[0], "height": width[1]})
        if scheme != before[1]:
            page.emulate_media(color_scheme=scheme)
        before = (width, scheme)
        faults = _ask(page, asked, known, new=before == VARIANTS[0][:2])
        found += [f"{width[0]} px, {scheme}: {each}" for each in faults]
    return found


def as_it_stands(page: Page, known: set[str] | None = None) -> list[str]:
    """Faults of a page on the way of a person, at the width and in the colours it has: layout, axe
    with the rules of WCAG 2.2 AA, the contrast of every text; `known` as above. Needs no
    `prepare`."""
    if not page.evaluate("typeof studiumFaults === 'object'"):
        page.evaluate(AXE.read_text("utf-8"))
        page.evaluate(FAULTS.read_text("utf-8"))
    return _ask(page, ("layout", "whole", "contrast"), set() if known is None else known)


def _ask(page: Page, asked: tuple[str, ...], known: set[str], *, new: bool = True) -> list[str]:
    """The faults that a page finds in itself; `known` takes in the looks that axe measured.

    A `new` page is told the known ones; it keeps them. What goes there and back is one text: each
    member of a list would be looked at by Playwright in three processes.
    """
    call = "given => studiumFaults.ask(...JSON.parse(given)).then(JSON.stringify)"
    given = json.dumps([asked, AA, sorted(known) if new else None])
    faults, looks = json.loads(page.evaluate(call, given))
    known.update(looks)
    return [str(each) for each in faults]


def picture(page: Page, out: Path) -> None:
    """A loaded page in its four variants on one picture: wide and narrow, light and dark."""
    shots = []
    for width in (WIDE, NARROW):
        for scheme in SCHEMES:
            page.set_viewport_size({"width": width[0], "height": width[1]})
            page.emulate_media(color_scheme=scheme)
            shots.append(Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB"))
    page.emulate_media(color_scheme="light")
    scaled = [shot.resize((round(shot.width * 0.6), round(shot.height * 0.6))) for shot in shots]
    high = min(max(shot.height for shot in scaled), HIGHEST)
    sheet = Image.new("RGB", (sum(shot.width + GAP for shot in scaled) + GAP, high + 2 * GAP), GREY)
    left = GAP
    for shot in scaled:
        sheet.paste(shot.crop((0, 0, shot.width, min(shot.height, high))), (left, GAP))
        left += shot.width + GAP
    out.parent.mkdir(parents=True, exist_ok=True)
    sheet.quantize(128).save(out, optimize=True)
