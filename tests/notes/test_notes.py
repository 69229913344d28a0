"""Notes of a lesson: made by a job, checked, read by the right people, answered for by one."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from studium.content.models import Course, Lesson
from studium.content.render import Surroundings, render_lesson
from studium.identity.models import AuditEntry, User
from studium.lib import clock, jobs
from studium.lib.errors import Conflict, NotAllowed, NotFound
from studium.lib.models import Job
from studium.notes import actions, queries
from studium.notes.jobs import built_engine
from studium.notes.models import AiNote
from tests import factories

BOOK = Path(__file__).parents[1] / "data" / "rust_book_excerpts" / "ownership.md"
pytestmark = pytest.mark.django_db


@pytest.fixture
def lesson(course: Course) -> Lesson:
    """A real chapter with enough prose."""
    return factories.lesson(course=course, topic="Ownership", content=BOOK.read_text())


@pytest.fixture
def note(bruno: User, lesson: Lesson, now: datetime) -> AiNote:
    """Its notes, as a draft."""
    actions.request_notes(by=bruno, lesson_id=lesson.pk, now=now)
    jobs.work_off()
    return AiNote.objects.get(lesson=lesson)


def change(lesson: Lesson, content: str) -> None:
    """Store another text, rendered as saving renders it."""
    page = render_lesson(lesson.topic, content, Surroundings(lesson.course.slug))
    for name, value in {"content": content, **page.columns}.items():
        setattr(lesson, name, value)
    lesson.save()


def make_again(by: User, lesson: Lesson, **more: Any) -> Job:
    job = actions.request_notes(by=by, lesson_id=lesson.pk, now=clock.now(), **more)
    jobs.work_off()
    job.refresh_from_db()
    return job


# --- making --------------------------------------------------------------------------------------


def test_every_sentence_of_a_note_cites_its_passage_word_for_word(
    note: AiNote, lesson: Lesson
) -> None:
    assert (note.status, note.engine) == ("draft", "extractive")
    assert note.source_hash == lesson.content_hash
    assert {one["kind"] for one in note.sentences} >= {"summary", "key_point"}
    blocks = {one["id"] for one in lesson.blocks}
    for one in note.sentences:
        assert one["supported"] is True
        for source in one["sources"]:
            assert lesson.content[source["start"] : source["end"]] == source["quote"]
            assert source["block_id"] in blocks
    assert note.generated_content.startswith("## In short")


def test_a_lesson_without_prose_keeps_the_reason(bruno: User, course: Course) -> None:
    short = factories.lesson(course=course, content="```rust\nfn main() {}\n```\n")
    job = make_again(bruno, short)
    made = AiNote.objects.get(lesson=short)
    assert (job.status, job.result) == ("done", {"outcome": "nothing"})
    assert made.status == "failed"
    assert "only code" in made.error


def test_notes_that_cannot_be_made_again_leave_the_earlier_ones(
    bruno: User, lesson: Lesson, note: AiNote
) -> None:
    change(lesson, "```rust\nfn main() {}\n```\n")
    assert make_again(bruno, lesson).result == {"outcome": "nothing"}
    kept = AiNote.objects.get(lesson=lesson)
    assert (kept.status, kept.sentences) == ("draft", note.sentences)


def test_an_approval_survives_making_the_same_notes_again(
    bruno: User, lesson: Lesson, note: AiNote, now: datetime
) -> None:
    actions.approve_note(by=bruno, note_id=note.pk, now=now)
    assert make_again(bruno, lesson).result == {"outcome": "unchanged"}
    assert AiNote.objects.get(lesson=lesson).status == "approved"
    change(lesson, lesson.content.replace("ownership", "belonging"))
    assert make_again(bruno, lesson).result == {"outcome": "stored"}
    assert AiNote.objects.get(lesson=lesson).status == "draft"


def test_a_course_gets_notes_where_they_are_missing_or_stale_and_nowhere_else(
    bruno: User, course: Course, lesson: Lesson, note: AiNote, now: datetime
) -> None:
    edited = factories.lesson(course=course, content=BOOK.read_text() + "\nMore.\n")
    make_again(bruno, edited)
    theirs = AiNote.objects.get(lesson=edited)
    words = [{"place": 0, "text": "Bruno's own words."}]
    actions.edit_note(by=bruno, note_id=theirs.pk, sentences=words, now=now)
    change(edited, BOOK.read_text() + "\nEven more.\n")
    job = actions.request_notes_for_course(by=bruno, course_id=course.pk, now=now)
    jobs.work_off()
    job.refresh_from_db()
    assert job.status == "done"
    assert job.result == {"lessons": 2, "nothing": 2}  # the two short lessons of the course
    assert (job.progress_done, job.progress_total) == (2, 2)
    assert AiNote.objects.get(pk=theirs.pk).sentences[0]["text"] == "Bruno's own words."
    again = actions.request_notes_for_course(by=bruno, course_id=course.pk, now=now)
    jobs.work_off()
    again.refresh_from_db()
    assert again.result == {"lessons": 0}


def test_a_course_job_goes_on_where_its_worker_died(
    bruno: User, course: Course, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    for number in range(3):
        factories.lesson(course=course, content=f"{BOOK.read_text()}\nNumber {number}.\n")
    made = []
    propose = type(built_engine()).propose_notes

    def die_at_the_third(self: Any, text: Any, **more: Any) -> Any:
        made.append(text.topic)
        if len(made) == 4:
            raise SystemExit
        return propose(self, text, **more)

    monkeypatch.setattr(type(built_engine()), "propose_notes", die_at_the_third)
    job = actions.request_notes_for_course(by=bruno, course_id=course.pk, now=now)
    with pytest.raises(SystemExit):
        jobs.work_off()
    job.refresh_from_db()
    assert (job.status, job.progress_done, job.progress_total) == ("running", 3, 5)
    assert AiNote.objects.count() == 3
    jobs.sweep(now=clock.now() + timedelta(minutes=1))
    jobs.work_off()
    job.refresh_from_db()
    assert (job.status, job.attempts, job.progress_done) == ("done", 1, 5)
    assert job.result == {"lessons": 5, "nothing": 2, "stored": 3}
    assert AiNote.objects.count() == 5
    assert len(made) == 4 + 2


@pytest.mark.django_db(transaction=True)
def test_three_deliveries_of_one_job_at_once_make_one_note(
    bruno: User, lesson: Lesson, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    calls = []
    propose = type(built_engine()).propose_notes

    def counted(self: Any, text: Any, **more: Any) -> Any:
        calls.append(text.topic)
        return propose(self, text, **more)

    monkeypatch.setattr(type(built_engine()), "propose_notes", counted)
    job = actions.request_notes(by=bruno, lesson_id=lesson.pk, now=now)
    begin = threading.Barrier(3)

    def deliver() -> None:
        begin.wait()
        try:
            jobs.deliver(str(job.pk))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=deliver) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert calls == ["Ownership"]
    assert AiNote.objects.filter(lesson=lesson).count() == 1


def test_asking_twice_gives_the_same_job(bruno: User, lesson: Lesson, now: datetime) -> None:
    first = actions.request_notes(by=bruno, lesson_id=lesson.pk, now=now)
    assert actions.request_notes(by=bruno, lesson_id=lesson.pk, now=now).pk == first.pk


# --- who may -------------------------------------------------------------------------------------


def test_students_and_strangers_neither_make_nor_approve(
    ada: User, chloe: User, eva: User, dora: User, lesson: Lesson, note: AiNote, now: datetime
) -> None:
    assistant = factories.person("Dev Das")
    factories.enrollment(user=assistant, course=lesson.course, role="assistant")
    for person, refusal in (
        (ada, NotAllowed),
        (assistant, NotAllowed),
        (chloe, NotFound),
        (eva, NotFound),
    ):
        for act in (
            lambda who: actions.request_notes(by=who, lesson_id=lesson.pk, now=now),
            lambda who: actions.request_notes_for_course(
                by=who, course_id=lesson.course_id, now=now
            ),
            lambda who: actions.approve_all(by=who, course_id=lesson.course_id, now=now),
            lambda who: actions.approve_note(by=who, note_id=note.pk, now=now),
            lambda who: actions.unapprove_note(by=who, note_id=note.pk, now=now),
            lambda who: actions.edit_note(by=who, note_id=note.pk, sentences=[], now=now),
        ):
            with pytest.raises(refusal):
                act(person)
    assert actions.approve_note(by=dora, note_id=note.pk, now=now).status == "approved"


def test_readers_see_approved_notes_and_drafts_only_where_the_course_says_so(
    ada: User, bruno: User, chloe: User, course: Course, lesson: Lesson, note: AiNote, now: datetime
) -> None:
    def seen_by(person: User) -> bool:
        return queries.panel_for(lesson.pk, person).note is not None

    assert (seen_by(bruno), seen_by(ada)) == (True, False)
    with pytest.raises(NotFound):
        queries.note_for(note.pk, ada)
    with pytest.raises(NotFound):
        queries.panel_for(lesson.pk, chloe)
    Course.objects.filter(pk=course.pk).update(show_checked_notes=True)
    assert seen_by(ada)
    Course.objects.filter(pk=course.pk).update(show_checked_notes=False)
    actions.approve_note(by=bruno, note_id=note.pk, now=now)
    shown = queries.note_for(note.pk, ada)
    assert (shown.engine, shown.approved_by) == ("extractive", "Bruno Berg")
    assert queries.panel_for(lesson.pk, ada).may_manage is False


# --- stale, edited, approved ---------------------------------------------------------------------


def test_only_sentences_whose_passage_changed_are_stale(
    bruno: User, lesson: Lesson, note: AiNote
) -> None:
    assert queries.panel_for(lesson.pk, bruno).note.is_stale is False
    quote = note.sentences[0]["sources"][0]["quote"]
    change(lesson, "A new beginning.\n\n" + lesson.content.replace(quote, "Something else."))
    shown = queries.panel_for(lesson.pk, bruno).note
    assert shown.is_stale
    stale = [one for one in shown.sentences if one.is_stale]
    assert [one.text for one in stale] == [
        one["text"]
        for one in note.sentences
        if any(quote in source["quote"] for source in one["sources"])
    ]
    blocks = {one["id"] for one in lesson.blocks}
    for one in shown.sentences:
        if not one.is_stale:
            assert all(lesson.content[s.start : s.end] == s.quote for s in one.sources)
            assert {block for block, _ in one.chips} <= blocks


def test_an_edit_is_kept_through_making_again_unless_it_is_given_up(
    bruno: User, lesson: Lesson, note: AiNote, now: datetime
) -> None:
    words = [{"place": 0, "text": "In Bruno's words."}, {"place": 1, "text": ""}]
    edited = actions.edit_note(by=bruno, note_id=note.pk, sentences=words, now=now)
    assert len(edited.sentences) == 1
    assert edited.edited_by == bruno
    assert "In Bruno's words." in edited.generated_content
    assert make_again(bruno, lesson).result == {"outcome": "unchanged"}
    assert AiNote.objects.get(lesson=lesson).sentences[0]["text"] == "In Bruno's words."
    assert make_again(bruno, lesson, replace_edited=True).result == {"outcome": "stored"}
    fresh = AiNote.objects.get(lesson=lesson)
    assert fresh.edited_by is None
    assert fresh.sentences == note.sentences


def test_an_edit_while_the_job_waits_is_not_overwritten(
    bruno: User, lesson: Lesson, note: AiNote, now: datetime
) -> None:
    change(lesson, lesson.content + "\nA further paragraph.\n")
    job = actions.request_notes(by=bruno, lesson_id=lesson.pk, now=now)
    words = [{"place": 0, "text": "Typed meanwhile."}]
    actions.edit_note(by=bruno, note_id=note.pk, sentences=words, now=now)
    jobs.work_off()
    job.refresh_from_db()
    assert job.result == {"outcome": "unchanged"}
    assert AiNote.objects.get(lesson=lesson).sentences[0]["text"] == "Typed meanwhile."


def test_an_edit_of_an_older_state_is_refused(bruno: User, note: AiNote, now: datetime) -> None:
    shown = queries.note_for(note.pk, bruno)
    words = [{"place": 0, "text": "First."}]
    actions.edit_note(by=bruno, note_id=note.pk, sentences=words, based_on=shown.stamp, now=now)
    with pytest.raises(Conflict, match="changed while you edited"):
        actions.edit_note(by=bruno, note_id=note.pk, sentences=words, based_on=shown.stamp, now=now)


def test_approval_is_logged_with_its_person_and_can_be_taken_back(
    bruno: User, dora: User, note: AiNote, now: datetime
) -> None:
    actions.approve_note(by=bruno, note_id=note.pk, now=now)
    actions.approve_note(by=dora, note_id=note.pk, now=now)
    approved = AiNote.objects.get(pk=note.pk)
    assert (approved.approved_by, approved.approved_at) == (bruno, now)
    actions.unapprove_note(by=dora, note_id=note.pk, now=now)
    assert AiNote.objects.get(pk=note.pk).status == "draft"
    logged = AuditEntry.objects.filter(object_id=str(note.pk)).order_by("id")
    assert [(one.action, one.actor.name) for one in logged] == [
        ("note.approved", "Bruno Berg"),
        ("note.unapproved", "Dora Dahl"),
    ]


def test_an_edit_of_approved_notes_is_answered_for_by_the_editor(
    bruno: User, dora: User, note: AiNote, now: datetime
) -> None:
    actions.approve_note(by=bruno, note_id=note.pk, now=now)
    words = [{"place": 0, "text": "Dora's words."}]
    actions.edit_note(by=dora, note_id=note.pk, sentences=words, now=now)
    assert AiNote.objects.get(pk=note.pk).approved_by == dora


def test_approving_all_leaves_out_stale_drafts(
    bruno: User, course: Course, lesson: Lesson, note: AiNote, now: datetime
) -> None:
    other = factories.lesson(course=course, content=BOOK.read_text())
    make_again(bruno, other)
    change(other, BOOK.read_text() + "\nChanged.\n")
    assert actions.approve_all(by=bruno, course_id=course.pk, now=now) == 1
    counts = queries.course_notes(course)
    assert (counts.approved, counts.drafts, counts.stale) == (1, 1, 1)


def test_the_panel_takes_one_statement_and_a_second_one_when_stale(
    ada: User,
    bruno: User,
    lesson: Lesson,
    note: AiNote,
    now: datetime,
    django_assert_num_queries: Any,
) -> None:
    actions.approve_note(by=bruno, note_id=note.pk, now=now)

    def open_panel(content_hash: str) -> queries.Panel:
        return queries.panel_in_page(
            lesson_id=lesson.pk,
            content_hash=content_hash,
            course_slug="c",
            is_staff=False,
            may_manage=False,
        )

    with django_assert_num_queries(1):
        assert open_panel(lesson.content_hash).note.stale_count == 0
    with django_assert_num_queries(2):
        open_panel("other")
