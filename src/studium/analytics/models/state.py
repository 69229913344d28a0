"""The engine's rows (`analytics.engine.state`), one table for each kind, keyed by epoch.

Means are logits, variances logits squared, `last_at` seconds since the Unix epoch (UTC). Numbers
are stored as the engine computes them, without rounding, and no statement does sums with them: so
a replay gives the same bits. What a row points to is never deleted while answers name it.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import CheckConstraint, F, Q

from studium.lib.db import between

_MOST = 2_000_000_000


def _kept(table: str) -> CheckConstraint:
    return between("epoch", 0, _MOST, name=f"{table}_epoch")


def _counted(table: str) -> CheckConstraint:
    return CheckConstraint(condition=Q(n__gte=0), name=f"{table}_n")


def _spread(table: str) -> CheckConstraint:
    return CheckConstraint(condition=Q(variance__gt=0), name=f"{table}_variance")


def _record(table: str) -> CheckConstraint:
    return CheckConstraint(
        condition=Q(wins__gte=0, fails__gte=0, last_outcome__gte=-1, last_outcome__lte=1),
        name=f"{table}_record",
    )


def _range(table: str) -> CheckConstraint:
    return CheckConstraint(
        condition=Q(low__gte=0, low__lte=F("p"), p__lte=F("high"), high__lte=1),
        name=f"{table}_range",
    )


def _user() -> Any:
    return models.ForeignKey(
        "identity.User", on_delete=models.PROTECT, related_name="+", db_index=False
    )


def _course() -> Any:
    return models.ForeignKey(
        "content.Course", on_delete=models.PROTECT, related_name="+", db_index=False
    )


def _concept() -> Any:
    return models.ForeignKey(
        "content.Concept", on_delete=models.PROTECT, related_name="+", db_index=False
    )


class EngineState(models.Model):
    """What holds for everybody (`engine.Shared`): lists in the order of `engine.WEIGHTS`."""

    epoch = models.IntegerField(primary_key=True)
    means: models.JSONField[Any, Any] = models.JSONField()
    variances: models.JSONField[Any, Any] = models.JSONField()
    a = models.FloatField()
    b = models.FloatField()
    n = models.BigIntegerField()

    class Meta:
        db_table = "engine_state"
        constraints = [_kept("engine_state"), _counted("engine_state")]

    def __str__(self) -> str:
        return f"{self.epoch}"


class ItemState(models.Model):
    """How easy one version of a question is (`engine.Item`)."""

    pk = models.CompositePrimaryKey("epoch", "question_id")
    epoch = models.IntegerField()
    question = models.ForeignKey("assessment.Question", on_delete=models.PROTECT, related_name="+")
    mean = models.FloatField()
    variance = models.FloatField()
    n = models.BigIntegerField()

    class Meta:
        db_table = "item_states"
        constraints = [_kept("item_states"), _counted("item_states"), _spread("item_states")]

    def __str__(self) -> str:
        return f"{self.question_id}"


class ConceptState(models.Model):
    """How easy a concept is and what practice does there (`engine.Concept`)."""

    pk = models.CompositePrimaryKey("epoch", "concept_id")
    epoch = models.IntegerField()
    concept = _concept()
    mean = models.FloatField()
    variance = models.FloatField()
    wins_slope = models.FloatField()
    wins_variance = models.FloatField()
    fails_slope = models.FloatField()
    fails_variance = models.FloatField()
    n = models.BigIntegerField()
    items = models.IntegerField()
    ease_sum = models.FloatField()

    class Meta:
        db_table = "concept_states"
        constraints = [
            _kept("concept_states"),
            _counted("concept_states"),
            _spread("concept_states"),
            CheckConstraint(
                condition=Q(wins_variance__gt=0, fails_variance__gt=0),
                name="concept_states_slopes",
            ),
            CheckConstraint(
                condition=Q(items__gte=0, items__lte=F("n")), name="concept_states_items"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.concept_id}"


class CourseState(models.Model):
    """The average question of a course: `ease_sum / items`, concepts' eases included."""

    pk = models.CompositePrimaryKey("epoch", "course_id")
    epoch = models.IntegerField()
    course = _course()
    items = models.IntegerField()
    ease_sum = models.FloatField()

    class Meta:
        db_table = "course_states"
        constraints = [
            _kept("course_states"),
            CheckConstraint(condition=Q(items__gte=1), name="course_states_items"),
        ]

    def __str__(self) -> str:
        return f"{self.course_id}"


class LevelState(models.Model):
    """How good one person is in one course (`engine.Level`)."""

    pk = models.CompositePrimaryKey("epoch", "user_id", "course_id")
    epoch = models.IntegerField()
    user = _user()
    course = _course()
    mean = models.FloatField()
    variance = models.FloatField()
    n = models.IntegerField()
    last_at = models.FloatField(null=True)

    class Meta:
        db_table = "level_states"
        constraints = [_kept("level_states"), _counted("level_states"), _spread("level_states")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.course_id}"


class MasteryState(models.Model):
    """How good one person is at one concept, and their record there (`engine.Mastery`)."""

    pk = models.CompositePrimaryKey("epoch", "user_id", "concept_id")
    epoch = models.IntegerField()
    user = _user()
    concept = _concept()
    course = _course()
    mean = models.FloatField()
    variance = models.FloatField()
    wins = models.FloatField()
    fails = models.FloatField()
    last_outcome = models.FloatField()
    last_at = models.FloatField(null=True)
    n = models.IntegerField()

    class Meta:
        db_table = "mastery"
        verbose_name_plural = "mastery"
        constraints = [
            _kept("mastery"),
            _counted("mastery"),
            _spread("mastery"),
            _record("mastery"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} on {self.concept_id}"


class PractisedItem(models.Model):
    """One person's record on one version of a question (`engine.Practised`)."""

    pk = models.CompositePrimaryKey("epoch", "user_id", "question_id")
    epoch = models.IntegerField()
    user = _user()
    question = models.ForeignKey("assessment.Question", on_delete=models.PROTECT, related_name="+")
    wins = models.FloatField()
    fails = models.FloatField()
    last_outcome = models.FloatField()
    last_at = models.FloatField(null=True)

    class Meta:
        db_table = "practised_items"
        constraints = [_kept("practised_items"), _record("practised_items")]

    def __str__(self) -> str:
        return f"{self.user_id} on {self.question_id}"


class MasteryDay(models.Model):
    """A person's mastery of a concept after their last answer of a day (UTC) that was taken in.

    `p` with its 80 % range as `engine.mastery_now` gives it; `n` answers on the concept so far.
    """

    pk = models.CompositePrimaryKey("epoch", "user_id", "course_id", "concept_id", "day")
    epoch = models.IntegerField()
    user = _user()
    course = _course()
    concept = _concept()
    day = models.DateField()
    p = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    n = models.IntegerField()

    class Meta:
        db_table = "mastery_days"
        constraints = [_kept("mastery_days"), _counted("mastery_days"), _range("mastery_days")]

    def __str__(self) -> str:
        return f"{self.user_id} on {self.concept_id}, {self.day}"


class LevelDay(models.Model):
    """A person's level in a course after their last answer of a day (UTC) that was taken in.

    `p` is P(right) on the average question of the course, so harder questions do not look like
    getting worse; `n` answers in the course so far.
    """

    pk = models.CompositePrimaryKey("epoch", "user_id", "course_id", "day")
    epoch = models.IntegerField()
    user = _user()
    course = _course()
    day = models.DateField()
    p = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    n = models.IntegerField()

    class Meta:
        db_table = "level_days"
        constraints = [_kept("level_days"), _counted("level_days"), _range("level_days")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.course_id}, {self.day}"
