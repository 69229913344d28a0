"""While a lesson is written: locks, drafts, and acts that can be taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from studium.content import queries, rules
from studium.content.actions import courses, editing, files, lessons, undoing
from studium.content.actions.editing import Typed
from studium.content.actions.lessons import LessonText
from studium.content.models import (
    Course,
    Lesson,
    LessonDraft,
    LessonLock,
    StoredFile,
    UndoStep,
)
from studium.content.queries.editing import drafts_export
from studium.identity.models import AuditEntry
from studium.lib.errors import Conflict, Invalid, NotAllowed, NotFound
from tests import factories
from tests.content.test_files import image

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def lesson(course) -> Lesson:
    return course.lessons.earliest("order_index")


def in_order(course) -> list[str]:
    return list(course.lessons.order_by("order_index").values_list("topic", flat=True))


def step(by, course, now) -> UndoStep:
    made = queries.step_made(by, course.pk, now)
    assert made is not None
    return made


def save(by, lesson, now, *, based_on: int = 1, content: str = "Changed."):
    text = LessonText(topic=lesson.topic, content=content)
    return lessons.edit_lesson(by=by, lesson_id=lesson.pk, text=text, based_on=based_on, now=now)


# --- one author at a time --------------------------------------------------------------------


def test_a_lesson_is_held_while_its_author_is_heard_of_and_nobody_else_saves(
    bruno, dora, lesson, now
):
    assert editing.hold_lesson(by=bruno, lesson_id=lesson.pk, now=now).is_mine
    seen = editing.hold_lesson(by=dora, lesson_id=lesson.pk, now=now + MINUTE)
    assert (seen.name, seen.is_mine, seen.since) == ("Bruno Berg", False, now)
    with pytest.raises(Conflict, match="Bruno Berg is editing") as refused:
        save(dora, lesson, now + MINUTE)
    assert refused.value.code == "being_edited"
    later = now + queries.editing.HELD + timedelta(seconds=1)
    assert save(dora, lesson, later).version == 2


def test_taking_over_turns_the_lock_round_and_leaving_opens_it(bruno, dora, lesson, now):
    editing.hold_lesson(by=bruno, lesson_id=lesson.pk, now=now)
    mine = editing.hold_lesson(by=dora, lesson_id=lesson.pk, now=now, take_over=True)
    assert mine.is_mine
    assert not editing.hold_lesson(by=bruno, lesson_id=lesson.pk, now=now).is_mine
    with pytest.raises(Conflict, match="Dora Dahl"):
        save(bruno, lesson, now)
    editing.let_go(by=bruno, lesson_id=lesson.pk)  # not his to open
    assert LessonLock.objects.filter(holder=dora).exists()
    editing.let_go(by=dora, lesson_id=lesson.pk)
    assert save(bruno, lesson, now).version == 2


# --- drafts ----------------------------------------------------------------------------------


def test_a_draft_is_its_authors_alone_changes_nothing_and_goes_when_it_is_saved(
    bruno, dora, course, lesson, now
):
    typed = Typed(topic=lesson.topic, content="Half a sen", based_on=1)
    where = {"course_id": course.pk, "lesson_id": lesson.pk}
    editing.keep_draft(by=bruno, **where, typed=typed, now=now)
    later = Typed(topic="", content="Half a sentence", based_on=1)
    editing.keep_draft(by=bruno, **where, typed=later, now=now + MINUTE)
    kept = queries.draft_of(bruno, course, lesson)
    assert kept is not None
    assert (kept.topic, kept.content, kept.kept_at) == ("", "Half a sentence", now + MINUTE)
    assert queries.draft_of(dora, course, lesson) is None
    assert [one["content"] for one in drafts_export(bruno)] == ["Half a sentence"]
    assert drafts_export(dora) == []
    lesson.refresh_from_db()
    assert (lesson.version, "Half" in lesson.content_html) == (1, False)
    save(bruno, lesson, now, content="Half a sentence more.")
    assert not LessonDraft.objects.exists()


def test_what_is_saved_already_is_no_draft_and_a_new_lesson_has_one_too(bruno, course, lesson, now):
    saved = Typed(topic=lesson.topic, content=lesson.content, part=lesson.part_title)
    where = {"course_id": course.pk, "lesson_id": lesson.pk}
    assert editing.keep_draft(by=bruno, **where, typed=saved, now=now) is None
    fresh = Typed(topic="Moves", content="", concepts="Moves; Copies")
    editing.keep_draft(by=bruno, course_id=course.pk, lesson_id=None, typed=fresh, now=now)
    assert queries.draft_of(bruno, course, None).concepts == "Moves; Copies"
    editing.discard_draft(by=bruno, course_id=course.pk, lesson_id=None)
    assert not LessonDraft.objects.exists()


def test_only_those_who_may_change_a_course_hold_and_keep(ada, eva, course, other_course, now):
    lesson = course.lessons.first()
    typed = Typed(topic="x", content="y")
    for user, refusal in ((ada, NotAllowed), (eva, NotFound)):
        with pytest.raises(refusal):
            editing.hold_lesson(by=user, lesson_id=lesson.pk, now=now)
        with pytest.raises(refusal):
            editing.let_go(by=user, lesson_id=lesson.pk)
        for lesson_id in (lesson.pk, None):
            where = {"course_id": course.pk, "lesson_id": lesson_id}
            with pytest.raises(refusal):
                editing.keep_draft(by=user, **where, typed=typed, now=now)
            with pytest.raises(refusal):
                editing.discard_draft(by=user, **where)
    where = {"course_id": other_course.pk, "lesson_id": lesson.pk}
    with pytest.raises(NotFound):  # a lesson under another course's address
        editing.keep_draft(by=eva, **where, typed=typed, now=now)


# --- taking back -----------------------------------------------------------------------------


def test_a_change_of_state_is_taken_back_lesson_by_lesson_and_only_where_it_still_holds(
    bruno, course, now
):
    first, second, third = [
        factories.lesson(course=course, topic=name, status=status)
        for name, status in (("A", "draft"), ("B", "archived"), ("C", "draft"))
    ]
    ids = [first.pk, second.pk, third.pk]
    lessons.publish_lessons(by=bruno, course_id=course.pk, lesson_ids=ids, now=now)
    lessons.archive_lesson(by=bruno, lesson_id=third.pk, now=now + MINUTE)
    made = step(bruno, course, now)
    undoing.undo(by=bruno, step_id=made.pk, now=now + 2 * MINUTE)
    states = dict(Lesson.objects.filter(pk__in=ids).values_list("pk", "status"))
    assert states == {first.pk: "draft", second.pk: "archived", third.pk: "archived"}
    assert AuditEntry.objects.filter(object_id=str(second.pk)).count() == 2
    with pytest.raises(Conflict, match="already"):
        undoing.undo(by=bruno, step_id=made.pk, now=now + 2 * MINUTE)


def test_a_course_is_never_left_without_a_lesson_by_taking_back(bruno, now):
    course = factories.course(owner=bruno, lessons=0, status="draft")
    only = factories.lesson(course=course, status="draft")
    lessons.publish_lessons(by=bruno, course_id=course.pk, lesson_ids=[only.pk], now=now)
    shown = step(bruno, course, now)
    courses.publish_course(by=bruno, course_id=course.pk, now=now + MINUTE)
    with pytest.raises(Conflict, match="only published lesson"):
        undoing.undo(by=bruno, step_id=shown.pk, now=now + 2 * MINUTE)
    back = step(bruno, course, now + MINUTE)
    undoing.undo(by=bruno, step_id=back.pk, now=now + 2 * MINUTE)
    assert Course.objects.get(pk=course.pk).status == "draft"
    undoing.undo(by=bruno, step_id=shown.pk, now=now + 3 * MINUTE)
    assert Lesson.objects.get(pk=only.pk).status == "draft"


def test_an_order_is_taken_back_whole_unless_it_changed_again(bruno, course, now):
    for name, part in (("C", "Two"), ("D", "Two")):
        text = LessonText(topic=name, content="x", part=part)
        lessons.add_lesson(by=bruno, course_id=course.pk, text=text, now=now)
    before = list(course.lessons.order_by("order_index").values_list("pk", "part_title"))
    ids = [pk for pk, _ in before]
    lessons.order_lessons(by=bruno, course_id=course.pk, lesson_ids=ids[::-1], now=now)
    turned = step(bruno, course, now)
    lessons.move_lesson(by=bruno, lesson_id=ids[0], step=-1, now=now + MINUTE)
    with pytest.raises(Conflict, match="changed again") as refused:
        undoing.undo(by=bruno, step_id=turned.pk, now=now + MINUTE)
    assert refused.value.code == "overtaken"
    for at in (now + MINUTE, now):
        undoing.undo(by=bruno, step_id=step(bruno, course, at).pk, now=now + 2 * MINUTE)
    assert list(course.lessons.order_by("order_index").values_list("pk", "part_title")) == before


def test_a_removed_file_comes_back_with_its_size_and_into_its_lessons(bruno, course, now):
    where = {"by": bruno, "course_id": course.pk, "now": now}
    row = files.store_file(path="img/a.png", data=image(), **where)
    text = LessonText(topic="Seen", content="![A red square](img/a.png)")
    shown = lessons.add_lesson(by=bruno, course_id=course.pk, text=text, now=now)
    files.remove_file(by=bruno, file_id=row.pk, now=now + MINUTE)
    shown.refresh_from_db()
    assert "<img" not in shown.content_html
    undoing.undo(by=bruno, step_id=step(bruno, course, now + MINUTE).pk, now=now + MINUTE)
    again = StoredFile.objects.get(course=course)
    assert (again.path, again.width, again.height) == ("img/a.png", 3, 3)
    shown.refresh_from_db()
    assert 'width="3" height="3" loading="lazy" decoding="async"' in shown.content_html


def test_nobody_takes_back_the_act_of_another_nor_an_old_one(bruno, dora, ada, course, lesson, now):
    lessons.archive_lesson(by=bruno, lesson_id=lesson.pk, now=now)
    made = step(bruno, course, now)
    for other in (dora, ada):
        with pytest.raises(NotFound):
            undoing.undo(by=other, step_id=made.pk, now=now)
    with pytest.raises(Conflict, match="more than a day"):
        undoing.undo(by=bruno, step_id=made.pk, now=now + timedelta(days=1, seconds=1))
    later = now + timedelta(days=2)
    lessons.publish_lessons(by=bruno, course_id=course.pk, lesson_ids=[lesson.pk], now=later)
    assert not UndoStep.objects.filter(pk=made.pk).exists()


# --- many at once ----------------------------------------------------------------------------


def test_chosen_lessons_go_together_with_what_is_inside_them(bruno, course, now):
    one, two = course.lessons.order_by("order_index")
    for name, parent in (("Inside", one.pk), ("Three", None), ("Four", None)):
        lessons.add_lesson(
            by=bruno,
            course_id=course.pk,
            text=LessonText(topic=name, content="x"),
            parent_id=parent,
            now=now,
        )
    assert in_order(course) == [one.topic, "Inside", two.topic, "Three", "Four"]
    four = Lesson.objects.get(topic="Four")
    where = {"by": bruno, "course_id": course.pk, "now": now}
    assert lessons.move_lessons(lesson_ids=[two.pk, one.pk], after=four.pk, **where) == 2
    assert in_order(course) == ["Three", "Four", one.topic, "Inside", two.topic]
    assert Lesson.objects.get(topic="Inside").parent_id == one.pk
    lessons.move_lessons(lesson_ids=[one.pk], part="Later", **where)
    assert in_order(course) == ["Three", "Four", two.topic, one.topic, "Inside"]
    assert set(course.lessons.filter(part_title="Later").values_list("topic", flat=True)) == {
        one.topic,
        "Inside",
    }
    lessons.move_lessons(lesson_ids=[two.pk], **where)
    assert in_order(course)[0] == two.topic
    with pytest.raises(Conflict):
        lessons.move_lessons(lesson_ids=[two.pk], after=course.pk, **where)
    with pytest.raises(Invalid):
        lessons.move_lessons(lesson_ids=[two.pk], part="a\x00", **where)
    unmoved = in_order(course)
    lessons.move_lessons(lesson_ids=[one.pk], after=one.pk, **where)
    assert in_order(course) == unmoved


# --- what can be linked ----------------------------------------------------------------------


def test_a_link_that_is_offered_leads_where_it_says(bruno, course, now):
    where = {"by": bruno, "course_id": course.pk, "now": now}
    files.store_file(path="img/my figure (1).png", data=image(), **where)
    text = LessonText(topic="On [slices] and \\ all", content="x")
    made = lessons.add_lesson(text=text, **where)
    found = queries.link_targets(bruno, course, "slices")
    found += queries.link_targets(bruno, course, "figure")
    assert [one.kind for one in found] == ["lesson", "image"]
    content = "\n\n".join(one.markdown for one in found)
    page, problems = queries.preview(course, "T", content)
    html = page.columns["content_html"]
    assert f'href="/courses/{course.slug}/lessons/{made.pk}/"' in html
    assert "On [slices] and \\ all</a>" in html
    assert f'src="/courses/{course.slug}/files/img/my%20figure%20%281%29.png"' in html
    assert ["no description" in one.message for one in problems] == [True]
    assert queries.link_targets(bruno, course, "a\x00b") == []


def test_the_lines_of_blocks_are_those_of_the_source(course):
    content = "One\ntwo\n\n- a\n- b\n\n## Head\n\n```py\nx\n```\n"
    page, _ = queries.preview(course, "T", content)
    blocks = page.columns["blocks"]
    begins = dict(rules.lines_of(content, blocks))
    lines = {block["text"].split()[0]: begins[block["id"]] for block in blocks}
    assert (lines["One"], lines["Head"], lines["x"]) == (1, 7, 9)
    _, found = queries.preview(course, "T", "## A\n\n![](no.png)\n\n#### B\n\n$\\frac{$\n")
    assert [one.line for one in found] == [3, 3, 5, 7]
