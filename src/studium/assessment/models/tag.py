"""`tags` of an owner's bank, and what a question is about: its tags and its concepts."""

from __future__ import annotations

from django.db import models
from django.db.models import UniqueConstraint

from studium.lib.db import not_blank
from studium.lib.models import Row


class Tag(Row):
    """A word by which an owner finds questions in all their courses; kept in lower case."""

    owner = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="tags")
    name = models.CharField(max_length=60)

    class Meta:
        db_table = "tags"
        constraints = [
            not_blank("name", name="tags_name_not_blank"),
            UniqueConstraint(fields=["owner", "name"], name="tags_once"),
        ]

    def __str__(self) -> str:
        return self.name


class QuestionTag(Row):
    """A question version carries a tag. The next version begins with the same ones."""

    question = models.ForeignKey(
        "assessment.Question", on_delete=models.PROTECT, related_name="taggings"
    )
    tag = models.ForeignKey("assessment.Tag", on_delete=models.PROTECT, related_name="taggings")

    class Meta:
        db_table = "question_tags"
        constraints = [UniqueConstraint(fields=["question", "tag"], name="question_tags_once")]

    def __str__(self) -> str:
        return f"{self.tag_id} on {self.question_id}"


class QuestionConcept(Row):
    """A question version asks about a concept of its course, or of another one of the owner."""

    question = models.ForeignKey(
        "assessment.Question", on_delete=models.PROTECT, related_name="about"
    )
    concept = models.ForeignKey(
        "content.Concept", on_delete=models.PROTECT, related_name="question_links"
    )

    class Meta:
        db_table = "question_concepts"
        constraints = [
            UniqueConstraint(fields=["question", "concept"], name="question_concepts_once")
        ]

    def __str__(self) -> str:
        return f"{self.concept_id} in {self.question_id}"
