"""`concepts`: what a course teaches, in its own words, and which lessons teach it."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from studium.lib.db import between, not_blank
from studium.lib.models import Row


class Concept(Row):
    """A concept of a course, named as its author names it.

    `lesson` is set where the concept is what one lesson as a whole teaches: answers to questions
    that name no concept count there. `merged_into` names the concept that this one is counted as;
    tags that name it stay as they are. Until analytics has begun to count it so, `merged_epoch` is
    null and the merge can be undone; then it is the first epoch of `analytics` that does.
    """

    course = models.ForeignKey("content.Course", on_delete=models.PROTECT, related_name="concepts")
    name = models.CharField(max_length=120)
    lesson = models.OneToOneField(
        "content.Lesson", null=True, on_delete=models.PROTECT, related_name="own_concept"
    )
    merged_into = models.ForeignKey(
        "content.Concept", null=True, on_delete=models.PROTECT, related_name="merged"
    )
    merged_epoch = models.IntegerField(null=True)
    merged_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "concepts"
        constraints = [
            not_blank("name", name="concepts_name_not_blank"),
            UniqueConstraint(fields=["course", "name"], name="concepts_once"),
            between("merged_epoch", 0, 2_000_000_000, name="concepts_merged_epoch"),
            CheckConstraint(condition=~Q(merged_into=F("id")), name="concepts_not_into_itself"),
            CheckConstraint(
                condition=Q(merged_into__isnull=False, merged_at__isnull=False)
                | Q(merged_into__isnull=True, merged_at__isnull=True, merged_epoch__isnull=True),
                name="concepts_merged_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LessonConcept(Row):
    """A lesson teaches a concept of its course: its questions ask about it unless they say else."""

    lesson = models.ForeignKey(
        "content.Lesson", on_delete=models.PROTECT, related_name="concept_links"
    )
    concept = models.ForeignKey(
        "content.Concept", on_delete=models.PROTECT, related_name="lesson_links"
    )

    class Meta:
        db_table = "lesson_concepts"
        constraints = [UniqueConstraint(fields=["lesson", "concept"], name="lesson_concepts_once")]

    def __str__(self) -> str:
        return f"{self.concept_id} in {self.lesson_id}"
