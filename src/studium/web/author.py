"""Authoring: courses one teaches, their settings, lessons in order and their versions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from studium.content import queries, rights, rules
from studium.content.actions import courses, lessons
from studium.content.actions.courses import CourseTerms
from studium.lib import clock
from studium.lib.errors import Conflict, Invalid
from studium.web.editor import errors_of, number_in, status_words, uuid_in
from studium.web.http import SignedIn, signed_in
from studium.web.lists import part_of
from studium.web.undo import say_done

LESSONS_AT_ONCE = 30
"""So many lessons has a page of the list; the pager leads to the others."""
_PLACE = "from"
_LIMIT_IDS = 2_000


@require_safe
@signed_in
def teach(request: SignedIn) -> HttpResponse:
    """The courses one teaches, and the ways to a new one."""
    context = {
        "courses": queries.taught_lines(request.user),
        "may_create": rights.may_create_course(request.user),
    }
    return render(request, "author/teach.html", context)


@signed_in
def course_new(request: SignedIn) -> HttpResponse:
    """Begin an empty course."""
    rights.require_create_course(request.user)
    refused = None
    if request.method == "POST":
        try:
            made = courses.create_course(by=request.user, terms=_terms(request), now=clock.now())
            return redirect("teach_course", slug=made.slug)
        except Invalid as wrong:
            refused = wrong
    context = {"terms": _terms(request), **errors_of(refused)}
    return render(request, "author/new.html", context, status=refused.status if refused else 200)


@signed_in
def course_settings(request: SignedIn, slug: str) -> HttpResponse:
    """Title, description, who may enter, and what state the course is in."""
    course = queries.course_for_author(request.user, slug)
    refused, terms = None, _terms_of(course)
    if request.method == "POST":
        terms = _terms(request)
        try:
            courses.edit_course(by=request.user, course_id=course.pk, terms=terms, now=clock.now())
            messages.success(request, _("The settings are saved."))
            return redirect("course_settings", slug=slug)
        except Invalid as wrong:
            refused = wrong
    context = {
        **_frame(course, "settings"),
        "terms": terms,
        "code": rules.shown_code(course.join_code),
        "learner_count": queries.learner_count(course),
        **errors_of(refused),
    }
    status = refused.status if refused else 200
    return render(request, "author/settings.html", context, status=status)


@require_POST
@signed_in
def course_status(request: SignedIn, slug: str) -> HttpResponse:
    """Publish a course, take it back to a draft, or archive it."""
    course = queries.course_for_author(request.user, slug)
    change = {
        "published": courses.publish_course,
        "draft": courses.unpublish_course,
        "archived": courses.archive_course,
    }.get(request.POST.get("status", ""))
    if change is None:
        raise Invalid("Choose published, draft or archived.", fields={"status": "Unknown."})
    now = clock.now()
    try:
        change(by=request.user, course_id=course.pk, now=now)
        say_done(request, _("The state of the course is changed."), course.pk, now)
    except Conflict as refused:
        messages.error(request, refused.message)
    return redirect("course_settings", slug=slug)


@require_POST
@signed_in
def course_code(request: SignedIn, slug: str) -> HttpResponse:
    """A new join code; the old one stops working."""
    course = queries.course_for_author(request.user, slug)
    courses.renew_join_code(by=request.user, course_id=course.pk, now=clock.now())
    messages.success(request, _("The course has a new code. The old one no longer works."))
    return redirect("course_settings", slug=slug)


@require_safe
@signed_in
def teach_course(request: SignedIn, slug: str) -> HttpResponse:
    """The lessons of a course in their order."""
    course = queries.course_for_staff(request.user, slug)
    rows = queries.lesson_lines(course)
    context = {
        **_frame(course, "lessons"),
        "lessons": rows,
        "part": part_of(request, rows, name=_PLACE, limit=LESSONS_AT_ONCE),
        "drafts": [row for row in rows if row.status == "draft"],
        "may_edit": rights.may_edit_course(request.user, course),
        "audience": queries.audience(course),
        "places": _places(rows),
    }
    return render(request, "author/lessons.html", context)


@require_POST
@signed_in
def lesson_order(request: SignedIn, slug: str) -> HttpResponse:
    """Move one lesson up or down, or store a whole new order."""
    course, now = queries.course_for_author(request.user, slug), clock.now()
    done = _("The order is changed.")
    for name, step in (("up", -1), ("down", 1)):
        if name in request.POST:
            moved = uuid_in(request.POST[name])
            lessons.move_lesson(by=request.user, lesson_id=moved, step=step, now=now)
            say_done(request, done, course.pk, now)
            return _to_lesson_row(course, moved)
    order = [uuid_in(value) for value in request.POST.getlist("order")[:_LIMIT_IDS]]
    whole = _whole_order(course, order)
    lessons.order_lessons(by=request.user, course_id=course.pk, lesson_ids=whole, now=now)
    say_done(request, done, course.pk, now)
    return _to_lesson_row(course, order[0])


@require_POST
@signed_in
def lessons_publish(request: SignedIn, slug: str) -> HttpResponse:
    """Publish the chosen drafts at once."""
    return _change_status(request, slug, "published")


@require_POST
@signed_in
def lessons_act(request: SignedIn, slug: str) -> HttpResponse:
    """Publish, hide, archive or move the chosen lessons at once."""
    act = request.POST.get("act", "")
    return _move(request, slug) if act == "move" else _change_status(request, slug, act)


def _change_status(request: SignedIn, slug: str, status: str) -> HttpResponse:
    course, now = queries.course_for_author(request.user, slug), clock.now()
    try:
        count = lessons.set_lesson_status(
            by=request.user,
            course_id=course.pk,
            lesson_ids=_chosen(request),
            status=status,
            now=now,
        )
        say_done(request, status_words(status, count), course.pk, now)
    except Conflict as refused:
        messages.error(request, refused.message)
    return redirect("teach_course", slug=slug)


def _move(request: SignedIn, slug: str) -> HttpResponse:
    """To the place that was chosen: a new part, the end of a part, behind a lesson, the start."""
    course, now = queries.course_for_author(request.user, slug), clock.now()
    kind, _colon, value = request.POST.get("to", "").partition(":")
    new_part = request.POST.get("new_part", "").strip()
    count = lessons.move_lessons(
        by=request.user,
        course_id=course.pk,
        lesson_ids=_chosen(request),
        after=uuid_in(value) if kind == "after" and not new_part else None,
        part=new_part or (value if kind == "part" else None),
        now=now,
    )
    text = ngettext("%(n)s lesson is moved.", "%(n)s lessons are moved.", count)
    say_done(request, text % {"n": count}, course.pk, now)
    return redirect("teach_course", slug=slug)


def _chosen(request: SignedIn) -> list[UUID]:
    return [uuid_in(value) for value in request.POST.getlist("lesson")[:_LIMIT_IDS]]


def _places(rows: list[Any]) -> list[tuple[str, str]]:
    """Where lessons can be moved to, for a list of choices."""
    parts = dict.fromkeys(row.part_title for row in rows if row.part_title)
    behind = _("Behind “%(topic)s”")
    return [
        ("start", _("To the beginning")),
        *(
            (f"part:{part}", _("To the end of the part “%(part)s”") % {"part": part})
            for part in parts
        ),
        *((f"after:{row.id}", behind % {"topic": row.topic}) for row in rows),
    ]


@require_safe
@signed_in
def lesson_versions(request: SignedIn, slug: str, lesson_id: UUID) -> HttpResponse:
    """All kept versions of a lesson."""
    lesson = queries.lesson_for_author(request.user, slug, lesson_id)
    context = {
        **_frame(lesson.course, "lessons"),
        "lesson": lesson,
        "revisions": queries.revisions_of(lesson),
    }
    return render(request, "author/versions.html", context)


@require_safe
@signed_in
def lesson_version(request: SignedIn, slug: str, lesson_id: UUID, version: int) -> HttpResponse:
    """What differs between a kept version and the newest one."""
    lesson = queries.lesson_for_author(request.user, slug, lesson_id)
    old = queries.revision_of(lesson, version)
    context = {
        **_frame(lesson.course, "lessons"),
        "lesson": lesson,
        "old": old,
        "rows": rules.differences(old.content, lesson.content),
    }
    return render(request, "author/version.html", context)


@require_POST
@signed_in
def lesson_restore(request: SignedIn, slug: str, lesson_id: UUID, version: int) -> HttpResponse:
    """Make a kept version the newest one."""
    queries.lesson_for_author(request.user, slug, lesson_id)
    try:
        lessons.restore_revision(
            by=request.user,
            lesson_id=lesson_id,
            version=version,
            based_on=number_in(request.POST.get("based_on", "")),
            now=clock.now(),
        )
        messages.success(request, _("Version %(n)s is the newest again.") % {"n": version})
    except Conflict as refused:  # somebody saved meanwhile, or has it open
        messages.error(request, refused.message)
    return redirect("lesson_edit", slug=slug, lesson_id=lesson_id)


def _frame(course: Any, tab: str) -> dict[str, Any]:
    return {"course": course, "tab": tab}


def _terms(request: SignedIn) -> CourseTerms:
    form = request.POST
    return CourseTerms(
        title=form.get("title", ""),
        description=form.get("description", ""),
        language=form.get("language", "en"),
        self_enrolment=form.get("self_enrolment", "closed"),
        show_checked_notes=form.get("show_checked_notes") == "on",
    )


def _terms_of(course: Any) -> CourseTerms:
    return CourseTerms(
        title=course.title,
        description=course.description,
        language=course.language,
        self_enrolment=course.self_enrolment,
        show_checked_notes=course.show_checked_notes,
    )


def _whole_order(course: Any, order: list[UUID]) -> list[UUID]:
    """The order of all lessons, where a page of the list sends that of the lessons it shows.
    Anything else is left as it is, for the action to refuse."""
    now = [row.id for row in queries.lesson_lines(course)]
    for begins in range(0, len(now), LESSONS_AT_ONCE):
        ends = begins + LESSONS_AT_ONCE
        if len(order) == len(now[begins:ends]) and set(order) == set(now[begins:ends]):
            return [*now[:begins], *order, *now[ends:]]
    return order


def _to_lesson_row(course: Any, lesson_id: UUID) -> HttpResponse:
    """To the row of a lesson, on the page of the list that shows it."""
    ids = [row.id for row in queries.lesson_lines(course)]
    offset = ids.index(lesson_id) // LESSONS_AT_ONCE * LESSONS_AT_ONCE if lesson_id in ids else 0
    response = redirect("teach_course", slug=course.slug)
    response["Location"] += f"?{_PLACE}={offset}" if offset else ""
    response["Location"] += f"#lesson-{lesson_id}"
    return response
