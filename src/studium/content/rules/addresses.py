"""Where the parts of a course are found, and what a reference inside a lesson means.

Lessons are rendered when they are saved, so their addresses are known here; a test holds them
equal to the site map.
"""

from __future__ import annotations

import re
import uuid
from urllib.parse import quote

_MARKDOWN = re.compile(r"\.(?:md|markdown|html?)$", re.IGNORECASE)


def lesson_address(course_slug: str, lesson_id: uuid.UUID) -> str:
    """The page of a lesson."""
    return f"/courses/{course_slug}/lessons/{lesson_id}/"


def file_address(course_slug: str, path: str) -> str:
    """Where a file of a course is served."""
    return f"/courses/{course_slug}/files/{quote(path)}"


def in_course(reference: str) -> str:
    """A relative reference without its leading `./` and `../`."""
    parts = [part for part in reference.split("?")[0].split("/") if part not in ("", ".", "..")]
    return "/".join(parts)


def as_target(path: str) -> str:
    """A file's name as it stands behind the text of a Markdown link."""
    return quote(path, safe="/-._~")


def lesson_name(reference: str) -> str | None:
    """The slug that a reference such as `../ch01-02-hello.md` names; None for other files."""
    path = in_course(reference)
    if not _MARKDOWN.search(path):
        return None
    return _MARKDOWN.sub("", path)
