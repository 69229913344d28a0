"""Which browser the journeys get: the headless shell where there is one, else one that works."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def finder(monkeypatch, tmp_path):
    """`tools/find_browser.py` on a machine whose PATH is a folder of the test; every browser
    there starts and shows pages."""
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    found = importlib.import_module("find_browser")
    monkeypatch.delenv("STUDIUM_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(found, "MAC", ())
    monkeypatch.setattr(found, "of_playwright", list)
    monkeypatch.setattr(found.headless_shell, "fetched", lambda: None)
    monkeypatch.setattr(found.debian_packages, "place", lambda name: tmp_path / "unpacked" / name)
    monkeypatch.setattr(found, "trouble_with", lambda program: "" if program else "none")
    return found


def put(folder: Path, name: str) -> str:
    """A program of that name."""
    program = folder / name
    program.write_text("#!/bin/sh\n", "utf-8")
    program.chmod(0o755)
    return str(program)


def test_the_headless_shell_is_preferred(finder, tmp_path, monkeypatch):
    monkeypatch.setattr(finder.headless_shell, "fetch", lambda: pytest.fail("fetched"))
    put(tmp_path, "chromium")
    shell = put(tmp_path, "chromium-headless-shell")
    assert finder.find_or_install() == shell


def test_one_that_was_fetched_before_is_taken(finder, tmp_path, monkeypatch):
    monkeypatch.setattr(finder.headless_shell, "fetch", lambda: pytest.fail("fetched"))
    put(tmp_path, "chromium")
    (tmp_path / "kept").mkdir()
    kept = put(tmp_path / "kept", "chromium-headless-shell")
    monkeypatch.setattr(finder.headless_shell, "fetched", lambda: Path(kept))
    assert finder.find_or_install() == kept


def test_beside_a_whole_browser_the_headless_shell_is_fetched(finder, tmp_path, monkeypatch):
    put(tmp_path, "chromium")
    monkeypatch.setattr(finder.headless_shell, "fetch", lambda: tmp_path / "fetched")
    assert finder.find_or_install() == str(tmp_path / "fetched")


@pytest.mark.parametrize("broken", [False, True])
def test_what_cannot_be_fetched_or_shows_nothing_leaves_the_whole_browser_and_says_so(
    finder, tmp_path, monkeypatch, capsys, broken
):
    whole = put(tmp_path, "chromium")

    def fetch():
        if not broken:
            raise finder.headless_shell.NotFetchedError("no line to the mirror")
        monkeypatch.setattr(finder, "trouble_with", lambda program: "it shows nothing")
        return tmp_path / "fetched"

    monkeypatch.setattr(finder.headless_shell, "fetch", fetch)
    assert finder.find_or_install() == whole
    said = capsys.readouterr().out
    assert ("it shows nothing" if broken else "no line to the mirror") in said


def test_the_browser_that_a_person_named_stays(finder, tmp_path, monkeypatch):
    monkeypatch.setattr(finder.headless_shell, "fetch", lambda: pytest.fail("fetched"))
    put(tmp_path, "chromium-headless-shell")
    named = put(tmp_path, "vivid")
    monkeypatch.setenv("STUDIUM_CHROMIUM", named)
    assert finder.find_or_install() == named


def test_a_machine_without_apt_says_why_nothing_is_fetched(finder, monkeypatch):
    monkeypatch.setattr(finder.headless_shell, "version", lambda: "")
    with pytest.raises(finder.headless_shell.NotFetchedError, match="Debian"):
        finder.headless_shell.fetch()


def test_a_plain_user_gets_the_headless_shell_unpacked_with_what_the_driver_needs(
    finder, tmp_path, monkeypatch
):
    asked = []

    def unpack(name, packages, programs):
        asked.append(tuple(packages))
        folder = finder.debian_packages.place(name)
        folder.mkdir(parents=True)
        for program in programs:
            put(folder, Path(program).name)

    monkeypatch.setattr(finder, "install_with_apt", lambda *names: False)
    monkeypatch.setattr(finder, "download", lambda: pytest.fail("downloaded"))
    monkeypatch.setattr(finder.debian_packages, "unpack", unpack)
    assert finder.for_driver() == {}
    folder = tmp_path / "unpacked" / finder.UNPACKED
    for _ in range(2):  # the second time it is found
        assert finder.find_or_install() == str(folder / "chromium-headless-shell")
    assert asked == [finder.PACKAGES]
    assert finder.for_driver() == {"PLAYWRIGHT_NODEJS_PATH": str(folder / "node")}
