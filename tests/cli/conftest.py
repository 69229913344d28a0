"""Data folders with a migrated database."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import migrated as copies


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a fresh database, for all tests that only look; see `folder`."""
    made = tmp_path_factory.mktemp("migrated") / "data"
    copies.copy_folder(made)
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One's own data folder with a fresh database."""
    copies.copy_folder(tmp_path / "data")
    return tmp_path / "data"
