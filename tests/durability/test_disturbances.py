"""The short forms of `benchmarks.immediate_stop` and `benchmarks.full_disk`, on servers of their
own: the database crashes, and the disk is full, while students save. Each in the part of its
database."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks import full_disk, immediate_stop
from django.db import connection

if connection.vendor == "postgresql":

    @pytest.mark.slow
    def test_saves_outlive_a_crash_of_postgresql(address: str, tmp_path: Path) -> None:
        assert immediate_stop.trial(1, 8, tmp_path, tables=address) == []

else:

    @pytest.mark.slow
    def test_a_full_disk_acknowledges_nothing_that_is_not_stored(tmp_path: Path) -> None:
        assert full_disk.on_sqlite(tmp_path, 1) == []
