"""Lessons: rendered when saved, every version kept, never overwritten unseen, in one order."""

from __future__ import annotations

import hashlib

import pytest

from studium.content import queries, rights
from studium.content.actions import files, lessons
from studium.content.actions.lessons import LessonText
from studium.content.models import Lesson, LessonRevision
from studium.lib.errors import Conflict, Invalid, NotAllowed, NotFound, TooLarge
from tests import factories

pytestmark = pytest.mark.django_db
TEXT = LessonText(topic="Moves", content="## One\n\nA move gives a value away.\n", part="Basics")


@pytest.fixture
def lesson(bruno, course, now):
    return lessons.add_lesson(by=bruno, course_id=course.pk, text=TEXT, now=now)


def in_order(course):
    return list(Lesson.objects.filter(course=course).order_by("order_index"))


def test_a_new_lesson_is_a_rendered_draft_with_its_first_version(lesson, bruno):
    assert (lesson.status, lesson.version, lesson.slug) == ("draft", 1, "moves")
    assert "A move gives a value away." in lesson.content_html
    assert lesson.content_hash == hashlib.sha256(TEXT.content.encode()).hexdigest()
    assert [block["kind"] for block in lesson.blocks] == ["heading", "paragraph"]
    kept = LessonRevision.objects.get(lesson=lesson)
    assert (kept.version, kept.content, kept.author_id) == (1, TEXT.content, bruno.pk)


def test_blocks_point_into_the_text(lesson):
    block = lesson.blocks[1]
    assert lesson.content[block["start"] : block["end"]] == "A move gives a value away."
    assert f'id="{block["id"]}"' in lesson.content_html


def test_a_saved_change_is_the_next_version(lesson, bruno, now):
    text = LessonText(topic="Moves", content="New words.", part="Basics")
    saved = lessons.edit_lesson(
        by=bruno, lesson_id=lesson.pk, text=text, based_on=1, comment="Shorter", now=now
    )
    assert (saved.version, saved.content) == (2, "New words.")
    assert "New words." in saved.content_html
    kept = LessonRevision.objects.filter(lesson=lesson).order_by("version")
    assert [(row.version, row.comment) for row in kept] == [(1, ""), (2, "Shorter")]


def test_saving_without_a_change_makes_no_version(lesson, bruno, now):
    lessons.edit_lesson(by=bruno, lesson_id=lesson.pk, text=TEXT, based_on=1, now=now)
    assert LessonRevision.objects.filter(lesson=lesson).count() == 1


def test_a_text_based_on_an_older_version_is_not_saved_and_meets_the_newer_one(
    lesson, bruno, dora, now
):
    theirs = LessonText(topic="Moves", content="Theirs.", part="Basics")
    lessons.edit_lesson(by=dora, lesson_id=lesson.pk, text=theirs, based_on=1, now=now)
    mine = LessonText(topic="Moves", content="Mine.", part="Basics")
    with pytest.raises(Conflict) as refused:
        lessons.edit_lesson(by=bruno, lesson_id=lesson.pk, text=mine, based_on=1, now=now)
    assert refused.value.extra == {"version": 2, "topic": "Moves", "content": "Theirs."}
    lesson.refresh_from_db()
    assert lesson.content == "Theirs."
    saved = lessons.edit_lesson(by=bruno, lesson_id=lesson.pk, text=mine, based_on=2, now=now)
    assert (saved.version, saved.content) == (3, "Mine.")


def test_an_old_version_comes_back_as_the_newest(lesson, bruno, now):
    other = LessonText(topic="Moved", content="Other.", part="Basics")
    lessons.edit_lesson(by=bruno, lesson_id=lesson.pk, text=other, based_on=1, now=now)
    back = lessons.restore_revision(by=bruno, lesson_id=lesson.pk, version=1, based_on=2, now=now)
    assert (back.version, back.topic, back.content) == (3, "Moves", TEXT.content)
    assert LessonRevision.objects.filter(lesson=lesson).count() == 3


def test_a_version_that_never_was_cannot_be_restored(lesson, bruno, now):
    with pytest.raises(NotFound):
        lessons.restore_revision(by=bruno, lesson_id=lesson.pk, version=9, based_on=1, now=now)


@pytest.mark.parametrize(
    ("wrong", "error", "field"),
    [
        ({"topic": " "}, Invalid, "topic"),
        ({"topic": "x" * 301}, Invalid, "topic"),
        ({"content": "a\x00b"}, Invalid, "content"),
        ({"content": "a\ud800b"}, Invalid, "content"),
        ({"part": "x" * 201}, Invalid, "part"),
        ({"content": "x" * 2_000_001}, Invalid, "content"),
        ({"content": "ä" * 1_500_000}, TooLarge, "content"),
    ],
)
def test_a_text_that_does_not_fit_is_refused_and_nothing_is_kept(
    lesson, bruno, now, wrong, error, field
):
    text = LessonText(**{"topic": "Moves", "content": "x", "part": "Basics", **wrong})
    with pytest.raises(error) as refused:
        lessons.edit_lesson(by=bruno, lesson_id=lesson.pk, text=text, based_on=1, now=now)
    assert field in refused.value.fields
    lesson.refresh_from_db()
    assert (lesson.version, lesson.content) == (1, TEXT.content)


def test_only_those_who_teach_the_course_write_in_it(lesson, ada, chloe, eva, now):
    for user, error in ((ada, NotAllowed), (chloe, NotFound), (eva, NotFound)):
        with pytest.raises(error):
            lessons.edit_lesson(by=user, lesson_id=lesson.pk, text=TEXT, based_on=1, now=now)
        with pytest.raises(error):
            lessons.archive_lesson(by=user, lesson_id=lesson.pk, now=now)


def test_a_hundred_lessons_are_put_into_any_order(bruno, now):
    course = factories.course(owner=bruno, lessons=100)
    wished = [lesson.pk for lesson in reversed(in_order(course))]
    lessons.order_lessons(by=bruno, course_id=course.pk, lesson_ids=wished, now=now)
    assert [lesson.pk for lesson in in_order(course)] == wished
    assert [lesson.order_index for lesson in in_order(course)] == list(range(1, 101))


def test_an_order_that_leaves_out_a_lesson_is_refused(bruno, course, now):
    first, second = in_order(course)
    with pytest.raises(Conflict):
        lessons.order_lessons(by=bruno, course_id=course.pk, lesson_ids=[first.pk], now=now)
    twice = [first.pk, second.pk, first.pk]
    with pytest.raises(Invalid):
        lessons.order_lessons(by=bruno, course_id=course.pk, lesson_ids=twice, now=now)
    assert in_order(course) == [first, second]


def test_a_lesson_of_another_course_is_not_taken_into_the_order(bruno, course, other_course, now):
    foreign = [lesson.pk for lesson in (*in_order(course), *in_order(other_course))]
    with pytest.raises(Conflict):
        lessons.order_lessons(by=bruno, course_id=course.pk, lesson_ids=foreign, now=now)


def test_moving_a_chapter_takes_its_lessons_along(bruno, course, lesson, now):
    inside = lessons.add_lesson(
        by=bruno,
        course_id=course.pk,
        text=LessonText(topic="Inside", content="x"),
        parent_id=lesson.pk,
        now=now,
    )
    assert inside.part_title == "Basics"
    plain = [one.pk for one in in_order(course) if one.pk not in (lesson.pk, inside.pk)]
    lessons.move_lesson(by=bruno, lesson_id=lesson.pk, step=-1, now=now)  # into the part above
    lessons.move_lesson(by=bruno, lesson_id=lesson.pk, step=-1, now=now)
    assert [one.pk for one in in_order(course)] == [plain[0], lesson.pk, inside.pk, plain[1]]
    assert {one.part_title for one in in_order(course)} == {""}


def test_the_last_published_lesson_of_a_published_course_stays(bruno, course, now):
    first, second = in_order(course)
    lessons.archive_lesson(by=bruno, lesson_id=first.pk, now=now)
    with pytest.raises(Conflict) as refused:
        lessons.unpublish_lesson(by=bruno, lesson_id=second.pk, now=now)
    assert refused.value.code == "last_lesson"


def test_links_lead_to_lessons_that_come_later(bruno, course, now):
    text = LessonText(topic="First", content="See [next](second.md#top) and ![a](img/a.png).")
    first = lessons.add_lesson(by=bruno, course_id=course.pk, text=text, now=now)
    assert "href" not in first.content_html
    second = lessons.add_lesson(
        by=bruno, course_id=course.pk, text=LessonText(topic="Second", content="x"), now=now
    )
    first.refresh_from_db()
    assert f"/lessons/{second.pk}/#u-top" in first.content_html
    files.store_file(by=bruno, course_id=course.pk, path="img/a.png", data=png(), now=now)
    first.refresh_from_db()
    assert f'href="/courses/{course.slug}/lessons/{second.pk}/#u-top"' in first.content_html
    assert f'src="/courses/{course.slug}/files/img/a.png"' in first.content_html
    assert first.version == 1


def png() -> bytes:
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (2, 2)).save(out, "PNG")
    return out.getvalue()


def test_the_check_list_names_what_is_missing(course):
    content = "![](img/gone.png)\n\n#### Deep\n\n[x](nowhere.md)\n\n## Top\n\n#### Too deep\n"
    _, findings = queries.preview(course, "Lesson", content)
    text = " ".join(finding.message for finding in findings)
    for words in ("no description", "img/gone.png is missing", "leads nowhere", "level 4 after"):
        assert words in text
    assert {1, 5} <= {finding.line for finding in findings}


def test_students_see_published_lessons_and_staff_all(ada, bruno, chloe, lesson):
    assert not rights.may_see_lesson(ada, lesson)
    assert rights.may_see_lesson(bruno, lesson)
    with pytest.raises(NotFound):
        queries.open_lesson(ada, lesson.course.slug, lesson.pk)
    assert queries.open_lesson(bruno, lesson.course.slug, lesson.pk).is_staff
    lesson.status = "published"
    lesson.save()
    assert rights.may_see_lesson(ada, lesson)
    assert not queries.open_lesson(ada, lesson.course.slug, lesson.pk).is_staff
    with pytest.raises(NotFound):
        queries.open_lesson(chloe, lesson.course.slug, lesson.pk)
    assert not rights.may_see_lesson(chloe, lesson)
