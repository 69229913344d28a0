"""Own notes: where they stand, how they follow their passage, and that they are one's own."""

from __future__ import annotations

from datetime import timedelta

import pytest

from studium.content.actions import lessons, own_notes, progress
from studium.content.actions.lessons import LessonText
from studium.content.actions.own_notes import Marked
from studium.content.models import LessonProgress, OwnNote
from studium.content.queries import changes
from studium.content.queries import own_notes as queries
from studium.lib.errors import Conflict, Invalid, NotFound, TooMany

pytestmark = pytest.mark.django_db

CONTENT = """## Owners

Ownership is a set of rules that govern how a program manages memory.

Each value has an owner. There can only be one owner at a time.

## Moves

A move gives a value away, and the old name cannot be used any more.

- Numbers are copied.
- Texts are moved.
"""
RULES = "set of rules that govern"


@pytest.fixture
def lesson(bruno, course, now):
    text = LessonText(topic="Owning", content=CONTENT)
    made = lessons.add_lesson(by=bruno, course_id=course.pk, text=text, now=now)
    lessons.publish_lessons(by=bruno, course_id=course.pk, lesson_ids=[made.pk], now=now)
    return made


@pytest.fixture
def marks(ada, lesson, now):
    """Mark words of the lesson, by whatever block they stand in."""

    def make(quote, body="", near=0, by=ada):
        block = next(one for one in lesson.blocks if " ".join(quote.split()) in one["text"]
                     and one["kind"] != "list")  # fmt: skip
        marked = Marked(block_id=block["id"], quote=quote, near=near)
        return own_notes.add_own_note(by=by, lesson_id=lesson.pk, marked=marked, body=body, now=now)

    return make


@pytest.fixture
def saved(bruno, lesson, now):
    """Save another text of the lesson."""

    def save(content, topic="Owning"):
        lesson.refresh_from_db()
        text = LessonText(topic=topic, content=content)
        return lessons.edit_lesson(
            by=bruno, lesson_id=lesson.pk, text=text, based_on=lesson.version, now=now
        )

    return save


def seen(ada, lesson):
    """(what was marked, what stands there now) of each of Ada's notes."""
    return [(one.quote, one.words) for one in queries.own_notes(ada, lesson.pk).notes]


def test_words_are_marked_where_they_stand(marks, lesson, ada):
    note = marks("set of\n rules", "Which?")
    block = next(one for one in lesson.blocks if one["id"] == note.block_id)
    assert (note.quote, note.kind, note.body) == ("set of rules", "note", "Which?")
    assert block["text"][note.begins : note.ends] == "set of rules"
    assert [one.heading for one in queries.own_notes(ada, lesson.pk).notes] == ["Owners"]


def test_of_the_same_words_those_are_marked_that_were_chosen(marks, lesson):
    first, second = marks("owner", near=0), marks("owner", near=45)
    assert first.block_id == second.block_id
    assert first.begins < second.begins
    assert marks("owner").pk == first.pk, "the same highlight twice is one"


def test_what_marks_nothing_of_the_lesson_is_refused(ada, lesson, now):
    for marked in (Marked(block_id="b-none", quote="x"), Marked(quote="x"), Marked()):
        with pytest.raises(Invalid):
            own_notes.add_own_note(by=ada, lesson_id=lesson.pk, marked=marked, now=now)
    assert not OwnNote.objects.exists()


def test_a_note_follows_its_passage_that_has_moved(marks, saved, lesson, ada):
    marks(RULES)
    moved = CONTENT.replace("## Owners\n\n", "## Owners\n\nA new beginning.\n\n")
    head, tail = moved.split("## Moves")
    saved(f"## Moves{tail}\n{head}")
    assert seen(ada, lesson) == [(RULES, RULES)]


def test_a_note_follows_its_passage_that_was_reworded_and_says_so(marks, saved, lesson, ada):
    marks(RULES, "Learn this")
    saved(CONTENT.replace("set of rules that govern", "set of simple rules which govern"))
    (note,) = queries.own_notes(ada, lesson.pk).notes
    assert note.words == "set of simple rules which govern"
    assert (note.quote, note.is_changed, note.is_orphan) == (RULES, True, False)


def test_a_note_stays_between_the_words_that_stand_around_it(marks, saved, lesson, ada):
    marks("an owner")
    marks("is a set of rules", "Why a set?")
    saved(CONTENT.replace("an owner. There", "one owner. There"))
    assert ("an owner", "one owner") in seen(ada, lesson)
    changed = CONTENT.replace("an owner. There", "its very own keeper. There")
    saved(changed.replace("is a set of rules", "names the few laws"))
    assert [(one.words, one.is_orphan) for one in queries.own_notes(ada, lesson.pk).notes] == [
        ("", True), ("", True),
    ]  # fmt: skip


def test_a_note_follows_its_passage_into_half_of_its_paragraph(marks, saved, lesson, ada):
    marks("one owner")
    saved(CONTENT.replace("an owner. There", "an owner.\n\nThere"))
    assert seen(ada, lesson) == [("one owner", "one owner")]


def test_a_note_without_its_passage_keeps_its_quotation_until_it_comes_back(
    marks, saved, lesson, ada
):
    marks(RULES, "Learn this")
    marks("Texts are moved")
    paragraph = CONTENT.split("\n\n")[1]
    saved(CONTENT.replace(paragraph, "Bees make honey."))
    orphan = queries.own_notes(ada, lesson.pk).notes[-1]
    assert (orphan.is_orphan, orphan.quote, orphan.words) == (True, RULES, "")
    assert seen(ada, lesson)[0] == ("Texts are moved", "Texts are moved")
    saved(CONTENT)
    assert seen(ada, lesson)[0] == (RULES, RULES)


def test_words_are_changed_only_by_who_has_seen_them(marks, ada, now):
    note = marks(RULES, "One")
    later = now + timedelta(minutes=1)
    own_notes.write_own_note(by=ada, note_id=note.pk, body="Two", based_on=now, now=later)
    with pytest.raises(Conflict) as refused:
        own_notes.write_own_note(by=ada, note_id=note.pk, body="Three", based_on=now, now=later)
    assert refused.value.extra["body"] == "Two"
    bare = own_notes.write_own_note(by=ada, note_id=note.pk, body=" \n", now=later)
    assert (bare.kind, bare.body, bare.quote) == ("highlight", "", RULES)


def test_a_deleted_note_can_be_put_back_by_its_reader_alone(marks, ada, bruno, now):
    note = marks(RULES, "One")
    kept = own_notes.remove_own_note(by=ada, note_id=note.pk, now=now)
    assert not OwnNote.objects.exists()
    with pytest.raises(NotFound):
        own_notes.restore_own_note(by=bruno, kept=kept, now=now)
    for _ in range(2):
        own_notes.restore_own_note(by=ada, kept=kept, now=now)
    back = OwnNote.objects.get()
    assert (back.pk, back.body, back.block_id) == (note.pk, "One", note.block_id)


def test_notes_are_nobody_elses(marks, ada, bruno, dora, lesson, course, now):
    note = marks(RULES, "Mine")
    for other in (bruno, dora):
        with pytest.raises(NotFound):
            own_notes.write_own_note(by=other, note_id=note.pk, body="x", now=now)
        with pytest.raises(NotFound):
            own_notes.remove_own_note(by=other, note_id=note.pk, now=now)
        with pytest.raises(NotFound):
            queries.own_note(other, note.pk)
        assert queries.own_notes(other, lesson.pk).notes == ()
        assert queries.own_notes_of_course(other, course).note_count == 0
    assert queries.own_notes_of_course(ada, course).note_count == 1


def test_a_lesson_holds_so_many_notes_and_no_more(marks, ada, lesson, now, monkeypatch):
    monkeypatch.setattr(own_notes, "MOST_IN_LESSON", 1)
    marks(RULES)
    with pytest.raises(TooMany):
        marks("Numbers are copied")


def test_a_reader_is_told_which_sections_have_changed(saved, lesson, ada, now):
    progress.open_lesson(by=ada, lesson_id=lesson.pk, now=now)
    assert changes.changes_for(ada, lesson.pk).sections == ()
    content = CONTENT.replace("gives a value away", "hands a value on")
    saved(content.replace("## Moves", "## Copies\n\nNumbers.\n\n## Moves"))
    later = now + timedelta(days=1)
    progress.open_lesson(by=ada, lesson_id=lesson.pk, now=later)
    found = changes.changes_for(ada, lesson.pk).sections
    assert [(one.heading, one.state) for one in found] == [("Copies", "new"), ("Moves", "changed")]
    saved("## Moves\n\nA move.\n")
    found = changes.changes_for(ada, lesson.pk).sections
    assert [(one.heading, one.state) for one in found] == [
        ("Moves", "changed"), ("Owners", "removed"),
    ]  # fmt: skip
    progress.note_seen(by=ada, lesson_id=lesson.pk, now=later)
    assert changes.changes_for(ada, lesson.pk).sections == ()
    assert LessonProgress.objects.get(user=ada, lesson=lesson).seen_version == 3


def test_a_long_lesson_with_many_notes_is_saved_in_time(saved, lesson, ada, now):
    """Thousands of notes of a class cost a save one look at each, not a search of the text."""
    import time

    paragraphs = [f"Paragraph {n} speaks of matter {n * 7919 % 1000}." for n in range(150)]
    saved("\n\n".join(paragraphs))
    lesson.refresh_from_db()
    blocks = [one for one in lesson.blocks if one["kind"] == "paragraph"]
    OwnNote.objects.bulk_create(
        OwnNote(user=ada, lesson=lesson, block_id=one["id"], quote=one["text"][:20], ends=20,
                kind="highlight")
        for one in blocks * 2
    )  # fmt: skip
    before = time.process_time()
    saved("\n\n".join(["Something new."] + [one.replace("7.", "8!") for one in paragraphs]))
    assert OwnNote.objects.filter(block_id=None).count() == 0
    assert time.process_time() - before < 2
