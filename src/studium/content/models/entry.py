"""`search_entries`: what is found by words beside the passages of lessons."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from studium.lib.db import one_of


class EntryKind(models.TextChoices):
    """What an entry stands for, which also decides who may find it (`content.queries.search`)."""

    NOTE = "note"
    OWN_NOTE = "own_note"
    QUESTION = "question"
    PERSON = "person"


class SearchEntry(models.Model):
    """The words of one AI note, own note, question or person.

    The database itself writes these rows (`content.entry_index`), so no door can forget one.
    `object_id` names the row it stands for; `owner_id` is the reader whose own note it is, and
    `is_draft` says that the staff has not approved it yet.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=10, choices=EntryKind)
    object_id = models.UUIDField()
    lesson_id = models.UUIDField(null=True)
    owner_id = models.UUIDField(null=True)
    is_draft = models.BooleanField(db_default=False, default=False)
    language = models.CharField(max_length=12, db_default="", default="")
    title = models.TextField(db_default="", default="")
    text = models.TextField(db_default="", default="")

    class Meta:
        db_table = "search_entries"
        constraints = [
            one_of("kind", EntryKind, name="search_entries_kind"),
            UniqueConstraint(fields=["kind", "object_id"], name="search_entries_once"),
            CheckConstraint(
                condition=Q(kind="person", lesson_id__isnull=True)
                | (~Q(kind="person") & Q(lesson_id__isnull=False)),
                name="search_entries_lesson",
            ),
            CheckConstraint(
                condition=Q(kind="own_note", owner_id__isnull=False)
                | (~Q(kind="own_note") & Q(owner_id__isnull=True)),
                name="search_entries_owner",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
