"""Find, or install, a Chromium for the browser journeys.

    python tools/find_browser.py   # print the path of the program

Looked for in this order: STUDIUM_CHROMIUM, a headless shell, which is cheaper (on PATH, fetched
before, Playwright's), then a whole browser (the usual names on PATH, the Mac's applications,
Playwright's). If none is there: apt as root, Debian's packages unpacked into the environment for a
plain user, else `playwright install --only-shell chromium`. Where there is only a whole one, the
headless shell is fetched; without it the whole one does.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import debian_packages
import headless_shell
from find_postgres import NotFoundError, install_with_apt

SHELLS = (headless_shell.NAME, "chrome-headless-shell", "headless_shell")
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
PACKAGES = (headless_shell.NAME, "libatomic1")
WHOLE = ("chromium", "libatomic1")  # where there is no such package
UNPACKED = "chromium"  # the name of what is unpacked where nothing may be installed


def starts(program: str) -> bool:
    """Whether a browser says its version; a name on PATH may be an empty promise (snap)."""
    try:
        said = subprocess.run([program, "--version"], capture_output=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return said.returncode == 0


def of_playwright() -> list[str]:
    """What Playwright downloaded for itself, if it did: the headless shell, the whole browser."""
    command = [sys.executable, "-c", ASK_PLAYWRIGHT]
    asked = subprocess.run(command, capture_output=True, text=True, env=os.environ | for_driver())
    path = asked.stdout.strip()
    if not path:
        return []
    # …/chromium-1234/chrome-linux/chrome; beside it …/chromium_headless_shell-1234/…
    whole = Path(path)
    folder = next((up for up in whole.parents if up.name.startswith("chromium-")), whole.parent)
    beside = folder.with_name(folder.name.replace("chromium-", "chromium_headless_shell-"))
    shells = [str(found) for name in SHELLS for found in beside.glob(f"*/{name}*")]
    return [*shells, *([path] if whole.exists() else [])]


def is_shell(program: str) -> bool:
    """Whether a program is a headless shell, by its name."""
    return Path(program).stem in SHELLS


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
    unpacked = str(debian_packages.place(UNPACKED) / headless_shell.NAME)
    fetched = headless_shell.fetched()
    on_path = [found for name in (*SHELLS, *NAMES) if (found := shutil.which(name))]
    known = [*on_path, *([str(fetched)] if fetched else []), unpacked, *MAC, *of_playwright()]
    known.sort(key=is_shell, reverse=True)  # else they stay in their order
    return next((each for each in known if Path(each).exists() and starts(each)), None)


def trouble_with(program: str | None) -> str:
    """Why this browser cannot show a page to Playwright, in its own words; "" when it can."""
    if program is None:
        return "There is no Chromium on this machine."
    try:
        tried = subprocess.run(
            [sys.executable, "-c", DRIVE, program],
            capture_output=True,
            text=True,
            env=os.environ | for_driver(),
            timeout=120,
        )
    except subprocess.TimeoutExpired:
        return f"{program} did not show a page within two minutes."
    said = [line for line in tried.stderr.splitlines() if line.strip()]
    return "" if tried.returncode == 0 else "\n".join([*said[:1], *said[-3:]])


def for_driver() -> dict[str, str]:
    """The setting by which Playwright starts its driver program with the libraries that were
    unpacked for it; empty where none were."""
    driver = debian_packages.place(UNPACKED) / "node"
    return {"PLAYWRIGHT_NODEJS_PATH": str(driver)} if driver.exists() else {}


def unpack() -> str:
    """Unpack Debian's packages for a plain user; why that failed, "" when it went well."""
    playwright = importlib.util.find_spec("playwright")
    if playwright is None or playwright.origin is None:
        return "Playwright is not installed."
    programs = [f"usr/lib/chromium/{headless_shell.NAME}"]
    programs.append(str(Path(playwright.origin).parent / "driver" / "node"))
    try:
        debian_packages.unpack(UNPACKED, PACKAGES, programs)
    except debian_packages.NotFetchedError as wrong:
        return str(wrong)
    return ""


def download() -> None:
    """Let Playwright fetch its own browser; where it may not, the next way is tried."""
    command = [sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"]
    print(f"no usable Chromium here: trying `{' '.join(command[2:])}`", flush=True)
    try:
        subprocess.run(command, stdin=subprocess.DEVNULL, timeout=300)
    except subprocess.TimeoutExpired:
        print("that took more than five minutes: given up", flush=True)


def cheaper_than(whole: str) -> str:
    """The headless shell instead of a whole browser that works; that one where it is not to be had,
    or does not work."""
    try:
        shell = str(headless_shell.fetch())
        if not (trouble := trouble_with(shell)):
            return shell
    except (debian_packages.NotFetchedError, OSError) as missing:
        trouble = str(missing)
    print(f"no headless shell, {whole} is used instead, at more CPU: {trouble}", flush=True)
    return whole


def find_or_install() -> str:
    """The path of a Chromium that shows a page to Playwright.

    Raises:
        NotFoundError: there is none and none could be installed.
    """
    found = search()
    trouble = trouble_with(found)
    tried: list[str] = []
    # As root on Debian the system's package is the surer way: it brings its libraries along.
    for install in (
        lambda: install_with_apt(*PACKAGES),
        lambda: install_with_apt(*WHOLE),
        lambda: tried.append(unpack()),
        download,
    ):
        if trouble:
            install()
            found = search()
            trouble = trouble_with(found)
    if trouble or found is None:
        raise NotFoundError(
            "No usable Chromium was found for the browser journeys. Install one (Debian: apt-get "
            f"install {' '.join(PACKAGES)}; elsewhere: .venv/bin/playwright install --only-shell "
            "chromium), or "
            f"name a Chrome in STUDIUM_CHROMIUM. What was tried said: {' '.join([trouble, *tried])}"
        )
    named = os.environ.get("STUDIUM_CHROMIUM")  # a person's choice stays
    return found if named or is_shell(found) else cheaper_than(found)


if __name__ == "__main__":
    try:
        print(find_or_install())
    except NotFoundError as missing:
        sys.exit(str(missing))
