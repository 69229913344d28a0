"""Documents through the API."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from studium.content.actions import intake
from studium.content.models import Course, LessonOrigin
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


def test_a_course_is_worked_out_before_the_transaction_of_its_key(bruno, program, monkeypatch):
    by, deep, rendered = program(bruno), [], intake.render_lesson
    page = b"<!doctype html><title>T</title><h1>A</h1><p>Words.</p>"

    def noted(*given):
        deep.append(len(connection.savepoint_ids))
        return rendered(*given)

    def post(key, **more):
        return by.upload("/imports", key=key, file=SimpleUploadedFile("p.html", page), **more)

    monkeypatch.setattr(intake, "render_lesson", noted)
    first = post("once")
    assert first.status_code == 201
    assert deep == [len(connection.savepoint_ids)]
    again = post("once")
    assert (again.json(), again["Idempotent-Replayed"]) == (first.json(), "true")
    assert (len(deep), Course.objects.count()) == (1, 1)
    assert post("look", dry_run="true").status_code == 200
    assert post("wrong", format="pdf").json()["code"] == "document_refused"
    assert post("wrong", format="none").status_code == 422
    assert (len(deep), Course.objects.count()) == (1, 1)


def test_a_lesson_says_where_it_comes_from(bruno, program, now):
    lesson = LessonDraft("a", "A", "# A\n\nOne.\n\nTwo.\n", pages=((0, 3), (11, 4)))
    draft = CourseDraft("T", lessons=(lesson,), origin="b.pdf")
    course = load.load(by=bruno, report=load.check_draft(draft, format="pdf"), now=now)
    shown = program(bruno).get(f"/lessons/{course.lessons.get().pk}").json()["origin"]
    assert (shown["file_name"], shown["format"]) == ("b.pdf", "pdf")
    assert [page for _, page in shown["pages"]] == [3, 4]
