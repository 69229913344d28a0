"""How long each of the long writers holds SQLite's one write lock: saves of answers wait for it.

    python -m benchmarks.holds                  # all of them, sizes as large schools have them
    python -m benchmarks.holds import grades    # some

Each runs in a process and a database of its own. For each step the table says how often it held the
lock, for how long at most (wall time, and CPU of the thread that held it, which is what an idle
machine would need but for the disk), and for how long in all.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks import processes

CLASS = 500  # students of a large exam, and of a class list's course
ATTEMPTS = 10_000  # of the exam that is regraded
RESPONSES = 100_000  # of the course whose analytics is built again
QUESTIONS = 2_000  # of the file that goes into a quiz


class Holds:
    """Every hold of the lock in this process: wall and CPU seconds."""

    def __init__(self) -> None:
        from studium.lib.sqlite.base import DatabaseWrapper

        self.found: list[tuple[float, float]] = []
        self.rows: list[dict[str, Any]] = []
        enter, leave = DatabaseWrapper.enter_gate, DatabaseWrapper.leave_gate
        begun: dict[int, tuple[float, float]] = {}

        def entered(database: Any) -> None:
            held = database._inside
            enter(database)
            if not held and database._inside:
                begun[id(database)] = (time.perf_counter(), time.thread_time())

        def left(database: Any) -> None:
            if database._inside:
                wall, cpu = begun.pop(id(database))
                self.found.append((time.perf_counter() - wall, time.thread_time() - cpu))
            leave(database)

        DatabaseWrapper.enter_gate = entered  # type: ignore[method-assign, assignment]  # to measure it
        DatabaseWrapper.leave_gate = left  # type: ignore[method-assign, assignment]  # to measure it

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Count what is held while inside."""
        self.found.clear()
        yield
        wall, cpu = max(self.found, default=(0.0, 0.0))
        everything = sum(one for one, _ in self.found)
        self.rows.append(
            {"step": name, "holds": len(self.found), "longest_ms": 1000 * wall,
             "cpu_ms": 1000 * cpu, "all_ms": 1000 * everything}
        )  # fmt: skip


def book(holds: Holds) -> None:
    """A course of 120 lessons, its notes; its lessons hidden, shown, and rendered anew."""
    from tests import factories

    from benchmarks.ground import BOOK
    from studium.content.actions import lessons, rendering
    from studium.formats import archive, load
    from studium.lib import clock
    from studium.lib.jobs.worker import work_off

    bruno = factories.person("Bruno Berg", email="bruno@bench.example", role="INSTRUCTOR")
    report = load.check(archive.read_folder(BOOK))
    with holds.step("import of a course of 120 lessons"):
        course = load.load(by=bruno, report=report, now=clock.now())
    with holds.step("its notes"):
        work_off(most_seconds=300)
    ids = [one.pk for one in course.lessons.all()][1:]
    with holds.step("its lessons hidden at once"):
        lessons.set_lesson_status(
            by=bruno, lesson_ids=ids, status="draft", now=clock.now(), course_id=course.pk
        )
    with holds.step("its lessons shown at once"):
        lessons.publish_lessons(by=bruno, course_id=course.pk, lesson_ids=ids, now=clock.now())
    course.lessons.update(content_html="old")
    with holds.step("its lessons rendered anew"):
        rendering.render_stored(slug=course.slug, tell=lambda _found: None)


def questions(holds: Holds) -> None:
    """A file of questions into a quiz: as many as are taken while exams run, and more."""
    from tests import factories

    from studium.formats import question_exchange
    from studium.lib import clock

    bruno = factories.person("Bruno Berg", email="bruno@bench.example", role="INSTRUCTOR")
    course = factories.course(owner=bruno)
    for count in (question_exchange.MANY, QUESTIONS):
        quiz = factories.quiz(lesson=course.lessons.earliest("order_index"))
        rows = [
            f"::Q{count}-{n}::Which of these is number {n} of {count}? {{=that one ~this ~none}}"
            for n in range(count)
        ]
        report = question_exchange.check(
            by=bruno, quiz_id=quiz.pk, data="\n\n".join(rows).encode(), format="gift"
        )
        with holds.step(f"a file of {count:,} questions"):
            question_exchange.load(by=bruno, quiz_id=quiz.pk, report=report, now=clock.now())


def people(holds: Holds) -> None:
    """A class list, then a file of marks for everybody on it."""
    from tests import factories

    from studium.assessment.actions import grades
    from studium.content.actions.people import add_people, check_people
    from studium.lib import clock

    bruno = factories.person("Bruno Berg", email="bruno@bench.example", role="INSTRUCTOR")
    course = factories.course(owner=bruno)
    exams = [factories.exam(course=course, title=f"Exam {n}") for n in range(2)]
    known = [
        factories.person(f"Ada {n}", email=f"ada{n}@bench.example", password="!")
        for n in range(CLASS // 2)
    ]
    addresses = [one.email for one in known] + [f"new{n}@bench.example" for n in range(CLASS // 2)]
    data = "\n".join(["email", *addresses]).encode()
    lines = check_people(by=bruno, course_id=course.pk, data=data)
    with holds.step(f"a class list of {CLASS}"):
        add_people(by=bruno, course_id=course.pk, rows=[one.row for one in lines], now=clock.now())
    heads = ["email", *(one.title for one in exams)]
    cells = [f"{one.email},{n % 101},{(n * 7) % 101}" for n, one in enumerate(known)]
    data = "\n".join([",".join(heads), *cells]).encode()
    with holds.step(f"a file of {2 * len(known)} marks"):
        grades.import_file(
            by=bruno, course_id=course.pk, data=data, reason="On paper.", now=clock.now()
        )


def closing(holds: Holds) -> None:
    """Everybody's time is over at once; and a person is erased."""
    from tests import factories

    from benchmarks.ground import HALL_QUESTIONS, exam_of
    from benchmarks.ground import RESPONSES as GIVEN
    from studium.analytics import actions as analytics
    from studium.assessment.actions import sit
    from studium.assessment.jobs import close_overdue_attempts
    from studium.lib import clock

    bruno = factories.person("Bruno Berg", email="bruno@bench.example", role="INSTRUCTOR")
    dora = factories.person("Dora Dahl", email="dora@bench.example", role="ADMIN")
    course = factories.course(owner=bruno)
    exam = exam_of(course, questions=HALL_QUESTIONS)
    now = clock.now()
    began = now - timedelta(minutes=601)
    everybody = []
    for number in range(CLASS):
        who = factories.person("Ada Alm", email=f"ada{number}@bench.example", password="!")
        factories.enrollment(user=who, course=course)
        everybody.append(who)
        attempt = sit.start_attempt(by=who, exam_id=exam.pk, now=began)
        for place in exam.paper.select_related("question"):
            sit.save_answer(
                by_id=who.pk, attempt_id=attempt.pk, question_id=place.question_id,
                response=GIVEN[place.question.kind][0], revision=1, now=began,
            )  # fmt: skip
    with holds.step(f"{CLASS} attempts closed at their deadline"):
        close_overdue_attempts()
    with holds.step("what was answered in them taken in"):
        analytics.catch_up(now=clock.now())
    with holds.step("a person erased"):
        analytics.erase_person(by=dora, person_id=everybody[0].pk, now=clock.now())


def regrade(holds: Holds) -> None:
    """A key corrected for 10,000 attempts, and undone; what that is to analytics."""
    from benchmarks.regrade import _folding_later, lay
    from studium.analytics import actions as analytics
    from studium.assessment.actions import regrade as regrades
    from studium.lib import clock

    bruno, exam = lay(ATTEMPTS)
    question = exam.paper.earliest("position").question_id
    fixes = [regrades.Fix(question, "key", answer="b")]
    plan = regrades.plan_regrade(
        by=bruno, exam_id=exam.pk, reason="The key was wrong.", fixes=fixes, now=clock.now()
    )
    with holds.step(f"a regrade of {ATTEMPTS:,} attempts"), _folding_later():
        regrades.apply_regrade(by=bruno, regrade_id=plan.pk, now=clock.now())
    with holds.step("taken in by analytics"):
        analytics.catch_up(now=clock.now())
    with holds.step("undone"), _folding_later():
        regrades.undo_regrade(by=bruno, regrade_id=plan.pk, now=clock.now())


def rebuild(holds: Holds) -> None:
    """Analytics built again from all responses, where nothing differs and where tallies do."""
    from benchmarks.fill import fill
    from benchmarks.ground import world
    from studium.analytics import actions as analytics
    from studium.analytics import building
    from studium.analytics.models import LessonTally
    from studium.lib import clock

    fill(world(), RESPONSES)
    with holds.step(f"{RESPONSES:,} responses built into a new epoch"):
        building.build("For the measurement.", now=clock.now())
    LessonTally.objects.filter(pk=LessonTally.objects.earliest("pk").pk).update(share_sum=0)
    with holds.step("a rebuild that finds a wrong tally"):
        analytics.rebuild(check=False, now=clock.now())


def backup(holds: Holds) -> None:
    """A backup of the demo, and the demo itself."""
    from django.conf import settings

    from studium import cli

    with holds.step("studium demo"):
        cli.main(["demo"])
    with holds.step("a backup"):
        cli.main(["backup", str(settings.DATA_DIR / "kept.zip")])


PARTS: dict[str, Callable[[Holds], None]] = {
    "import": book,
    "questions": questions,
    "people": people,
    "closing": closing,
    "regrade": regrade,
    "rebuild": rebuild,
    "backup": backup,
}


def here(part: str) -> list[dict[str, Any]]:
    """The steps of one part, in the database of this process."""
    import django

    django.setup()
    from benchmarks.ground import make_tables
    from studium.cli import _web
    from studium.lib.jobs.registry import autodiscover

    make_tables()
    _web.load_addresses()  # as a worker does before its first job
    autodiscover()
    holds = Holds()
    PARTS[part](holds)
    return holds.rows


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--here", choices=PARTS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.here:
        print("\n" + json.dumps(here(options.here)))
        return 0
    print(f"{'':50s} {'holds':>6s} {'longest':>10s} {'its CPU':>10s} {'all':>10s}")
    for part in options.parts or PARTS:
        with tempfile.TemporaryDirectory(prefix="studium-holds-") as folder:
            env = processes.environment(Path(folder))
            said = processes.module("benchmarks.holds", "--here", part, env=env)
        for row in json.loads(said.splitlines()[-1]):
            print(
                f"{row['step']:50s} {row['holds']:6d} {row['longest_ms']:7.0f} ms "
                f"{row['cpu_ms']:7.0f} ms {row['all_ms']:7.0f} ms",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
