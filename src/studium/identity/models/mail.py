"""`mails` that wait or were sent, and the addresses that want none.

What a mail says may open an account (a link to a new password), so it is stored sealed and
thrown away as soon as the mail has gone out or never will.
"""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.db.models.functions import Now

from studium.lib.db import between, not_blank, one_of
from studium.lib.models import Row


class MailStatus(models.TextChoices):
    """Where a mail stands. `uncertain`: the server may have taken it, so it is not sent again."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    UNWANTED = "unwanted"


class Mail(Row):
    """One mail to one address. `key` names what it tells, which goes out once.

    `user` is whom it is to, null for somebody without an account. `send_at` is the next try's
    moment. The status is `sending` from before the server is asked until its answer is stored.
    """

    user = models.ForeignKey("identity.User", null=True, on_delete=models.CASCADE, related_name="+")
    address = models.CharField(max_length=254)
    topic = models.CharField(max_length=12)
    subject = models.CharField(max_length=300)
    sealed = models.TextField(db_default="")
    key = models.CharField(max_length=120, db_default="")
    status = models.CharField(
        max_length=12, choices=MailStatus, db_default=MailStatus.WAITING, default=MailStatus.WAITING
    )
    attempts = models.IntegerField(db_default=0, default=0)
    reason = models.CharField(max_length=300, db_default="", default="")
    created_at = models.DateTimeField(db_default=Now())
    send_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "mails"
        indexes = [
            models.Index(
                fields=["send_at"], condition=Q(status=MailStatus.WAITING), name="mails_waiting"
            ),
            models.Index(fields=["created_at"], name="mails_by_time"),
        ]
        constraints = [
            one_of("status", MailStatus, name="mails_status"),
            not_blank("topic", name="mails_topic_not_blank"),
            not_blank("subject", name="mails_subject_not_blank"),
            between("attempts", 0, 100, name="mails_attempts"),
            CheckConstraint(
                condition=Q(address__contains="@") & ~Q(address__contains=" "),
                name="mails_address_shape",
            ),
            UniqueConstraint(fields=["key"], condition=~Q(key=""), name="mails_once"),
            CheckConstraint(
                condition=Q(status__in=[MailStatus.WAITING, MailStatus.SENDING], ended_at=None)
                | (
                    Q(ended_at__isnull=False, sealed="")
                    & ~Q(status__in=[MailStatus.WAITING, MailStatus.SENDING])
                ),
                name="mails_ended_keeps_no_words",
            ),
            CheckConstraint(
                condition=~Q(status=MailStatus.SENDING) | Q(begun_at__isnull=False),
                name="mails_sending_has_begun",
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class MailRefusal(Row):
    """An address without an account that wants no mail from here; only its hash is kept."""

    address_hash = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "mail_refusals"
        constraints = [not_blank("address_hash", name="mail_refusals_hash_not_blank")]

    def __str__(self) -> str:
        return self.address_hash[:8]
