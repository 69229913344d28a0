"""`own_notes`: what a reader marked or wrote at a passage of a lesson, for themselves alone."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q
from django.db.models.functions import Length, Now
from django.db.models.lookups import GreaterThan, LessThanOrEqual

from studium.lib.db import Stripped, between, one_of
from studium.lib.models import Row

LONGEST_QUOTE = 2_000
LONGEST_BODY = 20_000


class OwnNoteKind(models.TextChoices):
    """A highlight marks a passage and says nothing; a note has words."""

    HIGHLIGHT = "highlight"
    NOTE = "note"


class OwnNote(Row):
    """A highlight or a note of one person in one lesson.

    `begins` and `ends` are offsets in the text of the block `block_id` of the lesson as it is now;
    they move with the passage when the lesson changes. `quote` is what stood there when it was
    marked. `block_id` is null where the passage is gone, and for a note about the lesson as a
    whole, which has no quote.
    """

    Kind: ClassVar[type[OwnNoteKind]] = OwnNoteKind

    user = models.ForeignKey(
        "identity.User", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    lesson = models.ForeignKey("content.Lesson", on_delete=models.PROTECT, related_name="+")
    block_id = models.CharField(max_length=80, null=True)
    quote = models.TextField(db_default="", default="")
    begins = models.IntegerField(db_default=0, default=0)
    ends = models.IntegerField(db_default=0, default=0)
    body = models.TextField(db_default="", default="")
    kind = models.CharField(max_length=10, choices=OwnNoteKind)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "own_notes"
        indexes = [Index(fields=["user", "lesson"], name="own_notes_of_reader")]
        constraints = [
            one_of("kind", OwnNoteKind, name="own_notes_kind"),
            between("begins", 0, 2_000_000, name="own_notes_begins"),
            CheckConstraint(condition=Q(ends__gte=F("begins")), name="own_notes_range"),
            CheckConstraint(
                condition=Q(block_id__isnull=True)
                | (~Q(block_id="") & Q(ends__gt=F("begins")) & ~Q(quote="")),
                name="own_notes_at_passage",
            ),
            CheckConstraint(
                condition=(Q(kind=OwnNoteKind.HIGHLIGHT, body="") & ~Q(quote=""))
                | Q(GreaterThan(Length(Stripped("body")), 0), kind=OwnNoteKind.NOTE),
                name="own_notes_say_something",
            ),
            CheckConstraint(
                condition=LessThanOrEqual(Length("quote"), LONGEST_QUOTE),
                name="own_notes_quote_length",
            ),
            CheckConstraint(
                condition=LessThanOrEqual(Length("body"), LONGEST_BODY),
                name="own_notes_body_length",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.user_id} in {self.lesson_id}"
