"""What is new in a lesson since a reader has read it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from studium.content.models import Lesson, LessonProgress, LessonRevision
from studium.content.queries.finding import lesson_for_reader
from studium.content.rules.changes import ChangedSection, changed_sections
from studium.lib import markdown
from studium.lib.errors import NotFound

if TYPE_CHECKING:
    from studium.identity.models import User


@dataclass(frozen=True, slots=True)
class Changes:
    """The sections of a lesson that differ from version `since`, which its reader knows.

    `since` is None for who has not opened the lesson yet; then nothing is new to them.
    """

    lesson: Lesson
    since: int | None
    sections: tuple[ChangedSection, ...]


def changes_for(viewer: User, lesson_id: UUID, *, since: int | None = None) -> Changes:
    """What is new since a version: the one named, or the one the person knows.

    Raises as `rights.require_see_lesson`, and `NotFound` for a version that never was.
    """
    lesson = lesson_for_reader(viewer, lesson_id)
    if since is None:
        seen = LessonProgress.objects.filter(user_id=viewer.pk, lesson=lesson)
        since = seen.values_list("seen_version", flat=True).first()
    if since is None or since == lesson.version:
        return Changes(lesson, since, ())
    revisions = LessonRevision.objects.filter(lesson=lesson, version=since)
    revision = revisions.values_list("pk", flat=True).first()
    if revision is None:
        raise NotFound
    return Changes(lesson, since, tuple(changed_sections(_blocks(revision), lesson.blocks)))


@lru_cache(maxsize=64)
def _blocks(revision_id: UUID) -> list[dict[str, Any]]:
    """The blocks of an earlier text. A revision never changes, and a class asks for the same."""
    row = LessonRevision.objects.only("topic", "content").get(pk=revision_id)
    return [asdict(one) for one in markdown.render(row.content, title=row.topic).blocks]
