"""The short form of `python -m benchmarks.held_lock`: a lock is held for a moment."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks import held_lock


@pytest.mark.slow
def test_saves_wait_or_are_told_to_come_again_while_a_lock_is_held(
    address: str, tmp_path: Path
) -> None:
    assert held_lock.trial(1.0, 1, tmp_path, address) == []
