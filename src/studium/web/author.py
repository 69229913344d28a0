"""Authoring: courses one teaches, their settings, lessons in order, the editor and its versions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from markupsafe import Markup

from studium.content import queries, rights, rules
from studium.content.actions import courses, lessons
from studium.content.actions.courses import CourseTerms
from studium.content.actions.lessons import LessonText
from studium.lib import clock
from studium.lib.errors import Conflict, Invalid, Refused, TooLarge
from studium.web.concepts import concepts_field
from studium.web.http import SignedIn, signed_in

_LIMIT_IDS = 2_000


@require_safe
@signed_in
def teach(request: SignedIn) -> HttpResponse:
    """The courses one teaches, and the ways to a new one."""
    context = {
        "courses": queries.taught_courses(request.user),
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
    context = {"terms": _terms(request), **_errors(refused)}
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
        **_errors(refused),
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
    try:
        change(by=request.user, course_id=course.pk, now=clock.now())
        messages.success(request, _("The state of the course is changed."))
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
    rows = queries.lessons_of(course)
    context = {
        **_frame(course, "lessons"),
        "lessons": rows,
        "drafts": [row.pk for row in rows if row.status == "draft"],
        "may_edit": rights.may_edit_course(request.user, course),
        "learner_count": queries.learner_count(course),
    }
    return render(request, "author/lessons.html", context)


@require_POST
@signed_in
def lesson_order(request: SignedIn, slug: str) -> HttpResponse:
    """Move one lesson up or down, or store a whole new order."""
    course = queries.course_for_author(request.user, slug)
    for name, step in (("up", -1), ("down", 1)):
        if name in request.POST:
            moved = _uuid(request.POST[name])
            lessons.move_lesson(by=request.user, lesson_id=moved, step=step, now=clock.now())
            return _to_lesson_row(slug, moved)
    order = [_uuid(value) for value in request.POST.getlist("order")[:_LIMIT_IDS]]
    lessons.order_lessons(by=request.user, course_id=course.pk, lesson_ids=order, now=clock.now())
    return redirect("teach_course", slug=slug)


@require_POST
@signed_in
def lessons_publish(request: SignedIn, slug: str) -> HttpResponse:
    """Publish the chosen drafts at once."""
    course = queries.course_for_author(request.user, slug)
    chosen = [_uuid(value) for value in request.POST.getlist("lesson")[:_LIMIT_IDS]]
    count = lessons.publish_lessons(
        by=request.user, course_id=course.pk, lesson_ids=chosen, now=clock.now()
    )
    text = ngettext("%(n)s lesson is published.", "%(n)s lessons are published.", count)
    messages.success(request, text % {"n": count})
    return redirect("teach_course", slug=slug)


@signed_in
def lesson_new(request: SignedIn, slug: str) -> HttpResponse:
    """Write a new lesson."""
    course = queries.course_for_author(request.user, slug)
    text, refused = _lesson_text(request), None
    if request.method == "POST" and "preview" not in request.POST:
        try:
            parent = request.POST.get("parent", "")
            made = lessons.add_lesson(
                by=request.user,
                course_id=course.pk,
                text=text,
                parent_id=_uuid(parent) if parent else None,
                now=clock.now(),
                concepts=_concepts(request),
            )
            messages.success(request, _("The lesson is saved as a draft."))
            return redirect("lesson_edit", slug=slug, lesson_id=made.pk)
        except (Invalid, TooLarge) as wrong:
            refused = wrong
    heads = [row for row in queries.lessons_of(course) if row.parent_id is None]
    options = [("", _("none: it stands by itself")), *((row.pk, row.topic) for row in heads)]
    context = {"lesson": None, "parent_options": options}
    return _editor(request, course, text, refused, context)


@signed_in
def lesson_edit(request: SignedIn, slug: str, lesson_id: UUID) -> HttpResponse:
    """Change a lesson; a text that somebody else has overtaken is shown beside theirs."""
    lesson = queries.lesson_for_author(request.user, slug, lesson_id)
    text = LessonText(topic=lesson.topic, content=lesson.content, part=lesson.part_title)
    refused: Refused | None = None
    if request.method == "POST":
        text = _lesson_text(request)
        if "preview" not in request.POST:
            try:
                _save(request, lesson_id, text)
                return redirect("lesson_edit", slug=slug, lesson_id=lesson_id)
            except (Invalid, TooLarge, Conflict) as wrong:
                refused = wrong
    context = {"lesson": lesson, "learner_count": queries.learner_count(lesson.course)}
    return _editor(request, lesson.course, text, refused, context)


@require_POST
@signed_in
def lesson_preview(request: SignedIn, slug: str) -> HttpResponse:
    """The text as readers will see it, with its check list; nothing is stored."""
    course = queries.course_for_author(request.user, slug)
    return render(request, "author/preview.html", _preview(course, _lesson_text(request)))


@require_POST
@signed_in
def lesson_status(request: SignedIn, slug: str, lesson_id: UUID) -> HttpResponse:
    """Publish one lesson, take it back to a draft, or archive it."""
    lesson = queries.lesson_for_author(request.user, slug, lesson_id)
    wanted, now = request.POST.get("status", ""), clock.now()
    try:
        if wanted == "published":
            lessons.publish_lessons(
                by=request.user, course_id=lesson.course_id, lesson_ids=[lesson_id], now=now
            )
        elif wanted == "draft":
            lessons.unpublish_lesson(by=request.user, lesson_id=lesson_id, now=now)
        elif wanted == "archived":
            lessons.archive_lesson(by=request.user, lesson_id=lesson_id, now=now)
        else:
            raise Invalid("Choose published, draft or archived.", fields={"status": "Unknown."})
        messages.success(request, _("The state of the lesson is changed."))
    except Conflict as refused:
        messages.error(request, refused.message)
    return redirect("lesson_edit", slug=slug, lesson_id=lesson_id)


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
    lessons.restore_revision(
        by=request.user,
        lesson_id=lesson_id,
        version=version,
        based_on=_number(request.POST.get("based_on", "")),
        now=clock.now(),
    )
    messages.success(request, _("Version %(n)s is the newest again.") % {"n": version})
    return redirect("lesson_edit", slug=slug, lesson_id=lesson_id)


def _save(request: SignedIn, lesson_id: UUID, text: LessonText) -> None:
    saved = lessons.edit_lesson(
        by=request.user,
        lesson_id=lesson_id,
        text=text,
        based_on=_number(request.POST.get("based_on", "")),
        comment=request.POST.get("comment", ""),
        now=clock.now(),
        concepts=_concepts(request) if "concepts" in request.POST else None,
    )
    messages.success(request, _("Saved as version %(n)s.") % {"n": saved.version})


def _editor(
    request: SignedIn,
    course: Any,
    text: LessonText,
    refused: Refused | None,
    more: dict[str, Any],
) -> HttpResponse:
    lesson = more["lesson"]
    newer = refused.extra if isinstance(refused, Conflict) else None
    based_on = request.POST.get("based_on", "") or (lesson.version if lesson else 0)
    context = {
        **_frame(course, "lessons"),
        **more,
        "text": text,
        "parts": queries.parts_of(course),
        "concepts": request.POST.get("concepts", concepts_field(lesson.pk if lesson else None)),
        "based_on": newer["version"] if newer else based_on,
        "newer": newer,
        "newer_rows": rules.differences(newer["content"], text.content) if newer else [],
        **_preview(course, text),
        **_errors(refused),
    }
    status = refused.status if refused else 200
    return render(request, "author/editor.html", context, status=status)


def _preview(course: Any, text: LessonText) -> dict[str, Any]:
    """The rendered text for a template; a text that cannot be rendered says why."""
    try:
        content = rules.clean_text(
            text.content, field="content", limit=2_000_000, name=_("The lesson")
        )
        page, findings = queries.preview(course, text.topic, content)
    except (Invalid, TooLarge) as refused:
        return {"preview": "", "findings": [queries.Finding(0, refused.message)], "minutes": 0}
    shown = Markup(page.columns["content_html"])  # noqa: S704 - lib.markdown has sanitised it
    return {"preview": shown, "findings": findings, "minutes": page.columns["minutes"]}


def _frame(course: Any, tab: str) -> dict[str, Any]:
    return {"course": course, "tab": tab}


def _errors(refused: Refused | None) -> dict[str, Any]:
    """The errors of a refusal for a form: by field, and as a summary."""
    if refused is None:
        return {"errors": {}, "summary": []}
    summary = [(f"f-{name}", text) for name, text in refused.fields.items()]
    return {"errors": refused.fields, "summary": summary or [(None, refused.message)]}


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


def _lesson_text(request: SignedIn) -> LessonText:
    form = request.POST
    content = form.get("content", "").replace("\r\n", "\n")
    return LessonText(topic=form.get("topic", ""), content=content, part=form.get("part", ""))


def _concepts(request: SignedIn) -> list[str]:
    return rules.split_concepts(request.POST.get("concepts", ""))


def _to_lesson_row(slug: str, lesson_id: UUID) -> HttpResponse:
    response = redirect("teach_course", slug=slug)
    response["Location"] += f"#lesson-{lesson_id}"
    return response


def _uuid(text: str) -> UUID:
    try:
        return UUID(text[:40])
    except ValueError as wrong:
        raise Invalid("That is not the id of a lesson.") from wrong


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Invalid("The version you started from is missing. Load the page and try again.")
    return int(text)
