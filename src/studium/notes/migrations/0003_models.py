from decimal import Decimal

import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

import studium.lib.db
import studium.lib.ids


class Migration(migrations.Migration):
    dependencies = [
        ("notes", "0002_history"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ModelBudget",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=studium.lib.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "scope",
                    models.CharField(
                        choices=[("user", "User"), ("course", "Course"), ("site", "Site")],
                        max_length=8,
                        unique=True,
                    ),
                ),
                ("most_tokens", models.BigIntegerField(null=True)),
                ("most_calls", models.IntegerField(null=True)),
            ],
            options={
                "db_table": "model_budgets",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("scope__in", ["user", "course", "site"])),
                        name="model_budgets_scope",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("most_tokens__gte", 0), ("most_tokens__lte", 1000000000000)
                        ),
                        name="model_budgets_tokens",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("most_calls__gte", 0), ("most_calls__lte", 1000000000)),
                        name="model_budgets_calls",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ModelConnection",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=studium.lib.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                (
                    "dialect",
                    models.CharField(
                        choices=[("openai", "Openai"), ("anthropic", "Anthropic")], max_length=12
                    ),
                ),
                ("address", models.CharField(max_length=500)),
                ("model", models.CharField(max_length=100)),
                ("key_sealed", models.TextField(db_default="", default="")),
                (
                    "price_in",
                    models.DecimalField(
                        db_default=models.Value(0),
                        decimal_places=4,
                        default=Decimal("0"),
                        max_digits=10,
                    ),
                ),
                (
                    "price_out",
                    models.DecimalField(
                        db_default=models.Value(0),
                        decimal_places=4,
                        default=Decimal("0"),
                        max_digits=10,
                    ),
                ),
                ("is_chosen", models.BooleanField(db_default=False, default=False)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("tested_at", models.DateTimeField(null=True)),
                ("modes", models.JSONField(db_default=[], default=list)),
                ("streams", models.BooleanField(db_default=False, default=False)),
                ("context_tokens", models.IntegerField(db_default=0, default=0)),
                (
                    "limit_field",
                    models.CharField(db_default="max_tokens", default="max_tokens", max_length=30),
                ),
                ("remarks", models.JSONField(db_default=[], default=list)),
                ("failures", models.IntegerField(db_default=0, default=0)),
                ("open_until", models.DateTimeField(null=True)),
                ("trial_until", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "model_connections",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("dialect__in", ["openai", "anthropic"])),
                        name="model_connections_dialect",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.GreaterThan(
                            django.db.models.functions.text.Length(studium.lib.db.Stripped("name")),
                            0,
                        ),
                        name="model_connections_name_not_blank",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.GreaterThan(
                            django.db.models.functions.text.Length(
                                studium.lib.db.Stripped("address")
                            ),
                            0,
                        ),
                        name="model_connections_address_not_blank",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.GreaterThan(
                            django.db.models.functions.text.Length(
                                studium.lib.db.Stripped("model")
                            ),
                            0,
                        ),
                        name="model_connections_model_not_blank",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("context_tokens__gte", 0), ("context_tokens__lte", 100000000)
                        ),
                        name="model_connections_context_tokens",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("failures__gte", 0), ("failures__lte", 1000000)),
                        name="model_connections_failures",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("price_in__gte", 0), ("price_out__gte", 0)),
                        name="model_connections_prices",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_chosen", False),
                            models.Q(("context_tokens__gt", 0), ("tested_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="model_connections_chosen_is_tested",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_chosen", True)),
                        fields=("is_chosen",),
                        name="model_connections_one_chosen",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LlmCall",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=studium.lib.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), db_index=True
                    ),
                ),
                (
                    "connection",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="calls",
                        to="notes.modelconnection",
                    ),
                ),
                ("engine", models.CharField(max_length=12)),
                ("model", models.CharField(max_length=100)),
                ("prompt_version", models.CharField(max_length=60)),
                ("text_hash", models.CharField(max_length=64)),
                (
                    "outcome",
                    models.CharField(db_default="running", default="running", max_length=20),
                ),
                ("tokens_in", models.IntegerField(db_default=0, default=0)),
                ("tokens_out", models.IntegerField(db_default=0, default=0)),
                (
                    "cost",
                    models.DecimalField(
                        db_default=models.Value(0),
                        decimal_places=6,
                        default=Decimal("0"),
                        max_digits=12,
                    ),
                ),
                ("duration_ms", models.IntegerField(db_default=0, default=0)),
                ("answer", models.TextField(db_default="", default="")),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("course_id", models.UUIDField(null=True)),
            ],
            options={
                "db_table": "llm_calls",
                "indexes": [
                    models.Index(fields=["text_hash"], name="llm_calls_by_text"),
                    models.Index(fields=["course_id", "at"], name="llm_calls_by_course"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=django.db.models.lookups.GreaterThan(
                            django.db.models.functions.text.Length(
                                studium.lib.db.Stripped("outcome")
                            ),
                            0,
                        ),
                        name="llm_calls_outcome_not_blank",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.GreaterThan(
                            django.db.models.functions.text.Length(
                                studium.lib.db.Stripped("model")
                            ),
                            0,
                        ),
                        name="llm_calls_model_not_blank",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tokens_in__gte", 0), ("tokens_in__lte", 1000000000)),
                        name="llm_calls_tokens_in",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tokens_out__gte", 0), ("tokens_out__lte", 1000000000)),
                        name="llm_calls_tokens_out",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("duration_ms__gte", 0), ("duration_ms__lte", 1000000000)
                        ),
                        name="llm_calls_duration",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cost__gte", 0)), name="llm_calls_cost"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome", "ok"), ("answer", ""), _connector="OR"),
                        name="llm_calls_only_good_answers",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("outcome", "ok"), models.Q(("answer", ""), _negated=True)
                        ),
                        fields=("text_hash", "engine", "model", "prompt_version"),
                        name="llm_calls_one_answer",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CoursePrompt",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=studium.lib.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="content.course",
                    ),
                ),
                ("name", models.CharField(max_length=20)),
                ("text", models.TextField()),
                (
                    "edited_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "edited_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "db_table": "course_prompts",
                "constraints": [
                    models.UniqueConstraint(fields=("course", "name"), name="course_prompts_once"),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.GreaterThan(
                            django.db.models.functions.text.Length(studium.lib.db.Stripped("text")),
                            0,
                        ),
                        name="course_prompts_text_not_blank",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name__in", ["notes", "items", "answer"])),
                        name="course_prompts_name",
                    ),
                ],
            },
        ),
    ]
