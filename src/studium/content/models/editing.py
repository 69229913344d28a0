"""What stands beside a lesson while it is written: unsaved drafts, who has it open, ways back."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.db.models.functions import Now

from studium.lib.db import between, one_of
from studium.lib.models import Row


class LessonDraft(Row):
    """A text that an author typed and has not saved; nobody else sees it and it publishes nothing.

    Without a `lesson` it is a new lesson of the course. `based_on` is the version it began from,
    0 for none.
    """

    course = models.ForeignKey("content.Course", on_delete=models.PROTECT, related_name="+")
    lesson = models.ForeignKey(
        "content.Lesson", null=True, on_delete=models.PROTECT, related_name="drafts"
    )
    author = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+")
    topic = models.CharField(max_length=300, db_default="", default="")
    content = models.TextField(db_default="", default="")
    part = models.CharField(max_length=200, db_default="", default="")
    concepts = models.CharField(max_length=2000, db_default="", default="")
    based_on = models.IntegerField(db_default=0, default=0)
    kept_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "lesson_drafts"
        constraints = [
            UniqueConstraint(fields=["lesson", "author"], name="lesson_drafts_once"),
            UniqueConstraint(
                fields=["course", "author"],
                condition=Q(lesson__isnull=True),
                name="lesson_drafts_one_new",
            ),
            between("based_on", 0, 1_000_000_000, name="lesson_drafts_based_on"),
        ]

    def __str__(self) -> str:
        return f"{self.author_id} at {self.lesson_id}"


class LessonLock(Row):
    """Who has a lesson open to change it. It holds while `seen_at` is young; see `actions`."""

    lesson = models.OneToOneField(
        "content.Lesson", on_delete=models.PROTECT, related_name="edit_lock"
    )
    holder = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "lesson_locks"
        constraints = [
            CheckConstraint(
                condition=Q(seen_at__gte=F("taken_at")), name="lesson_locks_seen_after_taken"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holder_id} in {self.lesson_id}"


class UndoneAct(models.TextChoices):
    LESSON_STATUS = "lesson_status"
    LESSON_ORDER = "lesson_order"
    COURSE_STATUS = "course_status"
    FILE_REMOVED = "file_removed"


class UndoStep(Row):
    """The way back from one act of a person, for a day. `before` is what the act changed."""

    Act: ClassVar[type[UndoneAct]] = UndoneAct

    course = models.ForeignKey("content.Course", on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=20, choices=UndoneAct)
    before: models.JSONField[Any, Any] = models.JSONField(default=dict, db_default={})
    made_at = models.DateTimeField(db_default=Now())
    undone_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "undo_steps"
        constraints = [
            one_of("act", UndoneAct, name="undo_steps_act"),
            CheckConstraint(
                condition=Q(undone_at__isnull=True) | Q(undone_at__gte=F("made_at")),
                name="undo_steps_undone_after_made",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act} by {self.user_id}"
