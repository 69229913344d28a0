"""`accommodations`: what one student gets beside everybody's terms. Rows are kept for ever."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.db.models.functions import Now

from studium.lib.db import between
from studium.lib.models import Row


class Accommodation(Row):
    """More time, breaks, attempts or another window: at one exam, or (null) at all of a course.

    `factor` multiplies the duration, `extra_minutes` and `break_minutes` are added to it. A row
    never changes but for its end (`revoked_at`); an edit revokes it and adds the next one, so the
    rows are their own history. `reason` is for the staff of the course only.
    """

    user = models.ForeignKey(
        "identity.User", on_delete=models.PROTECT, related_name="accommodations"
    )
    course = models.ForeignKey(
        "content.Course", on_delete=models.PROTECT, related_name="accommodations"
    )
    exam = models.ForeignKey(
        "assessment.Exam", null=True, on_delete=models.PROTECT, related_name="accommodations"
    )
    factor = models.DecimalField(max_digits=4, decimal_places=2, db_default=1, default=Decimal(1))
    extra_minutes = models.IntegerField(db_default=0, default=0)
    break_minutes = models.IntegerField(db_default=0, default=0)
    opens_at = models.DateTimeField(null=True)
    closes_at = models.DateTimeField(null=True)
    extra_attempts = models.IntegerField(db_default=0, default=0)
    reason = models.TextField(db_default="", default="")
    created_by = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    revoked_by = models.ForeignKey(
        "identity.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "accommodations"
        constraints = [
            UniqueConstraint(
                fields=["course", "user"],
                condition=Q(exam__isnull=True, revoked_at__isnull=True),
                name="accommodations_one_for_course",
            ),
            UniqueConstraint(
                fields=["exam", "user"],
                condition=Q(exam__isnull=False, revoked_at__isnull=True),
                name="accommodations_one_for_exam",
            ),
            between("factor", 1, 10, name="accommodations_factor"),
            between("extra_minutes", 0, 1440, name="accommodations_extra_minutes"),
            between("break_minutes", 0, 1440, name="accommodations_break_minutes"),
            between("extra_attempts", 0, 100, name="accommodations_extra_attempts"),
            CheckConstraint(
                condition=Q(opens_at__isnull=True)
                | Q(closes_at__isnull=True)
                | Q(closes_at__gt=F("opens_at")),
                name="accommodations_closes_after_opens",
            ),
            CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_by__isnull=False, revoked_at__gte=F("created_at")),
                name="accommodations_revoked_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.course_id}"
