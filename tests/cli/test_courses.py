"""`studium import`, `export` and `demo`: sentences, nothing halfway, nothing that was not asked."""

from __future__ import annotations

import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from studium.cli import _processes
from tests.cli.program import ROOT, free_port, studium, within

SAMPLE = ROOT / "tests/data/mdbook_sample"

pytestmark = pytest.mark.django_db


def rows(query: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


ADMIN = ("user", "add", "root@example.org", "--name", "Root", "--role", "admin", "--no-password")


@pytest.fixture
def admin() -> None:
    """Somebody whom an import can belong to."""
    done = within(*ADMIN)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def taught(admin: None) -> None:
    """The sample course, imported for the only admin."""
    done = within("import", str(SAMPLE))
    assert done.returncode == 0, done.stderr


def test_a_dry_run_prints_the_report_and_stores_nothing():
    done = within("import", str(SAMPLE), "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "3 lessons, 10 quizzes" in done.stdout
    assert "Nothing was stored" in done.stdout
    assert rows("SELECT COUNT(*) FROM courses") == [(0,)]


def test_an_import_belongs_to_the_only_admin_unless_told_otherwise(taught):
    stored = rows(
        "SELECT u.email, c.status, (SELECT COUNT(*) FROM lessons)"
        " FROM courses c JOIN users u ON u.id = c.owner_id",
    )
    assert stored == [("root@example.org", "draft", 3)]


def test_an_export_can_be_imported_again_from_folder_and_zip(taught, tmp_path):
    [(slug,)] = rows("SELECT slug FROM courses")
    for name in ("out", "out.zip"):
        out = tmp_path / name
        assert within("export", slug, "--out", str(out)).returncode == 0
        again = within("import", str(out), "--dry-run")
        assert "3 lessons, 10 quizzes" in again.stdout, again.stdout
        over = within("export", slug, "--out", str(out))
        assert over.returncode == 2
        assert "is there already" in over.stderr


def test_a_broken_quiz_is_named_with_file_and_line_and_nothing_is_stored(admin, tmp_path):
    (tmp_path / "course/quizzes").mkdir(parents=True)
    (tmp_path / "course/one.md").write_text("# One\n\n{{#quiz quizzes/a.toml}}\n")
    (tmp_path / "course/quizzes/a.toml").write_text('[[questions]]\ntype = "MultipleChoice\n')
    done = within("import", str(tmp_path / "course"))
    assert done.returncode == 1
    assert "quizzes/a.toml:2: error: The TOML is broken" in done.stdout
    assert rows("SELECT COUNT(*) FROM courses") == [(0,)]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["import", "/no/such/place", "--dry-run"], "There is nothing at /no/such/place"),
        (["import", str(ROOT / "pyproject.toml"), "--dry-run"], "zip"),
        (["import", str(SAMPLE), "--owner", "a@example.org"], "nobody with the address"),
        (["import", str(SAMPLE)], "--owner EMAIL"),
        (["import", str(SAMPLE), "--dry-run", "--format", "pdf"], "There is no format “pdf”"),
        (["export", "nothing", "--out", "/tmp/never"], "There is no course named 'nothing'"),
    ],
)
def test_what_cannot_be_done_gets_a_sentence(arguments, said):
    done = within(*arguments)
    assert done.returncode in (1, 2)
    assert said in done.stderr, done.stderr
    assert "Traceback" not in done.stderr


def test_questions_go_out_and_come_in_after_a_check(taught, tmp_path):
    slug, quiz = rows(
        "SELECT c.slug, z.id FROM courses c JOIN lessons l ON l.course_id = c.id "
        "JOIN quizzes z ON z.lesson_id = l.id",
    )[0]
    (before,) = rows("SELECT COUNT(*) FROM questions")
    out = tmp_path / "questions.csv"
    done = within("export", str(slug), "--format", "csv", "--out", str(out))
    assert f"Wrote {before[0]} questions" in done.stdout, done.stderr
    broken = tmp_path / "broken.gift"
    broken.write_text("Sound?{T}\n\nBroken {\n")
    done = within("import", str(broken), "--quiz", str(quiz))
    assert done.returncode == 1
    assert "broken.gift, line 3, column 8: refused" in done.stdout
    assert rows("SELECT COUNT(*) FROM questions") == [before]
    done = within("import", str(broken), "--quiz", str(quiz), "--only-sound")
    assert "Stored 1 questions." in done.stdout
    assert rows("SELECT COUNT(*) FROM questions") == [(before[0] + 1,)]


def test_a_zip_that_leaves_its_folder_is_refused(tmp_path):
    bad = tmp_path / "bad.zip"
    with zipfile.ZipFile(bad, "w") as archive:
        archive.writestr("../outside.md", "# Out")
    done = within("import", str(bad), "--dry-run")
    assert done.returncode == 1
    assert "../outside.md" in done.stderr


def test_the_demo_stays_out_of_a_database_with_people(admin):
    done = within("demo")
    assert done.returncode == 1
    assert "This database holds people already" in done.stderr
    assert rows("SELECT email FROM users") == [("root@example.org",)]


def test_a_start_of_the_demo_stays_out_of_it_too(folder: Path) -> None:
    assert studium(folder, *ADMIN).returncode == 0
    done = studium(folder, "run", "--port", str(free_port()))
    assert done.returncode == 1
    assert "This database holds people already" in done.stderr
    with closing(sqlite3.connect(folder / "studium.sqlite3")) as database:
        assert database.execute("SELECT email FROM users").fetchall() == [("root@example.org",)]


def test_demo_sign_ins_are_not_served_outside_demo_mode_until_they_are_retired(monkeypatch):
    monkeypatch.delattr(_processes.Family, "run")  # were it served, that would be said instead
    for name, role in (("ada", "student"), ("dora", "admin")):
        person = ("user", "add", f"{name}@example.org", "--name", name.title(), "--role", role)
        added = within(*person, "--password-stdin", given="studium-demo\n")
        assert added.returncode == 0, added.stderr
    refused = within("serve", "--port", str(free_port()))
    assert refused.returncode == 2
    assert "ada@example.org, dora@example.org" in refused.stderr
    assert "demo sign-ins" in within("doctor", "--quiet").stdout
    assert "no admin but the demo's" in within("demo", "--retire").stderr
    assert within(*ADMIN).returncode == 0
    done = within("demo", "--retire")
    assert done.returncode == 0, done.stderr
    assert rows("SELECT email FROM users WHERE is_active") == [("root@example.org",)]
    assert "demo sign-ins" not in within("doctor", "--quiet").stdout
