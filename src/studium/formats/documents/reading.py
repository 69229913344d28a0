"""A document into a draft, by a process that may fail without harm to anybody.

Whatever that process does - stop at a limit, crash, hang, write nonsense - ends in a draft or in a
refusal that says what happened and what to do.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import studium
from studium.content.rules import without_controls
from studium.formats.documents import slots
from studium.formats.documents.blocks import DocumentRefused, DocumentTooLarge
from studium.formats.documents.chapters import key_for
from studium.formats.documents.child import order_for
from studium.formats.documents.kinds import Kind
from studium.formats.documents.limits import LIMITS, Limits
from studium.formats.draft import CourseDraft, FileDraft, LessonDraft, Problem, tidy_lines
from studium.formats.lesson_text import MAX_TITLE, media_type
from studium.lib.markdown import tidy

NAMES = {"pdf": "PDF", "docx": "Word document", "pptx": "presentation", "html": "web page",
         "epub": "e-book"}  # fmt: skip
MAX_NAME = 200
LEFT_BEHIND = 3_600
"""Seconds after which a folder of work belongs to nobody any more."""
_MAX_ANSWER = 80_000_000
_START = (
    "import sys, pathlib; sys.path.insert(0, sys.argv[1]);"
    " from studium.formats.documents.child import main; sys.exit(main(pathlib.Path(sys.argv[2])))"
)
"""Python alone, without what the environment would add, and this very package."""


def read_document(
    data: bytes,
    *,
    kind: Kind,
    name: str = "",
    folder: Path | None = None,
    limits: Limits = LIMITS,
    alive: Callable[[], object] | None = None,
) -> CourseDraft:
    """The draft of a course from one document; `name` is the file's name as its owner knows it.

    `alive` is called about twice a second; when it raises, the reading is stopped and it passes.

    `folder` is where the work is done, and where at most two documents at a time are read; a
    folder of the system without it. Raises `DocumentRefused`, or `Busy` when both places are taken.
    """
    root = folder or Path(tempfile.gettempdir(), f"studium-documents-{os.getuid()}")
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    _sweep(root)
    name = clean_name(name, kind)
    with slots.one_of(root), tempfile.TemporaryDirectory(dir=root, prefix="read-") as place:
        work = Path(place)
        (work / "document").write_bytes(data)
        (work / "order.json").write_text(order_for(kind, limits))
        ended = _run(work, limits, alive or _nothing)
        answer = _answer(work, ended, kind, limits)
        return _draft(answer, work, name, limits)


def _sweep(root: Path) -> None:
    """Remove what readings left behind whose own process was killed."""
    for place in root.glob("read-*"):
        with suppress(FileNotFoundError):  # another reading may just have ended
            if place.stat().st_mtime < time.time() - LEFT_BEHIND:
                shutil.rmtree(place, ignore_errors=True)


def clean_name(name: str, kind: str) -> str:
    """The last part of a file's name without control characters, or a word for its kind."""
    last = without_controls(tidy(name)).replace("\\", "/").rpartition("/")[2].strip()
    return last[-MAX_NAME:] or f"document.{kind}"


def _nothing() -> None:
    """Nobody waits to hear that a reading goes on."""


def _run(work: Path, limits: Limits, alive: Callable[[], object]) -> int | None:
    """The exit code of the process, or None when it was stopped for its time."""
    end = time.monotonic() + limits.seconds
    environment = {"PATH": os.defpath, "LANG": "C.UTF-8", "HOME": str(work), "TMPDIR": str(work)}
    process = subprocess.Popen(  # noqa: S603 - our own module, nothing of the document's
        [sys.executable, "-I", "-c", _START, str(Path(studium.__path__[0]).parent), str(work)],
        cwd=work,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while process.poll() is None and time.monotonic() < end:
            alive()
            with suppress(subprocess.TimeoutExpired):
                process.wait(min(0.5, max(0.0, end - time.monotonic())))
        return process.poll()
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _answer(work: Path, ended: int | None, kind: str, limits: Limits) -> dict[str, Any]:
    """What the process wrote, or the refusal that stands for what became of it."""
    what = NAMES[kind]
    place = work / "answer.json"
    if ended is None or ended in (-signal.SIGXCPU, -signal.SIGKILL):
        raise DocumentTooLarge(
            f"Reading this {what} took more than {limits.seconds:.0f} seconds and was stopped."
            " Split it, or save it anew with simpler pages."
        )
    if ended == -signal.SIGXFSZ or (place.is_file() and place.stat().st_size > _MAX_ANSWER):
        raise DocumentTooLarge(f"What this {what} holds is too large. Split it.")
    if ended != 0 or not place.is_file():
        raise DocumentRefused(
            f"This {what} cannot be read: its reader stopped. The file may be damaged. Save it anew"
            " with the program it comes from, or print it into a PDF."
        )
    try:
        answer = json.loads(place.read_text())
    except ValueError as flaw:
        raise DocumentRefused(f"This {what} cannot be read. Save it anew.") from flaw
    if answer.get("memory"):
        raise DocumentTooLarge(
            f"Reading this {what} took more than {limits.memory // 1_000_000} MB of memory and was"
            " stopped. Split it, or make its pictures smaller."
        )
    if "refused" in answer:
        kind_of_refusal = DocumentTooLarge if answer.get("status") == 413 else DocumentRefused
        raise kind_of_refusal(answer["refused"])
    if not any(lesson["content"].strip() for lesson in answer["lessons"]):
        raise DocumentRefused(
            f"There is no text in this {what}. Look whether it is the right file."
        )
    return dict(answer)


def _draft(answer: dict[str, Any], work: Path, name: str, limits: Limits) -> CourseDraft:
    stem = name.rpartition(".")[0] or name
    title = _line(answer["title"]) or _line(stem.replace("_", " ")) or "Untitled course"
    files = tuple(
        FileDraft(path, media_type(path), (work / "files" / str(number)).read_bytes())
        for number, path in enumerate(answer["files"][: limits.files])
    )
    lessons = [one for one in answer["lessons"] if one["content"].strip()]
    return CourseDraft(
        title=title,
        description=tidy(answer["description"])[:5_000],
        language=answer["language"] or "en",
        lessons=tuple(_lesson(one, number, title, name) for number, one in enumerate(lessons, 1)),
        files=files,
        problems=tuple(
            Problem(severity, place or name, 0, message, advice)
            for severity, place, message, advice in answer["problems"]
        ),
        origin=name,
        found=tuple(sorted((key, int(value)) for key, value in answer["counts"].items())),
    )


def _lesson(one: dict[str, Any], number: int, title: str, name: str) -> LessonDraft:
    topic = _line(one["title"]) or title
    pages = tuple((int(offset), int(page)) for offset, page in one["pages"])
    return LessonDraft(
        key=one["key"] or key_for(topic, number),
        topic=topic,
        content=tidy_lines(tidy(one["content"])),
        part_title=_line(one["part"]),
        order=number,
        source_path=one["place"] or name,
        pages=pages,
    )


def _line(text: str) -> str:
    return " ".join(without_controls(tidy(text)).split())[:MAX_TITLE].strip()
