"""The import contracts catch what they are there to catch.

A contract that no longer bites is worse than none, so each is broken on purpose in a copy of
the source, and the report has to name exactly that import.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
CONTRACTS = PROJECT["tool"]["importlinter"]["contracts"]

STORY = "The data story runs one way"
INSIDE = "Inside a domain: act, defer, ask, allow, store, decide"
DOOR = "Pages, API, CLI and formats come in by the front door"
PLAIN = "Rules, kinds and the AI engine are plain Python"
QUEUE = "Only lib/jobs.py names the queue"

# contract -> imports it must refuse, each "who imports -> what"
FORBIDDEN: dict[str, list[str]] = {
    STORY: [
        "studium.web.planted -> studium.project.planted",
        "studium.web.planted -> studium.rest.planted",
        "studium.rest.planted -> studium.cli.planted",
        "studium.cli.planted -> studium.web.planted",
        "studium.formats.planted -> studium.web.planted",
        "studium.analytics.planted -> studium.formats.planted",
        "studium.assessment.planted -> studium.analytics.planted",
        "studium.notes.planted -> studium.assessment.planted",
        "studium.content.planted -> studium.notes.planted",
        "studium.identity.planted -> studium.content.planted",
        "studium.ai.planted -> studium.identity.planted",
        "studium.lib.planted -> studium.ai.planted",
    ],
    INSIDE: [
        f"studium.{domain}.{lower} -> studium.{domain}.{upper}"
        for domain in ("identity", "content", "notes", "assessment", "analytics")
        for lower, upper in (
            ("jobs", "actions"),
            ("queries", "jobs"),
            ("rights", "queries"),
            ("models", "rights"),
            ("rules", "models"),
            ("kinds", "rules"),
        )
    ],
    DOOR: [
        f"studium.{door}.planted -> studium.{domain}.{kept}"
        for door in ("web", "rest", "cli", "formats")
        for domain in ("identity", "content", "notes", "assessment", "analytics")
        for kept in ("models", "jobs")
    ],
    PLAIN: [
        "studium.ai.planted -> django",
        "studium.assessment.kinds -> django",
        "studium.analytics.engine.planted -> django",
        "studium.analytics.evaluation.planted -> django",
        *(
            f"studium.{domain}.rules -> django"
            for domain in ("identity", "content", "notes", "assessment", "analytics")
        ),
    ],
    QUEUE: [
        f"studium.{package}.planted -> django_q"
        for package in (
            *("web", "rest", "formats", "analytics", "assessment", "notes"),
            *("content", "identity", "ai"),
        )
    ],
}


def file_of(source: Path, module: str) -> Path:
    """The file of a module in a copy of the source; made, empty, when it is not there."""
    stem = source.joinpath(*module.split("."))
    if (stem / "__init__.py").exists():
        return stem / "__init__.py"
    path = stem.with_suffix(".py")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def plant(source: Path, line: str) -> None:
    """Write one import, given as "who -> what", into the copy."""
    importer, imported = line.split(" -> ")
    if imported.startswith("studium."):
        file_of(source, imported)
    with file_of(source, importer).open("a", encoding="utf-8") as module:
        module.write(f"\nimport {imported}\n")


def copied_source(tmp_path: Path) -> Path:
    """A copy of the source and of the settings, complete with every module a contract names."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    unneeded = shutil.ignore_patterns("__pycache__", "*.html", "static", "demo", "migrations")
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=unneeded)
    for contract in CONTRACTS:
        for module in (*contract.get("source_modules", []), *contract.get("containers", [])):
            file_of(tmp_path / "src", module)
    return tmp_path


def report_on(copy: Path) -> dict[str, str]:
    """What the linter says about each broken contract of a copy, by the contract's name."""
    script = "import sys; from importlinter.cli import lint_imports_command as run; run()"
    said = subprocess.run(
        [sys.executable, "-c", script, "--no-cache", "--no-logo"],
        cwd=copy,
        env={"PYTHONPATH": str(copy / "src"), "PATH": "", "COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
    ).stdout
    broken = {}
    details = said.partition("Broken contracts")[2]
    for contract in CONTRACTS:
        name = contract["name"]
        if re.search(rf"^{re.escape(name)} BROKEN", said, re.MULTILINE):
            broken[name] = re.split(r"\n(?=[^\n]+\n-{4,})", details.partition(f"\n{name}\n")[2])[0]
    assert "Contracts:" in said, said
    return broken


def test_every_contract_has_an_import_that_it_must_refuse():
    assert {contract["name"] for contract in CONTRACTS} == set(FORBIDDEN)


@pytest.mark.parametrize("name", FORBIDDEN)
def test_a_contract_names_each_import_that_breaks_it(name, tmp_path):
    copy = copied_source(tmp_path)
    for line in FORBIDDEN[name]:
        plant(copy / "src", line)
    report = report_on(copy).get(name, "")
    missed = [line for line in FORBIDDEN[name] if line not in report]
    assert missed == [], f"{name!r} let these imports through"


def test_a_package_outside_the_order_is_refused(tmp_path):
    copy = copied_source(tmp_path)
    (copy / "src/studium/elsewhere").mkdir()
    (copy / "src/studium/elsewhere/__init__.py").touch()
    assert STORY in report_on(copy)
