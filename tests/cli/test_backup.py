"""A site in one file and back: everything is in it, and nothing of it is believed unproved.

Each test has a site of its own (`Site`), a data folder with a database, on whose connection the
commands and the actions work as if it were the only one.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from studium.assessment.actions import sit
from studium.cli import _running
from studium.cli._backups import archives, copies, postgres, restoring, saving, swap
from studium.content.actions import files
from studium.identity.models import User
from studium.lib import clock
from studium.lib.errors import Refused
from tests import factories, migrated
from tests.cli.program import free_port, within

pytestmark = pytest.mark.django_db
ON_SQLITE = not os.environ.get("DATABASE_URL", "").startswith("postgres")
_NUMBERS = count(1)


@dataclass(frozen=True)
class Site:
    """A data folder, and the name of its database."""

    folder: Path
    name: str

    @contextmanager
    def used(self) -> Iterator[None]:
        """While inside, the settings and `connection` are this site's."""
        with pytest.MonkeyPatch.context() as patch, copies.standing_in(self.name):
            patch.setattr(settings, "DATA_DIR", self.folder)
            patch.setattr(settings, "FILES_DIR", self.folder / "files")
            yield


def new_site(folder: Path, *, tables: bool = True) -> Site:
    """A site without people; on PostgreSQL a database that `sites` drops."""
    if ON_SQLITE:
        if tables:
            migrated.copy_folder(folder)
        folder.mkdir(exist_ok=True)
        return Site(folder, str(folder / "studium.sqlite3"))
    folder.mkdir()
    name = f"studium_site_{os.getpid()}_{next(_NUMBERS)}"
    address = os.environ["DATABASE_URL"]
    if tables:
        migrated.copy_postgresql(address, name)
    else:
        with postgres._connected(address.rpartition("/")[2]) as server:
            server.execute(f"CREATE DATABASE {name}")
    return Site(folder, name)


@pytest.fixture(scope="module", autouse=True)
def sites() -> Iterator[None]:
    """On PostgreSQL, drop what the tests of this module have made."""
    yield
    if not ON_SQLITE:
        for number in range(1, next(_NUMBERS)):
            whole = f"studium_site_{os.getpid()}_{number}"
            with postgres._connected(os.environ["DATABASE_URL"].rpartition("/")[2]) as server:
                asked = "SELECT datname FROM pg_database WHERE datname IN (%s) OR datname ^@ %s"
                known = server.execute(asked, [whole, f"{whole}_"]).fetchall()
            for (name,) in known:
                migrated.drop_postgresql(os.environ["DATABASE_URL"], name)


def fill() -> None:
    """A person, a course with a file, an exam that was sat and one that is being sat."""
    now = clock.now()
    bruno = factories.person("Bruno Berg")
    course = factories.course(owner=bruno, title="Ownership")
    files.store_file(by=bruno, course_id=course.pk, path="a.txt", data=b"A file.", now=now)
    exam = factories.exam(course=course, attempts_allowed=3)
    asked = exam.paper.first().question_id
    for name in ("Ada Alm", "Zoe Quirk"):
        ada = factories.person(name)
        factories.enrollment(user=ada, course=course)
        attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
        sit.save_answer(by_id=ada.pk, attempt_id=attempt.pk, question_id=asked, response="a",
                        revision=1, now=now)  # fmt: skip
    sit.submit(by=ada, attempt_id=attempt.pk, now=now)


def quiet(name: str, size: int) -> None:
    """Progress that nobody reads."""


@pytest.fixture(scope="module")
def full(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: Any, django_db_blocker: Any
) -> Iterator[tuple[Site, Path]]:
    """A site with something of everything, and a backup of it; tests leave both alone."""
    folder = tmp_path_factory.mktemp("full")
    with django_db_blocker.unblock():
        site = new_site(folder / "data")
        with site.used():
            fill()
            saving.save(folder / "site.studium", quiet)
        yield site, folder / "site.studium"


@pytest.fixture(scope="module")
def nowhere(tmp_path_factory: pytest.TempPathFactory, django_db_setup: Any) -> Site:
    """A site without even tables, for tests of what is refused; nothing is ever put there."""
    return new_site(tmp_path_factory.mktemp("nowhere") / "new", tables=False)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Site]:
    """A site without even tables, in use."""
    site = new_site(tmp_path / "new", tables=False)
    with site.used():
        yield site


@pytest.fixture
def refusing(nowhere: Site) -> Iterator[Site]:
    """The site without tables, in use, where nothing but a lock may have been put afterwards."""
    with nowhere.used():
        yield nowhere
        assert {one.name for one in nowhere.folder.iterdir()} <= {"running"}
        assert ON_SQLITE or copies.counts() == {}


def contents(site: Site) -> dict[str, list[str]]:
    """Every row of every table, and the bytes of every file."""
    with site.used(), connection.cursor() as cursor:
        found = {}
        for table in copies.counts():
            cursor.execute(f'SELECT * FROM "{table}"')
            found[table] = sorted(map(repr, cursor.fetchall()))
    for place in sorted((site.folder / "files").rglob("*")):
        if place.is_file():
            found[str(place.relative_to(site.folder))] = [repr(place.read_bytes())]
    return found


def altered(archive: Path, place: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The archive with other members, in a zip that is sound in itself."""
    with zipfile.ZipFile(archive) as old:
        members = {name: old.read(name) for name in old.namelist()}
    change(members)
    with zipfile.ZipFile(place, "w") as new:
        for name, data in members.items():
            new.writestr(name, data)
    return place


def test_a_site_comes_back_row_by_row_and_byte_by_byte(full, empty):
    site, archive = full
    before = contents(site)
    assert len(before["exam_attempts"]) == 2
    assert len(before["attempt_events"]) >= 5
    assert [name for name in before if name.startswith("files/")]
    restored = within("restore", str(archive))
    assert restored.returncode == 0, restored.stderr
    assert contents(empty) == before
    assert (empty.folder / "secret-key").read_text() == settings.SECRET_KEY
    assert not (empty.folder / "restoring").exists()


def test_a_site_that_is_there_is_replaced_only_on_request_and_kept(full, tmp_path):
    _, archive = full
    site = new_site(tmp_path / "data")
    with site.used():
        factories.person("Somebody Else")
        (site.folder / "secret-key").write_text("another key")
        refused = within("restore", str(archive))
        assert refused.returncode == 1
        assert "--replace" in refused.stderr
        assert User.objects.get().name == "Somebody Else"
        done = within("restore", str(archive), "--replace")
        assert done.returncode == 0, done.stderr
        assert User.objects.filter(name="Bruno Berg").exists()
        kept = [line.removeprefix("Kept: ") for line in done.stdout.splitlines() if "Kept" in line]
        (database,) = [one for one in kept if "studium.sqlite3" in one or "database" in one]
        (key,) = [one for one in kept if "secret-key" in one]
    assert Path(key).read_text() == "another key"
    with Site(site.folder, database.removeprefix("the database ")).used():
        assert User.objects.get().name == "Somebody Else"


def evil(name: str) -> Callable[[dict[str, bytes]], None]:
    return lambda members: members.update({name: b"evil"})


def other_byte(members: dict[str, bytes]) -> None:
    (name,) = [one for one in members if one.startswith("files/")]
    members[name] = b"B" + members[name][1:]


def in_manifest(old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
    def change(members: dict[str, bytes]) -> None:
        assert old in members["manifest.json"]
        members["manifest.json"] = members["manifest.json"].replace(old, new)

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (other_byte, "is not what was saved"),
        (lambda members: members.update({"secret-key": b"mine"}), "is not what was saved"),
        (lambda members: members.pop("secret-key"), "not those of its manifest"),
        (lambda members: members.pop("manifest.json"), "no manifest"),
        (evil("../evil"), "no backup has"),
        (evil("/tmp/evil"), "no backup has"),
        (evil("files/../../evil"), "no backup has"),
        (evil("cache/course.pickle"), "no backup has"),
        (evil(f"files/ab/ab{'0' * 62}"), "not those of its manifest"),
        (in_manifest(b'"format": 1', b'"format": 2'), "newer version"),
        (in_manifest(b'"0001_initial"', b'"0999_later"'), "newer version"),
        (in_manifest(b'"migrations": {', b'"migrations": 7, "x": {'), "cannot be read"),
    ],
)
def test_what_was_tampered_with_is_refused_and_nothing_is_touched(
    full, refusing, tmp_path, change, said
):
    forged = altered(full[1], tmp_path / "forged", change)
    for options in ([], ["--check"]):
        refused = within("restore", str(forged), *options)
        assert refused.returncode == 1
        assert said in refused.stderr
    assert [one.name for one in tmp_path.iterdir() if one.name == "evil"] == []


def test_a_file_that_was_cut_off_is_refused_wherever_it_was_cut(full, tmp_path):
    whole = full[1].read_bytes()
    for length in (0, 1, 1000, len(whole) // 2, len(whole) - 1):
        (tmp_path / "cut").write_bytes(whole[:length])
        with pytest.raises(Refused, match="broken"):
            restoring.check(tmp_path / "cut", quiet)
    third = len(whole) // 3
    (tmp_path / "hole").write_bytes(whole[:third] + bytes(64) + whole[third + 64 :])
    with pytest.raises(Refused, match="broken"):
        restoring.check(tmp_path / "hole", quiet)


def test_a_sound_one_is_called_sound_with_its_fingerprint(full, tmp_path):
    site, archive = full
    checked = within("restore", str(archive), "--check")
    assert checked.returncode == 0, checked.stderr
    assert "Sound: " in checked.stdout
    with site.used():
        again = within("backup", str(tmp_path / "again.studium"))
        assert again.returncode == 0, again.stderr
        there = within("backup", str(tmp_path / "again.studium"))
    assert "there already" in there.stderr
    assert (tmp_path / "again.studium").stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["again.studium"]
    with archives.opened(archive, quiet) as old:
        assert f"Fingerprint {old.fingerprint}." in checked.stdout


def test_a_database_with_faults_is_refused_unless_they_are_accepted(full, empty, tmp_path):
    site = new_site(tmp_path / "faulty")
    with site.used():
        fill()
        with connection.cursor() as cursor:
            if ON_SQLITE:
                cursor.execute("DROP TRIGGER st_attempt_events_no_update_update")
            else:
                cursor.execute("DROP FUNCTION st_attempt_events_no_update_update() CASCADE")
            cursor.execute("UPDATE attempt_events SET revision = 9 WHERE kind = 'save'")
        saving.save(tmp_path / "faulty.studium", quiet)
    refused = within("restore", str(tmp_path / "faulty.studium"))
    assert refused.returncode == 1
    assert "st_attempt_events_no_update_update is missing" in refused.stderr
    assert "is not what was written" in refused.stderr
    assert {one.name for one in empty.folder.iterdir()} <= {"running"}
    assert copies.counts() == {} if not ON_SQLITE else not Path(empty.name).exists()
    accepted = within("restore", str(tmp_path / "faulty.studium"), "--accept-faults")
    assert accepted.returncode == 0, accepted.stderr
    assert "Accepted: " in accepted.stdout


def test_a_backup_of_the_other_engine_is_refused(full, refusing, tmp_path):
    def swap(members: dict[str, bytes]) -> None:
        here, there = ("sqlite", "postgresql") if ON_SQLITE else ("postgresql", "sqlite")
        names = archives.DATABASES
        members[names[there]] = members.pop(names[here])
        text = members["manifest.json"].replace(names[here].encode(), names[there].encode())
        members["manifest.json"] = text.replace(f'"{here}"'.encode(), f'"{there}"'.encode())

    other = altered(full[1], tmp_path / "other", swap)
    refused = within("restore", str(other))
    assert refused.returncode == 1
    assert f"This backup is of {'PostgreSQL' if ON_SQLITE else 'SQLite'}" in refused.stderr


def test_without_the_programs_of_postgresql_the_refusal_says_what_to_install(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(Refused, match=r"pg_dump was not found.*install postgresql-client"):
        copies.program("pg_dump")


def test_nothing_is_restored_under_a_running_site(full, tmp_path):
    site = new_site(tmp_path / "data")
    with site.used():
        _running.hold(site.folder)
        refused = within("restore", str(full[1]), "--replace")
        assert "A server, a worker or another restore runs" in refused.stderr
    other = Site(tmp_path / "other", site.name)  # as from another machine, or another program
    other.folder.mkdir()
    with other.used(), _running.alone(other.folder):
        for command in (["worker"], ["serve", "--port", str(free_port())]):
            assert "A restore is under way" in within(*command).stderr
    with other.used():
        if ON_SQLITE:
            somebody: Any = sqlite3.connect(other.name)
            somebody.execute("SELECT 1 FROM users").fetchone()
        else:
            somebody = postgres._connect(other.name)
        with closing(somebody):
            refused = within("restore", str(full[1]), "--replace")
        assert refused.returncode == 1
        assert "open" in refused.stderr or "are connected" in refused.stderr
        assert not User.objects.exists()


def test_what_was_acknowledged_before_is_in_it_and_writers_go_on(tmp_path, monkeypatch):
    """A student saves all the while; the copy pauses until one more answer was acknowledged."""
    site = new_site(tmp_path / "data")
    monkeypatch.setattr(copies, "_PAGES", 100)
    acknowledged, ended = [0], threading.Event()
    more = threading.Condition()
    with site.used():
        course = factories.course(owner=factories.person("Bruno Berg"))
        exam = factories.exam(course=course)
        ada = factories.person("Ada Alm")
        factories.enrollment(user=ada, course=course)
        now = clock.now()
        attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
        asked = exam.paper.first().question_id

        def save_on() -> None:
            with copies.standing_in(site.name):
                while not ended.is_set():
                    sit.save_answer(by_id=ada.pk, attempt_id=attempt.pk, question_id=asked,
                                    response="ab"[acknowledged[0] % 2],
                                    revision=acknowledged[0] + 1, now=now)  # fmt: skip
                    with more:
                        acknowledged[0] += 1
                        more.notify_all()

        def wait_for(number: int) -> None:
            with more:
                assert more.wait_for(lambda: acknowledged[0] >= number, timeout=20)

        writer = threading.Thread(target=save_on)
        writer.start()
        try:
            wait_for(3)
            before = acknowledged[0]
            saving.save(tmp_path / "site.studium", lambda *_: wait_for(before + 2))
            during = acknowledged[0]
        finally:
            ended.set()
            writer.join()
    assert during > before
    target = new_site(tmp_path / "new", tables=False)
    with target.used():
        restoring.restore(tmp_path / "site.studium", quiet)
        with connection.cursor() as cursor:
            cursor.execute("SELECT revision FROM attempt_answers")
            (revision,) = cursor.fetchone()
    assert before <= revision <= during


if ON_SQLITE:  # a server keeps its own files

    def test_a_damaged_database_is_put_aside_as_it_is(full, tmp_path):
        site = new_site(tmp_path / "data")
        Path(site.name).write_bytes(b"SQLite format 3\x00" + b"damage" * 2000)
        with site.used():
            refused = within("restore", str(full[1]))
            assert "--replace" in refused.stderr
            assert within("restore", str(full[1]), "--replace").returncode == 0
            assert User.objects.filter(name="Bruno Berg").exists()
        (kept,) = site.folder.glob("studium.sqlite3.before-*")
        assert b"damage" in kept.read_bytes()


if not ON_SQLITE:

    def test_an_account_that_may_make_no_databases_fills_an_empty_one(
        full, empty, tmp_path, monkeypatch
    ):
        site, archive = full
        monkeypatch.setattr(postgres, "may_create", lambda: False)
        wrong = in_manifest(b'"users": ', b'"users": 9')
        refused = within("restore", str(altered(archive, tmp_path / "wrong", wrong)))
        assert "The table users has 3 rows" in refused.stderr
        assert not postgres.has_tables()
        assert {one.name for one in empty.folder.iterdir()} == {"running"}
        assert within("restore", str(archive)).returncode == 0
        assert contents(empty) == contents(site)
        again = within("restore", str(archive), "--replace")
        assert "Make an empty one, name it in DATABASE_URL" in again.stderr


class Killed(BaseException):
    """The process is gone: nothing of it runs any more."""


def test_a_restore_that_is_killed_leaves_the_site_of_before(full, tmp_path, monkeypatch):
    """Dead after each of its renames in turn; the next command puts back what was put aside."""
    site = new_site(tmp_path / "data")
    (site.folder / "secret-key").write_text("another key")
    with site.used():
        factories.person("Somebody Else")
    before = contents(site)
    rename = swap.rename
    for last in (1, 2, 3, 4, 5) if ON_SQLITE else (3,):
        done = 0

        def die_after(old: Path, new: Path, last: int = last) -> None:
            nonlocal done
            done += 1
            if done > last:
                raise Killed
            rename(old, new)

        with monkeypatch.context() as patch, site.used():
            patch.setattr(swap, "rename", die_after)
            patch.setattr(swap.Steps, "undo", lambda steps: None)
            patch.setattr(swap, "_remove", lambda journal: None)
            patch.setattr(postgres, "exchange", die_after)
            with pytest.raises(Killed):
                restoring.restore(full[1], quiet, replace=True)
        with site.used():
            told = within("doctor", "--quiet")
            assert "The site is again what it was before." in told.stderr
            assert within("migrate", "--check").returncode == 0
        assert contents(site) == before
        assert (site.folder / "secret-key").read_text() == "another key"


@pytest.mark.parametrize("fails", [1, 2, 3, 4, 5])
def test_renames_are_all_done_or_none(tmp_path, monkeypatch, fails):
    for name in "ac":
        (tmp_path / name).write_text(name)
    aside, put = (tmp_path / "a", tmp_path / "kept"), (tmp_path / "c", tmp_path / "a")
    steps = swap.Steps([aside], [put])
    rename, calls = swap.rename, count(1)

    def sometimes(old: Path, new: Path) -> None:
        if next(calls) == fails < 4:  # the first writes the journal
            raise OSError("no")
        rename(old, new)

    def decide() -> None:
        if fails == 4:
            raise OSError("no")

    monkeypatch.setattr(swap, "rename", sometimes)
    if fails == 5:
        swap.carry_out(tmp_path, steps, decide=decide)
        assert (tmp_path / "a").read_text() == "c"
        assert (tmp_path / "kept").read_text() == "a"
    else:
        with pytest.raises(OSError, match="no"):
            swap.carry_out(tmp_path, steps, decide=decide)
        assert {one.name: one.read_text() for one in tmp_path.iterdir() if len(one.name) < 5} == {
            "a": "a",
            "c": "c",
        }
    assert not (tmp_path / "restore-under-way.json").exists()
