"""What notes were before, what was not kept, and what a course wishes for its notes."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import UniqueConstraint
from django.db.models.functions import Now

from studium.lib.db import between, not_blank, one_of
from studium.lib.models import Row


class Cause(models.TextChoices):
    """What made a version of a note."""

    BEFORE = "before"  # what stood there before versions were kept
    MADE = "made"
    MERGED = "merged"  # made again, with people's changes kept
    REFRESHED = "refreshed"  # only what cited changed text was made again
    REPLACED = "replaced"  # one section or one sentence was made again
    EDITED = "edited"
    REMOVED = "removed"
    KEPT = "kept"
    CHOSEN = "chosen"  # a conflict between a person's words and new ones was decided
    RESTORED = "restored"


class NoteVersion(Row):
    """The sentences a note had; append-only. The newest one equals the note itself.

    `by` is the person who changed it or asked for the change; null where nobody did.
    """

    Cause: ClassVar[type[Cause]] = Cause

    lesson = models.ForeignKey(
        "content.Lesson", on_delete=models.PROTECT, related_name="note_versions"
    )
    version = models.IntegerField()
    cause = models.CharField(max_length=10, choices=Cause)
    sentences: models.JSONField[Any, Any] = models.JSONField(default=list, db_default=[])
    engine = models.CharField(max_length=60, db_default="", default="")
    engine_version = models.CharField(max_length=60, db_default="", default="")
    source_hash = models.CharField(max_length=64, db_default="", default="")
    by = models.ForeignKey("identity.User", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "ai_note_versions"
        constraints = [
            UniqueConstraint(fields=["lesson", "version"], name="ai_note_versions_once"),
            between("version", 1, 1_000_000_000, name="ai_note_versions_version"),
            one_of("cause", Cause, name="ai_note_versions_cause"),
        ]

    def __str__(self) -> str:
        return f"note of {self.lesson_id} v{self.version}"


class RejectedKind(models.TextChoices):
    NOTE = "note"
    ITEM = "item"


class AiRejection(Row):
    """What an engine proposed and the verifier did not keep, with the reason; for 30 days."""

    lesson = models.ForeignKey("content.Lesson", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=4, choices=RejectedKind)
    text = models.TextField(db_default="", default="")
    code = models.CharField(max_length=60)
    message = models.TextField(db_default="", default="")
    engine = models.CharField(max_length=60, db_default="", default="")
    engine_version = models.CharField(max_length=60, db_default="", default="")
    created_at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        db_table = "ai_rejections"
        constraints = [
            one_of("kind", RejectedKind, name="ai_rejections_kind"),
            not_blank("code", name="ai_rejections_code_not_blank"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"


class NoteWishes(Row):
    """What a course wishes; without a row the defaults hold.

    `make_on_save`: the built-in engine makes notes as soon as a lesson was saved.
    """

    course = models.OneToOneField(
        "content.Course", on_delete=models.PROTECT, related_name="note_wishes"
    )
    make_on_save = models.BooleanField(db_default=True, default=True)

    class Meta:
        db_table = "ai_note_wishes"

    def __str__(self) -> str:
        return f"wishes of {self.course_id}"
