"""`lessons` and what hangs on them: earlier versions and each reader's progress."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.db.models.functions import Now

from studium.lib.db import between, not_blank, one_of
from studium.lib.models import Row

# Reordering moves lessons above this line and back in one transaction, because SQLite checks
# UNIQUE row by row.
REORDER_OFFSET = 1_000_000


class LessonStatus(models.TextChoices):
    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


TEXTS = ("content", "content_html", "blocks", "outline")
"""The columns of a lesson that grow with its text."""


def lesson_texts(path: str) -> tuple[str, ...]:
    """Those columns behind a relation, for `defer`: a list of questions or runs that names their
    lessons must not read each lesson's text along, which may be two megabytes."""
    return tuple(f"{path}__{name}" for name in TEXTS)


class Lesson(Row):
    """One lesson: Markdown as written, HTML as rendered and sanitised when it was saved.

    `order_index` is the reading order from 1. `blocks` lists the passages of the rendered lesson
    (`{id, kind, start, end, text}`, offsets in `content`), which notes cite. `slug` is its name in
    links between lessons. `version` counts saved contents from 1.
    """

    Status: ClassVar[type[LessonStatus]] = LessonStatus

    course = models.ForeignKey("content.Course", on_delete=models.PROTECT, related_name="lessons")
    topic = models.CharField(max_length=300)
    content = models.TextField()
    order_index = models.IntegerField()
    content_html = models.TextField(db_default="", default="")
    content_hash = models.CharField(max_length=64, db_default="", default="")
    blocks: models.JSONField[Any, Any] = models.JSONField(default=list, db_default=[])
    outline: models.JSONField[Any, Any] = models.JSONField(default=list, db_default=[])
    minutes = models.IntegerField(db_default=1, default=1)
    version = models.IntegerField(db_default=1, default=1)
    slug = models.CharField(max_length=120, null=True)
    status = models.CharField(
        max_length=10, choices=LessonStatus, db_default=LessonStatus.PUBLISHED, default="published"
    )
    part_title = models.CharField(max_length=200, db_default="", default="")
    parent = models.ForeignKey(
        "content.Lesson", null=True, on_delete=models.PROTECT, related_name="children"
    )
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "lessons"
        constraints = [
            not_blank("topic", name="lessons_topic_not_blank"),
            one_of("status", LessonStatus, name="lessons_status"),
            between("order_index", 1, 2 * REORDER_OFFSET, name="lessons_order_index"),
            between("minutes", 0, 100_000, name="lessons_minutes"),
            between("version", 1, 1_000_000_000, name="lessons_version"),
            UniqueConstraint(fields=["course", "order_index"], name="lessons_one_per_place"),
            UniqueConstraint(fields=["course", "slug"], name="lessons_one_per_slug"),
            CheckConstraint(condition=~Q(parent=F("id")), name="lessons_not_own_parent"),
        ]
        indexes = [
            # All that lists of a course say of a lesson. In the table it stands behind the text,
            # which SQLite reads past for each lesson.
            models.Index(
                fields=[
                    "course",
                    "order_index",
                    "id",
                    "status",
                    "minutes",
                    "topic",
                    "part_title",
                    "parent",
                ],
                name="lessons_listed",
            ),
        ]

    def __str__(self) -> str:
        return self.topic


class LessonRevision(Row):
    """A content that a lesson had; append-only. The newest one equals the lesson itself."""

    lesson = models.ForeignKey("content.Lesson", on_delete=models.PROTECT, related_name="revisions")
    version = models.IntegerField()
    topic = models.CharField(max_length=300)
    content = models.TextField()
    content_hash = models.CharField(max_length=64)
    author = models.ForeignKey(
        "identity.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    comment = models.CharField(max_length=200, db_default="", default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "lesson_revisions"
        constraints = [
            UniqueConstraint(fields=["lesson", "version"], name="lesson_revisions_once"),
            between("version", 1, 1_000_000_000, name="lesson_revisions_version"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} v{self.version}"


class LessonProgress(Row):
    """That a person opened a lesson, where they are in it, and when they called it done.

    `seen_version` is the version of the lesson whose text they know; null where that is not known.
    """

    user = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+")
    lesson = models.ForeignKey("content.Lesson", on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(db_default=Now())
    last_opened_at = models.DateTimeField(db_default=Now())
    last_block = models.CharField(max_length=80, db_default="", default="")
    done_at = models.DateTimeField(null=True)
    seen_version = models.IntegerField(null=True)

    class Meta:
        db_table = "lesson_progress"
        constraints = [
            UniqueConstraint(fields=["user", "lesson"], name="lesson_progress_once"),
            CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(done_at__gte=F("opened_at")),
                name="lesson_progress_done_after_opened",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.lesson_id}"
