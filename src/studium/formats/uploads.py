"""A course that comes as one file: a zip of a folder, or a document; checked, kept, checked again.

A document is read once, when it is sent. What was read is kept in its place between the check and
the import, so that the import brings exactly what the check showed, and no page reads a document.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from studium.formats import READERS, archive, load
from studium.formats.documents import KINDS, kind_of
from studium.formats.documents.blocks import DocumentRefused
from studium.formats.draft import CourseDraft, FileDraft, LessonDraft, Problem
from studium.lib.errors import Conflict, Invalid

FORMATS = (*READERS, *KINDS)
_READ = b"studium-read-1\n"
"""How what was read from a document begins. No file that is sent may begin like this."""


def check_upload(
    data: bytes, *, name: str, format: str = "", folder: Path | None = None
) -> load.CheckReport:
    """Report on a file as it was sent. `format` is found out by what is in it unless given.

    `folder` is where documents are read. Raises what `archive.read_zip`, `load.check` and
    `documents.reading.read_document` raise.
    """
    return _checked(prepared(data, name=name, format=format, folder=folder), format)


def is_document(data: bytes) -> bool:
    """Whether a file is a document that is still to be read; `DocumentRefused` for some others."""
    return not data.startswith(_READ) and kind_of(data) is not None


def prepared(
    data: bytes,
    *,
    name: str,
    format: str = "",
    folder: Path | None = None,
    alive: Callable[[], object] | None = None,
) -> bytes:
    """What to keep of a file for `check_kept`: a zip as it is, of a document what was read.

    `alive` is called about twice a second while a document is read; what it raises ends that.
    """
    if format and format not in FORMATS:
        raise Invalid(f"There is no format “{format}”. Use one of {', '.join(FORMATS)}.")
    found = None if format in READERS else kind_of(data)
    if format and format not in READERS and format != found:
        raise DocumentRefused(
            f"This file is {f'a {found}' if found else 'no document'} by what is in it, not"
            f" {format}. Leave the format out, or choose the right file."
        )
    if found is None:
        if data.startswith(_READ):
            raise archive.ArchiveRefused("This is not a zip file. Choose a folder packed as .zip.")
        archive.read_zip(data)
        return data
    from studium.formats.documents.reading import read_document

    draft = read_document(data, kind=found, name=name, folder=folder, alive=alive)
    return _packed(draft, found)


def check_kept(data: bytes) -> load.CheckReport:
    """The report on what `prepared` gave; `Conflict` for a document that nobody has read."""
    if is_document(data):
        raise Conflict("This document was not read. Choose the file again.", code="upload_gone")
    return _checked(data, "")


def _checked(kept: bytes, format: str) -> load.CheckReport:
    if kept.startswith(_READ):
        draft, kind = _unpacked(kept)
        return load.check_draft(draft, format=kind)
    return load.check(archive.read_zip(kept), format=format)


def _packed(draft: CourseDraft, kind: str) -> bytes:
    """A draft without questions as bytes: a table of its texts and its files."""
    table = asdict(draft)
    table["files"] = [{"path": one.path, "media_type": one.media_type} for one in draft.files]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        packed.writestr("draft.json", json.dumps({"kind": kind, "draft": table}))
        for number, file in enumerate(draft.files):
            packed.writestr(f"files/{number}", file.data, zipfile.ZIP_STORED)
    return _READ + out.getvalue()


def _unpacked(kept: bytes) -> tuple[CourseDraft, str]:
    with zipfile.ZipFile(io.BytesIO(kept.removeprefix(_READ))) as packed:
        whole = json.loads(packed.read("draft.json"))
        table: dict[str, Any] = whole["draft"]
        files = tuple(
            FileDraft(one["path"], one["media_type"], packed.read(f"files/{number}"))
            for number, one in enumerate(table["files"])
        )
    table |= {
        "files": files,
        "lessons": tuple(_lesson(one) for one in table["lessons"]),
        "problems": tuple(Problem(**one) for one in table["problems"]),
        "found": tuple((str(name), int(count)) for name, count in table["found"]),
    }
    return CourseDraft(**table), whole["kind"]


def _lesson(one: Mapping[str, Any]) -> LessonDraft:
    pages = tuple((int(offset), int(page)) for offset, page in one["pages"])
    named = {"quizzes": (), "concepts": tuple(one["concepts"]), "pages": pages}
    return LessonDraft(**{**one, **named})
