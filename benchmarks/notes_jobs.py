"""Notes are made by workers that die: one result each, again within a minute; and nobody waits.

    python -m benchmarks.notes_jobs kill --database sqlite            # 20 points of a job
    python -m benchmarks.notes_jobs beside --database postgresql      # a job of 100 chapters
    python -m benchmarks.notes_jobs book --workers 2                  # the demo's book, in seconds

`kill`: as many lessons, one job each. A worker takes the job and gets SIGKILL at another point of
its work, the points spread evenly from the first moment to a little after the end. Then one worker
is started. Each lesson must have one note and one version of it, the same as an undisturbed run
makes, within 60 s of its kill. `beside`: the 95th percentile of a lesson page, asked again and
again by two readers, while the job of a book of 100 chapters runs, against the same with the
workers stopped; in turns of two seconds.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from benchmarks import processes

POINTS, CHAPTERS, MOST_SECONDS, MOST_RATIO = 20, 100, 60.0, 1.5
BOOK = processes.ROOT / "src/studium/cli/demo/rust_book/src"
SMALLEST = 4_000  # characters of a chapter with enough prose


def kill_trials(database: str, points: int = POINTS, *, lease: int = 30) -> bool:
    """Each job has one result though its worker was killed; prints the slowest."""
    return _inside(database, "kill", points, STUDIUM_JOB_LEASE_SECONDS=str(lease))


def beside(database: str, chapters: int = CHAPTERS) -> bool:
    """Readers do not notice the job of a whole book; prints both percentiles."""
    return _inside(database, "beside", chapters)


def _inside(database: str, what: str, count: int, **more: str) -> bool:
    """Run a trial in a process whose Django has a database of its own."""
    with _place(database) as env:
        command = [sys.executable, "-m", __spec__.name, f"in-{what}", "--count", str(count)]
        done = subprocess.run(command, cwd=processes.ROOT, env=env | more, check=False)
        return done.returncode == 0


@contextmanager
def _place(database: str) -> Iterator[dict[str, str]]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="studium-notes-")))
        address = ""
        if database == "postgresql":
            from benchmarks.postgres import own_cluster

            address = stack.enter_context(own_cluster()).create("notes")
        yield processes.environment(folder, address)


# --- inside a process with a database of its own -------------------------------------------------


def chapters(count: int) -> list[str]:
    """Texts of the demo's book with enough prose, each different from the others."""
    files = sorted(path for path in BOOK.glob("*.md") if path.stat().st_size > SMALLEST)
    texts = [path.read_text() for path in files]
    return [f"{texts[n % len(texts)]}\n\nChapter number {n}.\n" for n in range(count)]


def lay(count: int) -> tuple[Any, Any]:
    """A published course with so many lessons; gives its teacher and the course."""
    from django.core.management import call_command
    from tests import factories

    call_command("migrate", verbosity=0)
    bruno = factories.person("Bruno Berg", email="bruno@bench.example", role="INSTRUCTOR")
    course = factories.course(owner=bruno, title="A book", lessons=0, status="draft")
    for number, text in enumerate(chapters(count), start=1):
        factories.lesson(course=course, topic=f"Chapter {number}", content=text)
    course.status = "published"
    course.save()
    return bruno, course


def kill_inside(count: int) -> int:
    """Kill as many workers, start one, and compare what there is with an undisturbed run."""
    from django.db import connections

    from studium.content.models import Lesson

    bruno, course = lay(count)
    rows = Lesson.objects.filter(course=course).select_related("course")
    lessons = list(rows.order_by("order_index"))
    whole, killed_at, states = kill_each(bruno, lessons)
    connections.close_all()
    with _worker():
        seconds = _all_done(killed_at)
    faults = [fault for lesson, (made, _) in zip(lessons, whole, strict=True)
              for fault in faults_of(lesson, made)]  # fmt: skip
    late = [one for one in seconds if one > MOST_SECONDS]
    print(
        f"{count} workers killed; their jobs stood at {json.dumps(_counted(states))}; "
        f"done {max(seconds):.1f} s after the kill at the latest; "
        f"{len(faults)} faults, {len(late)} late"
    )
    for fault in faults:
        print(f"  {fault}")
    return 1 if faults or late else 0


def kill_each(
    by: Any, lessons: list[Any]
) -> tuple[list[tuple[list[str], float]], dict[Any, float], list[str]]:
    """Queue the notes of each lesson and kill its worker, each at a later point of its work.

    Gives what an undisturbed run makes of each, the moment of each kill by the id of its job, and
    the status each job was left in.
    """
    from django.db import connections

    from studium.lib import clock
    from studium.lib.jobs import autodiscover
    from studium.lib.models import Job
    from studium.notes import actions

    autodiscover()
    whole = [_undisturbed(lesson) for lesson in lessons]
    killed_at: dict[Any, float] = {}
    states: list[str] = []
    for number, lesson in enumerate(lessons):
        job = actions.request_notes(by=by, lesson_id=lesson.pk, now=clock.now())
        connections.close_all()
        _killed_after(1.3 * whole[number][1] * number / max(len(lessons) - 1, 1))
        killed_at[job.pk] = clock.now().timestamp()
        states.append(Job.objects.get(pk=job.pk).status)
    return whole, killed_at, states


def _undisturbed(lesson: Any) -> tuple[list[str], float]:
    """The sentences the notes shall have, and how long making them takes."""
    from studium.notes import making

    began = time.monotonic()
    made = making.checked(lesson)
    return [one.text for one in made.sentences], time.monotonic() - began + 0.15


def _killed_after(seconds: float) -> None:
    """A worker of its own takes the next message and is killed so long after it took the job."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover - the process that dies
        try:
            from studium.lib.jobs import run, work_off

            take = run.take

            def told(*given: Any, **more: Any) -> Any:
                os.write(writer, b".")
                return take(*given, **more)

            run.take = told
            work_off(most_seconds=30)
            time.sleep(30)
        finally:
            os._exit(0)
    os.read(reader, 1)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(reader)
    os.close(writer)


@contextmanager
def _worker(count: int = 1) -> Iterator[None]:
    started = [
        subprocess.Popen([processes.PROGRAM, "worker"], cwd=processes.ROOT, env=dict(os.environ))
        for _ in range(count)
    ]
    try:
        yield
    finally:
        for one in started:
            one.terminate()
        for one in started:
            one.wait(timeout=30)


def _all_done(killed_at: dict[Any, float]) -> list[float]:
    """Seconds from each kill to the end of its job, once all are over."""
    from studium.lib.models import Job

    end = time.monotonic() + 3 * MOST_SECONDS
    while time.monotonic() < end:
        over = Job.objects.filter(pk__in=killed_at, status="done")
        if over.count() == len(killed_at):
            ends = over.values_list("pk", "finished_at")
            return [at.timestamp() - killed_at[key] for key, at in ends if at is not None]
        time.sleep(0.2)
    left = Job.objects.filter(pk__in=killed_at).exclude(status="done")
    raise SystemExit(f"not done: {[(str(one.pk), one.status, one.reason) for one in left]}")


def faults_of(lesson: Any, made: list[str]) -> list[str]:
    """What is there of this lesson's notes and should not be, in words."""
    from studium.notes.models import AiNote, AiRejection, NoteVersion

    notes = list(AiNote.objects.filter(lesson=lesson))
    found = [] if len(notes) == 1 else [f"{lesson.topic}: {len(notes)} notes"]
    if notes and [one["text"] for one in notes[0].sentences] != made:
        found.append(f"{lesson.topic}: other sentences than an undisturbed run makes")
    versions = NoteVersion.objects.filter(lesson=lesson).count()
    found += [] if versions == (1 if made else 0) else [f"{lesson.topic}: {versions} versions"]
    refused = list(AiRejection.objects.filter(lesson=lesson).values_list("text", "code"))
    found += [] if len(refused) == len(set(refused)) else [f"{lesson.topic}: refusals twice"]
    return found


def _counted(states: list[str]) -> dict[str, int]:
    return {one: states.count(one) for one in sorted(set(states))}


def beside_inside(count: int) -> int:
    """The page of a lesson alone, then while the job of the book runs."""
    from tests import factories

    from studium.lib import clock
    from studium.notes import actions

    bruno, course = lay(count)
    ada = factories.person("Ada Alm", email="ada@bench.example")
    factories.enrollment(user=ada, course=course)
    lesson = course.lessons.earliest("order_index")
    path = f"/courses/{course.slug}/lessons/{lesson.pk}/"
    port = processes.free_port()
    log = Path(os.environ["STUDIUM_DATA_DIR"]) / "server.log"
    arguments = [processes.PROGRAM, "serve", "--no-worker", "--port", str(port), "--workers", "2"]
    server = processes.launch(arguments, env=os.environ, port=port, log=log)
    worker = subprocess.Popen(
        [processes.PROGRAM, "worker"], cwd=processes.ROOT, start_new_session=True
    )
    try:
        cookie = _cookie(ada)
        _times(port, path, cookie, seconds=3.0)  # warm
        job = actions.request_notes_for_course(by=bruno, course_id=course.pk, now=clock.now())
        alone, loaded = _in_turns(port, path, cookie, worker.pid, job)
        job.refresh_from_db()
    finally:
        worker.terminate()
        worker.wait(timeout=30)
        server.stop()
    ratio = _p95(loaded) / _p95(alone)
    print(
        f"lesson page p95 {1000 * _p95(alone):.1f} ms alone (n={len(alone)}), "
        f"{1000 * _p95(loaded):.1f} ms beside the job (n={len(loaded)}): {ratio:.2f} times; "
        f"{count} chapters: {job.status}, {json.dumps(job.result)}"
    )
    return 0 if ratio <= MOST_RATIO and job.status == "done" else 1


def _in_turns(
    port: int, path: str, cookie: str, worker: int, job: Any
) -> tuple[list[float], list[float]]:
    """Page times with the workers stopped and at work, in turns of two seconds each, until the job
    is over: so whatever else the machine does weighs on both alike.
    """
    from studium.lib.models import Job

    alone: list[float] = []
    loaded: list[float] = []
    while not Job.objects.filter(pk=job.pk, status__in=("done", "failed")).exists():
        loaded += _times(port, path, cookie, seconds=2.0)
        os.killpg(worker, signal.SIGSTOP)
        alone += _times(port, path, cookie, seconds=2.0)
        os.killpg(worker, signal.SIGCONT)
    return alone, loaded


def _cookie(person: Any) -> str:
    """A session of this person, made without the sign-in page."""
    from django.test import Client

    client = Client()
    client.force_login(person)
    return "; ".join(f"{name}={one.value}" for name, one in client.cookies.items())


def _times(port: int, path: str, cookie: str, *, seconds: float) -> list[float]:
    """How long the page takes, asked by two readers again and again for so long."""
    found: list[float] = []
    stop = threading.Event()
    readers = [
        threading.Thread(target=_read, args=(port, path, cookie, stop, found)) for _ in range(2)
    ]
    for one in readers:
        one.start()
    stop.wait(seconds)
    stop.set()
    for one in readers:
        one.join()
    return found


def _read(port: int, path: str, cookie: str, stop: threading.Event, found: list[float]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    while not stop.is_set():
        began = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": cookie})
        answer = connection.getresponse()
        answer.read()
        found.append(time.perf_counter() - began)
        if answer.status != 200:
            raise SystemExit(f"{path} gave {answer.status}")
        time.sleep(0.02)  # a reader is no load test
    connection.close()


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def book(workers: int) -> int:
    """`studium notes generate` on the demo's book with so many worker processes, in seconds."""
    with _place("sqlite") as env:
        processes.studium_command("demo", env=env)
        listed = processes.command(sys.executable, "-c", _SLUG, env=env).strip()
        for name in _DROP:
            processes.command(sys.executable, "-c", name, env=env)
        started = [
            subprocess.Popen([processes.PROGRAM, "worker"], cwd=processes.ROOT, env=env)
            for _ in range(workers - 1)
        ]
        began = time.monotonic()
        said = processes.studium_command("notes", "generate", listed, "--wait", env=env)
        took = time.monotonic() - began
        for one in started:
            one.terminate()
        for one in started:
            one.wait(timeout=30)
    print(f"{took:.1f} s with {workers} workers: {said.strip()}")
    return 0 if took <= MOST_SECONDS else 1


_SETUP = "import django; django.setup(); "
_SLUG = _SETUP + (
    "from studium.content.models import Course; from django.db.models import Count; "
    "print(Course.objects.annotate(n=Count('lessons')).order_by('-n')[0].slug)"
)
_DROP = (_SETUP + "from studium.notes.models import AiNote; AiNote.objects.all().delete()",)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    kinds = ("kill", "beside", "book", "in-kill", "in-beside")
    parser.add_argument("what", choices=kinds)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--count", type=int, default=0, help="jobs to kill, or chapters")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    if options.what.startswith("in-"):
        import django

        django.setup()
        inside = {"in-kill": kill_inside, "in-beside": beside_inside}[options.what]
        return inside(options.count)
    if options.what == "book":
        return book(options.workers)
    trial = kill_trials if options.what == "kill" else beside
    count = options.count or (POINTS if options.what == "kill" else CHAPTERS)
    return 0 if trial(options.database, count) else 1


if __name__ == "__main__":
    raise SystemExit(main())
