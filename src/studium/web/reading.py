"""The lesson reader, a hot path, and what a reader does there; files of a course."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from html import unescape
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect
from django.template.loader import get_template
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from markupsafe import Markup, escape

from studium.assessment.queries.beside import QuizLink, quiz_links
from studium.content import queries
from studium.content.actions import progress
from studium.content.rules import with_page_marks
from studium.lib import clock
from studium.notes.beside import NotesBeside, notes_beside
from studium.web.http import SignedIn, signed_in
from studium.web.jinja import TOKEN_MARK
from studium.web.reader import COOKIE as READER_COOKIE
from studium.web.reader import look_of

if TYPE_CHECKING:
    from studium.identity.models import User
    from studium.notes.queries import Panel

_MARK = re.compile(r'<div class="st-quiz-mark" data-quiz="([^"]*)"( id="[^"]*")?></div>')
_FILE_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'"


MOST_PANELS = 300
"""Rendered notes that a process keeps; about 10 kB each."""
_PANELS: dict[tuple[object, ...], Markup] = {}
MOST_MAINS = 100
"""Rendered lessons that a process keeps; about 50 kB each."""
_MAINS: dict[tuple[object, ...], str] = {}


@require_safe
@signed_in
def lesson(request: SignedIn, slug: str, lesson_id: UUID) -> HttpResponse:
    """One lesson with its surroundings; 304 when the browser has exactly this already."""
    now = clock.now()
    read = _read(request.user, slug, lesson_id)
    if _is_new_visit(read.lesson, now):
        progress.open_lesson(by=request.user, lesson_id=lesson_id, now=now)
    stamp = _stamp(request, read)
    if stamp is not None and request.headers.get("If-None-Match") == stamp:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(_page(request, read))
    if stamp is not None:
        response.headers["ETag"] = stamp
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@require_POST
@signed_in
def lesson_done(request: SignedIn, slug: str, lesson_id: UUID) -> HttpResponse:
    """Call the lesson done, or not done after all."""
    done = request.POST.get("done", "yes") != "no"
    queries.open_lesson(request.user, slug, lesson_id)  # the lesson is one of this course
    progress.mark_done(by=request.user, lesson_id=lesson_id, done=done, now=clock.now())
    return redirect("lesson", slug=slug, lesson_id=lesson_id)


@require_POST
@signed_in
def lesson_place(request: SignedIn, slug: str, lesson_id: UUID) -> HttpResponse:
    """Keep the passage the reader has come to; the page's script sends it now and then."""
    block = request.POST.get("block", "")
    queries.open_lesson(request.user, slug, lesson_id)  # the lesson is one of this course
    progress.keep_place(by=request.user, lesson_id=lesson_id, block=block, now=clock.now())
    return HttpResponse(status=204)


@require_safe
@signed_in
def course_file(request: SignedIn, slug: str, path: str) -> HttpResponse:
    """A file of a course with the rights of its lessons; active content is never shown inline."""
    found = queries.served_file(request.user, slug, path)
    stamp = f'"{found.content_hash[:32]}"'
    if request.headers.get("If-None-Match") == stamp:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(found.path.read_bytes(), content_type=found.media_type)
        kind = "inline" if found.is_inline else "attachment"
        header = content_disposition_header(kind == "attachment", found.name)
        response.headers["Content-Disposition"] = header or kind
    response.headers["ETag"] = stamp
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Security-Policy"] = _FILE_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@dataclass(frozen=True, slots=True)
class _Read:
    """What the statements of the page brought."""

    lesson: queries.OpenLesson
    near: list[queries.Near]
    quizzes: list[QuizLink]
    notes: NotesBeside


def _read(person: User, slug: str, lesson_id: UUID) -> _Read:
    shown = queries.open_lesson(person, slug, lesson_id)
    return _Read(
        shown,
        queries.lessons_around(person, shown),
        quiz_links(lesson_id, drafts=shown.is_staff),
        notes_beside(shown, may_manage=shown.role == "instructor" or person.is_admin),
    )


def with_quiz_links(html: str, quizzes: Iterable[QuizLink]) -> tuple[str, list[QuizLink]]:
    """The lesson's HTML with its quiz marks turned into links, and the quizzes without a mark.

    A mark that names no quiz the reader may see shows nothing.
    """
    left = {quiz.slug or str(quiz.id): quiz for quiz in quizzes}

    def link(found: re.Match[str]) -> str:
        quiz = left.pop(unescape(found.group(1)), None)
        if quiz is None:
            return ""
        return (
            f'<aside class="st-quiz-mark"{found.group(2) or ""}><p><span class="st-kicker">'
            f"{escape(_('Check yourself'))}</span><b>{escape(quiz.title)}</b></p>"
            f'<a class="st-btn" href="/quizzes/{quiz.id}/">{escape(_("Practise"))}</a></aside>'
        )

    return _MARK.sub(link, html), list(left.values())


def _page(request: SignedIn, read: _Read) -> str:
    main = Markup(_main(request, read))  # noqa: S704 - made by our own template, which escapes
    context = {
        "lesson": read.lesson,
        "main": main,
        "token_mark": TOKEN_MARK,
        "look": look_of(request),
    }
    return get_template("learn/lesson.html").render(context, request)


def _main(request: SignedIn, read: _Read) -> str:
    """The lesson with outline, quizzes and notes, with a mark in the place of the form's token.

    Students who have done the same lessons see the same, so what was rendered for one is kept for
    the others, by all that it is made from. Staff see their drafts and their buttons: not kept.
    """
    shown, person = read.lesson, request.user
    if shown.is_staff:
        return _rendered_main(request, read)
    stopped = _stopped_at(shown)
    made_from = (
        *(person.locale, person.timezone, shown.role, shown.done_at is not None, shown.is_changed),
        *(stopped and stopped["id"], *_common(read)),
    )
    html = _MAINS.get(made_from)
    if html is None:
        if len(_MAINS) >= MOST_MAINS:
            _MAINS.clear()
        html = _MAINS[made_from] = _rendered_main(request, read)
    return html


def _rendered_main(request: SignedIn, read: _Read) -> str:
    shown, near = read.lesson, read.near
    before = [one for one in near if one.place < shown.place]
    after = [one for one in near if one.place > shown.place]
    chapter = {shown.id, shown.parent_id}
    toc = [
        one
        for one in near
        if (one.parent_id in chapter and one.parent_id is not None)
        or (one.parent_id is None and one.part == shown.part)
        or one.id in chapter
    ]
    html, unmarked = with_quiz_links(shown.html, read.quizzes)
    if shown.pages:
        html = with_page_marks(html, shown.pages, _("page %s"))
    context = {
        "lesson": shown,
        "body": Markup(html),  # noqa: S704 - lib.markdown sanitised it when it was saved
        "quizzes": unmarked,
        "panel": _panel(request, read),
        "toc": toc,
        "headings": [one for one in shown.outline if one["level"] == 2][:20],
        "stopped_at": _stopped_at(shown),
        "before": before[-1] if before else None,
        "after": after[0] if after else None,
        "token_mark": TOKEN_MARK,
    }
    return get_template("learn/lesson_main.html").render(context)


def _panel(request: SignedIn, read: _Read) -> Markup:
    """The notes beside the lesson as HTML; empty where there is nothing to show.

    Readers of one lesson see the same notes, so what was rendered for one is kept for the others,
    by all that it is made from. It is rendered without the request: nothing in it is anybody's own.
    """
    if read.lesson.is_staff:
        panel = read.notes.panel()
        shown = panel.note is not None or panel.may_manage
        return _rendered_panel(panel, request) if shown else Markup("")
    if not read.notes.stamp:
        return Markup("")
    person, lesson = request.user, read.lesson
    made_from = (
        *(lesson.id, lesson.content_hash, person.locale, person.timezone, _release()),
        *read.notes.stamp,
    )
    html = _PANELS.get(made_from)
    if html is None:
        if len(_PANELS) >= MOST_PANELS:
            _PANELS.clear()
        html = _PANELS[made_from] = _rendered_panel(read.notes.panel(), None)
    return html


def _rendered_panel(panel: Panel, request: SignedIn | None) -> Markup:
    context = {"panel": panel, "token_mark": TOKEN_MARK}
    html = get_template("parts/notes_panel.html").render(context, request)
    return Markup(html)  # noqa: S704 - made by our own template, which escapes


def _stopped_at(shown: queries.OpenLesson) -> Mapping[str, Any] | None:
    """The heading at which the reader left, unless it is the first or the lesson is done."""
    if shown.done_at is not None or not shown.last_block:
        return None
    return next((one for one in shown.outline[1:] if one["id"] == shown.last_block), None)


def _is_new_visit(shown: queries.OpenLesson, now: datetime) -> bool:
    seen = shown.last_opened_at
    return shown.is_studied and (seen is None or seen + progress.SEEN_AGAIN <= now)


def _stamp(request: SignedIn, read: _Read) -> str | None:
    """The ETag: all that the page is made from. None when a message waits to be shown once."""
    if len(messages.get_messages(request)):
        return None
    person, shown = request.user, read.lesson
    parts = (
        *(person.pk, person.name, person.role, person.teaches, person.locale, person.timezone),
        person.unread,
        *(request.COOKIES.get("studium_theme"), request.COOKIES.get(settings.CSRF_COOKIE_NAME)),
        *(request.COOKIES.get(READER_COOKIE), shown.seen_version),
        *(shown.role, shown.done_at, shown.last_block, *_common(read)),
    )
    return f'"{hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()}"'


def _common(read: _Read) -> tuple[object, ...]:
    """What the page is made from beside the person who reads it."""
    shown = read.lesson
    return (
        *(_release(), shown.id.hex, shown.version, shown.updated_at, shown.course_updated_at),
        *(shown.status, shown.course_status, shown.origin, zlib.crc32(shown.html.encode())),
        *(
            (one.id.hex, one.topic, one.part, one.place, _hex(one.parent_id), one.is_done)
            for one in read.near
        ),
        *((one.id.hex, one.slug, one.title, one.questions) for one in read.quizzes),
        *read.notes.stamp,
    )


def _hex(value: UUID | None) -> str | None:
    return None if value is None else value.hex


@lru_cache(maxsize=1)
def _release() -> str:
    """Which templates and styles a page was made with."""
    folder = Path(__file__).parent
    files = [*folder.glob("templates/**/*.html"), folder / "static/css/site.css"]
    return f"{version('studium')}-{max(path.stat().st_mtime_ns for path in files)}"
