"""The trials of the exam page in full: the real server, real waiting, real deaths.

    python -m benchmarks.player_soak                          # all of them, SQLite; half an hour
    python -m benchmarks.player_soak --database postgresql
    python -m benchmarks.player_soak --only bad_replies crash

40 answers while 30 % of the replies are lost and others come up to 5 s late; 20 minutes without a
connection; a tab that crashes and a browser that is killed; two tabs, two devices, two students at
one browser; a session that ends; a server that is killed and started again; an attempt that the
staff close; time that runs out with answers that wait.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserType, sync_playwright

from benchmarks import kill, player, processes
from benchmarks.bad_network import BadNetwork
from benchmarks.kill import Rows
from benchmarks.player import Finding, Stage, Student

sys.path.insert(0, str(processes.ROOT / "tools"))
import find_browser  # it stands beside the test runner, outside any package

QUESTIONS = 40
ALMOST_OVER = 30 * 60 - 12  # seconds into an exam of half an hour
FLAGS = ["--no-sandbox"]


@dataclass
class House:
    """A server on a database of its own, and the network before it."""

    folder: Path
    address: str
    rows: Rows
    server: processes.Server
    network: BadNetwork

    def run(self, *arguments: str) -> str:
        """Do something on the server's side, in a process of its own."""
        env = processes.environment(self.folder, self.address)
        return processes.module("benchmarks.player_soak", *arguments, env=env)

    def stage(self, browser: Browser, *, begun: int = 0, grace: int = 0) -> Stage:
        """New people with a new exam."""
        students = [Student(**one) for one in json.loads(self.run("world", str(begun), str(grace)))]

        def act(name: str, attempt: str) -> None:
            self.run(name, attempt)

        return Stage(browser, self.network, students, self.rows, act)

    def go_down(self) -> None:
        """SIGKILL to every process of the server."""
        self.server.kill()

    def come_back(self) -> None:
        """Start it again on the same data."""
        self.server = processes.studium(self.folder, self.address)
        self.network.upstream = self.server.port


@contextmanager
def house(database: str) -> Iterator[House]:
    """Make a database, start the server on it, and see to it that nothing stays."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="studium-player-")))
        address, rows = "", kill.Sqlite(folder / "studium.sqlite3")
        if database == "postgresql":
            from benchmarks.postgres import own_cluster

            address = stack.enter_context(own_cluster()).create("player")
            rows = kill.Postgresql(address)  # type: ignore[assignment]  # both are Rows
        processes.studium_command("migrate", env=processes.environment(folder, address))
        server = processes.studium(folder, address)
        made = House(folder, address, rows, server, BadNetwork(server.port))
        try:
            yield made
        finally:
            made.network.close()
            made.server.stop()


def killed_browser(house: House, kind: BrowserType, options: dict[str, Any]) -> Finding:
    """Every process of the browser gets SIGKILL; the next one has the same profile."""
    with tempfile.TemporaryDirectory(prefix="studium-profile-") as profile:
        context = kind.launch_persistent_context(profile, **options)
        stage = house.stage(context.browser)  # type: ignore[arg-type]  # it has no other contexts
        student = stage.students[0]
        stage.sign_in(context, student)
        desk = stage.open(context, student)
        house.network.saves = False
        for number in range(1, 13):
            desk.answer(number)
        desk.expect_not_saved()
        killed = _kill_all_with(profile)
        with suppress(Exception):  # the other end of it is dead
            context.close()
        time.sleep(1)
        house.network.saves = True
        context = kind.launch_persistent_context(profile, **options)
        stage.sign_in(context, student)
        again = stage.open(context, student)
        again.expect_saved()
        faults = again.errors + player.judge(house.rows, student, desk.answered)
        context.close()
    return Finding({"answers": len(desk.answered), "processes_killed": killed}, faults)


def _kill_all_with(profile: str) -> int:
    """Kill the processes that name this profile, which is one that we have made."""
    killed = 0
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        with suppress(OSError):
            words = (entry / "cmdline").read_bytes()
            if f"--user-data-dir={profile}".encode() in words.split(b"\0"):
                os.kill(int(entry.name), signal.SIGKILL)
                killed += 1
    return killed


def trials(house: House, kind: BrowserType, minutes: float) -> dict[str, Callable[[], Finding]]:
    """Every trial by its name."""
    options: dict[str, Any] = {"args": FLAGS, "headless": True}
    if program := find_browser.search():
        options["executable_path"] = program
    browser = kind.launch(**options)

    def on(trial: Callable[..., Finding], **values: Any) -> Callable[[], Finding]:
        terms = {name: values.pop(name) for name in ("begun", "grace") if name in values}

        def play() -> Finding:
            stage = house.stage(browser, **terms)
            try:
                return trial(stage, **values)
            finally:
                house.network.up = house.network.saves = True
                house.network.drop = house.network.delay = 0.0
                stage.close()

        return play

    return {
        "bad_replies": on(player.bad_replies, questions=QUESTIONS, delay=5.0),
        "crash": on(player.crash),
        "killed_browser": lambda: killed_browser(house, kind, options),
        "second_tab": on(player.second_tab),
        "second_device": on(player.second_device),
        "second_student": on(player.second_student),
        "expired_session": on(player.expired_session),
        "restart": on(player.restart, go_down=house.go_down, come_back=house.come_back),
        "closed_by_staff": on(player.closed_by_staff),
        "time_up": on(player.time_up, late=False, begun=ALMOST_OVER, grace=60),
        "time_up_late": on(player.time_up, late=True, begun=ALMOST_OVER),
        "offline": on(player.offline, seconds=minutes * 60),
    }


def play_all(database: str, *, minutes: float = 20.0, only: list[str] | None = None) -> bool:
    """Play the trials on one database and print a line for each; whether all is well."""
    good = True
    with sync_playwright() as playwright, house(database) as made:
        chosen = trials(made, playwright.chromium, minutes)
        for name in only or list(chosen):
            began = time.monotonic()
            try:
                finding = chosen[name]()
            except (Exception, SystemExit) as fault:  # it must not keep the others back
                finding = Finding({}, [f"{type(fault).__name__}: {str(fault)[:600]}"])
            good &= not finding.faults
            print(player.line(f"{database} {name}", finding, time.monotonic() - began), flush=True)
    return good


# --- on the server's side --------------------------------------------------------------------


def world(begun: int, grace: int) -> list[dict[str, str]]:
    """Two students of a new course, each with an attempt that began so many seconds ago."""
    from datetime import timedelta

    from tests import factories

    from studium.lib import clock

    bruno = factories.person("Bruno Berg", email=f"b{time.time()}@b.example")
    course = factories.course(owner=bruno, title=f"Course {time.time_ns()}")
    exam = player.paper(course, QUESTIONS)
    type(exam).objects.filter(pk=exam.pk).update(grace_seconds=grace)
    made = []
    for name in ("Ada Alm", "Ben Bloom"):
        person = factories.person(name, email=f"{name.split()[0]}{time.time()}@b.example")
        factories.enrollment(user=person, course=course)
        made.append(player.student(person, exam, clock.now() - timedelta(seconds=begun)))
    return [
        {"id": one.id, "email": one.email, "cookie": one.cookie, "attempt": one.attempt}
        for one in made
    ]


def close(attempt_id: str) -> None:
    """Hand in for a student, as the course's instructor does."""
    from studium.assessment.actions import room
    from studium.assessment.models import ExamAttempt
    from studium.lib import clock

    attempt = ExamAttempt.objects.select_related("exam__course__owner").get(pk=attempt_id)
    room.hand_in_for(
        by=attempt.exam.course.owner,
        exam_id=attempt.exam_id,
        attempt_ids=[attempt.pk],
        now=clock.now(),
    )


def main(arguments: list[str]) -> int:
    if arguments[:1] in (["world"], ["close"]):
        import django

        django.setup()
        if arguments[0] == "world":
            print(json.dumps(world(int(arguments[1]), int(arguments[2]))))
        else:
            close(arguments[1])
        return 0
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--database", choices=kill.DATABASES, default="sqlite")
    parser.add_argument("--minutes", type=float, default=20.0, help="without a connection")
    parser.add_argument("--only", nargs="*", help="names of trials")
    options = parser.parse_args(arguments)
    good = play_all(options.database, minutes=options.minutes, only=options.only)
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
