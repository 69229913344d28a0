"""What a page must not do, measured in the page itself by a real browser.

axe, sideways scroll, small text, headings, the focus ring. A page is loaded once;
`in_every_variant` then changes its width, its colours and its direction under it.
"""

from __future__ import annotations

import io
from importlib.resources import files
from pathlib import Path

from PIL import Image
from playwright.sync_api import BrowserContext, Page

WIDE, NARROW, NARROWEST = (1280, 900), (375, 800), (320, 640)

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
    """Wait until the page stands: the paper of an exam cannot be answered before its script."""
    page.wait_for_load_state()
    if page.locator("[data-exam]").count():
        answered = page.locator("[data-exam].is-awake fieldset:enabled").first
        answered.wait_for(state="attached")


def axe(page: Page) -> list[str]:
    """Violations of WCAG 2.2 AA, a line each with the first elements they are about."""
    return list(page.evaluate("rules => studiumFaults.whole(rules)", AA))


def axe_again(page: Page) -> list[str]:
    """After `axe`, at another width: what has appeared, and what depends on the width."""
    return list(page.evaluate("rules => studiumFaults.again(rules)", AA))


def layout(page: Page) -> list[str]:
    """Sideways scroll, text under 12 px, headings, title."""
    return list(page.evaluate("studiumFaults.layout()"))


def contrast(page: Page) -> list[str]:
    """Text that stands out too little from what is behind it."""
    return list(page.evaluate("studiumFaults.contrast()"))


def focus(page: Page) -> list[str]:
    """What can take the focus without showing it, or shows it under something else."""
    page.keyboard.press("Tab")  # from here on the browser shows the focus, as for a keyboard
    return list(page.evaluate("studiumFaults.focus()"))


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


def _shown(page: Page, width: tuple[int, int], scheme: str) -> str:
    page.set_viewport_size({"width": width[0], "height": width[1]})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # "light" or "dark"
    return f"{width[0]} px, {scheme}: "


def in_every_variant(page: Page) -> list[str]:
    """Faults of a loaded page: wide and narrow, light and dark, mirrored, at 320 px."""
    found = []
    for width, full, other in ((WIDE, "light", "dark"), (NARROW, "dark", "light")):
        place = _shown(page, width, full)
        rules = axe(page) if width == WIDE else axe_again(page)
        found += [place + each for each in [*layout(page), *rules, *contrast(page), *focus(page)]]
        place = _shown(page, width, other)
        found += [place + each for each in contrast(page)]
    for width in (NARROW, NARROWEST):
        page.set_viewport_size({"width": width[0], "height": width[1]})
        found += [f"{width[0]} px: {each}" for each in page.evaluate("studiumFaults.sideways()")]
        mirrored = page.evaluate("studiumFaults.mirrored()")
        found += [f"{width[0]} px, right to left: {each}" for each in mirrored]
    return found


def picture(page: Page, out: Path) -> None:
    """A loaded page in its four variants on one picture: wide and narrow, light and dark."""
    shots = []
    for width in (WIDE, NARROW):
        for scheme in ("light", "dark"):
            _shown(page, width, scheme)
            shots.append(Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB"))
    scaled = [shot.resize((round(shot.width * 0.6), round(shot.height * 0.6))) for shot in shots]
    high = min(max(shot.height for shot in scaled), HIGHEST)
    sheet = Image.new("RGB", (sum(shot.width + GAP for shot in scaled) + GAP, high + 2 * GAP), GREY)
    left = GAP
    for shot in scaled:
        sheet.paste(shot.crop((0, 0, shot.width, min(shot.height, high))), (left, GAP))
        left += shot.width + GAP
    out.parent.mkdir(parents=True, exist_ok=True)
    sheet.quantize(128).save(out, optimize=True)
