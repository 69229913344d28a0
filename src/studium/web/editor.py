"""The lesson editor: writing with a preview, drafts that keep themselves, one author at a time."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from markupsafe import Markup

from studium.assessment.queries.beside import quiz_links
from studium.content import queries, rules
from studium.content.actions import editing, lessons
from studium.content.actions.editing import Typed
from studium.content.actions.lessons import LessonText
from studium.lib import clock
from studium.lib.errors import Conflict, Invalid, Refused, TooLarge
from studium.web.concepts import concepts_field
from studium.web.http import SignedIn, signed_in
from studium.web.jinja import when
from studium.web.undo import say_done


@signed_in
def lesson_new(request: SignedIn, slug: str) -> HttpResponse:
    """Write a new lesson."""
    course = queries.course_for_author(request.user, slug)
    draft = queries.draft_of(request.user, course, None)
    text, refused = lesson_text(request, draft), None
    if request.method == "POST" and "preview" not in request.POST:
        try:
            parent = request.POST.get("parent", "")
            made = lessons.add_lesson(
                by=request.user,
                course_id=course.pk,
                text=text,
                parent_id=uuid_in(parent) if parent else None,
                now=clock.now(),
                concepts=_concepts(request),
            )
            messages.success(request, _("The lesson is saved as a draft."))
            return redirect("lesson_edit", slug=slug, lesson_id=made.pk)
        except (Invalid, TooLarge) as wrong:
            refused = wrong
    heads = [row for row in queries.lessons_of(course) if row.parent_id is None]
    options = [("", _("none: it stands by itself")), *((row.pk, row.topic) for row in heads)]
    context = {"lesson": None, "parent_options": options, "draft": draft}
    return _editor(request, course, text, refused, context)


@signed_in
def lesson_edit(request: SignedIn, slug: str, lesson_id: UUID) -> HttpResponse:
    """Change a lesson; a text that somebody else has overtaken is shown beside theirs."""
    lesson = queries.lesson_for_author(request.user, slug, lesson_id)
    draft = queries.draft_of(request.user, lesson.course, lesson)
    text = LessonText(topic=lesson.topic, content=lesson.content, part=lesson.part_title)
    refused: Refused | None = None
    if request.method == "POST" or (draft is not None and "draft" in request.GET):
        text = lesson_text(request, draft)
    if request.method == "POST" and "preview" not in request.POST:
        try:
            _save(request, lesson_id, text)
            return redirect("lesson_edit", slug=slug, lesson_id=lesson_id)
        except (Invalid, TooLarge, Conflict) as wrong:
            refused = wrong
    if request.method == "GET" and "check" in request.GET and request.htmx:
        checked = _preview(lesson.course, text)
        return render(request, "author/checks.html", {**checked, "lesson": lesson})
    return _editor(request, lesson.course, text, refused, _beside(request, lesson, draft))


@require_POST
@signed_in
def lesson_preview(request: SignedIn, slug: str) -> HttpResponse:
    """The text as readers will see it, with its check list; nothing is stored."""
    course = queries.course_for_author(request.user, slug)
    return render(request, "author/preview.html", _preview(course, lesson_text(request)))


@require_POST
@signed_in
def lesson_keep(request: SignedIn, slug: str, lesson_id: UUID | None = None) -> HttpResponse:
    """Keep what is typed, and say that the lesson is still open; the page's script asks.

    Without a text it only says so. The answer tells in words what is kept and who else is here.
    """
    course = queries.course_for_author(request.user, slug)
    by, now = request.user, clock.now()
    said: dict[str, Any] = {"kept": "", "holder": ""}
    if "content" in request.POST:
        typed = _typed(request)
        editing.keep_draft(by=by, course_id=course.pk, lesson_id=lesson_id, typed=typed, now=now)
        said["kept"] = _("Draft kept %(time)s") % {"time": _clock_time(now)}
    if lesson_id is not None:
        held = editing.hold_lesson(by=by, lesson_id=lesson_id, now=now)
        said["holder"] = "" if held.is_mine else _held_words(held)
    return JsonResponse(said)


@require_POST
@signed_in
def lesson_hold(request: SignedIn, slug: str, lesson_id: UUID) -> HttpResponse:
    """Take over a lesson that somebody else has open, or leave it to others."""
    queries.lesson_for_author(request.user, slug, lesson_id)
    if request.POST.get("act") == "leave":
        editing.let_go(by=request.user, lesson_id=lesson_id)
        return HttpResponse(status=204)
    editing.hold_lesson(by=request.user, lesson_id=lesson_id, now=clock.now(), take_over=True)
    messages.success(request, _("You are editing this lesson now. The other one is told."))
    return redirect("lesson_edit", slug=slug, lesson_id=lesson_id)


@require_POST
@signed_in
def lesson_discard(request: SignedIn, slug: str, lesson_id: UUID | None = None) -> HttpResponse:
    """Forget what one typed and did not save."""
    course = queries.course_for_author(request.user, slug)
    editing.discard_draft(by=request.user, course_id=course.pk, lesson_id=lesson_id)
    messages.success(request, _("Your unsaved text is gone. This is the saved one."))
    if lesson_id is None:
        return redirect("lesson_new", slug=slug)
    return redirect("lesson_edit", slug=slug, lesson_id=lesson_id)


@require_safe
@signed_in
def link_targets(request: SignedIn, slug: str) -> HttpResponse:
    """Lessons and files of a course for the words behind `[[`, as the options of a list."""
    course = queries.course_for_author(request.user, slug)
    found = queries.link_targets(request.user, course, request.GET.get("q", ""))
    return render(request, "author/targets.html", {"targets": found})


@require_POST
@signed_in
def lesson_status(request: SignedIn, slug: str, lesson_id: UUID) -> HttpResponse:
    """Publish one lesson, take it back to a draft, or archive it; can be taken back."""
    lesson = queries.lesson_for_author(request.user, slug, lesson_id)
    wanted, now = request.POST.get("status", ""), clock.now()
    try:
        lessons.set_lesson_status(
            by=request.user,
            course_id=lesson.course_id,
            lesson_ids=[lesson_id],
            status=wanted,
            now=now,
        )
        say_done(request, status_words(wanted, 1), lesson.course_id, now)
    except Conflict as refused:
        messages.error(request, refused.message)
    return redirect("lesson_edit", slug=slug, lesson_id=lesson_id)


def status_words(status: str, count: int) -> str:
    """What has become of lessons, for the toast; `status` is one of theirs."""
    text = {
        "published": ngettext("%(n)s lesson is published.", "%(n)s lessons are published.", count),
        "draft": ngettext("%(n)s lesson is a draft.", "%(n)s lessons are drafts.", count),
        "archived": ngettext("%(n)s lesson is archived.", "%(n)s lessons are archived.", count),
    }
    return text[status] % {"n": count}


def lesson_text(request: SignedIn, draft: Any = None) -> LessonText:
    """The text of the form; before it is sent, that of a draft the author goes on with."""
    form = request.POST
    if draft is not None and request.method != "POST":
        return LessonText(topic=draft.topic, content=draft.content, part=draft.part)
    content = form.get("content", "").replace("\r\n", "\n")
    return LessonText(topic=form.get("topic", ""), content=content, part=form.get("part", ""))


def uuid_in(text: str) -> UUID:
    """The id of a lesson as a form sends it."""
    try:
        return UUID(text[:40])
    except ValueError as wrong:
        raise Invalid("That is not the id of a lesson.") from wrong


def errors_of(refused: Refused | None) -> dict[str, Any]:
    """The errors of a refusal for a form: by field, and as a summary."""
    if refused is None:
        return {"errors": {}, "summary": []}
    summary = [(f"f-{name}", text) for name, text in refused.fields.items()]
    return {"errors": refused.fields, "summary": summary or [(None, refused.message)]}


def _save(request: SignedIn, lesson_id: UUID, text: LessonText) -> None:
    saved = lessons.edit_lesson(
        by=request.user,
        lesson_id=lesson_id,
        text=text,
        based_on=number_in(request.POST.get("based_on", "")),
        comment=request.POST.get("comment", ""),
        now=clock.now(),
        concepts=_concepts(request) if "concepts" in request.POST else None,
    )
    messages.success(request, _("Saved as version %(n)s.") % {"n": saved.version})


def _beside(request: SignedIn, lesson: Any, draft: Any) -> dict[str, Any]:
    """What stands beside a lesson that is there already: who else is here, who will see it."""
    held = queries.lesson_holding(request.user, lesson, clock.now())
    return {
        "lesson": lesson,
        "draft": draft,
        "held": held if held is not None and not held.is_mine else None,
        "held_words": _held_words(held) if held is not None else "",
        "audience": queries.audience(lesson.course),
        "quizzes": quiz_links(lesson.pk, drafts=True),
    }


def _editor(
    request: SignedIn,
    course: Any,
    text: LessonText,
    refused: Refused | None,
    more: dict[str, Any],
) -> HttpResponse:
    lesson, draft = more["lesson"], more["draft"]
    goes_on = draft is not None and (lesson is None or "draft" in request.GET)
    newer = refused.extra if refused is not None and "version" in refused.extra else None
    based_on = request.POST.get("based_on", "") or (lesson.version if lesson else 0)
    if goes_on and request.method != "POST":
        based_on = draft.based_on
    concepts = draft.concepts if goes_on else concepts_field(lesson.pk if lesson else None)
    context = {
        "course": course,
        "tab": "lessons",
        **more,
        "goes_on": goes_on,
        "text": text,
        "parts": queries.parts_of(course),
        "concepts": request.POST.get("concepts", concepts),
        "based_on": newer["version"] if newer else based_on,
        "newer": newer,
        "newer_rows": rules.differences(newer["content"], text.content) if newer else [],
        **(_as_stored(lesson) if _is_stored(request, lesson, text) else _preview(course, text)),
        **errors_of(refused),
    }
    status = refused.status if refused else 200
    return render(request, "author/editor.html", context, status=status)


def _is_stored(request: SignedIn, lesson: Any, text: LessonText) -> bool:
    """Whether the page shows what is saved, and need not render it: readers see the stored one.
    Its check list comes afterwards, or with `?check=yes` where there are no scripts."""
    if lesson is None or request.method != "GET" or "check" in request.GET:
        return False
    return (text.topic, text.content) == (lesson.topic, lesson.content)


def _as_stored(lesson: Any) -> dict[str, Any]:
    return {
        "preview": Markup(lesson.content_html),  # noqa: S704 - sanitised when it was saved
        "findings": None,
        "minutes": lesson.minutes,
        "lines": rules.lines_of(lesson.content, lesson.blocks),
    }


def _preview(course: Any, text: LessonText) -> dict[str, Any]:
    """The rendered text for a template; a text that cannot be rendered says why."""
    try:
        content = rules.clean_text(
            text.content, field="content", limit=2_000_000, name=_("The lesson")
        )
        page, findings = queries.preview(course, text.topic, content)
    except (Invalid, TooLarge) as refused:
        found = [queries.Finding(0, refused.message)]
        return {"preview": "", "findings": found, "minutes": 0, "lines": []}
    shown = Markup(page.columns["content_html"])  # noqa: S704 - lib.markdown has sanitised it
    return {
        "preview": shown,
        "findings": findings,
        "minutes": page.columns["minutes"],
        "lines": rules.lines_of(content, page.columns["blocks"]),
    }


def _typed(request: SignedIn) -> Typed:
    text, based_on = lesson_text(request), request.POST.get("based_on", "")
    return Typed(
        topic=text.topic,
        content=text.content,
        part=text.part,
        concepts=request.POST.get("concepts", ""),
        based_on=number_in(based_on) if based_on else 0,
    )


def _held_words(held: queries.Holding) -> str:
    return _("%(name)s is editing this lesson.") % {"name": held.name}


def _clock_time(now: datetime) -> str:
    return when(now).striptags().rpartition(" ")[2]


def _concepts(request: SignedIn) -> list[str]:
    return rules.split_concepts(request.POST.get("concepts", ""))


def number_in(text: str) -> int:
    """A version as a form sends it."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Invalid("The version you started from is missing. Load the page and try again.")
    return int(text)
