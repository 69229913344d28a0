"""Model servers, what may be spent on them, what was asked of them, and courses' own prompts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint, Value
from django.db.models.functions import Now

from studium.lib.db import between, not_blank, one_of
from studium.lib.models import Row


class ModelDialect(models.TextChoices):
    OPENAI = "openai"
    ANTHROPIC = "anthropic"


class ModelConnection(Row):
    """One model of one server, with what a test found it can do and the state of its breaker.

    `key_sealed` is the key, encrypted: it is written, used by workers, and never read out. Nothing
    but the price of a connection changes later: another address or model is another connection, so
    that a key never goes to an address it was not given for. At most one `is_chosen`.
    """

    name = models.CharField(max_length=80)
    dialect = models.CharField(max_length=12, choices=ModelDialect)
    address = models.CharField(max_length=500)
    model = models.CharField(max_length=100)
    key_sealed = models.TextField(db_default="", default="")
    price_in = models.DecimalField(
        max_digits=10, decimal_places=4, db_default=Value(0), default=Decimal(0)
    )
    price_out = models.DecimalField(
        max_digits=10, decimal_places=4, db_default=Value(0), default=Decimal(0)
    )
    is_chosen = models.BooleanField(db_default=False, default=False)
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(
        "identity.User", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    tested_at = models.DateTimeField(null=True)
    modes: models.JSONField[Any, Any] = models.JSONField(default=list, db_default=[])
    streams = models.BooleanField(db_default=False, default=False)
    context_tokens = models.IntegerField(db_default=0, default=0)
    limit_field = models.CharField(max_length=30, db_default="max_tokens", default="max_tokens")
    remarks: models.JSONField[Any, Any] = models.JSONField(default=list, db_default=[])
    failures = models.IntegerField(db_default=0, default=0)
    open_until = models.DateTimeField(null=True)
    trial_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "model_connections"
        constraints = [
            one_of("dialect", ModelDialect, name="model_connections_dialect"),
            not_blank("name", name="model_connections_name_not_blank"),
            not_blank("address", name="model_connections_address_not_blank"),
            not_blank("model", name="model_connections_model_not_blank"),
            between("context_tokens", 0, 100_000_000, name="model_connections_context_tokens"),
            between("failures", 0, 1_000_000, name="model_connections_failures"),
            CheckConstraint(
                condition=Q(price_in__gte=0, price_out__gte=0), name="model_connections_prices"
            ),
            CheckConstraint(
                condition=Q(is_chosen=False) | Q(tested_at__isnull=False, context_tokens__gt=0),
                name="model_connections_chosen_is_tested",
            ),
            UniqueConstraint(
                fields=["is_chosen"],
                condition=Q(is_chosen=True),
                name="model_connections_one_chosen",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BudgetScope(models.TextChoices):
    USER = "user"
    COURSE = "course"
    SITE = "site"


class ModelBudget(Row):
    """What may be used in a day (UTC) by each person, by each course, or by all; null: no limit.

    A scope without a row has the limits of `studium.notes.rules.spending`.
    """

    scope = models.CharField(max_length=8, choices=BudgetScope, unique=True)
    most_tokens = models.BigIntegerField(null=True)
    most_calls = models.IntegerField(null=True)

    class Meta:
        db_table = "model_budgets"
        constraints = [
            one_of("scope", BudgetScope, name="model_budgets_scope"),
            between("most_tokens", 0, 10**12, name="model_budgets_tokens"),
            between("most_calls", 0, 1_000_000_000, name="model_budgets_calls"),
        ]

    def __str__(self) -> str:
        return self.scope


class LlmCall(Row):
    """One request to a model: what it cost, how it ended, and, for a good one, the answer.

    `outcome` is `running`, `ok`, `cancelled` or the code of a fault. While it runs, `tokens_in`
    and `tokens_out` hold what it may cost at most, so that calls at the same time cannot overspend.
    `answer` is kept for a while, to answer the same request again; not for what a student asks.
    """

    at = models.DateTimeField(db_default=Now(), db_index=True)
    connection = models.ForeignKey(
        ModelConnection, null=True, on_delete=models.SET_NULL, related_name="calls"
    )
    engine = models.CharField(max_length=12)
    model = models.CharField(max_length=100)
    prompt_version = models.CharField(max_length=60)
    text_hash = models.CharField(max_length=64)
    outcome = models.CharField(max_length=20, db_default="running", default="running")
    tokens_in = models.IntegerField(db_default=0, default=0)
    tokens_out = models.IntegerField(db_default=0, default=0)
    cost = models.DecimalField(
        max_digits=12, decimal_places=6, db_default=Value(0), default=Decimal(0)
    )
    duration_ms = models.IntegerField(db_default=0, default=0)
    answer = models.TextField(db_default="", default="")
    user = models.ForeignKey(
        "identity.User", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    course_id = models.UUIDField(null=True)

    class Meta:
        db_table = "llm_calls"
        indexes = [
            models.Index(fields=["text_hash"], name="llm_calls_by_text"),
            models.Index(fields=["course_id", "at"], name="llm_calls_by_course"),
        ]
        constraints = [
            not_blank("outcome", name="llm_calls_outcome_not_blank"),
            not_blank("model", name="llm_calls_model_not_blank"),
            between("tokens_in", 0, 1_000_000_000, name="llm_calls_tokens_in"),
            between("tokens_out", 0, 1_000_000_000, name="llm_calls_tokens_out"),
            between("duration_ms", 0, 1_000_000_000, name="llm_calls_duration"),
            CheckConstraint(condition=Q(cost__gte=0), name="llm_calls_cost"),
            CheckConstraint(
                condition=Q(outcome="ok") | Q(answer=""), name="llm_calls_only_good_answers"
            ),
            UniqueConstraint(
                fields=["text_hash", "engine", "model", "prompt_version"],
                condition=Q(outcome="ok") & ~Q(answer=""),
                name="llm_calls_one_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.outcome}"


class CoursePrompt(Row):
    """A prompt in a course's own words; without a row the course uses the program's."""

    course = models.ForeignKey("content.Course", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=20)
    text = models.TextField()
    edited_by = models.ForeignKey(
        "identity.User", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    edited_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "course_prompts"
        constraints = [
            UniqueConstraint(fields=["course", "name"], name="course_prompts_once"),
            not_blank("text", name="course_prompts_text_not_blank"),
            CheckConstraint(
                condition=Q(name__in=["notes", "items", "answer"]), name="course_prompts_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name
