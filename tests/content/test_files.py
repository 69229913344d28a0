"""Files of a course: their type by their bytes, served with the lessons' rights."""

from __future__ import annotations

import io

import pytest
from django.conf import settings
from PIL import Image

from studium.content import queries
from studium.content.actions import files
from studium.content.models import StoredFile
from studium.lib import blobs, media
from studium.lib.errors import Conflict, Invalid, NotAllowed, NotFound, TooLarge

pytestmark = pytest.mark.django_db
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>window.__x=1</script></svg>'
HTML = b"<!doctype html><script>window.__x=1</script>"


def image(kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (3, 3), "red").save(out, kind)
    return out.getvalue()


def store(by, course, now, *, path="img/a.png", data=None):
    data = image() if data is None else data
    return files.store_file(by=by, course_id=course.pk, path=path, data=data, now=now)


@pytest.mark.parametrize(
    ("kind", "name"), [("PNG", "png"), ("JPEG", "jpeg"), ("GIF", "gif"), ("WEBP", "webp")]
)
def test_the_bytes_say_what_an_image_is(kind, name):
    assert media.media_type(image(kind)) == f"image/{name}"


@pytest.mark.parametrize(
    "data", [SVG, HTML, b"<?xml version='1.0'?><a/>", image()[:30], b"\x89PNG\r\n\x1a\n" + HTML]
)
def test_active_and_broken_content_is_just_bytes(data):
    assert media.media_type(data) not in media.INLINE
    assert media.media_type(data) == "application/octet-stream"


def test_an_image_too_large_to_draw_is_not_shown():
    out = io.BytesIO()
    Image.new("1", (10_000, 6_000)).save(out, "PNG")
    assert media.media_type(out.getvalue()) == "application/octet-stream"


def test_a_stored_file_lies_under_its_hash(bruno, course, now):
    row = store(bruno, course, now)
    place = blobs.where(settings.FILES_DIR, row.content_hash)
    assert place.read_bytes() == image()
    assert [one.name for one in place.parent.iterdir()] == [row.content_hash]


@pytest.mark.parametrize("path", ["../../x", "/abs", "a/../../b", ".env", "a\x00b", "x" * 301, ""])
def test_a_name_that_leads_elsewhere_is_refused(bruno, course, now, path):
    with pytest.raises(Invalid):
        store(bruno, course, now, path=path)
    assert not StoredFile.objects.exists()


def test_size_is_limited(bruno, course, now):
    with pytest.raises(TooLarge):
        store(bruno, course, now, data=b"x" * (files.MAX_FILE + 1))
    with pytest.raises(Invalid):
        store(bruno, course, now, data=b"")


def test_a_name_is_taken_once(bruno, course, now):
    store(bruno, course, now)
    with pytest.raises(Conflict):
        store(bruno, course, now)


def test_a_removed_file_leaves_its_description(bruno, course, now):
    from tests import factories

    row = store(bruno, course, now)
    lesson = factories.lesson(course=course, content="See ![a red square](img/a.png).")
    files.remove_file(by=bruno, file_id=row.pk, now=now)
    lesson.refresh_from_db()
    assert "<img" not in lesson.content_html
    assert "a red square" in lesson.content_html


def test_only_instructors_add_and_remove(ada, bruno, chloe, course, now):
    row = store(bruno, course, now)
    for user, error in ((ada, NotAllowed), (chloe, NotFound)):
        with pytest.raises(error):
            store(user, course, now, path="b.png")
        with pytest.raises(error):
            files.remove_file(by=user, file_id=row.pk, now=now)


def test_a_file_has_the_rights_of_the_lessons(ada, bruno, chloe, dora, course, now):
    store(bruno, course, now)
    for user in (ada, bruno, dora):
        assert queries.served_file(user, course.slug, "img/a.png").is_inline
    with pytest.raises(NotFound):
        queries.served_file(chloe, course.slug, "img/a.png")
    course.status = "draft"
    course.save()
    with pytest.raises(NotFound):
        queries.served_file(ada, course.slug, "img/a.png")


def test_bytes_that_are_gone_are_not_found(ada, bruno, course, now):
    row = store(bruno, course, now)
    blobs.where(settings.FILES_DIR, row.content_hash).unlink()
    with pytest.raises(NotFound):
        queries.served_file(ada, course.slug, "img/a.png")
