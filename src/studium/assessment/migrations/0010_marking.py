import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
import studium.lib.db
import studium.lib.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessment", "0009_regrades"),
        ("content", "0001_initial"),
        ("identity", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExamMarking",
            fields=[
                (
                    "exam",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="assessment.exam",
                    ),
                ),
                ("blind", models.BooleanField(db_default=False, default=False)),
                (
                    "second",
                    models.CharField(
                        choices=[("none", "None"), ("all", "All"), ("nth", "Nth")],
                        db_default="none",
                        default="none",
                        max_length=4,
                    ),
                ),
                ("every", models.IntegerField(db_default=5, default=5)),
                ("tolerance", models.IntegerField(db_default=20, default=20)),
                ("appeal_days", models.IntegerField(db_default=7, default=7)),
            ],
            options={
                "db_table": "exam_marking",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("second__in", ["none", "all", "nth"])),
                        name="exam_marking_second",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("every__gte", 2), ("every__lte", 100)),
                        name="exam_marking_every",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tolerance__gte", 0), ("tolerance__lte", 100)),
                        name="exam_marking_tolerance",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("appeal_days__gte", 0), ("appeal_days__lte", 365)),
                        name="exam_marking_appeal_days",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GradebookTerms",
            fields=[
                (
                    "course",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="content.course",
                    ),
                ),
                ("missing_is_zero", models.BooleanField(db_default=True, default=True)),
            ],
            options={
                "db_table": "gradebook_terms",
            },
        ),
        migrations.CreateModel(
            name="GradeItem",
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
                ("weight", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ("due_at", models.DateTimeField(null=True)),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="content.course",
                    ),
                ),
                (
                    "exam",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessment.exam",
                    ),
                ),
                (
                    "quiz",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessment.quiz",
                    ),
                ),
            ],
            options={
                "db_table": "grade_items",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("due_at__isnull", True),
                                ("exam__isnull", False),
                                ("quiz__isnull", True),
                            ),
                            models.Q(("exam__isnull", True), ("quiz__isnull", False)),
                            _connector="OR",
                        ),
                        name="grade_items_one_thing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("weight__isnull", True),
                            models.Q(("weight__gte", 0), ("weight__lte", 100)),
                            _connector="OR",
                        ),
                        name="grade_items_weight",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GradeEntry",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("excused", "Excused"),
                            ("score", "Score"),
                            ("cleared", "Cleared"),
                        ],
                        max_length=8,
                    ),
                ),
                ("score", models.IntegerField(null=True)),
                ("reason", models.TextField(db_default="", default="")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="assessment.gradeitem",
                    ),
                ),
            ],
            options={
                "db_table": "grade_entries",
                "indexes": [models.Index(fields=["item", "user"], name="grade_entries_by_cell")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["excused", "score", "cleared"])),
                        name="grade_entries_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("score__gte", 0), ("score__lte", 100)),
                        name="grade_entries_score",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", "score"),
                                ("score__isnull", False),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("kind", "score"), _negated=True), ("score__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="grade_entries_score_has_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Mark",
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
                    "round",
                    models.CharField(
                        choices=[("first", "First"), ("second", "Second"), ("final", "Final")],
                        max_length=6,
                    ),
                ),
                ("points", models.DecimalField(decimal_places=3, max_digits=8)),
                ("levels", models.JSONField(db_default={}, default=dict)),
                ("comment", models.TextField(db_default="", default="")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "attempt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="marks",
                        to="assessment.examattempt",
                    ),
                ),
                (
                    "marker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
                "db_table": "marks",
                "indexes": [models.Index(fields=["attempt", "question"], name="marks_by_answer")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("round__in", ["first", "second", "final"])),
                        name="marks_round",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("points__gte", 0)), name="marks_points"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("round", "final"), _negated=True),
                            models.Q(("comment", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="marks_final_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Appeal",
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
                ("text", models.TextField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("refused", "Refused"),
                            ("changed", "Changed"),
                            ("corrected", "Corrected"),
                        ],
                        db_default="open",
                        default="open",
                        max_length=10,
                    ),
                ),
                ("answer", models.TextField(db_default="", default="")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "attempt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appeals",
                        to="assessment.examattempt",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessment.question",
                    ),
                ),
                (
                    "mark",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessment.mark",
                    ),
                ),
                (
                    "regrade",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="assessment.regrade",
                    ),
                ),
            ],
            options={
                "db_table": "appeals",
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "open")),
                        fields=["created_at"],
                        name="appeals_waiting",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=django.db.models.lookups.GreaterThan(
                            django.db.models.functions.text.Length(studium.lib.db.Stripped("text")),
                            0,
                        ),
                        name="appeals_text_not_blank",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["open", "refused", "changed", "corrected"])
                        ),
                        name="appeals_status",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "open")),
                        fields=("attempt", "question"),
                        name="appeals_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answer", ""),
                                ("answered_by__isnull", True),
                                ("closed_at__isnull", True),
                                ("status", "open"),
                            ),
                            models.Q(
                                models.Q(("status", "open"), _negated=True),
                                models.Q(("answer", ""), _negated=True),
                                ("answered_by__isnull", False),
                                ("closed_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="appeals_closed_has_answer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "changed"), ("mark__isnull", False)),
                            models.Q(
                                models.Q(("status", "changed"), _negated=True),
                                ("mark__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="appeals_changed_has_mark",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "corrected"), _negated=True),
                            ("regrade__isnull", False),
                            _connector="OR",
                        ),
                        name="appeals_corrected_has_regrade",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AppealMessage",
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
                ("text", models.TextField()),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "appeal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="assessment.appeal",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "appeal_messages",
                "constraints": [
                    models.CheckConstraint(
                        condition=django.db.models.lookups.GreaterThan(
                            django.db.models.functions.text.Length(studium.lib.db.Stripped("text")),
                            0,
                        ),
                        name="appeal_messages_text_not_blank",
                    )
                ],
            },
        ),
    ]
