"""`concepts`: what a course teaches, in its own words."""

from __future__ import annotations

from django.db import models
from django.db.models import UniqueConstraint

from studium.lib.db import not_blank
from studium.lib.models import Row


class Concept(Row):
    """A concept of a course, named as its author names it."""

    course = models.ForeignKey("content.Course", on_delete=models.PROTECT, related_name="concepts")
    name = models.CharField(max_length=120)

    class Meta:
        db_table = "concepts"
        constraints = [
            not_blank("name", name="concepts_name_not_blank"),
            UniqueConstraint(fields=["course", "name"], name="concepts_once"),
        ]

    def __str__(self) -> str:
        return self.name
