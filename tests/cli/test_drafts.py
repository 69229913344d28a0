"""`studium questions generate`: the whole way with the built-in engine, without a worker."""

from __future__ import annotations

from typing import Any

import pytest

from studium.assessment.models import DraftedQuestion, DraftRun
from studium.cli import main
from studium.content.models import Course
from studium.identity.models import User
from studium.lib.jobs import live_job
from tests import factories
from tests.notes.test_notes import BOOK

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(course: Course) -> Course:
    factories.lesson(course=course, topic="Ownership rules", content=BOOK.read_text())
    return course


def test_drafts_of_a_lesson_come_from_its_text_and_from_nowhere_else(
    book: Course, capsys: Any
) -> None:
    command = ["questions", "generate", book.slug, "--lesson", "ownership RULES", "--wait"]
    assert main(command) == 0
    said = capsys.readouterr().out
    drafts = list(DraftedQuestion.objects.select_related("lesson"))
    assert f"1 lessons looked at, {len(drafts)} new drafts" in said
    assert len(drafts) >= 5
    for one in drafts:
        assert one.lesson.topic == "Ownership rules"
        for source in one.item["sources"]:
            assert one.lesson.content[source["start"] : source["end"]] == source["quote"]
    report = DraftRun.objects.get().report
    assert [one["solver"] for one in report["solvers"]][:2] == ["longest", "overlap"]
    assert len(report["flags"]) == len(drafts)
    assert main(command) == 0
    assert "0 new drafts" in capsys.readouterr().out


def test_without_waiting_the_worker_makes_them(book: Course, bruno: User, capsys: Any) -> None:
    assert main(["questions", "generate", book.slug, "--kind", "true_false", "--count", "3"]) == 0
    assert "Queued" in capsys.readouterr().out
    job = live_job("questions.generate_course", book.pk)
    assert job is not None
    assert (job.created_by, job.arguments["wish"]["kinds"]) == (bruno, ["true_false"])


@pytest.mark.parametrize("more", [["--lesson", "Nothing"], ["--kind", "essay"], ["--count", "0"]])
def test_what_cannot_be_made_is_said(book: Course, more: list[str], capsys: Any) -> None:
    assert main(["questions", "generate", book.slug, *more]) == 1
    assert capsys.readouterr().err
