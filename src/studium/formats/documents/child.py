"""The process that reads one document: bounded, without network, and thrown away afterwards.

`main(folder)`: `folder/order.json` says what to read and within which limits, `folder/document` is
read, and `folder/answer.json` and `folder/files/*` are written. A refusal is an answer too;
whatever else happens leaves no answer at all.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

from studium.formats.documents.blocks import Chapter, DocumentRefused, Findings
from studium.formats.documents.kinds import KINDS
from studium.formats.documents.limits import Limits

_FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork",
              "shutil.", "ftplib.", "http.", "smtplib.", "urllib.")  # fmt: skip


def main(folder: Path) -> int:
    """Read, write the answer; returns the exit code, which is 0 for a refusal too."""
    order = json.loads((folder / "order.json").read_text())
    limits = Limits(**order["limits"])
    findings = Findings()
    try:
        reader = _reader(order["kind"])
        _shut(limits, folder)
        chapters = reader(folder / "document", findings, limits)
        answer = _answer(chapters, findings, folder)
    except DocumentRefused as refused:
        answer = {"refused": refused.message, "status": refused.status, "code": refused.code}
    except MemoryError:
        answer = {"memory": True}
    except RecursionError:
        answer = {"refused": "The document is nested too deep to be read. Simplify it."}
    written = json.dumps(answer)
    (folder / "answer.json").write_text(written)
    return 0


def _reader(kind: str) -> Callable[[Path, Findings, Limits], list[Chapter]]:
    """What reads this kind; imported here, by this process alone."""
    if kind not in KINDS:
        raise DocumentRefused(f"There is no reader for {kind}.")
    found: Callable[[Path, Findings, Limits], list[Chapter]] = import_module(
        f"studium.formats.documents.{kind}"
    ).read
    return found


def _shut(limits: Limits, folder: Path) -> None:
    """Bound this process: memory, time, size of what it writes; no connections, no programs."""
    for what, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_FSIZE, limits.output),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        _, hard = resource.getrlimit(what)
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (bound, bound))
    here = str(folder.resolve())

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(_FORBIDDEN):
            raise PermissionError(f"{event} is not for a process that reads documents.")
        if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
            place = str(Path(str(arguments[0])).resolve())
            if not place.startswith((here, "/dev/null")):
                raise PermissionError(f"{place} is not for a process that reads documents.")

    sys.addaudithook(watch)


def _answer(chapters: list[Chapter], findings: Findings, folder: Path) -> dict[str, Any]:
    from studium.formats.documents.chapters import written

    (folder / "files").mkdir()
    lessons = []
    for chapter in chapters:
        for block in chapter.blocks:
            if block.kind in ("heading", "table"):
                findings.count(f"{block.kind}s")
        content, pages = written(chapter)
        lesson = {"title": chapter.title, "part": chapter.part, "key": chapter.key,
                  "content": content, "pages": pages, "place": chapter.place}  # fmt: skip
        lessons.append(lesson)
    for number, picture in enumerate(findings.pictures):
        (folder / "files" / str(number)).write_bytes(picture.data)
    return {
        "title": findings.title,
        "language": findings.language,
        "description": findings.description,
        "lessons": lessons,
        "files": [picture.path for picture in findings.pictures],
        "counts": {name: count for name, count in findings.counts.items() if count},
        "problems": findings.problems,
    }


def order_for(kind: str, limits: Limits) -> str:
    """The words of `order.json`."""
    return json.dumps({"kind": kind, "limits": asdict(limits)})
