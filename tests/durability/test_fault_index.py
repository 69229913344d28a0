"""docs/faults.md names every fault that was promised, and only tests and proofs that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from benchmarks.soak import PROOFS

TESTS = Path(__file__).parents[1]
TABLE = (TESTS.parent / "docs" / "faults.md").read_text("utf-8")
PROMISED = [f"F{number:02}" for number in (*range(1, 20), 24)]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TABLE.splitlines()
    if line.startswith("| F")
]


def test_every_promised_fault_has_its_row() -> None:
    assert list(dict.fromkeys(row[0] for row in ROWS)) == PROMISED


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_what_a_row_names_exists(row: list[str]) -> None:
    _, _, short, long = row
    path, *names = re.findall(r"`([^`]+)`", short) or [""]
    if path:
        text = (TESTS / path).read_text("utf-8")
        assert [name for name in names if f"def {name}(" not in text] == []
        assert names
    assert set(re.findall(r"`([^`]+)`", long)) <= set(PROOFS)
