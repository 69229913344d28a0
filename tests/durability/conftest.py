"""A real server needs a database of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from django.conf import settings

from tests import migrated


@pytest.fixture(autouse=True)
def _tables_are_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    """On SQLite the proofs copy their empty tables instead of migrating."""
    monkeypatch.setenv("BENCH_MIGRATED", str(migrated.database()))


@pytest.fixture
def address() -> Iterator[str]:
    """A database of its own, with its tables, on the server of this run; empty for SQLite."""
    if "sqlite" in settings.DATABASES["default"]["ENGINE"]:
        yield ""
        return
    url, name = os.environ["DATABASE_URL"], f"kill_{os.getpid()}"
    migrated.copy_postgresql(url, name)
    yield f"{url.rpartition('/')[0]}/{name}"
    migrated.drop_postgresql(url, name)
