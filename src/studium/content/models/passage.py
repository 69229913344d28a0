"""`passages`: the pieces of every lesson as they are searched and quoted."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from studium.lib.db import between


class Passage(models.Model):
    """A block of a lesson as plain text, made anew whenever the lesson is saved.

    Its number is also that of its entry in the full-text index (`content.passage_index`), which the
    database itself keeps in step. `begins` and `ends` are offsets in the lesson's Markdown. `told`
    lists the sentences of running text as `[begin, until, begins, ends]`: in `text`, and in the
    Markdown; code and tables have none and are searched but never quoted. `version` is that of the
    lesson it was made from.
    """

    id = models.BigAutoField(primary_key=True)
    lesson = models.ForeignKey("content.Lesson", on_delete=models.PROTECT, related_name="+")
    course = models.ForeignKey("content.Course", on_delete=models.PROTECT, related_name="+")
    place = models.IntegerField()
    version = models.IntegerField()
    language = models.CharField(max_length=12, db_default="en", default="en")
    is_prose = models.BooleanField(db_default=True, default=True)
    block_id = models.CharField(max_length=120)
    begins = models.IntegerField()
    ends = models.IntegerField()
    title = models.CharField(max_length=300)
    heading = models.CharField(max_length=300, db_default="", default="")
    text = models.TextField()
    told: models.JSONField[Any, Any] = models.JSONField(default=list, db_default=[])

    class Meta:
        db_table = "passages"
        constraints = [
            UniqueConstraint(fields=["lesson", "place"], name="passages_once"),
            between("place", 1, 1_000_000, name="passages_place"),
            CheckConstraint(
                condition=Q(begins__gte=0) & Q(ends__gte=F("begins")), name="passages_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lesson_id}, passage {self.place}"
