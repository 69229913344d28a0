"""What every test stands on: no network, a folder of its own, a fast hasher, a flush that works.

The cast and the course are fixtures of `tests.cast`; rows are made by `tests.factories`.
"""

from __future__ import annotations

import gc
import os
import shutil
import socket
import sqlite3
import tempfile
import time
import unittest
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.template import engines
from django.test import TransactionTestCase, override_settings
from django.test.testcases import LiveServerThread
from jinja2 import FileSystemBytecodeCache
from pytest_django import DjangoDbBlocker
from whitenoise.middleware import WhiteNoiseMiddleware

from tests import live

pytest_plugins = ["tests.cast"]

# Playwright's loop runs in the thread of the test, which also uses the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

_HERE = {"127.0.0.1", "::1", "localhost", ""}
_connect = socket.socket.connect


def _connect_here_only(self: socket.socket, address: object) -> None:
    """Refuse connections that leave this machine: a test must not depend on the world."""
    if isinstance(address, tuple) and address[0] not in _HERE:
        raise RuntimeError(f"A test tried to reach {address[0]}; tests have no network.")
    return _connect(self, address)


# Files that take long, the longest first: begun last, one of them would be waited for alone.
LONG = (
    "cli/test_run.py", "cli/test_serve.py", "cli/test_rehearse.py",
    "security/test_hostile_pages.py", "durability/test_disturbances.py",
    "integrity/test_states.py", "security/test_csrf.py", "durability/test_kill.py",
    "lib/test_jobs.py", "ai/test_extractive.py", "rest/test_hostile.py",
    "security/test_pages_matrix.py", "security/test_limits.py", "assessment/test_races.py",
    "durability/test_held_lock.py", "security/test_hostile_imports.py",
    "security/test_operations_matrix.py", "durability/test_races.py", "cli/test_commands.py",
    "analytics/test_fold.py", "cli/test_courses.py", "web/test_author.py",
    "rest/test_openapi.py",
)  # fmt: skip


# Fixtures that pytest-django sets up for every test, each for a mark that hardly any test has.
FOR_A_MARK = {
    "_django_set_urlconf": "urls",
    "_django_isolate_apps": "django_isolate_apps",
    "_template_string_if_invalid_marker": "ignore_template_errors",
}


_IN_PLACE = {"_template_string_if_invalid_marker": "monkeypatch"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {str(Path(__file__).parent / name): place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: places.get(str(item.path), len(LONG)))
    for item in items:
        if isinstance(item, pytest.Function):
            _leave_out_idle_fixtures(item)


def _leave_out_idle_fixtures(item: pytest.Function) -> None:
    """Setting up what does nothing for a test is a fifth of what an empty test costs."""
    idle = {name for name, mark in FOR_A_MARK.items() if not item.get_closest_marker(mark)}
    if item.cls is None or not issubclass(item.cls, unittest.TestCase):
        idle.add("_django_setup_unittest")
    if "django.contrib.sites" not in settings.INSTALLED_APPS:
        idle.add("_django_clear_site_cache")
    # What the last of them asks for stays where it was: before the fixtures of the test.
    names = (_IN_PLACE.get(name, name) if name in idle else name for name in item.fixturenames)
    item.fixturenames = [name for name in names if name not in idle]


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is there by now, half a million objects, stays until the end: looking through them again
    and again for what could be freed takes more time than anything else that all tests share."""
    gc.collect()
    gc.freeze()


def pytest_configure(config: pytest.Config) -> None:
    socket.socket.connect = _connect_here_only
    LiveServerThread.server_class = live.Server
    gc.set_threshold(50_000, 20, 20)  # the default looks after every 700 new objects
    # Argon2 is slow on purpose; tests/identity/test_sign_in.py uses the real one.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # WhiteNoise wants it there


@pytest.fixture(scope="session", autouse=True)
def _folder_of_its_own(pytestconfig: pytest.Config) -> Iterator[None]:
    """Processes that are copies of one (tools/side_by_side.py) do not write into one folder."""
    if not hasattr(pytestconfig, "workerinput"):
        yield
        return
    own = Path(tempfile.mkdtemp(prefix="studium-test-"))
    places = {"DATA_DIR": own, "STATIC_ROOT": own / "static", "FILES_DIR": own / "files"}
    places["STATIC_ROOT"].mkdir()
    with override_settings(**places):
        yield
    shutil.rmtree(own, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def _static_files_looked_for_once() -> Iterator[None]:
    """Each test client builds the middleware anew, and each time the whole folder of static files
    would be listed and read; the files are the same all along."""
    found: dict[str, object] = {}
    look = WhiteNoiseMiddleware.add_files_from_finders

    def look_once(self: WhiteNoiseMiddleware) -> None:
        if not found:
            look(self)
            found.update(self.files)
        self.files.update(found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", look_once)
        yield


@pytest.fixture(scope="session", autouse=True)
def _templates_compiled_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The processes of a run, and its parts, share the compiled templates."""
    shared = os.environ.get("STUDIUM_DATA_DIR") or str(tmp_path_factory.getbasetemp().parent)
    folder = Path(shared) / "templates"
    folder.mkdir(parents=True, exist_ok=True)
    engines["jinja2"].env.bytecode_cache = FileSystemBytecodeCache(str(folder))


def pytest_unconfigure(config: pytest.Config) -> None:
    socket.socket.connect = _connect
    shutil.rmtree(settings.DATA_DIR, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings: None) -> Iterator[bool]:
    """Put a migrated database where this process's own is looked for, and say that it is there.

    Django then runs what is pending, which is nothing.
    """
    from tests import migrated

    name = connection.creation._get_test_db_name()
    if connection.vendor == "sqlite":
        migrated.copy_sqlite(Path(name))
        yield True
        return
    address = os.environ["DATABASE_URL"]
    migrated.copy_postgresql(address, name)
    yield True
    migrated.drop_postgresql(address, name)


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Callable[[], None]]:
    """Empty the tables cheaply after tests that really commit; gives what empties them.

    Django's flush empties all of them, and what follows it makes every trigger anew: a second of
    CPU after each such test. Here SQLite gets its pages of before back, and PostgreSQL empties the
    tables that have rows.
    """
    from studium.lib import triggers

    with django_db_blocker.unblock():
        assert triggers.differences() == []
        renew = _pages_of_now() if connection.vendor == "sqlite" else _tables_of_now()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda self: renew())
        yield renew


def _pages_of_now() -> Callable[[], None]:
    """What puts every page of the SQLite database back as it is now."""
    name = connection.settings_dict["NAME"]
    kept = sqlite3.connect(":memory:", check_same_thread=False)
    with closing(sqlite3.connect(name)) as now:
        now.backup(kept)

    def renew() -> None:
        connection.close()
        begun = time.monotonic()

        def hurry(*_: object) -> None:
            assert time.monotonic() < begun + 30, "a connection of the test still writes"

        with closing(sqlite3.connect(name)) as then:
            kept.backup(then, progress=hurry)

    return renew


def _tables_of_now() -> Callable[[], None]:
    """What empties the tables of a PostgreSQL database that have no rows now."""
    with connection.cursor() as cursor:
        tables = [t for t in connection.introspection.table_names() if not _filled(cursor, [t])]

    def renew() -> None:
        with connection.cursor() as cursor:
            if filled := [f'"{table}"' for table in _filled(cursor, tables)]:
                _empty(cursor, filled)

    return renew


def _empty(cursor: CursorWrapper, tables: list[str]) -> None:
    """Empty these tables, all that have rows: TRUNCATE would make a hundred others anew as well,
    those with a key that leads here."""
    with transaction.atomic():
        for table in tables:  # without the triggers that refuse to delete history
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for table in tables:
            cursor.execute(f"DELETE FROM {table}")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    # What the next tests write stands in the order in which it was written, as in a new table.
    cursor.execute(f"VACUUM {', '.join(tables)}")


def _filled(cursor: CursorWrapper, tables: list[str]) -> list[str]:
    """Those of the tables that have a row."""
    asked = (f"SELECT '{table}' WHERE EXISTS (SELECT FROM \"{table}\")" for table in tables)
    cursor.execute(" UNION ALL ".join(asked))
    return [table for (table,) in cursor.fetchall()]


# A page lives for a second here: a script that is compiled to run fast has no time to earn that,
# and what nobody looks at needs no imitated graphics card. An eighth of what a page costs.
SHORT_LIVED = ["--disable-gpu", "--js-flags=--no-opt,--no-maglev"]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """Use the Chromium that `make test` found; without one, Playwright's own."""
    program = os.environ.get("STUDIUM_CHROMIUM")
    found = {"executable_path": program} if program else {}
    return {**browser_type_launch_args, **found, "args": ["--no-sandbox", *SHORT_LIVED]}


@pytest.fixture(scope="session")
def browser(browser: object) -> Iterator[object]:
    """The plugin's browser, with hands that wait for a page's scripts."""
    from tests import patience  # only the browser part pays for Playwright

    with pytest.MonkeyPatch.context() as patch:
        patience.teach(patch)
        yield browser


@pytest.fixture(scope="session")
def base_url() -> None:
    """Addresses are whole ones in our tests; the plugin's fixture of this name warns."""
