"""Who may read notes, and who may make, change and approve them. The course's roles decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studium.content import rights as course_rights
from studium.lib.errors import NotFound
from studium.notes.models import AiNote, NoteStatus

if TYPE_CHECKING:
    from studium.content.models import Course, Lesson
    from studium.identity.models import User

READY = (NoteStatus.DRAFT, NoteStatus.APPROVED)


def may_manage_notes(user: User, course: Course) -> bool:
    """Instructors of the course and admins make, edit and approve notes."""
    return course_rights.may_edit_course(user, course)


def may_see_notes(user: User, note: AiNote, lesson: Lesson) -> bool:
    """Staff see every note; readers of the lesson see approved ones.

    Checked drafts too, where the course says so.
    """
    if not course_rights.may_see_lesson(user, lesson):
        return False
    if course_rights.is_course_staff(user, lesson.course_id):
        return True
    if note.status == NoteStatus.APPROVED:
        return True
    return note.status == NoteStatus.DRAFT and lesson.course.show_checked_notes


def require_see_notes(user: User, note: AiNote, lesson: Lesson) -> None:
    """Raises `NotFound`: a draft does not exist for readers."""
    if not may_see_notes(user, note, lesson):
        raise NotFound


def require_manage_notes(user: User, course: Course) -> None:
    """Raises `NotAllowed`, or `NotFound` for those who may not know the course."""
    course_rights.require_edit_course(user, course)
