"""Find, or install, a Chromium for the browser journeys.

    python tools/find_browser.py   # print the path of the program

Looked for in this order: STUDIUM_CHROMIUM, the usual names on PATH, the Mac's applications,
Playwright's own download. If none is there: apt as root, else `playwright install chromium`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from find_postgres import NotFoundError, install_with_apt

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
ASK_PLAYWRIGHT = """
from playwright.sync_api import sync_playwright
with sync_playwright() as driver:
    print(driver.chromium.executable_path)
"""
DRIVE = """
import os, sys
from playwright.sync_api import sync_playwright
flags = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
with sync_playwright() as driver:
    browser = driver.chromium.launch(executable_path=sys.argv[1], args=flags)
    page = browser.new_page()
    page.set_content("<h1>here</h1>")
    assert page.inner_text("h1") == "here"
    browser.close()
"""
# Playwright's own driver program needs libatomic, which a bare Debian does not have.
PACKAGES = ("chromium", "libatomic1")


def starts(program: str) -> bool:
    """Whether a browser says its version; a name on PATH may be an empty promise (snap)."""
    try:
        said = subprocess.run([program, "--version"], capture_output=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return said.returncode == 0


def of_playwright() -> str | None:
    """The browser that Playwright downloaded for itself, if it did."""
    asked = subprocess.run([sys.executable, "-c", ASK_PLAYWRIGHT], capture_output=True, text=True)
    path = asked.stdout.strip()
    return path if path and Path(path).exists() else None


def search() -> str | None:
    """The path of a Chromium that starts, or None.

    Raises:
        NotFoundError: STUDIUM_CHROMIUM names a program that does not start.
    """
    named = os.environ.get("STUDIUM_CHROMIUM")
    if named:
        if starts(named):
            return named
        raise NotFoundError(f"STUDIUM_CHROMIUM is {named!r}, which does not start as a browser.")
    on_path = (shutil.which(name) for name in NAMES)
    for program in (*on_path, *MAC):
        if program and Path(program).exists() and starts(program):
            return program
    own = of_playwright()
    return own if own and starts(own) else None


def trouble_with(program: str | None) -> str:
    """Why this browser cannot show a page to Playwright, in its own words; "" when it can."""
    if program is None:
        return "There is no Chromium on this machine."
    try:
        tried = subprocess.run(
            [sys.executable, "-c", DRIVE, program], capture_output=True, text=True, timeout=120
        )
    except subprocess.TimeoutExpired:
        return f"{program} did not show a page within two minutes."
    said = [line for line in tried.stderr.splitlines() if line.strip()]
    return "" if tried.returncode == 0 else "\n".join([*said[:1], *said[-3:]])


def download() -> None:
    """Let Playwright fetch its own browser; where it may not, the next way is tried."""
    print("no usable Chromium here: trying `playwright install chromium`", flush=True)
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    try:
        subprocess.run(command, stdin=subprocess.DEVNULL, timeout=300)
    except subprocess.TimeoutExpired:
        print("that took more than five minutes: given up", flush=True)


def find_or_install() -> str:
    """The path of a Chromium that shows a page to Playwright.

    Raises:
        NotFoundError: there is none and none could be installed.
    """
    found = search()
    trouble = trouble_with(found)
    # As root on Debian the system's package is the surer way: it brings its libraries along.
    for install in (lambda: install_with_apt(*PACKAGES), download):
        if trouble:
            install()
            found = search()
            trouble = trouble_with(found)
    if trouble or found is None:
        raise NotFoundError(
            "No usable Chromium was found for the browser journeys. Install one (Debian: apt-get "
            f"install {' '.join(PACKAGES)}; elsewhere: .venv/bin/playwright install chromium), or "
            f"name a Chrome in STUDIUM_CHROMIUM. What was tried said: {trouble}"
        )
    return found


if __name__ == "__main__":
    try:
        print(find_or_install())
    except NotFoundError as missing:
        sys.exit(str(missing))
