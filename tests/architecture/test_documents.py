"""The papers of the project are complete: decisions, reasons for dependencies, sizes."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from tools.lock import plain_name
from tools.longest_modules import longest_modules

ROOT = Path(__file__).resolve().parents[2]
DECISIONS = sorted((ROOT / "docs/decisions").glob("*.md"))
HEADINGS = ["Context", "Decision", "Consequences", "Rejected"]


def test_decisions_are_numbered_without_a_gap():
    numbers = [int(path.name[:4]) for path in DECISIONS]
    assert numbers == list(range(1, len(DECISIONS) + 1))
    assert len(numbers) >= 6


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_has_its_four_headings_each_with_text(path):
    sections = re.split(r"^## ", path.read_text("utf-8"), flags=re.MULTILINE)
    filled = {part.partition("\n")[0].strip(): part.partition("\n")[2].strip() for part in sections}
    order = [heading for heading in filled if heading in HEADINGS]
    assert order == HEADINGS
    assert all(len(filled[heading]) > 80 for heading in HEADINGS)


def test_every_dependency_has_its_reason():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    asked = {
        plain_name(line)
        for line in (
            *project["project"]["dependencies"],
            *project["dependency-groups"]["dev"],
            *project["build-system"]["requires"],
        )
    }
    table = (ROOT / "docs/decisions/0001-stack.md").read_text("utf-8")
    reasoned = {
        plain_name(name) for name in re.findall(r"^\| `([^`]+)` \| \S", table, re.MULTILINE)
    }
    assert reasoned == asked


def test_the_longest_modules_come_longest_first():
    listed = longest_modules(ROOT)
    print(*(f"{lines:5d}  {module}" for lines, module in listed), sep="\n")
    assert len(listed) == 10
    assert listed == sorted(listed, reverse=True)


def test_the_licence_is_the_whole_of_apache_2():
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text


@pytest.mark.parametrize("name", ["run", "test", "check", "bench", "soak", "screenshots", "format"])
def test_each_make_target_is_listed_by_make_help(name):
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert re.search(rf"^{name}:.*## \S", makefile, re.MULTILINE)
