import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0001_initial"),
        ("assessment", "0013_practice_sessions"),
        ("content", "0005_concepts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AnalyticsEpoch",
            fields=[
                ("id", models.IntegerField(primary_key=True, serialize=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("building", "Building"),
                            ("current", "Current"),
                            ("retired", "Retired"),
                        ],
                        max_length=8,
                    ),
                ),
                ("horizon", models.BigIntegerField()),
                ("since", models.BigIntegerField()),
                ("progress", models.BigIntegerField()),
                ("reason", models.CharField(max_length=200)),
                ("engine_version", models.IntegerField()),
                ("is_rendered", models.BooleanField()),
                ("stale_reason", models.CharField(db_default="", default="", max_length=200)),
                ("stale_at", models.DateTimeField(null=True)),
                (
                    "made_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "db_table": "analytics_epochs",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id__gte", 0), ("id__lte", 2000000000)),
                        name="analytics_epochs_id",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["building", "current", "retired"])),
                        name="analytics_epochs_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("horizon__gte", 0),
                            ("progress__gte", 0),
                            ("since__gte", models.F("horizon")),
                        ),
                        name="analytics_epochs_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("engine_version__gte", 1), ("engine_version__lte", 1000000)
                        ),
                        name="analytics_epochs_engine_version",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("stale_at__isnull", True), ("stale_reason", "")),
                            models.Q(
                                models.Q(("stale_reason", ""), _negated=True),
                                ("stale_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="analytics_epochs_stale_whole",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "current")),
                        fields=("state",),
                        name="analytics_epochs_one_current",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "building")),
                        fields=("state",),
                        name="analytics_epochs_one_building",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EngineState",
            fields=[
                ("epoch", models.IntegerField(primary_key=True, serialize=False)),
                ("means", models.JSONField()),
                ("variances", models.JSONField()),
                ("a", models.FloatField()),
                ("b", models.FloatField()),
                ("n", models.BigIntegerField()),
            ],
            options={
                "db_table": "engine_state",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("epoch__gte", 0), ("epoch__lte", 2000000000)),
                        name="engine_state_epoch",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("n__gte", 0)), name="engine_state_n"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ForgottenPerson",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("after_seq", models.BigIntegerField()),
                ("epoch", models.IntegerField(null=True)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "db_table": "forgotten_people",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("after_seq__gte", 0)), name="forgotten_people_after_seq"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("epoch__gte", 0), ("epoch__lte", 2000000000)),
                        name="forgotten_people_epoch",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConceptState",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "epoch",
                        "concept_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("epoch", models.IntegerField()),
                ("mean", models.FloatField()),
                ("variance", models.FloatField()),
                ("wins_slope", models.FloatField()),
                ("wins_variance", models.FloatField()),
                ("fails_slope", models.FloatField()),
                ("fails_variance", models.FloatField()),
                ("n", models.BigIntegerField()),
                ("items", models.IntegerField()),
                ("ease_sum", models.FloatField()),
                (
                    "concept",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="content.concept",
                    ),
                ),
            ],
            options={
                "db_table": "concept_states",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("epoch__gte", 0), ("epoch__lte", 2000000000)),
                        name="concept_states_epoch",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("n__gte", 0)), name="concept_states_n"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("variance__gt", 0)), name="concept_states_variance"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("fails_variance__gt", 0), ("wins_variance__gt", 0)),
                        name="concept_states_slopes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("items__gte", 0), ("items__lte", models.F("n"))),
                        name="concept_states_items",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CourseState",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "epoch",
                        "course_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("epoch", models.IntegerField()),
                ("items", models.IntegerField()),
                ("ease_sum", models.FloatField()),
                (
                    "course",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="content.course",
                    ),
                ),
            ],
            options={
                "db_table": "course_states",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("epoch__gte", 0), ("epoch__lte", 2000000000)),
                        name="course_states_epoch",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("items__gte", 1)), name="course_states_items"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ItemState",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "epoch",
                        "question_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("epoch", models.IntegerField()),
                ("mean", models.FloatField()),
                ("variance", models.FloatField()),
                ("n", models.BigIntegerField()),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessment.question",
                    ),
                ),
            ],
            options={
                "db_table": "item_states",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("epoch__gte", 0), ("epoch__lte", 2000000000)),
                        name="item_states_epoch",
                    ),
                    models.CheckConstraint(condition=models.Q(("n__gte", 0)), name="item_states_n"),
                    models.CheckConstraint(
                        condition=models.Q(("variance__gt", 0)), name="item_states_variance"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LevelDay",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "epoch",
                        "user_id",
                        "course_id",
                        "day",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("epoch", models.IntegerField()),
                ("day", models.DateField()),
                ("p", models.FloatField()),
                ("low", models.FloatField()),
                ("high", models.FloatField()),
                ("n", models.IntegerField()),
                (
                    "course",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="content.course",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "level_days",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("epoch__gte", 0), ("epoch__lte", 2000000000)),
                        name="level_days_epoch",
                    ),
                    models.CheckConstraint(condition=models.Q(("n__gte", 0)), name="level_days_n"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("high__lte", 1),
                            ("low__gte", 0),
                            ("low__lte", models.F("p")),
                            ("p__lte", models.F("high")),
                        ),
                        name="level_days_range",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LevelState",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "epoch",
                        "user_id",
                        "course_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("epoch", models.IntegerField()),
                ("mean", models.FloatField()),
                ("variance", models.FloatField()),
                ("n", models.IntegerField()),
                ("last_at", models.FloatField(null=True)),
                (
                    "course",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="content.course",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "level_states",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("epoch__gte", 0), ("epoch__lte", 2000000000)),
                        name="level_states_epoch",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("n__gte", 0)), name="level_states_n"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("variance__gt", 0)), name="level_states_variance"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MasteryDay",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "epoch",
                        "user_id",
                        "course_id",
                        "concept_id",
                        "day",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("epoch", models.IntegerField()),
                ("day", models.DateField()),
                ("p", models.FloatField()),
                ("low", models.FloatField()),
                ("high", models.FloatField()),
                ("n", models.IntegerField()),
                (
                    "concept",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="content.concept",
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="content.course",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "mastery_days",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("epoch__gte", 0), ("epoch__lte", 2000000000)),
                        name="mastery_days_epoch",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("n__gte", 0)), name="mastery_days_n"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("high__lte", 1),
                            ("low__gte", 0),
                            ("low__lte", models.F("p")),
                            ("p__lte", models.F("high")),
                        ),
                        name="mastery_days_range",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MasteryState",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "epoch",
                        "user_id",
                        "concept_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("epoch", models.IntegerField()),
                ("mean", models.FloatField()),
                ("variance", models.FloatField()),
                ("wins", models.FloatField()),
                ("fails", models.FloatField()),
                ("last_outcome", models.FloatField()),
                ("last_at", models.FloatField(null=True)),
                ("n", models.IntegerField()),
                (
                    "concept",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="content.concept",
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="content.course",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "mastery",
                "db_table": "mastery",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("epoch__gte", 0), ("epoch__lte", 2000000000)),
                        name="mastery_epoch",
                    ),
                    models.CheckConstraint(condition=models.Q(("n__gte", 0)), name="mastery_n"),
                    models.CheckConstraint(
                        condition=models.Q(("variance__gt", 0)), name="mastery_variance"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("fails__gte", 0),
                            ("last_outcome__gte", -1),
                            ("last_outcome__lte", 1),
                            ("wins__gte", 0),
                        ),
                        name="mastery_record",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PractisedItem",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "epoch",
                        "user_id",
                        "question_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("epoch", models.IntegerField()),
                ("wins", models.FloatField()),
                ("fails", models.FloatField()),
                ("last_outcome", models.FloatField()),
                ("last_at", models.FloatField(null=True)),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessment.question",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "practised_items",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("epoch__gte", 0), ("epoch__lte", 2000000000)),
                        name="practised_items_epoch",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("fails__gte", 0),
                            ("last_outcome__gte", -1),
                            ("last_outcome__lte", 1),
                            ("wins__gte", 0),
                        ),
                        name="practised_items_record",
                    ),
                ],
            },
        ),
    ]
