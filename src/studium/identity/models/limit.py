"""`sign_in_limits`: wrong passwords, counted where every process sees them."""

from __future__ import annotations

from django.db import models

from studium.lib.db import between
from studium.lib.models import Row


class SignInLimit(Row):
    """How often sign-in failed for one key, and until when the next try has to wait.

    `key` is the SHA-256 of what is counted (an account from an address, an account, an address),
    so the table does not tell which accounts were tried.
    """

    key = models.CharField(max_length=64, unique=True)
    failures = models.IntegerField(db_default=0, default=0)
    last_at = models.DateTimeField()
    wait_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "sign_in_limits"
        indexes = [models.Index(fields=["last_at"], name="sign_in_limits_by_time")]
        constraints = [between("failures", 0, 1_000_000_000, name="sign_in_limits_failures")]

    def __str__(self) -> str:
        return f"{self.failures} failures"
