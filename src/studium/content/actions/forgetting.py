"""What content knows of a reader, deleted for their erasure."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from studium.content.models import (
    Course,
    CourseRole,
    CourseStatus,
    Enrollment,
    GroupMember,
    LessonDraft,
    LessonLock,
    LessonProgress,
    OwnNote,
    UndoStep,
)
from studium.lib.errors import Conflict
from studium.lib.words import phrase


def require_no_course_alone(*, person_id: UUID) -> None:
    """Raise `Conflict` while a course has nobody else as its instructor and is not archived."""
    teaching = Enrollment.objects.filter(role=CourseRole.INSTRUCTOR, ended_at=None)
    mine = teaching.filter(user_id=person_id).values("course_id")
    shared = teaching.exclude(user_id=person_id).filter(user__is_active=True).values("course_id")
    alone = Course.objects.filter(pk__in=mine).exclude(pk__in=shared)
    titles = list(alone.exclude(status=CourseStatus.ARCHIVED).values_list("title", flat=True)[:5])
    if titles:
        named = ", ".join(f"“{title}”" for title in titles)
        raise Conflict(
            phrase(
                "Nobody else is an instructor of %(courses)s. Make somebody else an instructor "
                "there, or archive the course, first.",
                courses=named,
            ),
            code="last_instructor",
        )


def forget(*, person_id: UUID, now: datetime) -> None:
    """End memberships and delete what a person read and wrote for themselves; runs in the
    transaction of their erasure. Texts of lessons they wrote are the course's and stay."""
    Enrollment.objects.filter(user_id=person_id, ended_at=None).update(ended_at=now)
    for model in (GroupMember, LessonProgress, OwnNote, LessonLock, LessonDraft, UndoStep):
        column = {LessonLock: "holder_id", LessonDraft: "author_id"}.get(model, "user_id")
        model._base_manager.filter(**{column: person_id}).delete()
