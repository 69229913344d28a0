"""The reader's own pages: notes without a script, what has changed, how lessons look."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from studium.content.actions import lessons, own_notes, progress
from studium.content.actions.lessons import LessonText
from studium.content.models import OwnNote
from studium.lib import clock

pytestmark = pytest.mark.django_db

PART = {"HX-Request": "true"}


@pytest.fixture
def lesson(bruno, course, now):
    text = LessonText(
        topic="Owning", content="## One\n\nEach value has an owner.\n\n## Two\n\nIt.\n"
    )
    made = lessons.add_lesson(by=bruno, course_id=course.pk, text=text, now=now)
    lessons.publish_lessons(by=bruno, course_id=course.pk, lesson_ids=[made.pk], now=now)
    return made


@pytest.fixture
def url(lesson):
    return reverse("own_notes", kwargs={"lesson_id": lesson.pk})


def block_of(lesson, words):
    return next(one["id"] for one in lesson.blocks if words in one["text"])


def test_without_a_script_a_note_is_put_to_a_passage_changed_deleted_and_put_back(
    ada, lesson, url, client_of
):
    client = client_of(ada)
    text = client.get(url).content.decode()
    block = block_of(lesson, "owner")
    assert f'<option value="{block}">Each value has an owner.</option>' in text
    made = client.post(url, {"block": block, "body": "One <b>"})
    note = OwnNote.objects.get()
    assert made["Location"] == f"{url}#own-{note.pk}"
    own = reverse("own_note", kwargs={"note_id": note.pk})
    client.post(own, {"body": "Two", "based_on": note.updated_at.isoformat()})
    late = client.post(own, {"body": "Three", "based_on": note.updated_at.isoformat()})
    assert late.status_code == 409
    assert "Three</textarea>" in late.content.decode(), "no word of a reader is lost"
    text = client.post(reverse("own_note_delete", kwargs={"note_id": note.pk})).content.decode()
    assert not OwnNote.objects.exists()
    undo = re.search(r'name="undo" value="([^"]+)"', text)[1]
    client.post(reverse("own_note_restore"), {"undo": undo})
    assert OwnNote.objects.get().body == "Two"
    assert client.post(reverse("own_note_restore"), {"undo": undo + "x"}).status_code == 404


def test_a_script_is_told_how_a_note_was_saved_and_why_it_was_not(ada, lesson, now, client_of):
    note = own_notes.add_own_note(
        by=ada, lesson_id=lesson.pk, marked=own_notes.Marked(), body="One", now=now
    )
    client, own = client_of(ada), reverse("own_note", kwargs={"note_id": note.pk})
    sent = {"body": "Two", "based_on": now.isoformat()}
    saved = client.post(own, sent, headers={"Accept": "application/json"}).json()
    assert (saved["kind"], saved["updated_at"] > now.isoformat()) == ("note", True)
    refused = client.post(own, sent | {"body": "X"}, headers={"Accept": "application/json"})
    assert (refused.status_code, refused.json()["body"]) == (409, "Two")
    empty = client.post(own, {"body": ""}, headers={"Accept": "application/json"})
    assert (empty.status_code, "needs words" in empty.json()["says"]) == (422, True)


def test_the_lesson_itself_holds_no_note_of_anybody(ada, lesson, url, now, client_of):
    own_notes.add_own_note(
        by=ada, lesson_id=lesson.pk, marked=own_notes.Marked(), body="Secretly", now=now
    )
    address = reverse("lesson", kwargs={"slug": lesson.course.slug, "lesson_id": lesson.pk})
    page = client_of(ada).get(address).content.decode()
    assert f'hx-get="{url}"' in page
    assert "Secretly" not in page
    assert "Secretly" in client_of(ada).get(url, headers=PART).content.decode()


def test_all_notes_of_a_course_are_a_page_and_a_file(ada, lesson, now, client_of):
    block = block_of(lesson, "owner")
    marked = own_notes.Marked(block_id=block, quote="an owner")
    own_notes.add_own_note(by=ada, lesson_id=lesson.pk, marked=marked, body="# Why *one*?", now=now)
    slug = {"slug": lesson.course.slug}
    page = client_of(ada).get(reverse("course_own_notes", kwargs=slug)).content.decode()
    assert "1 highlight or note in this course" in page
    file = client_of(ada).get(reverse("course_own_notes_md", kwargs=slug))
    assert file.content.decode() == (
        "# Ownership\n\n## Owning\n\n### One\n\n> an owner\n\n# Why *one*?\n"
    )
    assert 'filename="notes-' in file["Content-Disposition"]


def test_a_reader_hears_of_changes_until_they_have_seen_them(ada, bruno, lesson, client_of):
    now = clock.now()
    for reader in (ada, bruno):
        progress.open_lesson(by=reader, lesson_id=lesson.pk, now=now - timedelta(days=1))
    address = reverse("lesson", kwargs={"slug": lesson.course.slug, "lesson_id": lesson.pk})
    client = client_of(ada)
    before = client.get(address)
    assert "has changed since" not in before.content.decode()
    text = LessonText(topic="Owning", content=lesson.content.replace("It.", "It is new."))
    lessons.edit_lesson(by=bruno, lesson_id=lesson.pk, text=text, based_on=1, now=now)
    for _ in range(2):  # opening it again does not take the notice away
        assert "has changed since" in client.get(address).content.decode()
    part = client.get(reverse("lesson_changes", kwargs={"lesson_id": lesson.pk}), headers=PART)
    assert re.findall(r">(\w+)</a> <span[^>]*>· (\w+)", part.content.decode()) == [
        ("Two", "changed")
    ]
    seen = client.post(reverse("lesson_seen", kwargs={"lesson_id": lesson.pk}))
    assert seen["Location"] == address
    assert "has changed since" not in client.get(address).content.decode()
    assert "has changed since" not in client_of(bruno).get(address).content.decode()


def test_the_look_of_lessons_is_kept_by_the_device(ada, lesson, client_of):
    client, look = client_of(ada), reverse("reader_look")
    address = reverse("lesson", kwargs={"slug": lesson.course.slug, "lesson_id": lesson.pk})
    plain = client.get(address)
    chosen = {"size": "l", "width": "wide", "font": "<", "theme": "dark", "next": address}
    assert client.post(look, chosen)["Location"] == address
    page = client.get(address, headers={"If-None-Match": plain["ETag"]})
    assert '<body class="is-size-l is-width-wide">' in page.content.decode()
    assert 'data-theme="dark"' in page.content.decode()
    assert 'value="l" checked' in client.get(look).content.decode()
    for odd in ("l", "l.wide.sans.more", "..", "x" * 4000, "s.narrow.<"):
        client.cookies["studium_reader"] = odd
        assert client.get(address).status_code == 200
    away = client.post(look, chosen | {"next": "//evil.example/"})
    assert away["Location"] == "/"
