"""Documents through the API."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from studium.content.models import LessonOrigin
from studium.formats import load
from studium.formats.draft import CourseDraft, LessonDraft

pytestmark = pytest.mark.django_db


def test_the_api_checks_and_imports_a_document(bruno, program):
    by = program(bruno)
    page = b"<!doctype html><title>T</title><h1>A</h1><p>Words.</p><h1>B</h1><p>More.</p>"

    def post(**more):
        return by.upload("/imports", file=SimpleUploadedFile("p.html", page), **more)

    report = post(dry_run="true").json()
    assert (report["format"], report["lessons"], report["found"]) == ("html", 2, {"headings": 2})
    wrong = post(format="pdf")
    assert (wrong.status_code, wrong.json()["code"]) == (400, "document_refused")
    assert LessonOrigin.objects.count() == 0


def test_a_lesson_says_where_it_comes_from(bruno, program, now):
    lesson = LessonDraft("a", "A", "# A\n\nOne.\n\nTwo.\n", pages=((0, 3), (11, 4)))
    draft = CourseDraft("T", lessons=(lesson,), origin="b.pdf")
    course = load.load(by=bruno, report=load.check_draft(draft, format="pdf"), now=now)
    shown = program(bruno).get(f"/lessons/{course.lessons.get().pk}").json()["origin"]
    assert (shown["file_name"], shown["format"]) == ("b.pdf", "pdf")
    assert [page for _, page in shown["pages"]] == [3, 4]
