"""`files`: images and other files of a course. The bytes lie in the data folder by their hash."""

from __future__ import annotations

from django.db import models
from django.db.models import UniqueConstraint
from django.db.models.functions import Now

from studium.lib.db import between, not_blank
from studium.lib.models import Row


class StoredFile(Row):
    """One file. `path` is its name in the course's Markdown, `content_hash` its SHA-256.

    `width` and `height` are those of an image in pixels, and null for everything else.
    """

    course = models.ForeignKey("content.Course", on_delete=models.PROTECT, related_name="files")
    path = models.CharField(max_length=300)
    content_hash = models.CharField(max_length=64)
    media_type = models.CharField(max_length=100)
    size = models.IntegerField()
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    uploaded_by = models.ForeignKey(
        "identity.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "files"
        constraints = [
            UniqueConstraint(fields=["course", "path"], name="files_one_per_path"),
            not_blank("path", name="files_path_not_blank"),
            between("size", 0, 200 * 1024 * 1024, name="files_size"),
        ]

    def __str__(self) -> str:
        return self.path
