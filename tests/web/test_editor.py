"""The editor's pages: drafts that are offered back, one author at a time, undo, images, links."""

from __future__ import annotations

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from studium.content.models import Lesson, LessonDraft, StoredFile
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def teach(course) -> str:
    return f"/teach/courses/{course.slug}/"


@pytest.fixture
def lesson(course):
    return course.lessons.earliest("order_index")


@pytest.fixture
def client(bruno, client_of):
    return client_of(bruno)


def text_of(response, status: int = 200) -> str:
    assert response.status_code == status, response.content[:500]
    return response.content.decode()


def undo_in(page: str) -> tuple[str, str]:
    """The address of the Undo button in a toast, and where it leads back to."""
    found = re.search(r'action="(/undo/[^"]+)".*?name="next" value="([^"]+)"', page, re.S)
    assert found, "no way back is offered"
    return found.group(1), found.group(2)


def photo(side: int = 40) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (side, side // 2), "red").save(out, "PNG")
    return out.getvalue()


def test_a_draft_is_kept_as_it_is_typed_and_offered_back(client, dora, lesson, teach, client_of):
    url = f"{teach}lessons/{lesson.pk}/"
    typed = {"topic": lesson.topic, "content": "Half a sentence", "part": "", "based_on": 1}
    said = client.post(f"{url}keep/", typed).json()
    assert re.fullmatch(r"Draft kept \d\d:\d\d", said["kept"])
    assert said["holder"] == ""
    page = text_of(client.get(url))
    assert "You typed something here that is not saved." in page
    assert "Half a sentence" not in page
    assert "Half a sentence</textarea>" in text_of(client.get(f"{url}?draft=1"))
    assert "You typed something" not in text_of(client_of(dora).get(url))
    assert "Half a sentence" not in text_of(client_of(dora).get(f"{url}?draft=1"))
    client.post(f"{url}discard/")
    assert not LessonDraft.objects.exists()


def test_a_new_lesson_that_was_not_saved_stands_there_again(client, teach):
    url = f"{teach}lessons/new/"
    client.post(f"{url}keep/", {"topic": "Moves", "content": "Begun", "concepts": "Moves; Copies"})
    page = text_of(client.get(url))
    assert "Begun</textarea>" in page
    assert 'value="Moves; Copies"' in page
    assert not Lesson.objects.filter(topic="Moves").exists()
    form = {"topic": "Moves", "content": "Begun and done", "concepts": "Moves"}
    assert client.post(url, form).status_code == 302
    assert not LessonDraft.objects.exists()


def test_who_comes_second_is_told_and_may_take_over(client, dora, lesson, teach, client_of):
    url = f"{teach}lessons/{lesson.pk}/"
    client.post(f"{url}keep/", {})
    second = client_of(dora)
    assert "Bruno Berg is editing this lesson." in text_of(second.get(url))
    form = {"topic": lesson.topic, "content": "Dora's text", "based_on": 1}
    refused = text_of(second.post(url, form), 409)
    assert "Bruno Berg is editing" in refused
    assert "Dora&#39;s text</textarea>" in refused
    assert second.post(f"{url}hold/").status_code == 302
    assert client.post(f"{url}keep/", {}).json()["holder"] == "Dora Dahl is editing this lesson."
    assert second.post(url, form).status_code == 302
    client.post(f"{url}hold/", {"act": "leave"})  # not his to open
    assert client.post(url, {**form, "content": "His", "based_on": 2}).status_code == 409
    second.post(f"{url}hold/", {"act": "leave"})
    assert client.post(url, {**form, "content": "His", "based_on": 2}).status_code == 302


def test_a_restored_version_says_who_is_in_the_way(client, dora, lesson, teach, client_of, now):
    url = f"{teach}lessons/{lesson.pk}/"
    client.post(url, {"topic": lesson.topic, "content": "Second.", "based_on": 1})
    client_of(dora).post(f"{url}keep/", {})
    page = text_of(client.post(f"{url}versions/2/restore/", {"based_on": 2}, follow=True))
    assert "Dora Dahl is editing" in page


def test_states_order_and_files_are_taken_back_from_the_toast(client, course, lesson, teach):
    drafts = [factories.lesson(course=course, topic=name, status="draft") for name in "AB"]
    chosen = {"lesson": [one.pk for one in drafts], "act": "published"}
    page = text_of(client.post(f"{teach}lessons/act/", chosen, follow=True))
    assert "2 lessons are published." in page
    way, back = undo_in(page)
    assert back == teach
    page = text_of(client.post(way, {"next": back}, follow=True))
    assert "It is as it was before." in page
    assert set(course.lessons.filter(topic__in="AB").values_list("status", flat=True)) == {"draft"}
    again = text_of(client.post(way, {"next": "https://elsewhere.example/"}, follow=True))
    assert "taken back already" in again  # and it stays on this site

    before = list(course.lessons.order_by("order_index").values_list("pk", flat=True))
    page = text_of(client.post(f"{teach}order/", {"down": before[0]}, follow=True))
    client.post(*undo_in(page)[:1])
    assert list(course.lessons.order_by("order_index").values_list("pk", flat=True)) == before

    client.post(f"{teach}files/", {"file": SimpleUploadedFile("a.png", photo(), "image/png")})
    row = StoredFile.objects.get()
    page = text_of(client.post(f"{teach}files/{row.pk}/remove/", follow=True))
    client.post(*undo_in(page)[:1])
    assert StoredFile.objects.get().path == row.path


def test_chosen_lessons_are_moved_to_a_place_of_the_list(client, course, teach):
    first, second = course.lessons.order_by("order_index")
    assert f'value="after:{second.pk}"' in text_of(client.get(teach))
    form = {"act": "move", "lesson": [first.pk], "to": f"after:{second.pk}"}
    page = text_of(client.post(f"{teach}lessons/act/", form, follow=True))
    assert "1 lesson is moved." in page
    assert course.lessons.earliest("order_index") == second
    client.post(f"{teach}lessons/act/", {**form, "to": "start", "new_part": "Later"})
    first.refresh_from_db()
    assert (first.part_title, first.order_index) == ("Later", 2)
    wrong = {"act": "burn", "lesson": [first.pk]}
    assert client.post(f"{teach}lessons/act/", wrong).status_code == 422


def test_the_dialog_says_who_will_see_what(client, ada, course, teach):
    draft = factories.lesson(course=course, topic="Moves", status="draft", content="![](no.png)")
    factories.quiz(lesson=draft, status="draft")
    page = text_of(client.get(f"{teach}lessons/{draft.pk}/?check=yes"))
    for words in (
        "1 learner will see it at once.",
        "They read version 1.",
        "stays hidden: it is a draft.",
        "The check list has 2 open points.",
    ):
        assert words in page, words


def test_a_saved_lesson_is_shown_as_stored_and_its_check_list_comes_afterwards(
    client, course, teach
):
    saved = factories.lesson(course=course, topic="Moves", content="Text.\n\n![](no.png)")
    Lesson.objects.filter(pk=saved.pk).update(content_html="<p>As it was stored.</p>")
    address, points = f"{teach}lessons/{saved.pk}/", "The check list has 2 open points."

    page = text_of(client.get(address))
    assert "<p>As it was stored.</p>" in page
    assert 'hx-get="?check=yes" hx-trigger="load"' in page
    assert '<a href="?check=yes">Check list</a>' in page  # the way without scripts
    assert points not in page
    whole = text_of(client.get(f"{address}?check=yes"))
    part = text_of(client.get(f"{address}?check=yes", headers={"HX-Request": "true"}))
    for shown in (whole, part):
        assert "has no description" in shown
        assert points in shown
        assert 'hx-trigger="load"' not in shown
    assert "As it was stored" not in whole
    assert 'hx-swap-oob="true"' in part
    assert "<html" not in part
    typed = {"topic": "Moves", "content": "Text.\n\nTyped.", "preview": "yes"}
    assert "<p id=" in (typed_page := text_of(client.post(address, typed)))
    assert "in order." in typed_page
    client.post(f"{address}keep/", {**typed, "based_on": 1})
    assert "in order." in text_of(client.get(f"{address}?draft=1"))


def test_a_pasted_image_gets_a_name_of_its_own_and_its_line(client, course, teach):
    for name in ("img/image.png", "img/image-2.png"):
        sent = SimpleUploadedFile("image.png", photo(), "image/png")
        said = client.post(f"{teach}files/", {"pasted": "yes", "file": sent}).json()
        assert said == {"path": name, "image": True}
    assert StoredFile.objects.filter(course=course, width=40, height=20).count() == 2
    odd = SimpleUploadedFile("Mein Bild (1).JPG", photo(), "image/jpeg")
    said = client.post(f"{teach}files/", {"pasted": "yes", "file": odd}).json()
    assert said["path"] == "img/mein-bild-1.png"  # by what it is
    empty = client.post(
        f"{teach}files/", {"pasted": "yes", "file": SimpleUploadedFile("a.png", b"")}
    )
    assert empty.status_code == 422
    assert empty.json()["error"]
    page = text_of(client.post(f"{teach}lessons/preview/", {"content": f"![A]({name})"}))
    assert 'width="40" height="20" loading="lazy" decoding="async"' in page


def test_two_brackets_offer_lessons_and_files_as_text(client, course, teach):
    client.post(f"{teach}lessons/new/", {"topic": 'Sets & <b>"maps"</b>', "content": "x"})
    page = text_of(client.get(f"{teach}lessons/targets/?q=sets"))
    assert 'role="option"' in page
    assert "<b>" not in page
    assert "](sets-b-maps-b.md)" in page
    assert "No lesson and no file" in text_of(client.get(f"{teach}lessons/targets/?q=%00"))


def test_the_preview_knows_the_lines_of_its_blocks(client, teach):
    page = text_of(client.post(f"{teach}lessons/preview/", {"content": "One\n\n## Two\n\nThree\n"}))
    lines = re.search(r'data-lines="([^"]+)"', page)
    assert re.findall(r"(\d)\]", lines.group(1)) == ["1", "3", "5"]
