"""Machine-made questions on their way into the bank: one run of making, and each draft of it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.db.models.functions import Now

from studium.lib.db import not_blank, one_of
from studium.lib.models import Row


class DraftStatus(models.TextChoices):
    """`stale`: the text that a draft cites is not in the lesson any more."""

    DRAFT = "draft"
    APPROVED = "approved"
    REJECTED = "rejected"
    STALE = "stale"


class DraftKind(models.TextChoices):
    """The kinds of questions that engines propose."""

    SINGLE_CHOICE = "single_choice"
    MULTIPLE_CHOICE = "multiple_choice"
    TRUE_FALSE = "true_false"
    SHORT_TEXT = "short_text"


class DraftRun(Row):
    """One making of drafts from one text of a lesson, and what the trial of its items found.

    `wish` is a hash of what was asked for; with the text's hash and the engine it names the run,
    so that the same work is never done twice. `report` is the trial as `ai.trial` gives it, kept
    to be compared with what students answer later. `rejected` counts the verifier's reasons by
    code. `reason` says in a sentence why there are no drafts.
    """

    lesson = models.ForeignKey("content.Lesson", on_delete=models.PROTECT, related_name="+")
    source_hash = models.CharField(max_length=64)
    wish = models.CharField(max_length=64)
    engine = models.CharField(max_length=100)
    engine_version = models.CharField(max_length=100)
    kept = models.IntegerField()
    flagged = models.IntegerField()
    rejected: models.JSONField[Any, Any] = models.JSONField(default=dict, db_default={})
    report: models.JSONField[Any, Any] = models.JSONField(default=dict, db_default={})
    reason = models.TextField(db_default="", default="")
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "draft_runs"
        constraints = [
            not_blank("engine", name="draft_runs_engine_not_blank"),
            CheckConstraint(
                condition=Q(flagged__gte=0, flagged__lte=F("kept")), name="draft_runs_flagged"
            ),
            UniqueConstraint(
                fields=["lesson", "source_hash", "wish", "engine", "engine_version"],
                name="draft_runs_once",
            ),
        ]

    def __str__(self) -> str:
        return f"run of {self.engine} on {self.lesson_id}"


class DraftedQuestion(Row):
    """A machine-made question that waits for a person, or what a person decided about it.

    `item` holds `{form, kind, stem, options, key, explanation, sources, term, section, code, …}`
    as the verifier kept it, and under `edited` what somebody wrote instead (`is_edited`). `digest`
    is a hash of what is asked: an item that was decided about never comes back. `source_hash` is
    of the text that its sources were last looked for in. `flags` names the solvers of the trial
    that guess it without knowing the lesson. `exam` is the exam that wished for it.
    """

    lesson = models.ForeignKey(
        "content.Lesson", on_delete=models.PROTECT, related_name="question_drafts"
    )
    run = models.ForeignKey("assessment.DraftRun", on_delete=models.PROTECT, related_name="drafts")
    exam = models.ForeignKey(
        "assessment.Exam", null=True, on_delete=models.PROTECT, related_name="question_drafts"
    )
    place = models.IntegerField()
    kind = models.CharField(max_length=20, choices=DraftKind)
    digest = models.CharField(max_length=64)
    source_hash = models.CharField(max_length=64)
    item: models.JSONField[Any, Any] = models.JSONField()
    flags: models.JSONField[Any, Any] = models.JSONField(default=list, db_default=[])
    is_flagged = models.BooleanField(db_default=False, default=False)
    is_edited = models.BooleanField(db_default=False, default=False)
    status = models.CharField(
        max_length=10, choices=DraftStatus, db_default=DraftStatus.DRAFT, default="draft"
    )
    reviewed_by = models.ForeignKey(
        "identity.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True)
    reject_reason = models.CharField(max_length=500, db_default="", default="")
    question = models.OneToOneField(
        "assessment.Question", null=True, on_delete=models.PROTECT, related_name="draft"
    )
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "question_drafts"
        indexes = [
            models.Index(
                fields=["lesson", "place"],
                condition=Q(status__in=["draft", "stale"]),
                name="question_drafts_waiting",
            )
        ]
        constraints = [
            one_of("status", DraftStatus, name="question_drafts_status"),
            one_of("kind", DraftKind, name="question_drafts_kind"),
            UniqueConstraint(fields=["lesson", "digest"], name="question_drafts_once"),
            CheckConstraint(
                condition=Q(
                    status__in=["draft", "stale"],
                    reviewed_by__isnull=True,
                    reviewed_at__isnull=True,
                    question__isnull=True,
                    reject_reason="",
                )
                | Q(
                    status="approved",
                    reviewed_by__isnull=False,
                    reviewed_at__isnull=False,
                    question__isnull=False,
                    reject_reason="",
                )
                | Q(
                    status="rejected",
                    reviewed_by__isnull=False,
                    reviewed_at__isnull=False,
                    question__isnull=True,
                )
                & ~Q(reject_reason=""),
                name="question_drafts_decided_by_person",
            ),
        ]

    def __str__(self) -> str:
        return str(self.item.get("stem", ""))[:60]
