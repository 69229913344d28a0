"""A real server needs a database of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings


@pytest.fixture
def address() -> Iterator[str]:
    """A database of its own on the server of this run; empty for SQLite."""
    url = os.environ.get("DATABASE_URL", "")
    if "sqlite" in settings.DATABASES["default"]["ENGINE"]:
        yield ""
        return
    name = f"kill_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
        connection.execute(f"CREATE DATABASE {name}".encode())
    yield f"{url.rpartition('/')[0]}/{name}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
