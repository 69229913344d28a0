"""What instructors see and do: running sums of learning curves, and practice they suggest."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.db.models.functions import Now

from studium.lib.db import between
from studium.lib.models import Row


class ConceptOpportunity(models.Model):
    """How many people gave their `opportunity`-th answer on a concept, and how much of those
    answers was wrong (`analytics.curves`). Belongs to the state of one epoch."""

    pk = models.CompositePrimaryKey("epoch", "concept_id", "opportunity")
    epoch = models.IntegerField()
    concept = models.ForeignKey("content.Concept", on_delete=models.PROTECT, related_name="+")
    opportunity = models.IntegerField()
    n = models.IntegerField()
    wrong_sum = models.FloatField()

    class Meta:
        db_table = "concept_opportunities"
        constraints = [
            between("epoch", 0, 2_000_000_000, name="concept_opportunities_epoch"),
            between("opportunity", 1, 40, name="concept_opportunities_opportunity"),
            CheckConstraint(condition=Q(n__gte=1), name="concept_opportunities_n"),
            CheckConstraint(
                condition=Q(wrong_sum__gte=0) & Q(wrong_sum__lte=F("n")),
                name="concept_opportunities_wrong_sum",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opportunity}: {self.wrong_sum} of {self.n}"


class PracticeSuggestion(Row):
    """Somebody of a course's staff suggests to a student to practise a concept.

    One per student and concept: said again, it is made anew. It is followed when the student
    answers on the concept afterwards, which is read from their mastery and not stored here.
    """

    user = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+")
    course = models.ForeignKey("content.Course", on_delete=models.PROTECT, related_name="+")
    concept = models.ForeignKey("content.Concept", on_delete=models.PROTECT, related_name="+")
    suggested_by = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=300, db_default="", default="")
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "practice_suggestions"
        indexes = [
            models.Index(fields=["course", "user"], name="practice_suggestions_by_user"),
        ]
        constraints = [
            UniqueConstraint(fields=["user", "concept"], name="practice_suggestions_once"),
        ]

    def __str__(self) -> str:
        return f"{self.concept_id} to {self.user_id}"
