"""`lesson_origins`: the document that a lesson was imported from, and its pages."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Now

from studium.lib.db import not_blank, one_of
from studium.lib.models import Row


class OriginFormat(models.TextChoices):
    PDF = "pdf"
    DOCX = "docx"
    PPTX = "pptx"
    HTML = "html"
    EPUB = "epub"


class LessonOrigin(Row):
    """Where an imported lesson came from; kept as it was, whatever becomes of the lesson.

    `pages` lists `[block id, page]` for the lesson's blocks in their order, pages from 1; it is
    empty for documents without pages. Block ids follow from the words of a block, so an edit of one
    paragraph leaves the pages of the others right.
    """

    Format: ClassVar[type[OriginFormat]] = OriginFormat

    lesson = models.OneToOneField("content.Lesson", on_delete=models.PROTECT, related_name="origin")
    file_name = models.CharField(max_length=200)
    format = models.CharField(max_length=10, choices=OriginFormat)
    pages: models.JSONField[Any, Any] = models.JSONField(default=list, db_default=[])
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "lesson_origins"
        constraints = [
            not_blank("file_name", name="lesson_origins_file_name_not_blank"),
            one_of("format", OriginFormat, name="lesson_origins_format"),
        ]

    def __str__(self) -> str:
        return self.file_name
