"""Authoring pages: settings, lessons in order, the editor, versions, people, files, import."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from studium.content import rights
from studium.content.models import (
    Course,
    Enrollment,
    Lesson,
    LessonRevision,
    StoredFile,
)
from studium.web import author
from tests import factories
from tests.mails import sent_mails
from tests.web.test_learn import HTML, png

pytestmark = pytest.mark.django_db


@pytest.fixture
def teach(course) -> str:
    """The address below which the course is taught."""
    return f"/teach/courses/{course.slug}/"


@pytest.fixture
def lesson(course):
    return course.lessons.earliest("order_index")


@pytest.fixture
def client(bruno, client_of):
    return client_of(bruno)


def page(client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, response.content[:500]
    return response.content.decode()


def in_order(course) -> list:
    return list(course.lessons.order_by("order_index").values_list("pk", flat=True))


# --- course ----------------------------------------------------------------------------------


def test_a_new_course_begins_as_a_draft_of_its_maker(client, bruno):
    assert "New course" in page(client, "/teach/")
    response = client.post("/teach/courses/new/", {"title": "Sets", "language": "en"})
    made = Course.objects.get(title="Sets")
    assert response["Location"] == f"/teach/courses/{made.slug}/"
    assert (made.owner_id, made.status) == (bruno.pk, "draft")
    assert "Write the first lesson" in page(client, response["Location"])


@pytest.mark.parametrize("title", ["", "x" * 201, "a\x00b", " "])
def test_a_wrong_title_is_said_at_its_field_and_the_rest_is_kept(client, title):
    response = client.post("/teach/courses/new/", {"title": title, "description": "kept words"})
    text = response.content.decode()
    assert response.status_code == 422
    assert 'href="#f-title"' in text
    assert 'aria-invalid="true"' in text
    assert "kept words" in text


def test_settings_are_saved(client, course, teach):
    form = {"title": "Renamed", "language": "de", "self_enrolment": "code"}
    assert client.post(f"{teach}settings/", form).status_code == 302
    course.refresh_from_db()
    assert (course.title, course.language, course.self_enrolment) == ("Renamed", "de", "code")
    text = page(client, f"{teach}settings/")
    assert f"{course.join_code[:4]}-{course.join_code[4:]}" in text
    client.post(f"{teach}code/")
    old, _ = course.join_code, course.refresh_from_db()
    assert course.join_code != old


def test_publishing_says_who_will_see_it(client, ada, course, teach):
    course.status = "draft"
    course.save()
    assert "1 learner will see its published lessons" in page(client, f"{teach}settings/")
    for status in ("published", "archived", "draft"):
        assert client.post(f"{teach}status/", {"status": status}).status_code == 302
        course.refresh_from_db()
        assert course.status == status
    assert client.post(f"{teach}status/", {"status": "gone"}).status_code == 422


def test_a_course_without_lessons_is_not_published_and_says_why(client, bruno):
    empty = factories.course(owner=bruno, lessons=0, status="draft")
    url = f"/teach/courses/{empty.slug}/"
    response = client.post(f"{url}status/", {"status": "published"}, follow=True)
    assert "no published lesson yet" in response.content.decode()
    empty.refresh_from_db()
    assert empty.status == "draft"


def test_outsiders_and_learners_do_not_get_in(ada, chloe, eva, course, teach, lesson, client_of):
    places = ["", "settings/", "people/", "files/", "lessons/new/", "export/"]
    places += [f"lessons/{lesson.pk}/", f"lessons/{lesson.pk}/versions/"]
    for place in places:
        assert client_of(ada).get(teach + place).status_code == 403, place
        for user in (chloe, eva):
            assert client_of(user).get(teach + place).status_code == 404, place
    before = in_order(course)
    for place in ("status/", "code/", "order/", "publish/", f"lessons/{lesson.pk}/", "people/add/"):
        assert client_of(ada).post(teach + place, {"down": lesson.pk}).status_code == 403, place
        assert client_of(eva).post(teach + place, {"down": lesson.pk}).status_code == 404, place
    assert in_order(course) == before


# --- lessons ---------------------------------------------------------------------------------


def test_lessons_move_by_buttons_and_by_a_dragged_order(client, course, teach):
    first, second = in_order(course)
    response = client.post(f"{teach}order/", {"down": first})
    assert response["Location"] == f"{teach}#lesson-{first}"
    assert in_order(course) == [second, first]
    client.post(f"{teach}order/", {"up": first})
    assert in_order(course) == [first, second]
    client.post(f"{teach}order/", {"order": [second, first]})
    assert in_order(course) == [second, first]


@pytest.mark.parametrize("value", ["", "nonsense", "\x00", "0" * 5000])
def test_an_order_of_nonsense_is_refused(client, course, teach, value):
    before = in_order(course)
    assert client.post(f"{teach}order/", {"order": [value]}).status_code == 422
    assert client.post(f"{teach}order/", {"up": value}).status_code == 422
    assert in_order(course) == before


def test_a_lesson_of_another_course_is_not_moved_through_ours(client, other_course, teach):
    foreign = other_course.lessons.earliest("order_index")
    assert client.post(f"{teach}order/", {"down": foreign.pk}).status_code == 404
    assert client.get(f"{teach}lessons/{foreign.pk}/").status_code == 404
    form = {"lesson": [foreign.pk]}
    assert client.post(f"{teach}publish/", form).status_code == 302
    assert client.post(f"{teach}lessons/{foreign.pk}/status/", form).status_code == 404


def test_a_lesson_is_written_previewed_and_published(client, ada, course, teach, client_of):
    form = {"topic": "Moves", "content": "## A\r\n\r\nText with $x^2$.\r\n", "part": "Basics"}
    assert "<math" in client.post(f"{teach}lessons/preview/", form).content.decode()
    assert not Lesson.objects.filter(topic="Moves").exists()
    response = client.post(f"{teach}lessons/new/", form)
    made = Lesson.objects.get(topic="Moves")
    assert response["Location"] == f"{teach}lessons/{made.pk}/"
    assert made.content == "## A\n\nText with $x^2$.\n"
    text = page(client, f"{teach}lessons/{made.pk}/")
    assert "1 learner will see it at once." in text
    client.post(f"{teach}publish/", {"lesson": [made.pk]})
    made.refresh_from_db()
    assert made.status == "published"
    reader = client_of(ada).get(f"/courses/{course.slug}/lessons/{made.pk}/")
    assert reader.status_code == 200


def test_saving_makes_a_version_that_can_be_compared_and_restored(client, lesson, teach):
    url = f"{teach}lessons/{lesson.pk}/"
    LessonRevision.objects.create(
        lesson=lesson,
        version=1,
        topic=lesson.topic,
        content=lesson.content,
        content_hash=lesson.content_hash,
    )
    form = {"topic": lesson.topic, "content": "Quite new.", "based_on": 1, "comment": "Rewrote"}
    assert client.post(url, form).status_code == 302
    assert "Rewrote" in page(client, f"{url}versions/")
    compared = page(client, f"{url}versions/1/")
    assert "<ins>Quite new.</ins>" in compared
    assert "<del>Each value has an owner." in compared
    client.post(f"{url}versions/1/restore/", {"based_on": 2})
    lesson.refresh_from_db()
    assert lesson.version == 3
    assert "Each value has an owner." in lesson.content


def test_two_authors_do_not_overwrite_each_other(client, dora, lesson, teach, client_of):
    url = f"{teach}lessons/{lesson.pk}/"
    theirs = {"topic": lesson.topic, "content": "Theirs.", "based_on": 1}
    assert client_of(dora).post(url, theirs).status_code == 302
    response = client.post(url, {**theirs, "content": "Mine, unsaved."})
    text = response.content.decode()
    assert response.status_code == 409
    assert "Mine, unsaved.</textarea>" in text
    assert "<del>Theirs.</del>" in text
    assert 'name="based_on" value="2"' in text
    lesson.refresh_from_db()
    assert lesson.content == "Theirs."


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"topic": ""}, 422),
        ({"content": "a\x00b"}, 422),
        ({"content": "x" * 2_000_001}, 422),
        ({"content": "ä" * 1_100_000}, 413),
        ({"content": "x" * 7_000_000}, 400),
        ({"based_on": ""}, 422),
        ({"based_on": "x"}, 422),
        ({"comment": "x" * 201}, 422),
    ],
)
def test_a_text_that_does_not_fit_is_answered_with_a_sentence(client, lesson, teach, wrong, status):
    form = {"topic": "T", "content": "new", "based_on": 1, **wrong}
    response = client.post(f"{teach}lessons/{lesson.pk}/", form)
    assert response.status_code == status
    lesson.refresh_from_db()
    assert lesson.version == 1


def test_lone_surrogates_and_broken_utf8_never_break_a_page(client, lesson, teach):
    for url in (f"{teach}lessons/{lesson.pk}/", f"{teach}lessons/preview/", "/courses/join/"):
        for value in (b"%ED%A0%80", b"%FF%FE", b"%00"):
            body = b"topic=" + value + b"&content=" + value + b"&code=" + value + b"&based_on=1"
            response = client.post(url, body, content_type="application/x-www-form-urlencoded")
            assert response.status_code < 500


def test_the_last_published_lesson_stays_and_the_page_says_why(client, course, lesson, teach):
    Lesson.objects.exclude(pk=lesson.pk).filter(course=course).update(status="draft")
    url = f"{teach}lessons/{lesson.pk}/status/"
    response = client.post(url, {"status": "archived"}, follow=True)
    assert "the only published lesson" in response.content.decode()
    assert client.post(url, {"status": "nonsense"}).status_code == 422


# --- people ----------------------------------------------------------------------------------


def test_a_class_list_is_checked_then_added(client, ada, chloe, course, teach):
    data = f"email,name,role\n{chloe.email},,\nnew@example.org,New,assistant\n{ada.email},,\n"
    checked = client.post(f"{teach}people/check/", {"list": data}).content.decode()
    assert "Enrol 1 and invite 1" in checked
    assert rights.role_in(chloe, course.pk) is None
    done = client.post(f"{teach}people/add/", {"list": data})
    assert rights.role_in(chloe, course.pk) == "student"
    links = re.findall(r"/account/invitations/[\w\-]+/", done.content.decode())
    assert len(links) == 1
    assert [message.to for message in sent_mails()] == [["new@example.org"]]
    assert "new@example.org" in page(client, f"{teach}people/")


def test_a_file_with_a_class_list_is_read(client, chloe, course, teach):
    upload = SimpleUploadedFile("class.csv", f"\ufeffE-Mail;Name\n{chloe.email};C\n".encode())
    text = client.post(f"{teach}people/check/", {"file": upload}).content.decode()
    assert "Will be enrolled." in text


@pytest.mark.parametrize("data", ["", "nonsense", "=1+1@example.org", "\x00", "a@b"])
def test_a_list_with_problems_stores_nothing(client, course, teach, data):
    assert client.post(f"{teach}people/check/", {"list": data}).status_code in (200, 422)
    assert client.post(f"{teach}people/add/", {"list": data}).status_code == 422
    assert Enrollment.objects.filter(course=course).count() == 1


def test_roles_and_memberships_are_changed_on_the_page(client, ada, bruno, course, teach):
    client.post(f"{teach}people/{ada.pk}/role/", {"role": "assistant"})
    assert rights.role_in(ada, course.pk) == "assistant"
    assert client.post(f"{teach}people/{ada.pk}/role/", {"role": "boss"}).status_code == 422
    client.post(f"{teach}people/{ada.pk}/end/")
    assert rights.role_in(ada, course.pk) is None
    last = client.post(f"{teach}people/{bruno.pk}/end/", follow=True)
    assert "this is the only one" in last.content.decode()


# --- files -----------------------------------------------------------------------------------


def test_a_file_is_uploaded_listed_and_removed(client, course, teach):
    upload = SimpleUploadedFile("dot.png", png(), content_type="image/png")
    assert client.post(f"{teach}files/", {"file": upload}).status_code == 302
    row = StoredFile.objects.get(course=course)
    assert (row.path, row.media_type) == ("img/dot.png", "image/png")
    assert "img/dot.png" in page(client, f"{teach}files/")
    client.post(f"{teach}files/{row.pk}/remove/")
    assert not StoredFile.objects.exists()


def test_the_editor_gets_the_line_to_put_into_the_text(client, teach):
    upload = SimpleUploadedFile("dot.png", png(), content_type="image/png")
    response = client.post(f"{teach}files/", {"file": upload}, headers={"HX-Request": "true"})
    assert "![Say what it shows](img/dot.png)" in response.content.decode()


@pytest.mark.parametrize("name", ["../../x.png", "..\\x.png", "a\x00.png", "/etc/x", ".x"])
def test_a_file_name_never_leads_out(client, course, teach, name):
    upload = SimpleUploadedFile("dot.png", png(), content_type="image/png")
    response = client.post(f"{teach}files/", {"file": upload, "path": name})
    assert response.status_code == 422
    assert not StoredFile.objects.exists()


def test_what_a_browser_says_about_a_file_does_not_count(client, course, teach):
    upload = SimpleUploadedFile("a.png", HTML, content_type="image/png")
    client.post(f"{teach}files/", {"file": upload})
    assert StoredFile.objects.get().media_type == "application/octet-stream"


def test_no_file_and_too_large_a_file_are_said_so(client, teach):
    assert client.post(f"{teach}files/", {}).status_code == 422
    upload = SimpleUploadedFile("a.bin", b"x" * (10 * 1024 * 1024 + 1))
    assert client.post(f"{teach}files/", {"file": upload}).status_code == 413


# --- import and export -----------------------------------------------------------------------

SMALL = {"one.md": b"# One\n\nText.\n", "two.md": b"# Two\n\nSee [one](one.md).\n"}


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return out.getvalue()


def upload(client, data: bytes):
    return client.post("/teach/import/", {"file": SimpleUploadedFile("c.zip", data)})


def kept() -> list[Path]:
    folder = settings.DATA_DIR / "imports"
    return list(folder.iterdir()) if folder.exists() else []


def test_an_import_is_checked_then_applied(client, bruno):
    response = upload(client, zipped({"course.toml": b'title = "Small"\n', **SMALL}))
    assert response.status_code == 302
    assert not Course.objects.filter(title="Small").exists()
    report = page(client, response["Location"])
    assert "Import 2 lessons as a draft" in report
    applied = client.post(response["Location"])
    made = Course.objects.get(title="Small")
    assert applied["Location"] == f"/teach/courses/{made.slug}/"
    assert (made.owner_id, made.status, made.lessons.count()) == (bruno.pk, "draft", 2)
    assert client.get(response["Location"]).status_code == 409


def test_an_upload_belongs_to_whoever_sent_it(client, eva, ada, client_of):
    place = upload(client, zipped(SMALL))["Location"]
    assert client_of(eva).get(place).status_code == 409
    assert client_of(eva).post(place).status_code == 409
    assert client_of(ada).get(place).status_code == 403
    assert client_of(ada).post("/teach/import/").status_code == 403
    client.post(f"{place}discard/")
    assert client.get(place).status_code == 409


def test_a_broken_course_shows_file_and_line_and_cannot_be_imported(client):
    files = {**SMALL, "three.md": b"x\n\n{{#quiz ../quizzes/gone.toml}}\n"}
    place = upload(client, zipped(files))["Location"]
    text = page(client, place)
    assert "three.md" in text
    assert "It cannot be imported like this." in text
    assert "as a draft" not in text.split("Nothing is stored yet")[1].split("<section")[0]
    before = Course.objects.count()
    assert client.post(place).status_code == 422
    assert Course.objects.count() == before


@pytest.mark.parametrize("name", ["../../evil.md", "/tmp/evil.md", "a/../../evil.md", "C:/evil.md"])
def test_a20_a_member_that_leads_out_is_refused_and_nothing_kept(client, name):
    before = kept()
    response = upload(client, zipped({**SMALL, name: b"# Evil\n"}))
    assert response.status_code == 400
    assert "evil.md" in response.content.decode()
    assert kept() == before
    above = (*settings.DATA_DIR.parents, Path.cwd(), Path.cwd().parent, Path("/tmp"))
    assert not [folder for folder in above if (folder / "evil.md").exists()]
    assert not list(settings.DATA_DIR.rglob("evil.md"))


def test_a20_a_link_is_refused(client):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("link.md")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert upload(client, out.getvalue()).status_code == 400


def test_a21_a_bomb_is_refused_before_it_is_unpacked(client):
    before = kept()
    bomb = zipped({"bomb.md": b"\x00" * 60_000_000})
    assert len(bomb) < 100_000
    assert upload(client, bomb).status_code == 413
    many = zipped({f"{number}.md": b"" for number in range(6_000)})
    assert upload(client, many).status_code == 413
    assert kept() == before


@pytest.mark.parametrize(
    "data", [b"", b"not a zip", b"PK\x03\x04 broken", b"PK\x05\x06" + b"\x00" * 18]
)
def test_what_is_no_zip_is_refused_with_a_sentence(client, data):
    response = upload(client, data)
    assert response.status_code in (302, 400, 422)
    if response.status_code == 302:  # an empty zip is a zip without lessons
        assert "no lessons" in page(client, response["Location"])


def test_no_file_is_said_so(client):
    assert client.post("/teach/import/", {}).status_code == 422


def test_an_export_can_be_imported_again(client, course, teach):
    response = client.get(f"{teach}export/")
    assert response["Content-Type"] == "application/zip"
    place = upload(client, response.content)["Location"]
    client.post(place)
    twin = Course.objects.exclude(pk=course.pk).get(title=course.title)
    texts = [
        list(one.lessons.order_by("order_index").values_list("topic", "content"))
        for one in (course, twin)
    ]
    assert texts[0] == texts[1]


def test_a_long_course_is_listed_and_arranged_in_parts(client_of, bruno, course):
    for number in range(author.LESSONS_AT_ONCE + 3):
        factories.lesson(course=course, topic=f"Lesson {number}")
    ids = in_order(course)
    client, teach, first = (
        client_of(bruno),
        f"/teach/courses/{course.slug}/",
        author.LESSONS_AT_ONCE,
    )

    shown = page(client, teach)
    assert f'id="lesson-{ids[first - 1]}"' in shown
    assert f'id="lesson-{ids[first]}"' not in shown
    assert f'href="?from={first}#from"' in shown
    rest = page(client, f"{teach}?from={first}")
    assert [f'id="lesson-{one}"' in rest for one in ids] == [at >= first for at in range(len(ids))]
    up, down = (
        re.findall(rf'name="{name}" value="([^"]+)"[^>]* disabled', rest) for name in ("up", "down")
    )
    assert (up, down) == ([], [str(ids[-1])])  # what stands above is on the page before

    moved = [ids[first + 1], ids[first], *ids[first + 2 :]]
    answer = client.post(f"{teach}order/", {"order": [str(one) for one in moved]})
    assert answer["Location"] == f"{teach}?from={first}#lesson-{moved[0]}"
    expected = [*ids[:first], *moved]
    assert in_order(course) == expected
    answer = client.post(f"{teach}order/", {"up": str(moved[0])})
    assert answer["Location"] == f"{teach}#lesson-{moved[0]}"  # it is on the first page now
    stale = {"order": [str(ids[0]), str(ids[-1])]}
    assert client.post(f"{teach}order/", stale).status_code == 409
