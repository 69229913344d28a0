"""Keys that stand for a person: API tokens and invitations. Only hashes are stored."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.db.models.functions import Now

from studium.identity.models.person import Role
from studium.lib.db import not_blank, one_of
from studium.lib.models import Row


class TokenScope(models.TextChoices):
    """What a token may do: read only, or everything its owner may."""

    READ = "read"
    WRITE = "write"


class ApiToken(Row):
    """A bearer token: shown once when made, stored as SHA-256, scoped, expiring, revocable."""

    user = models.ForeignKey("identity.User", on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100)
    token_hash = models.CharField(max_length=64, unique=True)
    scope = models.CharField(max_length=8, choices=TokenScope, db_default=TokenScope.WRITE)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "api_tokens"
        constraints = [
            one_of("scope", TokenScope, name="api_tokens_scope"),
            not_blank("name", name="api_tokens_name_not_blank"),
            CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="api_tokens_expires_later"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Invitation(Row):
    """A single-use link to register; a course may hang an enrolment on it."""

    email = models.CharField(max_length=254)
    email_canonical = models.CharField(max_length=320)
    role = models.CharField(max_length=12, choices=Role, db_default=Role.STUDENT)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(
        "identity.User", on_delete=models.CASCADE, related_name="invitations_sent"
    )
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(
        "identity.User", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "invitations"
        constraints = [
            one_of("role", Role, name="invitations_role"),
            CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="invitations_expires_later"
            ),
            CheckConstraint(
                condition=Q(accepted_by__isnull=True) | Q(accepted_at__isnull=False),
                name="invitations_accepted_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.email
