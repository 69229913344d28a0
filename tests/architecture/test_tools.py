"""The test command tells the truth: what is missing, skipped or empty makes it fail."""

from __future__ import annotations

import importlib
import json
import os
import re
import sys
import textwrap
from pathlib import Path

import pytest
from tools import check_files, environment, lock

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def runner(monkeypatch):
    """`tools/run_tests.py`, imported as it is when it runs as a script."""
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    return importlib.import_module("run_tests")


@pytest.fixture
def suite(tmp_path, runner, monkeypatch):
    """Run a suite of one file in a process of its own, and give back its part."""

    def run(source: str):
        (tmp_path / "pytest.ini").write_text("[pytest]\n", "utf-8")
        (tmp_path / "test_it.py").write_text(textwrap.dedent(source), "utf-8")
        monkeypatch.setattr(runner, "ROOT", tmp_path)
        part = runner.Part("sqlite")
        bare = {**runner.clean_environment(tmp_path), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        runner.run_pytest(part, bare, ["-p", "no:cacheprovider", "-q", str(tmp_path)])
        return part

    return run


def test_a_suite_that_passes_is_counted(suite):
    part = suite("def test_a(): pass\ndef test_b(): pass")
    assert (part.passed, part.failed, part.reasons) == (2, 0, [])


def test_a_failing_test_fails_the_part(suite):
    part = suite("def test_a(): assert False")
    assert (part.passed, part.failed) == (0, 1)
    assert part.reasons


@pytest.mark.parametrize(
    "source",
    [
        "import pytest\ndef test_a(): pass\ndef test_b(): pytest.skip('later')",
        "import pytest\ndef test_a(): pass\n@pytest.mark.xfail\ndef test_b(): assert False",
    ],
)
def test_a_skipped_test_fails_the_part_and_is_named(suite, source):
    part = suite(source)
    assert part.skipped == 1
    assert any("test_b" in reason for reason in part.reasons)


def test_a_suite_without_tests_fails_the_part(suite):
    assert suite("").reasons == ["no test ran"]


def test_a_missing_database_fails_the_part_with_its_sentence(runner, monkeypatch, tmp_path):
    monkeypatch.setattr(runner.find_postgres, "search", lambda: None)
    monkeypatch.setattr(runner.find_postgres, "install_with_apt", lambda *names: False)
    monkeypatch.setattr(runner.find_postgres.debian_packages, "unpack", lambda *all: None)
    monkeypatch.delenv("STUDIUM_TEST_DATABASE_URL", raising=False)
    part = runner.run_part(runner.Part("postgres"), tmp_path, [])
    assert "apt-get install postgresql" in part.reasons[0]
    assert runner.summary([part], 60).endswith("total: 0 passed, 1 failed, 0 skipped")


def test_a_missing_browser_fails_the_part_with_its_sentence(runner, monkeypatch, tmp_path):
    monkeypatch.setattr(runner.find_browser, "search", lambda: None)
    monkeypatch.setattr(runner.find_browser, "install_with_apt", lambda *names: False)
    monkeypatch.setattr(runner.find_browser, "unpack", lambda: "no apt here")
    monkeypatch.setattr(runner.find_browser, "download", lambda: None)
    part = runner.run_part(runner.Part("browser"), tmp_path, [])
    assert "STUDIUM_CHROMIUM" in part.reasons[0]
    assert "no apt here" in part.reasons[0]


def test_the_summary_names_the_parts_that_were_not_run(runner):
    part = runner.Part("static", passed=8, seconds=60)
    text = runner.summary([part], 60)
    assert "not run, because not asked for: tests on SQLite" in text
    assert text.endswith("total: 8 passed, 0 failed, 0 skipped")


def test_settings_of_the_person_do_not_reach_the_tests(runner, monkeypatch, tmp_path):
    monkeypatch.setenv("STUDIUM_PORT", "1")
    monkeypatch.setenv("DATABASE_URL", "postgresql://production")
    given = runner.clean_environment(tmp_path)
    assert {name for name in given if name.startswith("STUDIUM_")} == {"STUDIUM_DATA_DIR"}
    assert "DATABASE_URL" not in given


def test_an_environment_in_step_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(environment, "pip", lambda *_: pytest.fail("pip was run"))
    python = environment.interpreter_of(tmp_path)
    python.parent.mkdir(parents=True)
    os.symlink(sys.executable, python)
    locks = {kind: environment.digest(ROOT / file) for kind, file in environment.LOCKS.items()}
    files = (ROOT / "pyproject.toml", ROOT / "CHANGELOG.md")
    stamp = {**locks, "checkout": environment.digest(*files) + str(ROOT)}
    (tmp_path / ".studium-stamp").write_text(json.dumps(stamp), "utf-8")
    environment.prepare("dev", tmp_path)
    environment.prepare("run", tmp_path)


@pytest.mark.parametrize("changed", ["run", "checkout"])
def test_an_environment_out_of_step_is_brought_up_to_date(tmp_path, monkeypatch, changed):
    calls = []
    monkeypatch.setattr(environment, "make_folder", lambda folder: None)
    monkeypatch.setattr(environment, "pip", lambda folder, *words: calls.append(words))
    python = environment.interpreter_of(tmp_path)
    python.parent.mkdir(parents=True)
    os.symlink(sys.executable, python)
    files = (ROOT / "pyproject.toml", ROOT / "CHANGELOG.md")
    stamp = {
        "run": environment.digest(ROOT / lock.RUNTIME),
        "checkout": environment.digest(*files) + str(ROOT),
    }
    (tmp_path / ".studium-stamp").write_text(json.dumps({**stamp, changed: "old"}), "utf-8")
    environment.prepare("run", tmp_path)
    assert any("--require-hashes" in words for words in calls) == (changed == "run")
    assert "-e" in calls[-1]
    assert environment.stamp_of(tmp_path) == stamp


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("a.py", b"x = 1\n<<<<<<< HEAD\n", "conflict"),
        ("a.pem", b"-----BEGIN RSA PRIVATE KEY-----\n", "private key"),
        ("a.py", b"x = 1\r\n", "Windows"),
        ("a.bin", b"\0" * 2_000_001, "bytes"),
    ],
)
def test_what_should_not_be_committed_is_named(name, content, complaint):
    assert complaint in check_files.faults_of(name, content)[0]
    assert check_files.faults_of("a.py", b"x = 1\n") == []


def test_what_runs_on_one_database_only_uses_none_of_the_test_databases(runner):
    for place in runner.WITHOUT_DATABASE:
        path = ROOT / place
        assert path.exists(), place
        for file in sorted(path.rglob("test_*.py")) if path.is_dir() else [path]:
            text = file.read_text("utf-8")
            marks = [word for word in ("django_db", "transactional_db", "db: None") if word in text]
            if file.resolve() != Path(__file__).resolve():
                assert marks == [], file


def test_what_runs_on_sqlite_alone_is_there_and_named_once(runner):
    assert [place for place in runner.ABOVE_THE_DATABASE if not (ROOT / place).is_file()] == []
    assert not set(runner.ABOVE_THE_DATABASE) & set(runner.WITHOUT_DATABASE)


def test_no_journey_is_in_a_file_that_the_browser_part_leaves_out(runner):
    files = set(runner.browser_files())
    users = re.compile(
        r"from playwright|mark\.browser|def test_\w+\([^)]*\b(?:page|visit|browser):"
    )
    found = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "tests").rglob("test_*.py")
        if path.resolve() != Path(__file__).resolve() and users.search(path.read_text("utf-8"))
    }
    assert len(files) > 10
    assert found == files
