"""What the room of a running exam needs: its pulse, the staff's messages, and who is present."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Now

from studium.lib.db import between, not_blank
from studium.lib.models import Row

MESSAGE_LENGTH = 1000


class ExamPulse(models.Model):
    """How often the staff have touched an exam's running attempts; no row stands for never.

    Papers ask for the number every other second and look closer when it has changed.
    """

    exam = models.OneToOneField(
        "assessment.Exam", primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    number = models.IntegerField(db_default=1, default=1)

    class Meta:
        db_table = "exam_pulses"
        constraints = [between("number", 1, 2_000_000_000, name="exam_pulses_number")]

    def __str__(self) -> str:
        return f"{self.number} of {self.exam_id}"


class ExamMessage(Row):
    """What the staff wrote during an exam, to one attempt or, without one, to everybody."""

    exam = models.ForeignKey("assessment.Exam", on_delete=models.PROTECT, related_name="+")
    attempt = models.ForeignKey(
        "assessment.ExamAttempt", null=True, on_delete=models.PROTECT, related_name="+"
    )
    text = models.CharField(max_length=MESSAGE_LENGTH)
    sent_by = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "exam_messages"
        constraints = [not_blank("text", name="exam_messages_text_not_blank")]

    def __str__(self) -> str:
        return self.text[:60]


class AttemptPresence(models.Model):
    """When the paper of an attempt was last heard of, and from where.

    Beside `exam_attempts`, so that a sign of life never waits for, or delays, a change of the
    attempt. `origins` lists each pair of address and browser once, the first one first; `signals`
    counts what was noted, up to the limit of an attempt.
    """

    attempt = models.OneToOneField(
        "assessment.ExamAttempt",
        primary_key=True,
        on_delete=models.PROTECT,
        related_name="presence",
    )
    seen_at = models.DateTimeField(db_default=Now())
    origins: models.JSONField[Any, Any] = models.JSONField(default=list, db_default=[])
    signals = models.IntegerField(db_default=0, default=0)

    class Meta:
        db_table = "attempt_presence"
        constraints = [between("signals", 0, 1_000_000, name="attempt_presence_signals")]

    def __str__(self) -> str:
        return f"{self.attempt_id} at {self.seen_at}"
