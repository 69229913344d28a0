"""`studium import`, `export` and `demo`: sentences, nothing halfway, nothing that was not asked."""

from __future__ import annotations

import shutil
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.program import ROOT, free_port, studium

SAMPLE = ROOT / "tests/data/mdbook_sample"


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "studium.sqlite3")) as database:
        return database.execute(query).fetchall()


def add_admin(folder: Path, email: str = "root@example.org") -> None:
    done = studium(
        folder, "user", "add", email, "--name", "Root", "--role", "admin", "--no-password"
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def begun(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an admin, to be copied."""
    made = tmp_path_factory.mktemp("begun") / "data"
    shutil.copytree(migrated, made)
    add_admin(made)
    return made


@pytest.fixture(scope="module")
def taught(begun: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an admin and the sample course, for tests that only look; see `owned`."""
    made = tmp_path_factory.mktemp("taught") / "data"
    shutil.copytree(begun, made)
    done = studium(made, "import", str(SAMPLE))
    assert done.returncode == 0, done.stderr
    return made


@pytest.fixture
def site(begun: Path, tmp_path: Path) -> Path:
    """One's own data folder with an admin."""
    shutil.copytree(begun, tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def owned(taught: Path, tmp_path: Path) -> Path:
    """One's own data folder with an admin and the sample course."""
    shutil.copytree(taught, tmp_path / "data")
    return tmp_path / "data"


def test_a_dry_run_prints_the_report_and_stores_nothing(migrated):
    done = studium(migrated, "import", str(SAMPLE), "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "3 lessons, 10 quizzes" in done.stdout
    assert "Nothing was stored" in done.stdout
    assert rows(migrated, "SELECT COUNT(*) FROM courses") == [(0,)]


def test_an_import_belongs_to_the_only_admin_unless_told_otherwise(taught):
    stored = rows(
        taught,
        "SELECT u.email, c.status, (SELECT COUNT(*) FROM lessons)"
        " FROM courses c JOIN users u ON u.id = c.owner_id",
    )
    assert stored == [("root@example.org", "draft", 3)]


def test_an_export_can_be_imported_again_from_folder_and_zip(taught, tmp_path):
    [(slug,)] = rows(taught, "SELECT slug FROM courses")
    for name in ("out", "out.zip"):
        out = tmp_path / name
        assert studium(taught, "export", slug, "--out", str(out)).returncode == 0
        again = studium(taught, "import", str(out), "--dry-run")
        assert "3 lessons, 10 quizzes" in again.stdout, again.stdout
        over = studium(taught, "export", slug, "--out", str(out))
        assert over.returncode == 2
        assert "is there already" in over.stderr


def test_a_broken_quiz_is_named_with_file_and_line_and_nothing_is_stored(begun, tmp_path):
    (tmp_path / "course/quizzes").mkdir(parents=True)
    (tmp_path / "course/one.md").write_text("# One\n\n{{#quiz quizzes/a.toml}}\n")
    (tmp_path / "course/quizzes/a.toml").write_text('[[questions]]\ntype = "MultipleChoice\n')
    done = studium(begun, "import", str(tmp_path / "course"))
    assert done.returncode == 1
    assert "quizzes/a.toml:2: error: The TOML is broken" in done.stdout
    assert rows(begun, "SELECT COUNT(*) FROM courses") == [(0,)]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["import", "/no/such/place", "--dry-run"], "There is nothing at /no/such/place"),
        (["import", "pyproject.toml", "--dry-run"], "zip"),
        (["import", str(SAMPLE), "--owner", "a@example.org"], "nobody with the address"),
        (["import", str(SAMPLE)], "--owner EMAIL"),
        (["import", str(SAMPLE), "--dry-run", "--format", "pdf"], "There is no format “pdf”"),
        (["export", "nothing", "--out", "/tmp/never"], "There is no course named 'nothing'"),
    ],
)
def test_what_cannot_be_done_gets_a_sentence(migrated, arguments, said):
    done = studium(migrated, *arguments)
    assert done.returncode in (1, 2)
    assert said in done.stderr, done.stderr
    assert "Traceback" not in done.stderr


def test_questions_go_out_and_come_in_after_a_check(owned, tmp_path):
    slug, quiz = rows(
        owned,
        "SELECT c.slug, z.id FROM courses c JOIN lessons l ON l.course_id = c.id "
        "JOIN quizzes z ON z.lesson_id = l.id",
    )[0]
    (before,) = rows(owned, "SELECT COUNT(*) FROM questions")
    out = tmp_path / "questions.csv"
    done = studium(owned, "export", str(slug), "--format", "csv", "--out", str(out))
    assert f"Wrote {before[0]} questions" in done.stdout, done.stderr
    broken = tmp_path / "broken.gift"
    broken.write_text("Sound?{T}\n\nBroken {\n")
    done = studium(owned, "import", str(broken), "--quiz", str(quiz))
    assert done.returncode == 1
    assert "broken.gift, line 3, column 8: refused" in done.stdout
    assert rows(owned, "SELECT COUNT(*) FROM questions") == [before]
    done = studium(owned, "import", str(broken), "--quiz", str(quiz), "--only-sound")
    assert "Stored 1 questions." in done.stdout
    assert rows(owned, "SELECT COUNT(*) FROM questions") == [(before[0] + 1,)]


def test_a_zip_that_leaves_its_folder_is_refused(migrated, tmp_path):
    bad = tmp_path / "bad.zip"
    with zipfile.ZipFile(bad, "w") as archive:
        archive.writestr("../outside.md", "# Out")
    done = studium(migrated, "import", str(bad), "--dry-run")
    assert done.returncode == 1
    assert "../outside.md" in done.stderr


@pytest.mark.parametrize("command", [["demo"], ["run", "--port", str(free_port())]])
def test_the_demo_stays_out_of_a_database_with_people(site, command):
    done = studium(site, *command)
    assert done.returncode == 1
    assert "This database holds people already" in done.stderr
    assert rows(site, "SELECT email FROM users") == [("root@example.org",)]


def test_demo_sign_ins_are_not_served_outside_demo_mode_until_they_are_retired(folder):
    given = "studium-demo\n"
    for name, role in (("ada", "student"), ("dora", "admin")):
        added = studium(
            folder,
            *("user", "add", f"{name}@example.org", "--name", name.title(), "--role", role),
            "--password-stdin",
            given=given,
        )
        assert added.returncode == 0, added.stderr
    refused = studium(folder, "serve", "--port", str(free_port()))
    assert refused.returncode == 2
    assert "ada@example.org, dora@example.org" in refused.stderr
    assert "no admin but the demo's" in studium(folder, "demo", "--retire").stderr
    add_admin(folder)
    done = studium(folder, "demo", "--retire")
    assert done.returncode == 0, done.stderr
    assert rows(folder, "SELECT email FROM users WHERE is_active") == [("root@example.org",)]
    assert "demo's password" not in studium(folder, "doctor", "--quiet").stdout
