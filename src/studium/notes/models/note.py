"""`ai_notes`: what was made for a lesson, kept, with the passages that support each sentence."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import CheckConstraint, Q, Value
from django.db.models.functions import Length, Now
from django.db.models.lookups import GreaterThan

from studium.lib.db import Stripped, one_of
from studium.lib.models import Row


class NoteStatus(models.TextChoices):
    PENDING = "pending"
    FAILED = "failed"
    DRAFT = "draft"
    APPROVED = "approved"


def _has_text(column: str) -> Q:
    return Q(GreaterThan(Length(Stripped(column)), 0))


class AiNote(Row):
    """0..1 per lesson. `source_hash` is the lesson content it was made from: stale when it differs.

    `sentences` holds `{text, kind, sources: [{block_id, start, end, quote}], supported, …}`;
    offsets are into the lesson's Markdown. `edited_by` is set when a person changed the text.
    `machine` is what the machine made last, the base of merges; `conflicts` are the places where
    a person's words and newer ones of the machine differ, until somebody chooses (rules.merge).
    """

    Status: ClassVar[type[NoteStatus]] = NoteStatus

    lesson = models.OneToOneField(
        "content.Lesson", on_delete=models.PROTECT, related_name="ai_note"
    )
    generated_content = models.TextField()
    created_at = models.DateTimeField(db_default=Now())
    status = models.CharField(
        max_length=10, choices=NoteStatus, db_default=NoteStatus.DRAFT, default="draft"
    )
    engine = models.CharField(max_length=60, db_default="", default="")
    model = models.CharField(max_length=100, db_default="", default="")
    prompt_version = models.CharField(max_length=60, db_default="", default="")
    source_hash = models.CharField(max_length=64, db_default="", default="")
    sentences: models.JSONField[Any, Any] = models.JSONField(default=list, db_default=[])
    rejected: models.JSONField[Any, Any] = models.JSONField(default=list, db_default=[])
    machine: models.JSONField[Any, Any] = models.JSONField(default=list, db_default=[])
    conflicts: models.JSONField[Any, Any] = models.JSONField(default=list, db_default=[])
    error = models.TextField(db_default="", default="")
    cost = models.DecimalField(max_digits=10, decimal_places=4, db_default=Value(0), default=0)
    approved_by = models.ForeignKey(
        "identity.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    edited_by = models.ForeignKey(
        "identity.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    edited_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "ai_notes"
        constraints = [
            one_of("status", NoteStatus, name="ai_notes_status"),
            CheckConstraint(
                condition=~Q(status__in=[NoteStatus.DRAFT, NoteStatus.APPROVED])
                | _has_text("generated_content"),
                name="ai_notes_ready_has_text",
            ),
            CheckConstraint(
                condition=(Q(status=NoteStatus.FAILED) & _has_text("error"))
                | (~Q(status=NoteStatus.FAILED) & Q(error="")),
                name="ai_notes_failed_has_error",
            ),
            CheckConstraint(
                condition=~Q(status=NoteStatus.PENDING) | Q(generated_content=""),
                name="ai_notes_pending_has_no_text",
            ),
            CheckConstraint(
                condition=Q(
                    status=NoteStatus.APPROVED,
                    approved_by__isnull=False,
                    approved_at__isnull=False,
                )
                | (
                    ~Q(status=NoteStatus.APPROVED)
                    & Q(approved_by__isnull=True, approved_at__isnull=True)
                ),
                name="ai_notes_approved_by_whom",
            ),
            CheckConstraint(condition=Q(cost__gte=0), name="ai_notes_cost"),
        ]

    def __str__(self) -> str:
        return f"note of {self.lesson_id}"
