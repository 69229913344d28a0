"""The table in README.md names every attack class and only tests that exist."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
TABLE = (Path(__file__).parent / "README.md").read_text()
PROMISED = {
    "A01", "A02", "A04", "A05", "A06", "A07", "A08", "A09", "A10", "A11", "A12", "A13",
    "A14", "A15", "A16", "A17", "A20", "A21", "A22",
    "A25", "A26", "A27", "A28", "A29", "A30", "A31", "A32", "A34", "A35", "A36",
    "A37", "A38", "A39", "A40",
}  # fmt: skip


def rows() -> list[tuple[str, str, list[str]]]:
    """(first cell, file, tests) of each line of the tables."""
    found = []
    for line in TABLE.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and cells[-1].startswith("`"):
            found.append((cells[0], cells[-2].strip("`"), re.findall(r"`(\w+)`", cells[-1])))
    return found


@cache
def functions(path: str) -> set[str]:
    """The names of the test functions of a file."""
    tree = ast.parse((TESTS / path).read_text())
    return {each.name for each in tree.body if isinstance(each, ast.FunctionDef)}


def test_every_promised_attack_has_a_row() -> None:
    assert {first for first, _, _ in rows() if re.fullmatch(r"A\d\d", first)} == PROMISED


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row[0][:12]} {row[1]}")
def test_every_named_test_exists(row: tuple[str, str, list[str]]) -> None:
    _, path, names = row
    assert names
    assert [name for name in names if name not in functions(path)] == []


def test_no_test_of_an_attack_is_skipped() -> None:
    for _, path, _ in rows():
        assert not re.search(r"mark\.(skip|xfail)|pytest\.skip", (TESTS / path).read_text()), path
