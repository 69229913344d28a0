"""A migrated data folder, made once by the program itself."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.program import studium


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a fresh database; take `folder` to change it."""
    folder = tmp_path_factory.mktemp("migrated")
    done = studium(folder, "migrate")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def folder(migrated: Path, tmp_path: Path) -> Path:
    """One's own copy of the fresh database."""
    shutil.copytree(migrated, tmp_path / "data")
    return tmp_path / "data"
