"""The documents keep up: settings, commands, formats, kinds of questions, the diagram, links."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tools import er_diagram

from studium import cli
from studium.formats import READERS

ROOT = Path(__file__).resolve().parents[2]
SNAPSHOT = ROOT / "docs" / "cli-help.txt"
OPERATE = (ROOT / "docs/operate.md").read_text("utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
DOMAINS = ("identity", "content", "notes", "assessment", "analytics", "ai")
_NAMED = re.compile(r"\b(?:STUDIUM_[A-Z_]+[A-Z]|DATABASE_URL)\b")


def _named_in(*folders: str) -> set[str]:
    found: set[str] = set()
    for folder in folders:
        for path in (ROOT / folder).rglob("*.py"):
            found |= set(
                re.findall(r"[\"']((?:STUDIUM_[A-Z_]+[A-Z]|DATABASE_URL))[\"']", path.read_text())
            )
    return found


def test_every_setting_is_in_the_guide_and_every_one_in_the_guide_is_real():
    assert set(_NAMED.findall(OPERATE)) == _named_in("src", "tools")


def test_the_defaults_in_the_guide_are_those_of_the_code():
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| `([^`]+)` \|", OPERATE, re.MULTILINE))
    settings = (ROOT / "src/studium/project/settings.py").read_text()
    given = re.findall(r"env_(?:int|choice|text)\(\s*\"([A-Z_]+)\", \"?([^\",)]+)\"?", settings)
    assert len(given) >= 6
    for name, default in given:
        if name in rows:
            assert rows[name].removeprefix("./") == default, name


def test_every_command_is_in_the_guide():
    for name in cli.commands():
        assert f"`studium {name}" in OPERATE, name


def test_every_option_of_a_command_is_in_the_guide():
    for name, module in cli.commands().items():
        parser = argparse.ArgumentParser()
        module.configure(parser)
        for option in _options(parser):
            assert option in OPERATE, f"studium {name} {option}"


def _options(parser: argparse.ArgumentParser) -> set[str]:
    found = set()
    for action in parser._actions:
        found |= {one for one in action.option_strings if one.startswith("--")} - {"--help"}
        if isinstance(action, argparse._SubParsersAction):
            for sub in action.choices.values():
                found |= _options(sub) - {"--name", "--role", "--password-stdin", "--no-password"}
    return found


def test_the_help_is_the_committed_snapshot():
    """Renew it with STUDIUM_WRITE_SNAPSHOTS=1 and read its diff."""
    said = _help_of()
    for name in cli.commands():
        said += f"\n$ studium {name} --help\n{_help_of(name)}"
    if os.environ.get("STUDIUM_WRITE_SNAPSHOTS"):
        SNAPSHOT.write_text(said, "utf-8")
    assert said == SNAPSHOT.read_text("utf-8")


def _help_of(*command: str) -> str:
    asked = "import sys; from studium.cli import main; sys.argv[0] = 'studium'; main()"
    done = subprocess.run(
        [sys.executable, "-c", asked, *command, "--help"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "COLUMNS": "100"},
    )
    return done.stdout


def test_every_format_and_type_of_question_is_described():
    text = (ROOT / "docs/formats.md").read_text("utf-8")
    for name in READERS:
        assert f"## `{name}`" in text
    reader = (ROOT / "src/studium/formats/quiz_toml.py").read_text()
    types = re.findall(r"^            \"(\w+)\": _\w+,$", reader, re.MULTILINE)
    assert len(types) == 6
    for name in types:
        assert f"| `{name}` |" in text
    for entry in re.findall(r"(?:answer|prompt)\.get\(\"(\w+)\"", reader):
        assert entry in text, entry


def test_the_diagram_is_what_the_models_say():
    assert er_diagram.PLACE.read_text("utf-8") == er_diagram.diagram()


def test_the_foundation_is_in_the_diagram_with_every_column_and_relation():
    whole = er_diagram.diagram().partition("## Every table")[2]
    for table, columns in er_diagram.FOUNDATION.items():
        body = re.search(rf"^    {table.upper()} {{\n(.*?)^    }}", whole, re.MULTILINE | re.DOTALL)
        assert body, table
        order = [line.split()[1] for line in body[1].splitlines()]
        assert order[: len(columns.split())] == columns.split()
        assert body[1].count('"foundation') == len(columns.split())
    for one, how, many, word in er_diagram.STORY:
        assert f"    {one.upper()} {how} {many.upper()} : {word}\n" in whole
    order = re.findall(r"^    ([A-Z_]+) \{", whole, re.MULTILINE)
    assert order[:9] == [name.upper() for name in er_diagram.FOUNDATION]


@pytest.mark.parametrize("package", DOMAINS)
def test_each_package_says_what_it_owns_in_half_a_page(package):
    text = (ROOT / "src/studium" / package / "README.md").read_text("utf-8")
    for part in ("**Owns**", "**Words.**", "**Promises**"):
        assert part in text
    assert len(text.splitlines()) <= 40
    places = re.findall(r"`((?:[\w]+/)*[\w]+(?:\.py|/))`", text)
    base = ROOT / "src/studium" / package
    names = {path.name for path in base.rglob("*.py")}
    assert [one for one in places if not (base / one).exists() and one not in names] == []


@pytest.mark.parametrize("document", PAGES, ids=lambda document: document.name)
def test_links_lead_somewhere(document):
    text = re.sub(r"```.*?```", "", document.read_text("utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)", text):
        if "://" not in target:
            assert (document.parent / target).exists(), target


def test_the_tour_names_code_that_is_there():
    text = (ROOT / "docs/tour.md").read_text("utf-8")
    for path in re.findall(r"`((?:src/studium/)?[\w/]+\.(?:py|js))`", text):
        if "/" in path:
            assert (ROOT / "src/studium" / path.removeprefix("src/studium/")).exists(), path
    for path, name in re.findall(r"\*\*\d\. [^:]+: `([\w/.]+)`, `(\w+)`", text):
        assert f"def {name}(" in (ROOT / path).read_text(), name


def test_every_table_is_in_the_data_story():
    text = (ROOT / "docs/data-story.md").read_text("utf-8")
    tables = {name.lower() for name in re.findall(r"^    ([A-Z_]+) \{", er_diagram.diagram(), re.M)}
    assert [name for name in sorted(tables) if f"`{name}`" not in text] == []
