"""`analytics_epochs`: each whole computation of the engine's state, and who is left out of it.

Every row of state belongs to an epoch. One epoch is current: it is read, and live answers move it.
Another one may be built beside it; it takes the place of the current one at once, as a whole.
"""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.db.models.functions import Now

from studium.lib.db import between, one_of


class EpochState(models.TextChoices):
    BUILDING = "building"
    CURRENT = "current"
    RETIRED = "retired"


class AnalyticsEpoch(models.Model):
    """One computation of the state from the answers.

    A correction taken in at `horizon` or before counts at the place of the answer it corrects; one
    taken in later moves nothing here and makes the epoch stale. `since` is the last seq when the
    epoch became current: predictions of later answers were made with it. `progress` is the seq up
    to which it has been built. `is_rendered`: every `analytics.progress_data` shows this epoch.
    `stale_reason` says why a next one is wanted, `stale_at` from when on it may be begun.
    """

    id = models.IntegerField(primary_key=True)
    state = models.CharField(max_length=8, choices=EpochState)
    horizon = models.BigIntegerField()
    since = models.BigIntegerField()
    progress = models.BigIntegerField()
    reason = models.CharField(max_length=200)
    engine_version = models.IntegerField()
    is_rendered = models.BooleanField()
    stale_reason = models.CharField(max_length=200, db_default="", default="")
    stale_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "analytics_epochs"
        constraints = [
            between("id", 0, 2_000_000_000, name="analytics_epochs_id"),
            one_of("state", EpochState, name="analytics_epochs_state"),
            CheckConstraint(
                condition=Q(horizon__gte=0, since__gte=models.F("horizon"), progress__gte=0),
                name="analytics_epochs_order",
            ),
            between("engine_version", 1, 1_000_000, name="analytics_epochs_engine_version"),
            CheckConstraint(
                condition=Q(stale_reason="", stale_at__isnull=True)
                | (~Q(stale_reason="") & Q(stale_at__isnull=False)),
                name="analytics_epochs_stale_whole",
            ),
            UniqueConstraint(
                fields=["state"],
                condition=Q(state="current"),
                name="analytics_epochs_one_current",
            ),
            UniqueConstraint(
                fields=["state"],
                condition=Q(state="building"),
                name="analytics_epochs_one_building",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} ({self.state})"


class ForgottenPerson(models.Model):
    """Somebody whose answers analytics has to forget.

    Their own rows are gone from the current epoch. Answers after `after_seq` are not taken into
    it; epochs from `epoch` on (null: none has begun yet) leave all of their answers out.
    """

    user = models.OneToOneField(
        "identity.User", primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    after_seq = models.BigIntegerField()
    epoch = models.IntegerField(null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "forgotten_people"
        constraints = [
            CheckConstraint(condition=Q(after_seq__gte=0), name="forgotten_people_after_seq"),
            between("epoch", 0, 2_000_000_000, name="forgotten_people_epoch"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}"
