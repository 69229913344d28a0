"""`response_slips`: what people say beside an answer of theirs. No figure reads it."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class ResponseSlip(models.Model):
    """That a person calls an answer of theirs a slip, and why if they wish to say.

    Deleting the row takes it back. `response` is the answer as first recorded, never a correction
    of it: a regrade later leaves the note where it is.
    """

    response = models.OneToOneField(
        "assessment.Response", primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    words = models.CharField(max_length=300, db_default="", default="")
    noted_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "response_slips"

    def __str__(self) -> str:
        return f"{self.response_id}"
