"""One's own highlights and notes: beside a lesson, as a page, of a course, as a file."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from studium.content import queries as courses
from studium.content import rights
from studium.content.actions import own_notes as actions
from studium.content.queries import own_notes as queries
from studium.formats.own_notes import own_notebook
from studium.lib.errors import Conflict, Invalid, NotFound, Refused, TooMany
from studium.lib.localized import said
from studium.notes import queries as ai_notes
from studium.web.http import SignedIn, now, signed_in
from studium.web.kept_pages import Shown, kept_page
from studium.web.lists import offset_of

if TYPE_CHECKING:
    from studium.content.models import Course
    from studium.notes.queries import SentenceView

LESSONS_A_PAGE = 10
_SALT = "studium.own-note"
_UNDO_SECONDS = 3600


@signed_in
def own_notes(request: SignedIn, lesson_id: UUID) -> HttpResponse:
    """One's notes in a lesson, and a new one; a part of a page where htmx asks."""
    made, refused = None, None
    if request.method == "POST":
        try:
            chosen = _of_ai_notes(request, lesson_id) or _chosen(request)
            made = actions.add_own_note(by=request.user, lesson_id=lesson_id, now=now(), **chosen)
        except (Invalid, TooMany) as wrong:
            refused = wrong
        else:
            if not request.htmx:
                return redirect(f"{request.path}#own-{made.pk}")
    opened = made.pk if made and request.POST.get("write") == "yes" else None
    return _answer(request, _shown(request, lesson_id, refused=refused) | {"made": opened})


@signed_in
def own_note(request: SignedIn, note_id: UUID) -> HttpResponse:
    """Change the words of a note. The page's script sends them as they are typed."""
    lesson, _note = queries.own_note(request.user, note_id)
    if request.method != "POST":
        return _to_note(lesson.pk, note_id)
    body, based_on = request.POST.get("body", ""), _moment(request.POST.get("based_on", ""))
    try:
        saved = actions.write_own_note(
            by=request.user, note_id=note_id, body=body, based_on=based_on, now=now()
        )
    except (Invalid, Conflict) as wrong:
        if _by_script(request):
            return JsonResponse({"says": said(wrong.message), **wrong.extra}, status=wrong.status)
        context = _shown(request, lesson.pk, refused=wrong)
        return _answer(request, context | {"given": {note_id: body}})
    if _by_script(request):
        return JsonResponse({"updated_at": saved.updated_at.isoformat(), "kind": saved.kind})
    messages.success(request, _("Your note is saved."))
    return _to_note(lesson.pk, note_id)


@require_POST
@signed_in
def own_note_delete(request: SignedIn, note_id: UUID) -> HttpResponse:
    """Delete a note; the answer offers to put it back."""
    kept = actions.remove_own_note(by=request.user, note_id=note_id, now=now())
    context = {"undo": signing.dumps(kept, salt=_SALT, compress=True)}
    return _answer(request, _shown(request, UUID(kept["lesson"])) | context)


@require_POST
@signed_in
def own_note_restore(request: SignedIn) -> HttpResponse:
    """Put back a note that was just deleted; what it was comes back signed with the request."""
    try:
        kept = signing.loads(request.POST.get("undo", ""), salt=_SALT, max_age=_UNDO_SECONDS)
    except signing.BadSignature:
        raise NotFound from None
    note = actions.restore_own_note(by=request.user, kept=kept, now=now())
    if not request.htmx:
        return _to_note(note.lesson_id, note.pk)
    return _answer(request, _shown(request, note.lesson_id))


@require_safe
@signed_in
@kept_page
def course_own_notes(request: SignedIn, slug: str) -> Shown:
    """All one's notes of a course, lesson by lesson."""
    course = _read_course(request, slug)
    offset = offset_of(request)
    noted = queries.own_notes_of_course(request.user, course, offset=offset, limit=LESSONS_A_PAGE)
    context = {"noted": noted, "course": course, "offset": offset, "limit": LESSONS_A_PAGE}
    return Shown("reading/course_own_notes.html", context)


@require_safe
@signed_in
def course_own_notes_md(request: SignedIn, slug: str) -> HttpResponse:
    """The same as one Markdown file."""
    course = _read_course(request, slug)
    text = own_notebook(queries.own_notes_of_course(request.user, course))
    header = content_disposition_header(True, f"notes-{course.slug}.md")
    return HttpResponse(
        text,
        content_type="text/markdown; charset=utf-8",
        headers={"Content-Disposition": header or "attachment"},
    )


def _read_course(request: SignedIn, slug: str) -> Course:
    course = courses.course_by_slug(slug)
    rights.require_read_course(request.user, course)
    return course


def _chosen(request: SignedIn) -> dict[str, Any]:
    given = request.POST
    near = given.get("near", "")
    marked = actions.Marked(
        block_id=given.get("block", ""),
        quote=given.get("quote", ""),
        near=int(near) if near.isascii() and near.isdigit() and len(near) < 8 else 0,
    )
    return {"marked": marked, "body": given.get("body", "")}


def _of_ai_notes(request: SignedIn, lesson_id: UUID) -> dict[str, Any] | None:
    """A block of the lesson's AI notes to keep as one's own, at the passage it first cites."""
    wanted = request.POST.get("keep")
    if wanted is None:
        return None
    note = ai_notes.panel_for(lesson_id, request.user).note
    for kind, title, sentences in note.groups if note else ():
        if kind == wanted:
            head = _("From the AI notes: %(title)s") % {"title": _(title)}
            body = "\n".join([head, *(_line(one) for one in sentences)])
            cited = next((one.chips[0][0] for one in sentences if one.chips), "")
            return {"marked": actions.Marked(block_id=cited), "body": body}
    raise NotFound


def _line(one: SentenceView) -> str:
    return f"- {one.term}: {one.text}" if one.term else f"- {one.text}"


def _shown(request: SignedIn, lesson_id: UUID, *, refused: Refused | None = None) -> dict[str, Any]:
    noted = queries.own_notes(request.user, lesson_id)
    return {"noted": noted, "refused": refused, "given": {}, "undo": "", "made": None}


def _answer(request: SignedIn, context: dict[str, Any]) -> HttpResponse:
    """The page, or the part. htmx swaps no answer with an error's status; its words say it."""
    if request.htmx:
        return render(request, "reading/own_notes_part.html", context)
    refused = context["refused"]
    status = refused.status if refused else 200
    return render(request, "reading/own_notes.html", context, status=status)


def _to_note(lesson_id: UUID, note_id: UUID) -> HttpResponse:
    response = redirect("own_notes", lesson_id=lesson_id)
    response["Location"] += f"#own-{note_id}"
    return response


def _by_script(request: SignedIn) -> bool:
    return request.headers.get("Accept", "") == "application/json"


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if timezone.is_aware(found) else None
