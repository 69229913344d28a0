"""`studium rehearse`: virtual students sit a copy of an exam, and nothing is left of it."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
from pathlib import Path

import pytest

from tests.cli.program import PROGRAM, ROOT, environment, studium, wait_until

SETTING = """
from datetime import timedelta
import django; django.setup()
from tests import factories
course = factories.course(owner=factories.person("Bruno Berg", role="INSTRUCTOR"), title="Course")
factories.exam(course=course, title="Final exam", attempts_allowed=2)
"""


@pytest.fixture
def site(folder: Path, tmp_path: Path) -> dict[str, str]:
    """A site with an exam, and a folder of its own for what is temporary."""
    (tmp_path / "tmp").mkdir()
    more = {"TMPDIR": str(tmp_path / "tmp"), "DJANGO_SETTINGS_MODULE": "studium.project.settings"}
    made = environment(folder, PYTHONPATH=str(ROOT), **more)
    subprocess.run([PROGRAM[0], "-c", SETTING], env=made, cwd=ROOT, check=True)
    return made


def left_in(tmp_path: Path) -> list[str]:
    return [one.name for one in (tmp_path / "tmp").iterdir()]


@pytest.mark.slow
def test_a_class_sits_a_copy_and_the_site_stays_as_it_is(
    site: dict[str, str], folder: Path, tmp_path: Path
) -> None:
    rehearse = ["rehearse", "Final exam", "--students", "5", "--seconds", "5", "--spread", "0.5"]
    done = subprocess.run(
        [*PROGRAM, *rehearse, "--pace", "10", "--json"],
        env=site, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert (report["errors"], report["lost_answers"]) == (0, 0)
    assert report["requests"]["save"]["count"] >= 5
    assert report["acknowledged_answers"] >= 5
    assert report["graded_after_s"] <= 60
    assert report["requests"]["start"]["count"] == report["requests"]["paper"]["count"] == 5
    assert report["start_cpu_server_s"] > 0
    assert report["start_cpu_students_s"] > 0
    with sqlite3.connect(folder / "studium.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM exam_attempts").fetchone() == (0,)
        assert database.execute("SELECT count(*) FROM users").fetchone() == (1,)
    assert left_in(tmp_path) == []


@pytest.mark.slow
def test_ctrl_c_leaves_no_file_and_no_process(site: dict[str, str], tmp_path: Path) -> None:
    with subprocess.Popen(
        [*PROGRAM, "rehearse", "Final exam", "--students", "3", "--seconds", "100"],
        env=site, cwd=ROOT, stdout=subprocess.PIPE, text=True, preexec_fn=_hear_ctrl_c,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        assert next(line for line in lines if "sit it" in line)
        (stage,) = left_in(tmp_path)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=100) == 130
    assert left_in(tmp_path) == []
    wait_until(lambda: not _runs_with(stage), seconds=5)
    assert not _runs_with(stage)


def _hear_ctrl_c() -> None:
    """What a shell or a container started in the background may be deaf to Ctrl-C, and what it
    starts as well."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _runs_with(text: str) -> bool:
    """Whether a process has this in its environment."""
    for place in Path("/proc").glob("[0-9]*/environ"):
        try:
            if text.encode() in place.read_bytes():
                return True
        except OSError:
            continue
    return False


def test_an_exam_that_is_none_or_not_the_only_one_is_said(folder: Path) -> None:
    done = studium(folder, "rehearse", "Nothing")
    assert done.returncode == 1
    assert "There is no exam “Nothing”" in done.stderr


@pytest.mark.parametrize(
    "wrong", ["--students=0", "--database=postgresql", "--seconds=1", "--pace=0", "--spread=99"]
)
def test_numbers_that_make_no_sense_are_refused(folder: Path, wrong: str) -> None:
    assert studium(folder, "rehearse", "x", wrong).returncode == 2
