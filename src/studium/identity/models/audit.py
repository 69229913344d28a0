"""`audit_log`: append-only, one row per change of right, mark, publication or setting."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Now

from studium.lib.db import not_blank
from studium.lib.models import Row


class AuditEntry(Row):
    """Who did what to which row, when, and from where. Written in the change's own transaction.

    `object_type` and `object_id` name the row without a foreign key: the log outlives it.
    """

    at = models.DateTimeField(db_default=Now())
    actor = models.ForeignKey(
        "identity.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    action = models.CharField(max_length=80)
    object_type = models.CharField(max_length=40, db_default="")
    object_id = models.CharField(max_length=64, db_default="")
    course_id = models.UUIDField(null=True)
    detail: models.JSONField[Any, Any] = models.JSONField(default=dict, db_default={})
    ip = models.CharField(max_length=45, db_default="")
    user_agent = models.CharField(max_length=300, db_default="")

    class Meta:
        db_table = "audit_log"
        indexes = [
            models.Index(fields=["at"], name="audit_log_by_time"),
            models.Index(fields=["course_id", "at"], name="audit_log_by_course"),
        ]
        constraints = [not_blank("action", name="audit_log_action_not_blank")]

    def __str__(self) -> str:
        return f"{self.action} {self.object_type}"
