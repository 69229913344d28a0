"""`studium run` from an empty folder: served in time, full on every page, safe to run again."""

from __future__ import annotations

import contextlib
import html
import json
import re
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener, urlopen

import pytest
from tools import screenshots

from tests.cli.program import (
    PROGRAM,
    ROOT,
    answers,
    descendants,
    environment,
    free_port,
    studium,
    wait_until,
)

SECONDS = 60  # of CPU until it serves: on two free cores that is less than a minute of waiting
MEGABYTES = 300
NOTES_SECONDS = 120  # of CPU

pytestmark = pytest.mark.slow


@dataclass
class Served:
    """A demo that is being served, and what its start took."""

    folder: Path
    port: int
    process: subprocess.Popen[str]
    said: str
    wall: float
    cpu: float

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        with contextlib.closing(sqlite3.connect(self.folder / "studium.sqlite3")) as database:
            return database.execute(query, values).fetchall()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Start it once for all tests of this module."""
    folder, port = tmp_path_factory.mktemp("demo"), free_port()
    log = folder.parent / f"{folder.name}.log"
    with log.open("w") as out:
        begun = time.monotonic()
        process = subprocess.Popen(
            [*PROGRAM, "run"],
            stdout=out,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment(folder, STUDIUM_PORT=str(port)),
            cwd=ROOT,
        )
    try:
        wait_until(lambda: answers(port) or process.poll() is not None, seconds=400)
        wall = time.monotonic() - begun
        assert process.poll() is None, log.read_text()
        yield Served(folder, port, process, log.read_text(), wall, _cpu_of(process.pid))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def _cpu_of(pid: int) -> float:
    """Seconds of CPU of a process, of its living children, and of those that ended."""
    ticks = 0
    for each in [pid, *descendants(pid)]:
        fields = Path(f"/proc/{each}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += sum(map(int, fields[11:15]))
    return ticks / 100


def _signed_in(served: Served, name: str) -> OpenerDirector:
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    place = f"{served.address}/account/login/"
    form = browser.open(place).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
    assert token
    sent = {
        "csrfmiddlewaretoken": token[1],
        "login": f"{name}@example.org",
        "password": "studium-demo",
    }
    browser.open(place, urlencode(sent).encode())
    return browser


def _text(page: str) -> str:
    """What a reader sees of the main part of a page."""
    main = re.search(r"<main.*</main>", page, re.DOTALL)
    assert main, page[:2000]
    shown = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", main[0], flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", shown)))


@pytest.fixture(scope="module")
def browsers(served: Served) -> dict[str, OpenerDirector]:
    return {role: _signed_in(served, name) for role, name in screenshots.PEOPLE.items()}


def test_it_serves_within_a_minute_of_cpu_and_says_what_it_does(served):
    print(f"Served after {served.wall:.0f} s, with {served.cpu:.0f} s of CPU.")
    assert served.cpu <= SECONDS
    assert re.search(
        r"Importing the Rust book with its quizzes … \d+\.\d s \(120 lessons", served.said
    )
    assert f"http://127.0.0.1:{served.port}/" in served.said
    for said in ("ada@example.org", "bruno@example.org", "dora@example.org", "studium-demo"):
        assert said in served.said


def test_health_lesson_and_api_addresses_answer(served):
    assert answers(served.port, "healthz")
    assert answers(served.port, "readyz")
    # It is put together when it is asked for first: a second of CPU.
    assert answers(served.port, "api/v1/openapi.json", seconds=60)
    body = json.dumps({"email": "ada@example.org", "password": "studium-demo"}).encode()
    asked = Request(f"{served.address}/api/v1/tokens", body, {"Content-Type": "application/json"})
    token = json.load(urlopen(asked))["token"]
    lesson = screenshots.names_in_addresses(served.folder)["lesson"]
    reading = Request(
        f"{served.address}/api/v1/lessons/{lesson}", headers={"Authorization": f"Bearer {token}"}
    )
    assert json.load(urlopen(reading))["topic"] == "Variables and Mutability"


def test_the_first_chapters_have_notes_when_it_serves_and_the_others_follow(served):
    done = served.rows(
        "SELECT COUNT(*) FROM ai_notes n JOIN lessons l ON l.id = n.lesson_id"
        " WHERE l.order_index BETWEEN 3 AND 17"
    )
    assert done == [(15,)]
    lessons = served.rows(
        "SELECT COUNT(*) FROM courses c JOIN lessons l ON l.course_id = c.id"
        " WHERE c.slug = 'the-rust-programming-language'"
    )[0][0]
    before = time.monotonic()
    # Asked seldom: the question takes time too, from the server that it waits for.
    wait_until(
        lambda: served.rows("SELECT COUNT(*) FROM ai_notes") == [(lessons,)],
        seconds=400,
        pause=1.0,
    )
    print(f"The other notes were there {time.monotonic() - before:.0f} s later.")
    assert _cpu_of(served.process.pid) - served.cpu <= NOTES_SECONDS
    # The job of the book ends after the last of its parts.
    ended = "SELECT status FROM jobs WHERE kind = 'notes.generate_course'"
    wait_until(lambda: served.rows(ended) == [("done",)], seconds=60)


def test_all_processes_at_rest_fit_into_three_hundred_megabytes(served):
    wait_until(
        lambda: not served.rows("SELECT 1 FROM jobs WHERE status IN ('queued', 'running')"),
        seconds=400,
    )
    total = 0
    for pid in [served.process.pid, *descendants(served.process.pid)]:
        with contextlib.suppress(ProcessLookupError, FileNotFoundError):  # it has just ended
            found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M)
            assert found
            total += int(found[1])
    print(f"At rest: {total / 1024:.0f} MB PSS.")
    assert total / 1024 <= MEGABYTES


# What each page must show, as its reader sees it. A number of at least one digit and not zero is N.
PARTS = {
    "home": ("Good ", "Resume", "Exam: ", "Are you getting better", "Your courses"),
    "home-teaching": ("What waits for you", "Courses you teach", "Reading compiler errors"),
    "beginning": ("sample course", "Import a course", "Start empty"),
    "guide": ("Find your place again",),
    "courses": ("1 course", "120 lessons"),
    "course": ("N of 120 lessons read", "Understanding Ownership", "Foundations of Rust", "Bruno"),
    "lesson": ("Shadowing", "Practise"),
    "own-notes": ("3 highlights and notes", "Learn this sentence.", "overshadows", "Markdown"),
    "quiz": ("N questions", "Your runs", "N %"),
    "quiz-run": ("Question by question", "Right answer", "Your answer"),
    "exam-lobby": ("20 questions", "45 minutes", "3 attempts, 1 left", "Start the exam", "50 %"),
    "exam-result": ("N %", "Passed", "All attempts", "By lesson", "Question by question"),
    "progress": ("The Rust Programming Language", "N %", "Getting better?", "no clear change"),
    "course-progress": (
        *("From N to N % over N weeks", "Ready for “Foundations of Rust”?", "pass mark N %"),
        *("Fading", "review due", "Topic by topic", "likely N–N %", "N answers", "Practise"),
    ),
    "notifications": ("Notifications", "Ownership"),
    "mails": ("Mails you want", "The bell shows everything", "Year of birth"),
    "search": ("References and Borrowing", "Lessons N", "N results"),
    "preferences": ("Keys that do something alone", "All keys"),
    "practise": ("Suggested next", "Practise a mix", "One concept", "Ownership"),
    "teach": ("Reading compiler errors", "Draft", "41 learners", "Published"),
    "teach-course": ("120 lessons", "Drag by the handle"),
    "teach-people": ("42 people", "Student 40", "chloe@example.org"),
    "teach-notes": ("approved", "N drafts"),
    "teach-quizzes": ("Quiz 1: References and Borrowing", "N questions"),
    "teach-exam": ("Questions on the paper", "N %"),
    "insight": ("N hand-ins by N people", "Mean score", "Scores of N hand-ins", "mostly right"),
    "insight-help": ("Student N", "N answers on N of N concepts", "Shaky on", "Suggest practice"),
    "insight-class": ("Level now", "Ownership", "Student N", "too early to say"),
    "insight-readiness": ("likely to pass", "N people", "pass mark"),
    "insight-curves": ("Ownership", "N people"),
    "concepts": ("Ownership", "Progress is measured concept by concept"),
    "groups": ("A group narrows the g", "Monday lab", "Thursday lab"),
    "insight-attempts": ("N attempts", "Not passed", "by the clock"),
    "insight-students": ("41 students", "Student 40"),
    "insight-student": ("Level over time", "From N to N % in N weeks", "Topic by topic"),
    "job": ("AI notes for “The Rust Programming Language”",),
    "admin": ("43 people", "Latest changes"),
    "people": ("Ada", "Student 40"),
    "jobs": ("AI notes for", "done"),
    "admin-mail": ("There is no mail server", "Send a mail to myself"),
    "log": ("demo.", "note.approved", "Bruno"),
}


@pytest.mark.parametrize("name", PARTS)
def test_the_parts_of_each_main_page_are_filled(name, served, browsers):
    role = next(role for role, pages in screenshots.PAGES.items() if name in pages)
    path = screenshots.PAGES[role][name].format(**screenshots.names_in_addresses(served.folder))
    shown = _text(browsers[role].open(f"{served.address}{path}").read().decode())
    for part in PARTS[name]:
        wanted = re.escape(part).replace("N", r"[1-9]\d*") if re.search(r"\bN\b", part) else None
        found = re.search(wanted, shown) if wanted else part in shown
        assert found, f"{part!r} is not on {path}: {shown[:3000]}"


def test_the_notes_stand_beside_their_lesson(served, browsers):
    path = screenshots.STUDENT["lesson"].format(**screenshots.names_in_addresses(served.folder))
    page = browsers["student"].open(f"{served.address}{path}").read().decode()
    assert "Machine-made" in page
    assert "Key points" in page


def test_ada_can_start_the_exam_at_once(served, browsers):
    ada, exam = browsers["student"], screenshots.names_in_addresses(served.folder)["exam"]
    lobby = ada.open(f"{served.address}/exams/{exam}/").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', lobby)
    assert token
    sent = urlencode({"csrfmiddlewaretoken": token[1], "ready": "on"}).encode()
    paper = ada.open(f"{served.address}/exams/{exam}/start/", sent)
    assert "/exam-attempts/" in paper.url
    assert paper.read().decode().count('class="st-question') >= 20
    attempt = paper.url.rstrip("/").rpartition("/")[2]
    assert served.rows(
        "SELECT status, attempt_no FROM exam_attempts WHERE lower(id) = ?", attempt.replace("-", "")
    ) == [("in_progress", 3)]


TABLES = [
    *("users", "courses", "lessons", "enrollments", "quizzes", "questions", "exams"),
    *("exam_questions", "quiz_attempts", "quiz_answers", "responses", "lesson_progress"),
    "invitations",
]


def test_running_it_again_changes_nothing(served):
    def counts() -> dict[str, object]:
        return {one: served.rows(f"SELECT COUNT(*) FROM {one}")[0][0] for one in TABLES}

    before = counts()
    again = studium(served.folder, "demo")
    assert again.returncode == 0, again.stderr
    assert counts() == before
    assert served.rows("SELECT COUNT(*) FROM jobs WHERE kind = 'notes.generate_course'") == [(1,)]


def test_progress_is_what_the_answers_come_to(served):
    done = studium(served.folder, "analytics", "rebuild", "--check")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_doctor_finds_only_the_sign_ins_of_the_demo(served):
    done = studium(served.folder, "doctor", "--quiet")
    assert re.findall(r"public \(([^)]+)\)", done.stdout) == [
        "ada@example.org, bruno@example.org, dora@example.org"
    ]


def test_simulated_students_have_no_password(served):
    rows = served.rows("SELECT password_hash FROM users WHERE name LIKE 'Student %'")
    assert len(rows) == 40
    assert all(str(password).startswith("!") for (password,) in rows)


def test_an_export_imported_again_is_an_equal_course(served, tmp_path):
    out = tmp_path / "book.zip"
    slug = "the-rust-programming-language"
    assert studium(served.folder, "export", slug, "--out", str(out)).returncode == 0
    report = studium(served.folder, "import", str(out), "--dry-run").stdout
    assert "120 lessons, 93 quizzes, 222 questions" in report
    from studium.formats import archive, load
    from studium.formats.draft import LessonDraft

    def bare(lesson: LessonDraft) -> LessonDraft:
        quizzes = tuple(
            replace(quiz, questions=tuple(replace(one, concepts=()) for one in quiz.questions))
            for quiz in lesson.quizzes
        )
        return replace(lesson, concepts=(), quizzes=quizzes)

    book = load.check(archive.read_folder(ROOT / "src/studium/cli/demo/rust_book")).draft
    again = load.check(archive.read_archive(out)).draft
    # The demo names what lessons and quizzes are about; the book's own files do not.
    assert [bare(one) for one in again.lessons] == [bare(one) for one in book.lessons]
    assert any(one.concepts for one in again.lessons)
    assert again.files == book.files
