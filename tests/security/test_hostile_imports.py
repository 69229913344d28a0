"""Hostile and damaged course files through the real import: whole or not at all, never an error.

A22 (XML that calls for more than it is) and A25 (damaged files of every format).
"""

from __future__ import annotations

import ast
import io
import os
import random
import re
import socket
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

import studium
from studium.assessment.models import Question, Quiz
from studium.content.models import Course, Enrollment, Lesson, LessonRevision, StoredFile
from studium.formats import archive, load
from studium.identity.models import AuditEntry, User
from studium.lib.errors import Refused
from tests.formats.test_courses import SMALL as BOOK
from tests.formats.test_courses import mutated
from tests.formats.test_load import folder
from tests.security.matrix import undone

pytestmark = pytest.mark.django_db


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for path, data in files.items():
            packed.writestr(path, data)
    return out.getvalue()


def counts() -> dict[str, int]:
    tables = (
        Course, Lesson, LessonRevision, StoredFile, Quiz, Question, Enrollment, AuditEntry,
    )  # fmt: skip
    counted = ", ".join(f'(SELECT COUNT(*) FROM "{each._meta.db_table}")' for each in tables)
    with connection.cursor() as cursor:  # one statement: it is asked a thousand times
        cursor.execute(f"SELECT {counted}")
        return dict(zip((each.__name__ for each in tables), cursor.fetchone(), strict=True))


def upload(client: Client, data: bytes) -> Any:
    return client.post("/teach/import/", {"file": SimpleUploadedFile("course.zip", data)})


# --- A25 -------------------------------------------------------------------------------------


def damaged(files: dict[str, bytes], chance: random.Random) -> bytes:
    """A zip of damaged files, or a damaged zip of sound ones."""
    kind = chance.random()
    if kind < 0.6:
        return zipped(mutated(files, chance))
    if kind < 0.7:
        return zipped(_too_long(files, chance))
    data = bytearray(zipped(files))
    for _ in range(chance.randint(1, 8)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data[: chance.randint(1, len(data))] if chance.random() < 0.2 else data)


def _too_long(files: dict[str, bytes], chance: random.Random) -> dict[str, bytes]:
    """A quiz with a text too long to keep, or with a NUL written as TOML writes it."""
    path = chance.choice([one for one in sorted(files) if one.startswith("quizzes/")])
    pieces = files[path].split(b'= "')
    at, extra = chance.randrange(1, len(pieces)), chance.choice([b"\\u0000", b"x" * 50_001])
    whole = b'= "'.join(pieces[:at]) + b'= "' + extra + b'= "'.join(pieces[at:])
    return {**files, path: whole}


FORMATS = {"mdbook": BOOK, "markdown": folder()}


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMATS)
def test_a25_damaged_uploads_are_imported_whole_or_not_at_all(name: str, bruno: User) -> None:
    # All of them in `make soak`; on PostgreSQL fewest, for time's sake: reading, where most damage
    # is found, asks no database.
    short = 300 if connection.vendor == "sqlite" else 100
    uploads = 1_000 if os.environ.get("EVERY_HOSTILE_VALUE") else short
    chance, imported = random.Random(25), 0
    before = counts()
    for _ in range(uploads):
        with undone():
            report = _taken_in(damaged(FORMATS[name], chance), bruno)
            if report is None:
                assert counts() == before
            else:
                imported += 1
                _is_whole(report, before)
    assert counts() == before
    assert 0.1 < imported / uploads < 0.9  # else the damage is too great or too small to tell


def _taken_in(data: bytes, by: User) -> load.CheckReport | None:
    """The report of what is now a course, or None when it was refused with a reason."""
    try:
        report = load.check(archive.read_zip(data))
        load.load(by=by, report=report, now=datetime.now(UTC))
    except Refused as refused:
        return None if 400 <= refused.status < 500 and refused.message else report
    return report


def _is_whole(report: load.CheckReport, before: dict[str, int]) -> None:
    after = counts()
    gained = {table: after[table] - before[table] for table in after}
    lessons = len(report.draft.lessons)
    assert gained["Course"] == gained["Enrollment"] == 1
    assert gained["Lesson"] == gained["LessonRevision"] == lessons
    assert gained["StoredFile"] == len(report.files)
    assert gained["Question"] == report.question_count


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMATS)
def test_a25_damaged_uploads_through_both_pages_are_never_an_error(
    name: str, bruno: User, client_of: Callable[..., Client]
) -> None:
    chance, client = random.Random(26), client_of(bruno, raise_request_exception=False)
    before, seen = counts(), set()
    whole = connection.vendor == "sqlite" or os.environ.get("EVERY_HOSTILE_VALUE")
    for _ in range(100 if whole else 30):
        with undone():
            answer = upload(client, damaged(FORMATS[name], chance))
            seen.add(("upload", answer.status_code))
            if answer.status_code != 302:
                assert counts() == before
                continue
            place = answer["Location"]
            seen.add(("check", client.get(place).status_code))
            done = client.post(place)
            seen.add(("import", done.status_code))
            if done.status_code == 302:
                assert counts()["Course"] == before["Course"] + 1
            else:
                assert counts() == before
                client.post(f"{place}discard/")
    assert not [one for one in seen if one[1] >= 500], seen
    assert {step for step, _ in seen} == {"upload", "check", "import"}
    assert counts() == before
    assert not [
        one for one in (settings.DATA_DIR / "imports").iterdir() if bruno.pk.hex in one.name
    ]


# --- A22 -------------------------------------------------------------------------------------


@pytest.fixture
def canary() -> Iterator[tuple[int, list[bytes]]]:
    """A listener on loopback that writes down whoever calls."""
    called: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        ended = threading.Event()

        def listen() -> None:
            while not ended.is_set():
                try:
                    caller, _ = server.accept()
                except TimeoutError:
                    continue
                called.append(b"called")
                caller.close()

        thread = threading.Thread(target=listen)
        thread.start()
        yield server.getsockname()[1], called
        ended.set()
        thread.join()


SECRET = "the-secret-of-a-file-on-this-machine"
LAUGHS = b"""<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY l0 "lol">%s]>
<lolz>&l9;</lolz>
""" % b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))


def attacks(secret: Path, port: int) -> list[bytes]:
    here = f"http://127.0.0.1:{port}/x"
    outer = [
        f'<!DOCTYPE a [<!ENTITY x SYSTEM "file://{secret}">]><svg xmlns="http://www.w3.org/2000/'
        'svg"><text>&x;</text></svg>',
        f'<!DOCTYPE a [<!ENTITY x SYSTEM "{here}">]><manifest>&x;</manifest>',
        f'<!DOCTYPE a SYSTEM "{here}"><quiz/>',
        f'<!DOCTYPE a [<!ENTITY % d SYSTEM "{here}"> %d;]><questestinterop/>',
        f'<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{here}"/>'
        f'<xi:include parse="text" href="file://{secret}"/></a>',
        f'<?xml-stylesheet href="{here}"?><svg xmlns="http://www.w3.org/2000/svg"/>',
    ]
    return [*(one.encode() for one in outer), LAUGHS]


NAMES = ("imsmanifest.xml", "course.xml", "img/a.svg", "quiz.xml", "word/document.xml", "a.docx")


def test_a22_xml_in_a_course_is_never_read_only_handed_out(
    bruno: User, tmp_path: Path, canary: tuple[int, list[bytes]], client_of: Callable[..., Client]
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    port, called = canary
    client = client_of(bruno)
    for number, xml in enumerate(attacks(secret, port)):
        links = "".join(f"![x]({name})\n\n[y]({name})\n\n" for name in NAMES).encode()
        files = {"one.md": b"# One\n\n" + links + xml + b"\n", **dict.fromkeys(NAMES, xml)}
        begun = time.thread_time()
        place = upload(client, zipped(files))["Location"]
        pages = [client.get(place)]
        made = client.post(place)["Location"]
        assert time.thread_time() - begun < 1.0, number
        course = Course.objects.get(slug=made.split("/")[-2])
        lesson = course.lessons.get()
        pages += [client.get(f"/courses/{course.slug}/lessons/{lesson.pk}/")]
        for page in pages:
            assert SECRET.encode() not in page.content
            assert b"lol" * 20 not in page.content
        for stored in StoredFile.objects.filter(course=course):
            _is_handed_out(client, stored, xml)
    assert StoredFile.objects.exists()
    assert called == []


def _is_handed_out(client: Client, stored: StoredFile, data: bytes) -> None:
    """The very bytes, as an attachment, under a policy in which nothing runs."""
    answer = client.get(f"/courses/{stored.course.slug}/files/{stored.path}")
    assert answer.content == data
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox")


def test_a22_xml_sent_as_a_picture_a_course_or_a_class_list_is_not_read_either(
    bruno: User, course: Course, tmp_path: Path, canary: tuple[int, list[bytes]],
    client_of: Callable[..., Client],
) -> None:  # fmt: skip
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    port, called = canary
    client, before = client_of(bruno), counts()
    teach = f"/teach/courses/{course.slug}/"
    for number, xml in enumerate(attacks(secret, port)):
        begun = time.thread_time()
        assert upload(client, xml).status_code == 400
        listed = client.post(f"{teach}people/check/", {"file": SimpleUploadedFile("a.csv", xml)})
        assert listed.status_code in (200, 422)
        assert SECRET.encode() not in listed.content
        assert counts() == before
        sent = SimpleUploadedFile(f"{number}.svg", xml, content_type="image/svg+xml")
        assert client.post(f"{teach}files/", {"file": sent}).status_code == 302
        assert time.thread_time() - begun < 1.0
        stored = StoredFile.objects.get(path=f"img/{number}.svg")
        _is_handed_out(client, stored, xml)
        stored.delete()
        before = counts()
    assert called == []


READERS = {"xml", "lxml", "defusedxml", "bs4", "html5lib", "mammoth", "pptx"}


@cache
def imports() -> list[tuple[Path, list[ast.Import | ast.ImportFrom]]]:
    """What each module of the program imports, anywhere in it, where it names a reader of XML or
    our documents at all: no other module can import one."""
    named = re.compile(rf"\b(?:{'|'.join([*READERS, 'documents'])})\b")
    return [
        (path, [one for one in ast.walk(tree) if isinstance(one, ast.Import | ast.ImportFrom)])
        for path in Path(studium.__path__[0]).rglob("*.py")
        if named.search(text := path.read_text())
        for tree in [ast.parse(text)]
    ]


XML_READERS = {
    "docx.py: bs4", "docx.py: mammoth", "epub.py: bs4", "epub.py: defusedxml",
    "epub.py: defusedxml.ElementTree", "epub.py: xml.etree.ElementTree", "markup.py: bs4",
    "markup.py: bs4.dammit", "package.py: defusedxml", "package.py: defusedxml.sax",
    "package.py: xml.sax", "package.py: xml.sax.handler", "pptx.py: pptx",
    "pptx.py: pptx.enum.shapes", "pptx.py: pptx.exc",
}  # fmt: skip
"""Of `xml` only names of types and errors; what parses is `defusedxml`, and the two office
libraries behind `package.check`."""


def test_a22_xml_is_read_by_documents_alone_and_by_readers_that_expand_nothing() -> None:
    """Whoever else imports a reader of XML needs tests for what XML can ask of its reader."""
    found = set()
    for path, nodes in imports():
        for node in nodes:
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found |= {f"{path.name}: {name}" for name in names if name.split(".")[0] in READERS}
            if any(name.split(".")[0] in READERS for name in names):
                assert path.parent.name == "documents", path
    assert found == XML_READERS


def test_a22_no_document_is_read_in_a_web_process() -> None:
    """What parses documents is imported by name by the process that reads one, else by nobody."""
    place = Path(studium.__path__[0]) / "formats" / "documents"
    plain = {"__init__", "blocks", "chapters", "child", "kinds", "limits", "reading", "slots"}
    readers = {one.stem for one in place.glob("*.py")} - plain | {"pdf"}
    assert {"docx", "epub", "html", "pptx", "markup", "package", "images"} < readers
    for path, nodes in imports():
        if path.parent.name == "pdf" or (path.parent == place and path.stem in readers):
            continue
        for node in nodes:
            whole = isinstance(node, ast.ImportFrom) and node.module == "studium.formats.documents"
            names = [one.name for one in node.names] if whole else []
            if isinstance(node, ast.ImportFrom) and node.module:
                names += node.module.partition("studium.formats.documents.")[2].split(".")[:1]
            assert not readers & set(names), path
