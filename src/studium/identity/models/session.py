"""`user_sessions`: one row per sign-in. The cookie holds a random token, the table its hash."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.db.models.functions import Now

from studium.lib.models import Row


class Session(Row):
    """A browser session; `user` is null before sign-in. `data` is JSON."""

    token_hash = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(
        "identity.User", null=True, on_delete=models.CASCADE, related_name="sessions"
    )
    data = models.TextField(db_default="")
    created_at = models.DateTimeField(db_default=Now())
    last_seen_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    ip = models.CharField(max_length=45, db_default="", default="")
    user_agent = models.CharField(max_length=300, db_default="", default="")

    class Meta:
        db_table = "user_sessions"
        indexes = [models.Index(fields=["expires_at"], name="user_sessions_by_expiry")]
        constraints = [
            CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="user_sessions_expires_later"
            ),
        ]

    def __str__(self) -> str:
        return f"session of {self.user_id}"
