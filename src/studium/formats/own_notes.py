"""A reader's own notes of a course as one Markdown file, to keep or to print."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from studium.content.queries.own_notes import NotedCourse, OwnNoteView

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~$])")


def own_notebook(noted: NotedCourse) -> str:
    """Lessons as headings, passages as quotations, and under each the words of its reader.

    What a reader typed stands as it was typed; titles and quotations are escaped, since they are
    words of a page and not marks.
    """
    return "\n".join([f"# {_plain(noted.course.title)}", "", *_lessons(noted)])


def _lessons(noted: NotedCourse) -> Iterator[str]:
    if not noted.lessons:
        yield _("You have not marked or written anything in this course yet.") + "\n"
    for one in noted.lessons:
        yield f"## {_plain(one.lesson.topic)}\n"
        heading = ""
        for note in one.notes:
            if note.heading and note.heading != heading:
                yield f"### {_plain(note.heading)}\n"
            heading = note.heading or heading
            yield from _note(note)


def _note(note: OwnNoteView) -> Iterator[str]:
    if note.quote:
        for line in note.quote.splitlines():
            yield f"> {_plain(line)}".rstrip()
        yield ""
    if note.is_orphan:
        yield f"*{_('This passage is no longer in the lesson.')}*\n"
    elif note.is_changed:
        yield f"*{_('The lesson says it in other words now.')}*\n"
    if note.body:
        yield note.body.strip() + "\n"


def _plain(text: str) -> str:
    """The words of a line with nothing in them read as a mark."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
