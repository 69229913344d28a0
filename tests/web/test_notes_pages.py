"""The notes panel, its buttons and the edit page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from studium.content.models import Course, Lesson, OwnNote
from studium.identity.models import User
from studium.lib import jobs
from studium.notes import actions
from studium.notes.models import AiNote
from tests import factories

BOOK = Path(__file__).parents[1] / "data" / "rust_book_excerpts" / "ownership.md"
pytestmark = pytest.mark.django_db


@pytest.fixture
def lesson(course: Course) -> Lesson:
    return factories.lesson(course=course, topic="Ownership", content=BOOK.read_text())


@pytest.fixture
def note(bruno: User, lesson: Lesson, now: Any) -> AiNote:
    actions.request_notes(by=bruno, lesson_id=lesson.pk, now=now)
    jobs.work_off()
    return AiNote.objects.get(lesson=lesson)


def lesson_page(lesson: Lesson) -> str:
    return reverse("lesson", args=[lesson.course.slug, lesson.pk])


def test_the_panel_marks_notes_as_machine_made_and_each_chip_leads_to_a_passage(
    client_of: Any, bruno: User, lesson: Lesson, note: AiNote
) -> None:
    page = client_of(bruno).get(lesson_page(lesson)).content.decode()
    assert "Machine-made, not approved yet" in page
    assert "Built-in engine" in page
    assert "In short" in page
    cited = re.findall(r'href="#([^"]+)" data-cite', page)
    assert len(cited) >= len(note.sentences)
    for block in cited:
        assert f'id="{block}"' in page


def test_a_student_sees_no_draft_and_no_empty_panel(
    client_of: Any, ada: User, lesson: Lesson, note: AiNote
) -> None:
    page = client_of(ada).get(lesson_page(lesson)).content.decode()
    assert "Machine-made" not in page
    assert 'id="pane-own"' in page
    assert 'id="pane-ai"' not in page


def test_an_approved_note_is_shown_to_students_without_staff_buttons(
    client_of: Any, ada: User, bruno: User, lesson: Lesson, note: AiNote
) -> None:
    answer = client_of(bruno).post(reverse("note_approve", args=[note.pk]), follow=True)
    assert "Take the approval back" in answer.content.decode()
    page = client_of(ada).get(lesson_page(lesson)).content.decode()
    assert "Machine-made, checked by Bruno Berg" in page
    assert "Make them again" not in page
    assert "/edit/" not in page


def test_a_block_is_kept_as_the_readers_own_note_at_the_passage_it_cites(
    client_of: Any, ada: User, bruno: User, lesson: Lesson, note: AiNote, now: Any
) -> None:
    own = reverse("own_notes", args=[lesson.pk])
    keep = {"keep": "summary"}
    assert client_of(ada).post(own, keep).status_code == 404, "a student sees no draft"
    actions.approve_note(by=bruno, note_id=note.pk, now=now)
    page = client_of(ada).get(lesson_page(lesson)).content.decode()
    form = page[: page.index('name="keep" value="summary"')].rpartition("<form")[2]
    assert "csrfmiddlewaretoken" in form
    made = client_of(ada).post(own, keep)
    kept = OwnNote.objects.get(user=ada)
    assert made["Location"] == f"{own}#own-{kept.pk}"
    said = [one for one in note.sentences if one["kind"] == "summary"]
    assert kept.body.splitlines()[1:] == [f"- {one['text']}" for one in said]
    assert kept.block_id == said[0]["sources"][0]["block_id"]
    assert client_of(ada).post(own, {"keep": "nothing"}).status_code == 404
    assert OwnNote.objects.count() == 1


def test_making_notes_from_the_lesson_shows_the_job_and_then_the_notes(
    client_of: Any, bruno: User, lesson: Lesson
) -> None:
    browser = client_of(bruno)
    assert "AI notes will be here." in browser.get(lesson_page(lesson)).content.decode()
    answer = browser.post(reverse("notes_generate", args=[lesson.pk]), follow=True)
    page = answer.content.decode()
    card = re.search(r'hx-get="(/jobs/[^"]+/)" hx-trigger="load delay:1s"', page)
    assert card
    jobs.work_off()
    ended = browser.get(card.group(1), headers={"HX-Request": "true"}).content.decode()
    assert "hx-trigger" not in ended
    assert "New notes are there" in ended
    result = re.search(r'href="(/lessons/[^"]+)"', ended).group(1)
    assert "In short" in browser.get(result, follow=True).content.decode()


def test_edited_words_survive_making_the_notes_again_unless_they_are_given_up(
    client_of: Any, bruno: User, lesson: Lesson, note: AiNote
) -> None:
    browser = client_of(bruno)
    edit = reverse("note_edit", args=[note.pk])
    stamp = re.search(r'name="stamp" value="([^"]+)"', browser.get(edit).content.decode()).group(1)
    form = {f"text-{n}": one["text"] for n, one in enumerate(note.sentences)}
    answer = browser.post(edit, form | {"text-0": "Mine <b>now</b>.", "stamp": stamp}, follow=True)
    page = answer.content.decode()
    assert "Mine &lt;b&gt;now&lt;/b&gt;." in page
    assert "edited by Bruno Berg" in page
    again = reverse("notes_generate", args=[lesson.pk])
    assert f'href="{again}"' in page
    assert "Those words stay" in browser.get(again).content.decode()
    browser.post(again)
    jobs.work_off()
    assert AiNote.objects.get(pk=note.pk).sentences[0]["text"] == "Mine <b>now</b>."
    browser.post(again, {"replace_edited": "yes"})
    jobs.work_off()
    assert AiNote.objects.get(pk=note.pk).edited_by is None


def test_an_edit_of_an_older_state_keeps_the_typed_words(
    client_of: Any, bruno: User, note: AiNote
) -> None:
    edit = reverse("note_edit", args=[note.pk])
    answer = client_of(bruno).post(edit, {"text-0": "Typed for long.", "stamp": "old"})
    assert answer.status_code == 409
    assert "Typed for long." in answer.content.decode()
    assert "changed while you edited" in answer.content.decode()


def test_emptying_every_sentence_is_refused_beside_the_form(
    client_of: Any, bruno: User, note: AiNote
) -> None:
    from studium.notes import rules

    edit = reverse("note_edit", args=[note.pk])
    answer = client_of(bruno).post(edit, {"stamp": rules.stamp(note.sentences)})
    assert answer.status_code == 422
    assert "at least one sentence" in answer.content.decode()


def test_the_course_page_of_notes_counts_makes_and_approves(
    client_of: Any, bruno: User, course: Course, lesson: Lesson
) -> None:
    browser = client_of(bruno)
    place = reverse("course_notes", args=[course.slug])
    assert "3 lessons without" in browser.get(place).content.decode()
    answer = browser.post(reverse("course_notes_generate", args=[course.slug]), follow=True)
    assert "AI notes for “Ownership”" in answer.content.decode()
    jobs.work_off()
    page = browser.get(place).content.decode()
    assert "1 drafts" in page
    assert "nothing to note" in page
    browser.post(reverse("course_notes_approve", args=[course.slug]))
    assert "0 approved" in browser.get(place).content.decode()  # nothing was chosen
    chosen = re.findall(r'name="note" value="([^"]+)"', page)
    browser.post(reverse("course_notes_approve", args=[course.slug]), {"note": chosen})
    assert "1 approved" in browser.get(place).content.decode()


@pytest.mark.parametrize(("who", "status"), [("ada", 403), ("chloe", 404), ("eva", 404)])
def test_who_does_not_teach_here_gets_nowhere(
    request: pytest.FixtureRequest,
    client_of: Any,
    lesson: Lesson,
    note: AiNote,
    who: str,
    status: int,
) -> None:
    browser = client_of(request.getfixturevalue(who))
    slug = lesson.course.slug
    hidden = 404  # a draft note does not exist for readers
    for method, name, args, expected in (
        ("get", "course_notes", [slug], status),
        ("post", "course_notes_generate", [slug], status),
        ("post", "course_notes_approve", [slug], status),
        ("get", "course_jobs", [slug], status),
        ("post", "notes_generate", [lesson.pk], status),
        ("get", "note_edit", [note.pk], hidden),
        ("post", "note_approve", [note.pk], status),
        ("post", "note_unapprove", [note.pk], status),
    ):
        assert getattr(browser, method)(reverse(name, args=args)).status_code == expected, name


# --- review, history, cards ----------------------------------------------------------------------


def test_a_note_is_reviewed_sentence_by_sentence(
    client_of: Any, bruno: User, lesson: Lesson, note: AiNote
) -> None:
    browser = client_of(bruno)
    place = reverse("note_review", args=[note.pk])
    page = browser.get(place).content.decode()
    assert page.count('name="was"') == len(note.sentences)
    first, second = note.sentences[0], note.sentences[1]
    act = reverse("note_sentence", args=[note.pk])
    browser.post(act, {"sentence": first["id"], "do": "keep"})
    browser.post(act, {"sentence": second["id"], "do": "remove"})
    words = {"sentence": first["id"], "do": "edit", "text": "My <i>words</i>.", "was": "Other."}
    refused = browser.post(act, words)
    assert refused.status_code == 409
    assert "My &lt;i&gt;words&lt;/i&gt;." in refused.content.decode()  # what was typed is kept
    page = browser.post(act, words | {"was": first["text"]}, follow=True).content.decode()
    assert "My &lt;i&gt;words&lt;/i&gt;." in page
    assert second["text"] not in page or second["kind"] != first["kind"]

    page = browser.get(reverse("note_history", args=[note.pk])).content.decode()
    assert "words changed" in page
    assert "sentences taken out" in page
    old = reverse("note_version", args=[note.pk, 1])
    assert "<ins>My &lt;i&gt;words&lt;/i&gt;.</ins>" in browser.get(old).content.decode()
    browser.post(reverse("note_restore", args=[note.pk, 1]))
    assert AiNote.objects.get(pk=note.pk).sentences[0]["text"] == first["text"]


def test_a_section_is_kept_taken_out_or_made_again(
    client_of: Any, bruno: User, note: AiNote
) -> None:
    browser = client_of(bruno)
    act = reverse("note_section", args=[note.pk])
    terms = [one["id"] for one in note.sentences if one["kind"] == "key_term"]
    section = {"kind": "key_term", "heading": "", "sentence": terms}
    browser.post(act, section | {"do": "keep"})
    kept = [one for one in AiNote.objects.get(pk=note.pk).sentences if one.get("kept")]
    assert [one["id"] for one in kept] == terms
    answer = browser.post(act, section | {"do": "again"}, follow=True)
    assert "being made again" in answer.content.decode()
    jobs.work_off()
    browser.post(act, section | {"do": "remove"})
    left = AiNote.objects.get(pk=note.pk).sentences
    assert not [one for one in left if one["kind"] == "key_term"]


def test_cards_turn_without_a_script_and_lead_to_their_passage(
    client_of: Any, ada: User, bruno: User, lesson: Lesson, note: AiNote, now: Any
) -> None:
    browser, place = client_of(ada), reverse("lesson_cards", args=[lesson.pk])
    assert "no cards" in browser.get(place).content.decode()  # still a draft
    actions.approve_note(by=bruno, note_id=note.pk, now=now)
    terms = [one for one in note.sentences if one["kind"] == "key_term"]
    for asked in ("", "?card=1", "?card=0", "?card=x", f"?card={'9' * 30}"):
        page = browser.get(place + asked).content.decode()
        assert f"<b>{terms[0]['term']}</b></summary>" in page
    last = browser.get(f"{place}?card=999").content.decode()
    assert f"<b>{terms[-1]['term']}</b></summary>" in last
    assert f'href="{lesson_page(lesson)}#{terms[-1]["sources"][0]["block_id"]}"' in last


def test_the_course_says_whether_saving_makes_notes(
    client_of: Any, bruno: User, course: Course
) -> None:
    browser, place = client_of(bruno), reverse("course_notes", args=[course.slug])
    checked = 'name="make_on_save" value="on" checked'
    assert checked in browser.get(place).content.decode()
    browser.post(reverse("course_notes_wishes", args=[course.slug]), {})
    assert checked not in browser.get(place).content.decode()
