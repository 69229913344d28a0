"""Tests that are shared out to several processes are each run, counted and shown."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def run(tmp_path):
    """Run files of tests in two processes: what was printed, and each test's verdicts."""

    def run(*more: str, **files: str) -> tuple[str, dict[str, list[str]]]:
        (tmp_path / "pytest.ini").write_text("[pytest]\n", "utf-8")
        for name, source in files.items():
            (tmp_path / f"test_{name}.py").write_text(textwrap.dedent(source), "utf-8")
        bare = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "pytest", "-p", "tools.side_by_side", "--processes=2"]
        command += ["-p", "no:cacheprovider", "--junitxml=report.xml", "-rA", *more]
        done = subprocess.run(
            command, cwd=tmp_path, env=bare, capture_output=True, text=True, check=False
        )
        verdicts: dict[str, list[str]] = {}
        for case in ElementTree.parse(tmp_path / "report.xml").iter("testcase"):
            said = verdicts.setdefault(case.get("name") or "", [])
            said += [child.tag for child in case if child.tag != "system-out"] or ["passed"]
        return f"{done.stdout}{done.stderr}", verdicts

    return run


# Each waits for the other's file: one process alone would never end them.
TOGETHER = """
    import os, pathlib, time
    def test_{0}(pytestconfig, tmp_path):
        (pytestconfig.rootpath / "{0}").write_text(f"{{os.getpid()}} {{tmp_path}}")
        until = time.monotonic() + 30
        while not (pytestconfig.rootpath / "{1}").exists():
            assert time.monotonic() < until
            time.sleep(0.01)
    def test_more_of_{0}(pytestconfig):
        assert (pytestconfig.rootpath / "{0}").read_text().split()[0] == str(os.getpid())
"""


def test_two_processes_run_files_at_the_same_time_and_each_has_its_own_folder(run, tmp_path):
    _, verdicts = run(a=TOGETHER.format("a", "b"), b=TOGETHER.format("b", "a"))
    names = ("test_a", "test_more_of_a", "test_b", "test_more_of_b")
    assert verdicts == {name: ["passed"] for name in names}
    process, folder = zip(*((tmp_path / one).read_text().split() for one in "ab"), strict=True)
    assert len(set(process)) == len(set(folder)) == 2


def test_whatever_goes_wrong_in_a_process_is_counted_and_shown(run):
    """Failures with what was printed, a process that dies, the end of a session, warnings."""
    said, verdicts = run(
        a="""
        import os, pytest
        def test_wrong():
            os.system("echo a program says so")
            assert 1 == 2
        @pytest.fixture
        def left():
            yield
            raise ValueError("after the test")
        def test_untidy(left): pass
        def test_deadly(): os._exit(3)
        @pytest.fixture(scope="session")
        def shared():
            yield
            raise ValueError("at the end of all")
        def test_after_it(shared): pass
        """,
        b="""
        import pytest, warnings
        def test_later(): pytest.skip("not yet")
        def test_right(): warnings.warn("mind this")
        """,
    )
    assert {name: sorted(said) for name, said in verdicts.items()} == {
        "test_wrong": ["failure"],
        "test_untidy": ["error"],
        "test_deadly": ["failure"],
        "test_after_it": ["error", "passed"],
        "test_later": ["skipped"],
        "test_right": ["passed"],
    }
    assert "The process ended with 3 while it ran this test." in said
    assert "UserWarning: mind this" in said
    for words in ("assert 1 == 2", "a program says so", "after the test", "not yet"):
        assert words in said
    assert "at the end of all" in said
    assert "2 failed, 3 passed, 1 skipped, 1 warning, 2 errors" in said


def test_the_first_failure_ends_the_run_where_that_was_asked_for(run):
    said, verdicts = run("-x", a="def test_a(): assert False\ndef test_b(): pass")
    assert verdicts == {"test_a": ["failure"]}
    assert "stopping after 1 failures" in said
