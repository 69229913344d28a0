"""The gradebook's own rows: what each exam and quiz weighs, and what staff wrote into a cell."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Q
from django.db.models.functions import Now

from studium.lib.db import between, one_of
from studium.lib.models import Row


class GradebookTerms(models.Model):
    """How a course adds up; a course without a row has the defaults.

    `missing_is_zero`: an item without a result counts as 0 once it is due; else it is left out.
    """

    course = models.OneToOneField(
        "content.Course", primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    missing_is_zero = models.BooleanField(db_default=True, default=True)

    class Meta:
        db_table = "gradebook_terms"

    def __str__(self) -> str:
        return str(self.course_id)


class GradeItem(Row):
    """A column of the gradebook: an exam or a quiz, and its weight in per cent of the total.

    A null weight was never set. `due_at` says when a quiz is due; an exam has its closing time.
    """

    course = models.ForeignKey("content.Course", on_delete=models.PROTECT, related_name="+")
    exam = models.OneToOneField(
        "assessment.Exam", null=True, on_delete=models.PROTECT, related_name="+"
    )
    quiz = models.OneToOneField(
        "assessment.Quiz", null=True, on_delete=models.PROTECT, related_name="+"
    )
    weight = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    due_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "grade_items"
        constraints = [
            CheckConstraint(
                condition=Q(exam__isnull=False, quiz__isnull=True, due_at__isnull=True)
                | Q(exam__isnull=True, quiz__isnull=False),
                name="grade_items_one_thing",
            ),
            CheckConstraint(
                condition=Q(weight__isnull=True) | Q(weight__gte=0, weight__lte=100),
                name="grade_items_weight",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weight} of {self.course_id}"


class EntryKind(models.TextChoices):
    EXCUSED = "excused"
    SCORE = "score"
    CLEARED = "cleared"


class GradeEntry(Row):
    """What staff wrote into one cell; append-only, the latest counts, `cleared` takes it back."""

    item = models.ForeignKey(
        "assessment.GradeItem", on_delete=models.PROTECT, related_name="entries"
    )
    user = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=EntryKind)
    score = models.IntegerField(null=True)
    reason = models.TextField(db_default="", default="")
    written_by = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "grade_entries"
        indexes = [models.Index(fields=["item", "user"], name="grade_entries_by_cell")]
        constraints = [
            one_of("kind", EntryKind, name="grade_entries_kind"),
            between("score", 0, 100, name="grade_entries_score"),
            CheckConstraint(
                condition=Q(kind="score", score__isnull=False) & ~Q(reason="")
                | (~Q(kind="score") & Q(score__isnull=True)),
                name="grade_entries_score_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.score}"
