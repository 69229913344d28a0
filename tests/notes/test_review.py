"""Going through notes: by sentence, after the lesson changed, with history and refusals."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from studium.ai.model import Item, RejectedItem, Rejection
from studium.content.actions import intake, lessons
from studium.content.actions.courses import CourseTerms
from studium.content.models import Course, Lesson
from studium.content.render import Surroundings, render_lesson
from studium.identity.models import User
from studium.lib import jobs
from studium.lib.errors import Conflict, Invalid, NotAllowed, NotFound
from studium.lib.models import Job
from studium.notes import actions, cards, history, queries, rejections, review
from studium.notes.models import AiNote, AiRejection, NoteVersion
from tests import factories

BOOK = Path(__file__).parents[1] / "data" / "rust_book_excerpts" / "ownership.md"
pytestmark = pytest.mark.django_db


@pytest.fixture
def lesson(course: Course) -> Lesson:
    return factories.lesson(course=course, topic="Ownership", content=BOOK.read_text())


@pytest.fixture
def note(bruno: User, lesson: Lesson, now: datetime) -> AiNote:
    """Its notes, approved by Bruno."""
    actions.request_notes(by=bruno, lesson_id=lesson.pk, now=now)
    jobs.work_off()
    made = AiNote.objects.get(lesson=lesson)
    actions.approve_note(by=bruno, note_id=made.pk, now=now)
    return AiNote.objects.get(lesson=lesson)


def change(lesson: Lesson, content: str) -> None:
    """Store another text, rendered as saving renders it."""
    page = render_lesson(lesson.topic, content, Surroundings(lesson.course.slug))
    for name, value in {"content": content, **page.columns}.items():
        setattr(lesson, name, value)
    lesson.save()


def finished(job: Job) -> Any:
    jobs.work_off()
    job.refresh_from_db()
    assert job.status == "done", job.reason
    return job.result["outcome"]


def reword(lesson: Lesson, one: dict[str, Any]) -> str:
    """Change one word of what a sentence cites; returns the new sentence."""
    quote = one["sources"][0]["quote"]
    word = max((each for each in quote.split() if each.isalpha()), key=len)
    changed = quote.replace(word, word + "ish")
    change(lesson, lesson.content.replace(quote, changed))
    return changed


def causes(lesson: Lesson) -> list[str]:
    rows = NoteVersion.objects.filter(lesson=lesson).order_by("version")
    return list(rows.values_list("cause", flat=True))


# --- the lesson changed --------------------------------------------------------------------------


def test_only_what_cites_changed_text_is_refreshed_and_waits_for_an_approval(
    ada: User, bruno: User, lesson: Lesson, note: AiNote, now: datetime
) -> None:
    point = next(one for one in note.sentences if one["kind"] == "key_point")
    others = [one["text"] for one in note.sentences if one["sources"] != point["sources"]]
    reword(lesson, point)
    shown = review.review_of(note.pk, bruno)
    stale = [one for part in shown.sections for one in part.sentences if one.shown.is_stale]
    assert point["text"] in [one.shown.text for one in stale]
    assert not {one.shown.text for one in stale} & set(others)
    assert stale[0].was == point["sources"][0]["quote"]
    assert "ish" in stale[0].now
    assert queries.note_for(note.pk, ada).stale_count == len(stale)  # marked for readers too

    job = actions.request_refresh(by=bruno, note_id=note.pk, now=now)
    assert finished(job) == "refreshed"
    after = queries.note_for(note.pk, bruno)
    assert (after.status, after.stale_count, after.is_stale) == ("approved", 0, False)
    assert [one.text for one in after.sentences if not one.waiting] == others
    assert 1 <= after.waiting_count <= len(stale)
    assert all("ish" in one.text for one in after.sentences if one.waiting)
    for_ada = queries.note_for(note.pk, ada)
    assert [one.text for one in for_ada.sentences] == others
    assert "ish" not in for_ada.generated_content
    actions.approve_note(by=bruno, note_id=note.pk, now=now)
    assert "ish" in queries.note_for(note.pk, ada).generated_content
    assert causes(lesson) == ["made", "refreshed"]
    again = actions.request_refresh(by=bruno, note_id=note.pk, now=now)
    assert finished(again) == "unchanged"


def test_a_persons_words_are_not_refreshed_but_decided_about(
    bruno: User, lesson: Lesson, note: AiNote, now: datetime
) -> None:
    point = next(one for one in note.sentences if one["kind"] == "key_point")
    actions.change_sentence(
        by=bruno, note_id=note.pk, sentence=point["id"], text="In my words.", now=now
    )
    reword(lesson, point)
    job = actions.request_refresh(by=bruno, note_id=note.pk, now=now)
    assert finished(job) == "conflicts"
    (choice,) = review.choices_of(note.pk, bruno)
    assert (choice.why, choice.mine, choice.base) == (
        "both_changed", "In my words.", point["text"],
    )  # fmt: skip
    assert "ish" in choice.theirs
    assert queries.note_for(note.pk, bruno).stale_count == 1
    actions.choose(by=bruno, note_id=note.pk, conflict=choice.key, take="mine", now=now)
    after = queries.note_for(note.pk, bruno)
    assert "In my words." in [one.text for one in after.sentences]
    assert (after.conflict_count, after.stale_count) == (0, 0)
    with pytest.raises(NotFound):
        actions.choose(by=bruno, note_id=note.pk, conflict=choice.key, take="mine", now=now)


# --- sentence by sentence ------------------------------------------------------------------------


def test_another_sentence_takes_the_place_of_one_and_the_first_does_not_come_back(
    bruno: User, lesson: Lesson, note: AiNote, now: datetime
) -> None:
    first = note.sentences[0]
    job = actions.request_part(by=bruno, note_id=note.pk, sentence=first["id"], now=now)
    assert finished(job) == "stored"
    after = queries.note_for(note.pk, bruno)
    assert (first["kind"], first["text"]) not in [(one.kind, one.text) for one in after.sentences]
    (new,) = [one for one in after.sentences if one.waiting]
    assert new.kind == first["kind"]
    assert lesson.content[new.sources[0].start : new.sources[0].end] == new.sources[0].quote
    assert len(after.sentences) == len(note.sentences)
    with pytest.raises(NotFound):
        actions.request_part(by=bruno, note_id=note.pk, sentence=first["id"], now=now)


def test_a_section_is_made_again_without_touching_the_others(
    bruno: User, note: AiNote, now: datetime
) -> None:
    terms = [one["id"] for one in note.sentences if one["kind"] == "key_term"]
    summary = [one["id"] for one in note.sentences if one["kind"] == "summary"]
    actions.remove_sentences(by=bruno, note_id=note.pk, sentences=[terms[0], summary[0]], now=now)
    job = actions.request_part(
        by=bruno, note_id=note.pk, kind="key_term", replace_edited=True, now=now
    )
    assert finished(job) == "stored"
    held = [one.id for one in queries.note_for(note.pk, bruno).sentences]
    assert terms[0] in held
    assert summary[0] not in held


def test_kept_and_removed_sentences_stay_so_when_everything_is_made_again(
    bruno: User, lesson: Lesson, note: AiNote, now: datetime
) -> None:
    kept, gone = note.sentences[0], note.sentences[1]
    actions.keep_sentences(by=bruno, note_id=note.pk, sentences=[kept["id"]], now=now)
    actions.remove_sentences(by=bruno, note_id=note.pk, sentences=[gone["id"]], now=now)
    job = actions.request_notes(by=bruno, lesson_id=lesson.pk, now=now)
    assert finished(job) in ("unchanged", "merged")
    after = queries.note_for(note.pk, bruno).sentences
    assert after[0].kept
    assert gone["text"] not in [one.text for one in after if one.kind == gone["kind"]]


def test_nobodys_newer_words_are_overwritten(bruno: User, note: AiNote, now: datetime) -> None:
    one = note.sentences[0]
    about = {"by": bruno, "note_id": note.pk, "now": now}
    with pytest.raises(Conflict):
        actions.change_sentence(**about, sentence=one["id"], text="New.", was="Not what it says.")
    with pytest.raises(Conflict):
        actions.keep_sentences(**about, sentences=["nothing"])
    with pytest.raises(Invalid):
        actions.change_sentence(**about, sentence=one["id"], text="  ")
    with pytest.raises(Invalid, match="at least one"):
        actions.remove_sentences(**about, sentences=[each["id"] for each in note.sentences])


def test_only_those_who_teach_the_course_review(
    ada: User, eva: User, note: AiNote, now: datetime
) -> None:
    one = note.sentences[0]["id"]
    for who, refusal in ((ada, NotAllowed), (eva, NotFound)):
        about = {"by": who, "note_id": note.pk, "now": now}
        for act in (
            lambda about: actions.keep_sentences(**about, sentences=[one]),
            lambda about: actions.remove_sentences(**about, sentences=[one]),
            lambda about: actions.change_sentence(**about, sentence=one, text="Mine."),
            lambda about: actions.restore_note(**about, version=1),
            lambda about: actions.request_part(**about, sentence=one),
            lambda about: actions.request_refresh(**about),
            lambda about: actions.choose(**about, conflict="x", take="mine"),
        ):
            with pytest.raises(refusal):
                act(about)
        with pytest.raises(refusal):
            history.history_of(note.pk, who)
        with pytest.raises(refusal):
            review.review_of(note.pk, who)


# --- history -------------------------------------------------------------------------------------


def test_every_change_is_a_version_and_an_earlier_one_can_be_brought_back(
    bruno: User, lesson: Lesson, note: AiNote, now: datetime
) -> None:
    one = note.sentences[0]
    actions.change_sentence(by=bruno, note_id=note.pk, sentence=one["id"], text="Mine.", now=now)
    actions.remove_sentences(
        by=bruno, note_id=note.pk, sentences=[note.sentences[1]["id"]], now=now
    )
    assert causes(lesson) == ["made", "edited", "removed"]
    listed = history.history_of(note.pk, bruno)
    assert [(one.version, one.by) for one in listed.items] == [
        (3, "Bruno Berg"), (2, "Bruno Berg"), (1, "Bruno Berg"),
    ]  # fmt: skip
    assert [(one.added, one.removed) for one in listed.items[:2]] == [(0, 1), (1, 1)]
    marks = {line.mark for line in history.version_of(note.pk, 1, bruno).against_now}
    assert marks == {"", "-", "+"}
    actions.restore_note(by=bruno, note_id=note.pk, version=1, now=now)
    restored = AiNote.objects.get(pk=note.pk)
    assert [each["text"] for each in restored.sentences] == [
        each["text"] for each in note.sentences
    ]
    assert causes(lesson) == ["made", "edited", "removed", "restored"]
    with pytest.raises(NotFound):
        actions.restore_note(by=bruno, note_id=note.pk, version=9, now=now)


def test_notes_older_than_their_history_keep_what_stood_there_first(
    bruno: User, lesson: Lesson, now: datetime
) -> None:
    quote = lesson.content[:40]
    source = {"block_id": lesson.blocks[0]["id"], "start": 0, "end": 40, "quote": quote}
    old = AiNote.objects.create(
        lesson=lesson, generated_content="Old.", engine="extractive",
        source_hash=lesson.content_hash,
        sentences=[{"text": "Old.", "kind": "summary", "sources": [source]}],
    )  # fmt: skip
    words = [{"place": 0, "text": "New."}]
    actions.edit_note(by=bruno, note_id=old.pk, sentences=words, now=now)
    assert causes(lesson) == ["before", "edited"]
    job = actions.request_notes(by=bruno, lesson_id=lesson.pk, now=now)
    assert finished(job) in ("merged", "conflicts")
    assert "New." in [one["text"] for one in AiNote.objects.get(pk=old.pk).sentences]


# --- cards ---------------------------------------------------------------------------------------


def test_the_key_terms_are_cards_for_those_who_see_the_notes(
    ada: User, bruno: User, note: AiNote, now: datetime
) -> None:
    terms = [one for one in note.sentences if one["kind"] == "key_term"]
    deck = cards.deck_for(note.lesson_id, ada)
    assert [(one.place, one.front) for one in deck.cards] == [
        (place, one["term"]) for place, one in enumerate(terms, start=1)
    ]
    assert all(one.sources and one.back for one in deck.cards)
    actions.unapprove_note(by=bruno, note_id=note.pk, now=now)
    assert cards.deck_for(note.lesson_id, ada).cards == ()


# --- refusals ------------------------------------------------------------------------------------


def test_refusals_are_kept_once_counted_by_reason_and_forgotten_after_thirty_days(
    course: Course, lesson: Lesson, now: datetime
) -> None:
    item = Item("cloze", "short_text", "What is _____?", ("it",), ())
    about: dict[str, Any] = {"engine": "extractive", "engine_version": "9"}
    refused = [Rejection("It leans.", "summary", "dangling", "It leans on another.")]
    assert rejections.record(lesson.pk, refused, kind="note", now=now, **about) == 1
    assert rejections.record(lesson.pk, refused, kind="note", now=now, **about) == 0
    leaks = [RejectedItem(item, "leak", "The stem tells."), RejectedItem(item, "leak", "Again.")]
    later = now + timedelta(days=20)
    assert rejections.record(lesson.pk, leaks, kind="item", now=later, **about) == 1
    found = rejections.reasons(course_id=course.pk)
    assert [(one.code, one.count, one.lessons) for one in found] == [
        ("dangling", 1, 1), ("leak", 1, 1),
    ]  # fmt: skip
    assert [one.code for one in rejections.reasons(course_id=course.pk, kind="item")] == ["leak"]
    assert rejections.prune(now=now + timedelta(days=31)) == 1
    assert AiRejection.objects.get().text == "What is _____?"


# --- saving a lesson -----------------------------------------------------------------------------


def test_saving_a_lesson_has_its_notes_made_unless_the_course_wishes_otherwise(
    bruno: User,
    course: Course,
    now: datetime,
    django_capture_on_commit_callbacks: Any,
) -> None:
    def save(topic: str) -> Lesson:
        text = lessons.LessonText(topic=topic, content=BOOK.read_text())
        with django_capture_on_commit_callbacks(execute=True):
            return lessons.add_lesson(by=bruno, course_id=course.pk, text=text, now=now)

    first = save("First")
    jobs.work_off()
    note = AiNote.objects.get(lesson=first)
    assert note.status == "draft"
    actions.approve_note(by=bruno, note_id=note.pk, now=now)
    with django_capture_on_commit_callbacks(execute=True):
        text = lessons.LessonText(topic="First", content="Other words now.\n\nAnd more of them.")
        lessons.edit_lesson(by=bruno, lesson_id=first.pk, text=text, based_on=1, now=now)
    jobs.work_off()
    assert AiNote.objects.get(pk=note.pk).sentences == note.sentences  # approved: left for review
    actions.set_make_on_save(by=bruno, course_id=course.pk, wanted=False, now=now)
    second = save("Second")
    jobs.work_off()
    assert not AiNote.objects.filter(lesson=second).exists()


def test_an_import_queues_one_job_however_many_lessons_it_brings(
    bruno: User, now: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    new = [
        intake.NewLesson(key=f"l{n}", topic=f"Lesson {n}", content="Text enough.") for n in range(9)
    ]
    terms = CourseTerms(title="Imported")
    with django_capture_on_commit_callbacks(execute=True):
        taken = intake.take_in(
            intake.make_ready(by=bruno, terms=terms, lessons=new, files=[], now=now)
        )
    (job,) = Job.objects.filter(course_id=taken.course.pk)
    assert (job.kind, job.target) == ("notes.generate_course", str(taken.course.pk))
