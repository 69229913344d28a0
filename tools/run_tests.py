"""Run every check and every test there is, and say at the end what ran and how long it took.

    python tools/run_tests.py                  # all four parts; what `make test` does
    python tools/run_tests.py static           # some parts; the summary names the others
    python tools/run_tests.py sqlite -- -k exam  # what follows `--` goes to pytest

The parts: `static` (format, lint, types, imports, migrations, locks), `sqlite` (the suite),
`postgres` (again what a database decides, on a server that is found or installed and started
here), `browser` (the journeys in a real Chromium, found or installed here).

Parts run in two lanes side by side, because none of them keeps two cores busy by itself; what they
print comes in the order above, one part after the other. A part goes on when an earlier one failed.
Nothing is left out quietly: a missing database or browser, a skipped test and a part without tests
are failures.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import xml.etree.ElementTree as ElementTree  # it reads pytest's own report, nothing foreign
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import find_browser
import find_postgres

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 30 * 60  # seconds after which one command counts as hung
# What runs at the same time: about the same work in each lane.
LANES = (("static", "sqlite"), ("postgres", "browser"))
# A file stays in one process, which makes its world once; the files with the longest tests begin
# (tests/conftest.py orders them). A plugin costs each test a little; these are for other parts.
BY_FILE = ("-p", "tools.side_by_side", "-p", "no:playwright", "-p", "no:anyio", "-p", "no:xdist")
# Tests that touch no database, or start programs that make their own SQLite: once is enough.
# tests/architecture/test_tools.py sees to it that nothing else is listed.
WITHOUT_DATABASE = (
    "tests/ai",
    "tests/analytics/engine",
    "tests/analytics/instructor/test_class_rules.py",
    "tests/analytics/test_choosing_rules.py",
    "tests/analytics/test_evaluation.py",
    "tests/analytics/test_improvement.py",
    "tests/analytics/test_laid_out.py",
    "tests/analytics/test_log.py",
    "tests/architecture",
    "tests/assessment/kinds",
    "tests/assessment/test_exam_rules.py",
    "tests/assessment/test_items.py",
    "tests/assessment/test_rules.py",
    "tests/cli/test_setup_code.py",
    "tests/content/test_code_tags.py",
    "tests/assessment/test_scoring.py",
    "tests/assessment/test_writing.py",
    "tests/cli/test_ai.py",
    "tests/cli/test_processes.py",
    "tests/cli/test_rehearse.py",
    "tests/cli/test_run.py",
    "tests/cli/test_serve.py",
    "tests/cli/test_term.py",
    "tests/content/test_rules.py",
    "tests/durability/test_fault_index.py",
    "tests/formats/test_archive.py",
    "tests/formats/test_courses.py",
    "tests/formats/test_documents.py",
    "tests/formats/test_gift.py",
    "tests/lib/test_laid_out.py",
    "tests/lib/test_markdown.py",
    "tests/lib/test_memory.py",
    "tests/lib/test_pictures.py",
    "tests/notes/test_rules.py",
    "tests/security/test_attack_index.py",
    "tests/web/test_busy.py",
    "tests/web/test_charts.py",
    "tests/web/test_icons.py",
    "tests/web/test_kept.py",
    "tests/web/test_sendable.py",
    "tests/web/test_template_classes.py",
    "tests/web/test_widgets.py",
)
# Tests of what lies above the database: words, forms, headers, documents. Every page and every
# operation meets PostgreSQL with each kind of person, with sound and with hostile values, in
# tests/security and tests/rest; what actions and queries do there, in the tests of their packages:
# the statements of the product in these files were recorded, those that pass Django by
# (lib.db.read_rows) among them, and those meet each of them as well.
# `make soak` runs these files on PostgreSQL too, but for the first, which is about SQLite's file.
ABOVE_THE_DATABASE = (
    "tests/cli/test_commands.py",
    "tests/cli/test_courses.py",
    "tests/rest/test_openapi.py",
    "tests/rest/test_question_kinds.py",
    "tests/security/test_answer_text.py",
    "tests/security/test_csrf.py",
    "tests/security/test_enumeration.py",
    "tests/security/test_limits.py",
    "tests/security/test_redirects.py",
    "tests/web/test_account_browser.py",
    "tests/web/test_account_pages.py",
    "tests/web/test_author.py",
    "tests/web/test_autosave.py",
    "tests/web/test_documents.py",
    "tests/web/test_exam.py",
    "tests/web/test_first_run.py",
    "tests/web/test_forms_by_hand.py",
    "tests/web/test_guide.py",
    "tests/web/test_headers.py",
    "tests/web/test_home.py",
    "tests/web/test_kept_pages.py",
    "tests/web/test_kinds.py",
    "tests/web/test_languages.py",
    "tests/web/test_learn.py",
    "tests/web/test_localized.py",
    "tests/web/test_notes_pages.py",
    "tests/web/test_plain_exam.py",
    "tests/web/test_printing.py",
    "tests/web/test_progress_lists.py",
    "tests/web/test_questions.py",
    "tests/web/test_quiz.py",
    "tests/web/test_reading.py",
    "tests/web/test_regrades.py",
    "tests/web/test_room.py",
    "tests/web/test_second_factor.py",
    "tests/web/test_sessions.py",
)
# Settings of the person who runs this must not change what is tested.
FOREIGN = ("STUDIUM_", "DJANGO_", "PYTEST_")
# Without stored bytecode each of the several hundred programs compiles 600 modules anew.
FOREIGN_NAMES = ("DATABASE_URL", "PYTHONPATH", "PYTHONWARNINGS", "PYTHONDONTWRITEBYTECODE")


@dataclass
class Part:
    """What one part did: its counts, its seconds, and why it failed if it did."""

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    reasons: list[str] = field(default_factory=list)
    processes: int = 3  # of pytest: one more than cores, since some tests wait for servers
    out: TextIO | None = None  # where it and its commands print; None is our own output

    def say(self, text: str) -> None:
        print(text, file=self.out or sys.stdout, flush=True)

    def heading(self, text: str) -> None:
        self.say(f"\n=== {text} ===")


def clean_environment(folder: Path) -> dict[str, str]:
    """The environment of every command here: the machine's, less what would change a result."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(FOREIGN) and name not in FOREIGN_NAMES
    }
    (folder / "var").mkdir(exist_ok=True)
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', os.defpath)}"
    return {**kept, "PATH": path, "STUDIUM_DATA_DIR": str(folder / "var")}


RUNNING: set[subprocess.Popen[bytes]] = set()
ENDING = threading.Event()  # we were told to end: what runs is ended, and nothing more begins


def run(part: Part, command: list[str], environment: dict[str, str]) -> int:
    """Run one command from the checkout's root; its exit code, or 124 when it hung."""
    if ENDING.is_set():
        return 130
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=part.out,
        stderr=part.out and subprocess.STDOUT,
    )
    RUNNING.add(process)
    try:
        return process.wait(LONGEST)
    except subprocess.TimeoutExpired:
        process.kill()
        part.say(f"gave up after {LONGEST // 60} minutes: {' '.join(command)}")
        return 124
    finally:
        RUNNING.discard(process)


# --- static ----------------------------------------------------------------------------------


def static_checks() -> list[tuple[str, list[str]]]:
    """Each static check: what it says, and its command."""
    python = [sys.executable]
    migrations = [*python, "-m", "django", "makemigrations", "--check", "--dry-run"]
    return [
        ("locks in step with pyproject.toml", [*python, "tools/lock.py", "--check"]),
        ("no conflict marks, no huge files", [*python, "tools/check_files.py"]),
        ("format (ruff)", [*python, "-m", "ruff", "format", "--check", "."]),
        ("lint (ruff)", [*python, "-m", "ruff", "check", "."]),
        ("imports point one way (import-linter)", ["lint-imports", "--no-cache", "--no-logo"]),
        ("every model has its migration", migrations),
        ("types (mypy --strict)", [*python, "-m", "mypy", "--strict"]),
        ("the ten longest modules", [*python, "tools/longest_modules.py"]),
    ]


def run_static(part: Part, environment: dict[str, str], _: list[str]) -> None:
    """Run every static check, also after one has failed."""
    environment = {**environment, "DJANGO_SETTINGS_MODULE": "studium.project.settings"}
    for title, command in static_checks():
        part.heading(title)
        if run(part, command, environment) == 0:
            part.passed += 1
        else:
            part.failed += 1
            part.reasons.append(f"{title}: failed")


# --- pytest ----------------------------------------------------------------------------------


def read_report(part: Part, report: Path) -> None:
    """Add the counts of pytest's XML report to a part, and name each skipped test."""
    for case in ElementTree.parse(report).iter("testcase"):
        verdicts = {child.tag for child in case}
        if verdicts & {"failure", "error"}:
            part.failed += 1
        elif "skipped" in verdicts:
            part.skipped += 1
            part.reasons.append(f"skipped: {case.get('classname')}::{case.get('name')}")
        else:
            part.passed += 1


def run_pytest(part: Part, environment: dict[str, str], arguments: list[str]) -> None:
    """Run pytest once and judge it by its exit code and by its report."""
    report = Path(environment["STUDIUM_DATA_DIR"]).parent / f"{part.name}.xml"
    command = [sys.executable, "-m", "pytest", f"--junitxml={report}", *arguments]
    code = run(part, command, environment)
    if report.exists():
        read_report(part, report)
    if code == 5 or not (part.passed or part.failed):
        part.reasons.append("no test ran")
    elif code != 0:
        part.reasons.append(f"pytest ended with {code}")


def run_sqlite(part: Part, environment: dict[str, str], more: list[str]) -> None:
    side_by_side = (*BY_FILE, f"--processes={part.processes}")
    run_pytest(part, environment, [*side_by_side, "-m", "not browser", *more])


def run_postgres(part: Part, environment: dict[str, str], more: list[str]) -> None:
    once = (*WITHOUT_DATABASE, *ABOVE_THE_DATABASE)
    left_out = [f"--ignore={place}" for place in once]
    side_by_side = (*BY_FILE, f"--processes={part.processes}")
    with find_postgres.borrowed_server() as address:
        part.say(f"PostgreSQL at {address.rpartition('@')[2]}")
        part.say(f"run on no database, with the part before: {', '.join(WITHOUT_DATABASE)}")
        part.say(f"run on SQLite alone, with the part before: {', '.join(ABOVE_THE_DATABASE)}")
        if programs := find_postgres.search():  # pg_dump stands there where it is not on PATH
            environment = {**environment, "PATH": f"{environment['PATH']}{os.pathsep}{programs}"}
        run_pytest(
            part,
            {**environment, "DATABASE_URL": address},
            [*side_by_side, "-m", "not browser", *left_out, *more],
        )


def browser_files() -> list[str]:
    """The files with journeys: each process would read some two hundred others for nothing."""
    found = sorted((ROOT / "tests").rglob("test_*.py"))
    return [str(one.relative_to(ROOT)) for one in found if "mark.browser" in one.read_text("utf-8")]


def run_browser(part: Part, environment: dict[str, str], more: list[str]) -> None:
    program = find_browser.find_or_install()
    part.say(f"Chromium at {program}")
    side_by_side = ("-n", "2", "--dist", "worksteal")
    named = any((ROOT / one.partition("::")[0]).exists() for one in more)
    files = [] if named else browser_files()
    run_pytest(
        part,
        {**environment, **find_browser.for_driver(), "STUDIUM_CHROMIUM": program},
        [*side_by_side, "-m", "browser", *files, *more],
    )


Runner = Callable[[Part, dict[str, str], list[str]], None]
PARTS: dict[str, tuple[str, Runner]] = {
    "static": ("static checks", run_static),
    "sqlite": ("tests on SQLite", run_sqlite),
    "postgres": ("tests on PostgreSQL", run_postgres),
    "browser": ("journeys in Chromium", run_browser),
}


# --- all of it -------------------------------------------------------------------------------


def run_part(part: Part, folder: Path, more: list[str]) -> Part:
    """Run one part to its end and take its time, whatever happens in it."""
    title, runner = PARTS[part.name]
    part.heading(title)
    began = time.monotonic()
    try:
        runner(part, clean_environment(folder), more)
    except find_postgres.NotFoundError as missing:
        part.reasons.append(str(missing))
    part.seconds = time.monotonic() - began
    return part


def run_lanes(names: list[str], folder: Path, more: list[str]) -> list[Part]:
    """Run parts side by side, and print what each says in the order of the names."""
    lanes = [lane for whole in LANES if (lane := [name for name in whole if name in names])]
    # Beside another lane a third process only costs: tried on two cores, 82 % of their time was
    # used with it and 84 % without.
    parts = {name: Part(name, processes=4 - len(lanes)) for name in names}
    ended = {name: threading.Event() for name in names}

    def run_lane(lane: list[str]) -> None:
        for name in lane:
            with (folder / f"{name}.log").open("w", encoding="utf-8") as parts[name].out:
                try:
                    run_part(parts[name], folder, more)
                except Exception as wrong:  # the part has failed; the lane goes on
                    parts[name].reasons.append(f"{type(wrong).__name__}: {wrong}")
                finally:
                    ended[name].set()

    with ThreadPoolExecutor(len(lanes)) as pool:
        pool.map(run_lane, lanes)
        for name in names:
            follow(folder / f"{name}.log", ended[name])
    return list(parts.values())


def follow(log: Path, ended: threading.Event) -> None:
    """Print a file as it grows, until what writes it has ended."""
    while not log.exists():
        time.sleep(0.2)
    with log.open(encoding="utf-8", errors="replace") as said:
        last = False
        while not last:
            last = ended.wait(0.5)
            sys.stdout.write(said.read())
            sys.stdout.flush()


def summary(parts: list[Part], seconds: float) -> str:
    """A line for each part, a line for each reason to fail, and the total as the last line."""
    lines = []
    for part in parts:
        verdict = "FAILED" if part.reasons else "passed"
        counts = f"{part.passed:5d} passed {part.failed:4d} failed {part.skipped:4d} skipped"
        lines.append(f"{PARTS[part.name][0]:22s} {verdict}  {counts}  {part.seconds / 60:5.1f} min")
        lines += [f"    {reason}" for reason in part.reasons]
    absent = [PARTS[name][0] for name in PARTS if name not in {part.name for part in parts}]
    if absent:
        lines.append(f"not run, because not asked for: {', '.join(absent)}")
    lines.append(f"{seconds / 60:.1f} min in all")
    passed, failed, skipped = (
        sum(getattr(part, count) for part in parts) for count in ("passed", "failed", "skipped")
    )
    # A part that failed for want of a browser or a database has no failed test to be counted by.
    failed += sum(1 for part in parts if part.reasons and not part.failed)
    return "\n".join([*lines, f"total: {passed} passed, {failed} failed, {skipped} skipped"])


@contextmanager
def orderly_end() -> Iterator[None]:
    """On a request to stop, end the commands, so that the lanes end and stop their servers."""

    def leave(number: int, _: object) -> None:
        ENDING.set()
        for process in list(RUNNING):
            with suppress(ProcessLookupError):
                process.terminate()
        sys.exit(128 + number)

    before = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def compile_once() -> None:
    """Store the bytecode that every process of both lanes would begin by making for itself."""
    command = [sys.executable, "-m", "compileall", "-q", "-j", "2", "src", "benchmarks", "tools"]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""})


def main(arguments: list[str]) -> int:
    end = arguments.index("--") if "--" in arguments else len(arguments)
    asked, more = arguments[:end], arguments[end + 1 :]
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    names = parser.parse_args(asked).parts or list(PARTS)
    if unknown := [name for name in names if name not in PARTS]:
        parser.error(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    with orderly_end(), tempfile.TemporaryDirectory(prefix="studium-test-") as folder:
        began = time.monotonic()
        compile_once()
        parts = run_lanes(names, Path(folder), more)
    print("\n=== summary ===", flush=True)
    print(summary(parts, time.monotonic() - began), flush=True)
    return 1 if any(part.reasons for part in parts) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
