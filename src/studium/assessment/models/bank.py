"""`quizzes` and `questions`: practice beside a lesson, and the bank that exams draw from."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.db.models.functions import Now

from studium.assessment import kinds
from studium.lib.db import between, not_blank, one_of
from studium.lib.ids import uuid7
from studium.lib.models import Row

# A question that makes room for its next version waits above this line until it is retired.
POSITION_OFFSET = 100_000


class QuizStatus(models.TextChoices):
    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class Feedback(models.TextChoices):
    """When a practice quiz says what was right: after each answer, or at its end."""

    EACH = "each"
    END = "end"


class Quiz(Row):
    """Questions that belong to a lesson. `slug` names it in the lesson's text.

    Questions made only for exams live in a quiz that is never published.
    """

    Status: ClassVar[type[QuizStatus]] = QuizStatus

    lesson = models.ForeignKey("content.Lesson", on_delete=models.PROTECT, related_name="quizzes")
    title = models.CharField(max_length=200)
    status = models.CharField(
        max_length=10, choices=QuizStatus, db_default=QuizStatus.DRAFT, default="draft"
    )
    slug = models.CharField(max_length=120, null=True)
    position = models.IntegerField(db_default=1, default=1)
    pass_mark = models.IntegerField(db_default=60, default=60)
    max_attempts = models.IntegerField(null=True)
    shuffle = models.BooleanField(db_default=False, default=False)
    feedback = models.CharField(
        max_length=4, choices=Feedback, db_default=Feedback.EACH, default="each"
    )
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "quizzes"
        verbose_name_plural = "quizzes"
        constraints = [
            not_blank("title", name="quizzes_title_not_blank"),
            one_of("status", QuizStatus, name="quizzes_status"),
            one_of("feedback", Feedback, name="quizzes_feedback"),
            between("pass_mark", 0, 100, name="quizzes_pass_mark"),
            between("max_attempts", 1, 1000, name="quizzes_max_attempts"),
            between("position", 1, 100_000, name="quizzes_position"),
            UniqueConstraint(fields=["lesson", "slug"], name="quizzes_one_per_slug"),
        ]

    def __str__(self) -> str:
        return self.title


class Origin(models.TextChoices):
    HUMAN = "human"
    IMPORT = "import"
    AI = "ai"


class QuestionStatus(models.TextChoices):
    DRAFT = "draft"
    APPROVED = "approved"


class Question(Row):
    """One version of a question. Once answered its content never changes: a fix is a new version.

    `answer` holds the key as text, in the form of the question's kind: an option id, a JSON array
    or object, `true`/`false`, the first accepted form, a decimal. `options` is a list of
    `{id, text, …}` whose ids are random; `spec` what else a kind needs.
    `bank_key` is the same for all versions of one question.
    """

    quiz = models.ForeignKey("assessment.Quiz", on_delete=models.PROTECT, related_name="questions")
    question_text = models.TextField()
    answer = models.TextField()
    options: models.JSONField[Any, Any] = models.JSONField(null=True)
    # Held by a trigger, which is made from the kinds there are.
    kind = models.CharField(max_length=20, db_default=kinds.DEFAULT)
    spec: models.JSONField[Any, Any] = models.JSONField(default=dict, db_default={})
    version = models.IntegerField(db_default=1, default=1)
    bank_key = models.UUIDField(null=True, default=uuid7)
    replaces = models.OneToOneField(
        "assessment.Question", null=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    retired_at = models.DateTimeField(null=True)
    position = models.IntegerField(db_default=1, default=1)
    points = models.IntegerField(db_default=1, default=1)
    explanation = models.TextField(db_default="", default="")
    question_html = models.TextField(db_default="", default="")
    explanation_html = models.TextField(db_default="", default="")
    origin = models.CharField(
        max_length=8, choices=Origin, db_default=Origin.HUMAN, default="human"
    )
    status = models.CharField(
        max_length=10,
        choices=QuestionStatus,
        db_default=QuestionStatus.APPROVED,
        default="approved",
    )
    source: models.JSONField[Any, Any] = models.JSONField(null=True)
    external_id = models.CharField(max_length=200, null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "questions"
        constraints = [
            not_blank("question_text", name="questions_text_not_blank"),
            one_of("origin", Origin, name="questions_origin"),
            one_of("status", QuestionStatus, name="questions_status"),
            between("points", 1, 1000, name="questions_points"),
            between("version", 1, 100_000, name="questions_version"),
            between("position", 1, 2 * POSITION_OFFSET, name="questions_position"),
            UniqueConstraint(
                fields=["quiz", "position"],
                condition=Q(retired_at__isnull=True),
                name="questions_one_per_place",
            ),
            UniqueConstraint(fields=["bank_key", "version"], name="questions_one_per_version"),
            CheckConstraint(condition=~Q(replaces=F("id")), name="questions_not_own_successor"),
        ]

    def __str__(self) -> str:
        return self.question_text[:60]
