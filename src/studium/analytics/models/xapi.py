"""Where statements go (`xapi_settings`) and what was told of attempts there (`xapi_told`)."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID, uuid4

from django.db import models
from django.db.models import CheckConstraint, Q

from studium.lib.db import between, one_of
from studium.lib.models import Row


class XapiAuth(models.TextChoices):
    """How the site proves itself to the record store."""

    NONE = "none"
    BASIC = "basic"
    BEARER = "bearer"


def new_secret() -> str:
    """256 random bits in hex."""
    return secrets.token_hex(32)


class XapiSettings(models.Model):
    """One row. `namespace` and `pseudonym_secret` are drawn once and make this site's ids and
    pseudonyms; `cursor` is the seq of the last fold that the store has taken.

    `credential_sealed` is the password or token, encrypted under SECRET_KEY.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    namespace: models.UUIDField[UUID, UUID] = models.UUIDField(default=uuid4)
    pseudonym_secret = models.CharField(max_length=64, default=new_secret)
    address = models.CharField(max_length=500, db_default="", default="")
    auth = models.CharField(max_length=10, choices=XapiAuth, db_default="none", default="none")
    user_name = models.CharField(max_length=200, db_default="", default="")
    credential_sealed = models.TextField(db_default="", default="")
    is_on = models.BooleanField(db_default=False, default=False)
    with_responses = models.BooleanField(db_default=False, default=False)
    cursor = models.BigIntegerField(db_default=0, default=0)
    sent = models.BigIntegerField(db_default=0, default=0)
    sent_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(
        null=True
    )
    not_before: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(
        null=True
    )
    problem = models.CharField(max_length=300, db_default="", default="")

    class Meta:
        db_table = "xapi_settings"
        constraints = [
            CheckConstraint(condition=Q(id=1), name="xapi_settings_one_row"),
            CheckConstraint(condition=~Q(pseudonym_secret=""), name="xapi_settings_secret"),
            one_of("auth", XapiAuth, name="xapi_settings_auth"),
            between("cursor", 0, 2**62, name="xapi_settings_cursor"),
            between("sent", 0, 2**62, name="xapi_settings_sent"),
            CheckConstraint(
                condition=Q(is_on=False) | ~Q(address=""), name="xapi_settings_on_has_address"
            ),
            CheckConstraint(
                condition=~Q(auth="none") | Q(credential_sealed=""),
                name="xapi_settings_credential_used",
            ),
        ]

    def __str__(self) -> str:
        return self.address or "nowhere"


class XapiTold(Row):
    """An attempt of which the store has heard: `is_told` once its end was told, with `score`.

    One that has answers there but no end yet is looked at again with every sending.
    """

    exam_attempt = models.OneToOneField(
        "assessment.ExamAttempt", null=True, on_delete=models.PROTECT, related_name="+"
    )
    quiz_attempt = models.OneToOneField(
        "assessment.QuizAttempt", null=True, on_delete=models.PROTECT, related_name="+"
    )
    practice_session = models.OneToOneField(
        "assessment.PracticeSession", null=True, on_delete=models.PROTECT, related_name="+"
    )
    is_told = models.BooleanField(db_default=False, default=False)
    score = models.IntegerField(null=True)

    class Meta:
        db_table = "xapi_told"
        indexes = [
            models.Index(fields=["id"], condition=Q(is_told=False), name="xapi_told_waiting")
        ]
        constraints = [
            CheckConstraint(
                condition=Q(
                    exam_attempt__isnull=False,
                    quiz_attempt__isnull=True,
                    practice_session__isnull=True,
                )
                | Q(
                    exam_attempt__isnull=True,
                    quiz_attempt__isnull=False,
                    practice_session__isnull=True,
                )
                | Q(
                    exam_attempt__isnull=True,
                    quiz_attempt__isnull=True,
                    practice_session__isnull=False,
                ),
                name="xapi_told_one_attempt",
            ),
            CheckConstraint(
                condition=Q(score__isnull=True)
                | Q(score__gte=0, score__lte=100, is_told=True, exam_attempt__isnull=False),
                name="xapi_told_score",
            ),
        ]

    def __str__(self) -> str:
        return "told" if self.is_told else "waiting"
