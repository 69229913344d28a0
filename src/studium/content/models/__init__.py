"""The tables of content: courses, their lessons in order, and who takes part."""

from studium.content.models.concept import Concept, LessonConcept
from studium.content.models.course import Course, CourseStatus, SelfEnrolment
from studium.content.models.editing import LessonDraft, LessonLock, UndoneAct, UndoStep
from studium.content.models.enrollment import CourseInvitation, CourseRole, Enrollment
from studium.content.models.entry import EntryKind, SearchEntry
from studium.content.models.file import StoredFile
from studium.content.models.group import CourseGroup, GroupMember
from studium.content.models.lesson import (
    Lesson,
    LessonProgress,
    LessonRevision,
    LessonStatus,
    lesson_texts,
)
from studium.content.models.origin import LessonOrigin, OriginFormat
from studium.content.models.own_note import OwnNote, OwnNoteKind
from studium.content.models.passage import Passage

__all__ = [
    "Concept",
    "Course",
    "CourseGroup",
    "CourseInvitation",
    "CourseRole",
    "CourseStatus",
    "Enrollment",
    "EntryKind",
    "GroupMember",
    "Lesson",
    "LessonConcept",
    "LessonDraft",
    "LessonLock",
    "LessonOrigin",
    "LessonProgress",
    "LessonRevision",
    "LessonStatus",
    "OriginFormat",
    "OwnNote",
    "OwnNoteKind",
    "Passage",
    "SearchEntry",
    "SelfEnrolment",
    "StoredFile",
    "UndoStep",
    "UndoneAct",
    "lesson_texts",
]
