"""Stored lessons are rendered again where they differ, and what stands at their text stays."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studium.content import passage_index, render
from studium.content.actions import lessons, own_notes, rendering
from studium.content.actions.lessons import LessonText
from studium.content.actions.own_notes import Marked
from studium.content.models import Lesson, LessonRevision, OwnNote
from studium.content.models.passage import Passage
from studium.content.queries import own_notes as queries
from studium.notes.models import AiNote
from tests.cli.program import within

pytestmark = pytest.mark.django_db

CONTENT = "## Owners\n\nOwnership is a set of rules.\n\n## Moves\n\nA move gives a value away.\n"


@pytest.fixture
def lesson(bruno, course, now):
    text = LessonText(topic="Owning", content=CONTENT)
    made = lessons.add_lesson(by=bruno, course_id=course.pk, text=text, now=now)
    lessons.publish_lessons(by=bruno, course_id=course.pk, lesson_ids=[made.pk], now=now)
    rendering.render_stored(tell=quiet)  # those of the fixtures too
    return made


def quiet(found):
    """Progress that nobody reads."""


@pytest.fixture
def of_before(lesson, ada, now):
    """The lesson as a former version stored it: other HTML, other names of blocks; and a note."""
    fresh = Lesson.objects.get(pk=lesson.pk)
    block = next(one for one in fresh.blocks if "set of rules" in one["text"])
    mark = Marked(block_id=block["id"], quote="set of rules", near=0)
    own_notes.add_own_note(by=ada, lesson_id=lesson.pk, marked=mark, body="Which?", now=now)
    old = Lesson.objects.get(pk=lesson.pk)
    old.content_html = "<script>alert(1)</script>"
    old.blocks = [one | {"id": f"old-{place}"} for place, one in enumerate(old.blocks)]
    old.save(update_fields=["content_html", "blocks"])
    place = next(n for n, one in enumerate(fresh.blocks) if one["id"] == block["id"])
    OwnNote.objects.filter(lesson=lesson).update(block_id=f"old-{place}")
    Passage.objects.filter(lesson=lesson).delete()
    return fresh


def test_what_differs_is_made_anew_once_and_anchors_hold(of_before, ada):
    asked = within("lessons", "render", "--check")
    assert asked.returncode == 1
    assert "; 1 would change." in asked.stdout
    assert "script" in Lesson.objects.get(pk=of_before.pk).content_html
    done = within("lessons", "render")
    assert done.returncode == 0, done.stderr
    assert "; 1 were rendered anew.\n1 highlights and own notes have followed" in done.stdout
    now = Lesson.objects.get(pk=of_before.pk)
    for column in ("content_html", "blocks", "outline", "minutes", "version", "content_hash"):
        assert getattr(now, column) == getattr(of_before, column), column
    assert LessonRevision.objects.filter(lesson=now).count() == 1
    (note,) = queries.own_notes(ada, now.pk).notes
    assert (note.quote, note.words) == ("set of rules", "set of rules")
    assert Passage.objects.filter(lesson=now).exists()
    assert passage_index.faults() == []
    assert "; 0 would change." in within("lessons", "render", "--check").stdout


def test_ai_notes_cite_the_passages_by_their_present_names(
    of_before, django_capture_on_commit_callbacks
):
    block = next(one for one in of_before.blocks if "set of rules" in one["text"])
    source = {"block_id": "old-1", "start": block["start"], "end": block["end"],
              "quote": CONTENT[block["start"] : block["end"]]}  # fmt: skip
    said = [{"id": "s1", "text": "Ownership is a set of rules.", "kind": "key", "supported": True,
             "sources": [source], "numbers": [9]}]  # fmt: skip
    AiNote.objects.create(
        lesson=of_before, status="draft", generated_content="Ownership is a set of rules.",
        sentences=said, source_hash=of_before.content_hash,
    )  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        rendering.render_stored(tell=quiet)
    (sentence,) = AiNote.objects.get(lesson=of_before).sentences
    assert sentence["sources"] == [source | {"block_id": block["id"]}]
    assert sentence["numbers"] == [1]


def test_after_a_change_of_the_renderer_every_lesson_or_one_course_is_made_anew(
    lesson, course, other_course, monkeypatch
):
    made = render.markdown.render

    def of_now(*given, **named):
        page = made(*given, **named)
        return replace(page, html=page.html + "<!-- 2 -->")

    monkeypatch.setattr(render.markdown, "render", of_now)
    one = rendering.render_stored(slug=other_course.slug, tell=quiet)
    assert one.looked == one.changed == other_course.lessons.count()
    rest = rendering.render_stored(tell=quiet)
    assert rest.changed == course.lessons.count()
    assert rendering.render_stored(tell=quiet).changed == 0
    assert all(one.content_html.endswith("<!-- 2 -->") for one in Lesson.objects.all())


def test_a_lesson_that_is_saved_meanwhile_stays_as_it_was_saved(of_before, monkeypatch, bruno, now):
    before = rendering.render_lesson

    def while_somebody_saves(topic, content, around):
        if topic == "Owning" and content == CONTENT:
            text = LessonText(topic="Owning", content="Another text.")
            lessons.edit_lesson(by=bruno, lesson_id=of_before.pk, text=text, based_on=1, now=now)
        return before(topic, content, around)

    monkeypatch.setattr(rendering, "render_lesson", while_somebody_saves)
    rendering.render_stored(slug=of_before.course.slug, tell=quiet)
    assert "Another text." in Lesson.objects.get(pk=of_before.pk).content_html
