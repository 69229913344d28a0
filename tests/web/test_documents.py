"""Documents through the pages: checked first, stored whole, with their pages."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from studium.content.models import Course, Lesson
from studium.formats import incoming, load, uploads
from studium.formats import jobs as read_job
from studium.formats.documents import reading
from studium.formats.documents.blocks import DocumentTooLarge
from studium.formats.draft import CourseDraft, FileDraft, LessonDraft
from studium.lib import clock, jobs
from studium.lib.jobs import JobContext
from studium.lib.models import Job

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parents[1] / "data" / "documents"


def send(client, name, data):
    return client.post("/teach/import/", {"file": SimpleUploadedFile(name, data)})


def test_a_pdf_is_checked_imported_and_read_with_its_pages(bruno, client_of):
    client = client_of(bruno)
    before = Course.objects.count()
    place = send(client, "reader.bin", (DATA / "reader.pdf").read_bytes())["Location"]
    page = client.get(place).content.decode()
    assert "Reading your document" in page
    assert "Read “reader.bin”" in page
    job = Job.objects.get(kind="imports.read")
    assert jobs.work_off() == 1
    card = client.get(f"/jobs/{job.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert f'href="{place}"' in card
    page = client.get(place).content.decode()
    assert "What was found in reader.bin" in page
    for words in ("reader.bin, pages 2 to 8", "running heads and feet (32)", "<dd>PDF</dd>"):
        assert words in page
    assert Course.objects.count() == before
    made = client.post(place)["Location"]
    course = Course.objects.get(slug=made.split("/")[-2])
    lesson = Lesson.objects.get(course=course, topic="Lipids")
    assert (lesson.origin.file_name, lesson.origin.format) == ("reader.bin", "pdf")
    assert [one for one, _ in lesson.origin.pages] == [block["id"] for block in lesson.blocks]
    shown = client.get(f"/courses/{course.slug}/lessons/{lesson.pk}/").content.decode()
    assert "from reader.bin, pages 2 to 8" in shown
    marks = shown.count('<span class="st-badge">page ')
    assert marks == 7
    assert course.files.get().path == "img/page-008-1.png"
    assert not list((settings.DATA_DIR / "reading").glob("read-*"))


def test_a_refused_document_says_why_and_keeps_nothing(bruno, client_of, monkeypatch):
    def too_large(*_, **__):
        raise DocumentTooLarge("Reading it took too long. Split it.")

    monkeypatch.setattr(reading, "read_document", too_large)
    client = client_of(bruno)
    place = send(client, "a.pdf", b"%PDF-1.7")["Location"]
    jobs.work_off()
    answer = client.get(place).content.decode()
    assert "Reading it took too long. Split it." in answer
    assert "Try again" in answer
    client.post(f"{place}discard/")
    assert not list(incoming.folder().glob(f"{bruno.pk.hex}-*"))
    old = send(client, "a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert old.status_code == 400
    assert "Save it as .docx" in old.content.decode()


def test_what_is_discarded_while_it_is_read_does_not_come_back(bruno, client_of, monkeypatch):
    client = client_of(bruno)
    place = send(client, "a.pdf", b"%PDF-1.7")["Location"]

    def discarded_meanwhile(*_, **__):
        client.post(f"{place}discard/")
        return CourseDraft("T", lessons=(LessonDraft("a", "A", "x"),), origin="a.pdf")

    monkeypatch.setattr(reading, "read_document", discarded_meanwhile)
    jobs.work_off()
    assert Job.objects.get(kind="imports.read").status in ("failed", "cancelled")
    assert not list(incoming.folder().glob(f"{bruno.pk.hex}-*"))
    assert client.get(place).status_code == 200


def test_a_job_that_comes_twice_reads_once(bruno, monkeypatch):
    token, job = incoming.take_in(by=bruno, data=b"%PDF-1.7", name="a.pdf", now=clock.now())
    assert job is not None
    read = []

    def once(*_, **__):
        read.append(1)
        return CourseDraft("T", lessons=(LessonDraft("a", "A", "x"),), origin="a.pdf")

    monkeypatch.setattr(reading, "read_document", once)
    assert incoming.unread(owner=bruno, token=token) == job
    jobs.work_off()
    read_job.read_document(JobContext(job), **job.arguments)
    assert read == [1]
    assert incoming.unread(owner=bruno, token=token) is None


def test_a_reading_that_is_stopped_leaves_no_process(tmp_path):
    class Stop(Exception):
        pass

    def stop():
        raise Stop

    with pytest.raises(Stop):
        reading.read_document(b"%PDF-1.7", kind="pdf", folder=tmp_path, alive=stop)
    assert not list(tmp_path.glob("read-*"))
    running = list(_commands())
    assert any(b"pytest" in command for command in running)
    assert not [command for command in running if str(tmp_path).encode() in command]


def _commands():
    """The command of each process of this machine."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            yield path.read_bytes()


def test_what_was_read_survives_being_kept():
    lesson = LessonDraft("a", "A", "# A\n\nx\n", pages=((0, 1), (5, 2)), source_path="b.pdf")
    draft = CourseDraft(
        "T", lessons=(lesson,), files=(FileDraft("img/a.png", "image/png", b"\x00\xff"),),
        origin="b.pdf", found=(("pages", 2),),
    )  # fmt: skip
    report = uploads.check_kept(uploads._packed(draft, "pdf"))
    kept = report.draft
    assert (kept, report.format, kept.found) == (draft, "pdf", draft.found)
    assert kept.lessons[0].pages == lesson.pages


def test_a_lesson_longer_than_a_lesson_may_be_stops_the_import_and_is_named():
    lesson = LessonDraft("a", "A long one", "x" * 2_000_001, source_path="b.pdf")
    report = load.check_draft(CourseDraft("T", lessons=(lesson,), origin="b.pdf"), format="pdf")
    assert not report.is_importable
    assert "“A long one” has more than 2,000,000 bytes" in report.problems[0].message


def test_nobody_can_send_what_looks_like_a_document_that_was_read(bruno, client_of):
    draft = CourseDraft("T", lessons=(LessonDraft("a", "A", "x"),), origin="b.pdf")
    answer = send(client_of(bruno), "a.zip", uploads._packed(draft, "pdf"))
    assert answer.status_code == 400
