"""`preferences`: what a person has set for themselves; without a row everything is as it begins."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from studium.lib.models import Row


class Preference(Row):
    """One row per person who has changed something.

    `single_keys`: keys that do something alone, like `/` and `?`, may be switched off, since
    speech input and a slip of the hand press them too (WCAG 2.1.4). `keep_lessons`: lessons that
    were opened are kept on the device for reading without a connection.
    """

    user = models.OneToOneField("identity.User", on_delete=models.CASCADE, related_name="+")
    single_keys = models.BooleanField(db_default=True, default=True)
    keep_lessons = models.BooleanField(db_default=True, default=True)
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "preferences"

    def __str__(self) -> str:
        return f"preferences of {self.user_id}"
