import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
import studium.assessment.models.response
import studium.lib.db
import studium.lib.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("content", "0001_initial"),
        ("identity", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Exam",
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
                ("title", models.CharField(max_length=200)),
                ("duration_minutes", models.IntegerField()),
                ("description", models.TextField(db_default="", default="")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("published", "Published"),
                            ("archived", "Archived"),
                        ],
                        db_default="draft",
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("pass_mark", models.IntegerField(db_default=60, default=60)),
                ("attempts_allowed", models.IntegerField(db_default=1, default=1)),
                ("opens_at", models.DateTimeField(null=True)),
                ("closes_at", models.DateTimeField(null=True)),
                ("grace_seconds", models.IntegerField(db_default=0, default=0)),
                ("shuffle", models.BooleanField(db_default=False, default=False)),
                (
                    "release",
                    models.CharField(
                        choices=[
                            ("at_once", "At Once"),
                            ("after_close", "After Close"),
                            ("never", "Never"),
                        ],
                        db_default="at_once",
                        default="at_once",
                        max_length=12,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exams",
                        to="content.course",
                    ),
                ),
            ],
            options={
                "db_table": "exams",
                "constraints": [
                    models.CheckConstraint(
                        condition=django.db.models.lookups.GreaterThan(
                            django.db.models.functions.text.Length(
                                studium.lib.db.Stripped("title")
                            ),
                            0,
                        ),
                        name="exams_title_not_blank",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["draft", "published", "archived"])),
                        name="exams_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("release__in", ["at_once", "after_close", "never"])),
                        name="exams_release",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("duration_minutes__gte", 1), ("duration_minutes__lte", 1440)
                        ),
                        name="exams_duration_minutes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pass_mark__gte", 0), ("pass_mark__lte", 100)),
                        name="exams_pass_mark",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("attempts_allowed__gte", 1), ("attempts_allowed__lte", 1000)
                        ),
                        name="exams_attempts_allowed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("grace_seconds__gte", 0), ("grace_seconds__lte", 600)),
                        name="exams_grace_seconds",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("opens_at__isnull", True),
                            ("closes_at__isnull", True),
                            ("closes_at__gt", models.F("opens_at")),
                            _connector="OR",
                        ),
                        name="exams_closes_after_opens",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("release", "after_close"), _negated=True),
                            ("closes_at__isnull", False),
                            _connector="OR",
                        ),
                        name="exams_after_close_has_close",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExamAttempt",
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
                ("score", models.IntegerField(null=True)),
                (
                    "passed",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Q(("score__gte", models.F("pass_mark"))),
                        output_field=models.BooleanField(null=True),
                    ),
                ),
                (
                    "attempted_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("attempt_no", models.IntegerField(db_default=1, default=1)),
                ("attempts_allowed", models.IntegerField(db_default=1, default=1)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("in_progress", "In Progress"),
                            ("submitted", "Submitted"),
                            ("graded", "Graded"),
                        ],
                        db_default="in_progress",
                        default="in_progress",
                        max_length=12,
                    ),
                ),
                (
                    "closed_by",
                    models.CharField(
                        choices=[("user", "User"), ("deadline", "Deadline"), ("staff", "Staff")],
                        max_length=10,
                        null=True,
                    ),
                ),
                ("deadline_at", models.DateTimeField()),
                ("submitted_at", models.DateTimeField(null=True)),
                ("graded_at", models.DateTimeField(null=True)),
                ("points", models.DecimalField(decimal_places=3, max_digits=10, null=True)),
                ("max_points", models.DecimalField(decimal_places=3, max_digits=10, null=True)),
                ("pass_mark", models.IntegerField(db_default=60, default=60)),
                ("grace_seconds", models.IntegerField(db_default=0, default=0)),
                ("shuffle_seed", models.BigIntegerField(null=True)),
                ("grading_version", models.IntegerField(db_default=1, default=1)),
                (
                    "exam",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attempts",
                        to="assessment.exam",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exam_attempts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "exam_attempts",
                "indexes": [
                    models.Index(fields=["user", "exam"], name="exam_attempts_by_user"),
                    models.Index(
                        condition=models.Q(("status", "in_progress")),
                        fields=["deadline_at"],
                        name="exam_attempts_running",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["in_progress", "submitted", "graded"])),
                        name="exam_attempts_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("closed_by__in", ["user", "deadline", "staff"])),
                        name="exam_attempts_closed_by",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("score__gte", 0), ("score__lte", 100)),
                        name="exam_attempts_score",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pass_mark__gte", 0), ("pass_mark__lte", 100)),
                        name="exam_attempts_pass_mark",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("attempt_no__gte", 1), ("attempt_no__lte", 1000)),
                        name="exam_attempts_attempt_no",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("attempts_allowed__gte", 1), ("attempts_allowed__lte", 1000)
                        ),
                        name="exam_attempts_attempts_allowed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("grace_seconds__gte", 0), ("grace_seconds__lte", 600)),
                        name="exam_attempts_grace_seconds",
                    ),
                    models.UniqueConstraint(
                        fields=("exam", "user", "attempt_no"), name="exam_attempts_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "in_progress")),
                        fields=("exam", "user"),
                        name="exam_attempts_one_running",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("attempt_no__lte", models.F("attempts_allowed"))),
                        name="exam_attempts_within_allowed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("submitted_at__isnull", True),
                            ("submitted_at__gte", models.F("attempted_at")),
                            _connector="OR",
                        ),
                        name="exam_attempts_submitted_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("deadline_at__gt", models.F("attempted_at"))),
                        name="exam_attempts_deadline_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("closed_by__isnull", True),
                                ("status", "in_progress"),
                                ("submitted_at__isnull", True),
                            ),
                            models.Q(
                                models.Q(("status", "in_progress"), _negated=True),
                                ("closed_by__isnull", False),
                                ("submitted_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="exam_attempts_submitted_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("graded_at__isnull", False),
                                ("max_points__isnull", False),
                                ("points__isnull", False),
                                ("score__isnull", False),
                                ("status", "graded"),
                            ),
                            models.Q(
                                models.Q(("status", "graded"), _negated=True),
                                ("graded_at__isnull", True),
                                ("points__isnull", True),
                                ("score__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="exam_attempts_graded_has_score",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("points__isnull", True),
                            models.Q(
                                ("max_points__gt", 0),
                                ("points__gte", 0),
                                ("points__lte", models.F("max_points")),
                            ),
                            _connector="OR",
                        ),
                        name="exam_attempts_points_within",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Quiz",
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
                ("title", models.CharField(max_length=200)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("published", "Published"),
                            ("archived", "Archived"),
                        ],
                        db_default="draft",
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("slug", models.CharField(max_length=120, null=True)),
                ("position", models.IntegerField(db_default=1, default=1)),
                ("pass_mark", models.IntegerField(db_default=60, default=60)),
                ("max_attempts", models.IntegerField(null=True)),
                ("shuffle", models.BooleanField(db_default=False, default=False)),
                (
                    "feedback",
                    models.CharField(
                        choices=[("each", "Each"), ("end", "End")],
                        db_default="each",
                        default="each",
                        max_length=4,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "lesson",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quizzes",
                        to="content.lesson",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "quizzes",
                "db_table": "quizzes",
                "constraints": [
                    models.CheckConstraint(
                        condition=django.db.models.lookups.GreaterThan(
                            django.db.models.functions.text.Length(
                                studium.lib.db.Stripped("title")
                            ),
                            0,
                        ),
                        name="quizzes_title_not_blank",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["draft", "published", "archived"])),
                        name="quizzes_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("feedback__in", ["each", "end"])),
                        name="quizzes_feedback",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pass_mark__gte", 0), ("pass_mark__lte", 100)),
                        name="quizzes_pass_mark",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("max_attempts__gte", 1), ("max_attempts__lte", 1000)),
                        name="quizzes_max_attempts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("position__gte", 1), ("position__lte", 100000)),
                        name="quizzes_position",
                    ),
                    models.UniqueConstraint(fields=("lesson", "slug"), name="quizzes_one_per_slug"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Question",
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
                ("question_text", models.TextField()),
                ("answer", models.TextField()),
                ("options", models.JSONField(null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("single_choice", "Single Choice"),
                            ("multiple_choice", "Multiple Choice"),
                            ("true_false", "True False"),
                            ("short_text", "Short Text"),
                            ("numeric", "Numeric"),
                            ("tracing", "Tracing"),
                        ],
                        db_default="short_text",
                        max_length=20,
                    ),
                ),
                ("spec", models.JSONField(db_default={}, default=dict)),
                ("version", models.IntegerField(db_default=1, default=1)),
                ("bank_key", models.UUIDField(default=studium.lib.ids.uuid7, null=True)),
                ("retired_at", models.DateTimeField(null=True)),
                ("position", models.IntegerField(db_default=1, default=1)),
                ("points", models.IntegerField(db_default=1, default=1)),
                ("explanation", models.TextField(db_default="", default="")),
                ("question_html", models.TextField(db_default="", default="")),
                ("explanation_html", models.TextField(db_default="", default="")),
                (
                    "origin",
                    models.CharField(
                        choices=[("human", "Human"), ("import", "Import"), ("ai", "Ai")],
                        db_default="human",
                        default="human",
                        max_length=8,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "Draft"), ("approved", "Approved")],
                        db_default="approved",
                        default="approved",
                        max_length=10,
                    ),
                ),
                ("source", models.JSONField(null=True)),
                ("external_id", models.CharField(max_length=200, null=True)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="assessment.question",
                    ),
                ),
                (
                    "quiz",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="assessment.quiz",
                    ),
                ),
            ],
            options={
                "db_table": "questions",
                "constraints": [
                    models.CheckConstraint(
                        condition=django.db.models.lookups.GreaterThan(
                            django.db.models.functions.text.Length(
                                studium.lib.db.Stripped("question_text")
                            ),
                            0,
                        ),
                        name="questions_text_not_blank",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "single_choice",
                                    "multiple_choice",
                                    "true_false",
                                    "short_text",
                                    "numeric",
                                    "tracing",
                                ],
                            )
                        ),
                        name="questions_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("origin__in", ["human", "import", "ai"])),
                        name="questions_origin",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["draft", "approved"])),
                        name="questions_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("points__gte", 1), ("points__lte", 1000)),
                        name="questions_points",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("version__gte", 1), ("version__lte", 100000)),
                        name="questions_version",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("position__gte", 1), ("position__lte", 200000)),
                        name="questions_position",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("retired_at__isnull", True)),
                        fields=("quiz", "position"),
                        name="questions_one_per_place",
                    ),
                    models.UniqueConstraint(
                        fields=("bank_key", "version"), name="questions_one_per_version"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("replaces", models.F("id")), _negated=True),
                        name="questions_not_own_successor",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuizAttempt",
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
                ("attempt_no", models.IntegerField(db_default=1, default=1)),
                (
                    "status",
                    models.CharField(
                        choices=[("in_progress", "In Progress"), ("finished", "Finished")],
                        db_default="in_progress",
                        default="in_progress",
                        max_length=12,
                    ),
                ),
                ("paper", models.JSONField(db_default=[], default=list)),
                (
                    "started_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("finished_at", models.DateTimeField(null=True)),
                ("points", models.DecimalField(decimal_places=3, max_digits=10, null=True)),
                ("max_points", models.DecimalField(decimal_places=3, max_digits=10, null=True)),
                ("score", models.IntegerField(null=True)),
                ("shuffle_seed", models.BigIntegerField(null=True)),
                (
                    "quiz",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attempts",
                        to="assessment.quiz",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quiz_attempts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "quiz_attempts",
                "indexes": [models.Index(fields=["user", "quiz"], name="quiz_attempts_by_user")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["in_progress", "finished"])),
                        name="quiz_attempts_status",
                    ),
                    models.UniqueConstraint(
                        fields=("quiz", "user", "attempt_no"), name="quiz_attempts_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "in_progress")),
                        fields=("quiz", "user"),
                        name="quiz_attempts_one_running",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("attempt_no__gte", 1), ("attempt_no__lte", 100000)),
                        name="quiz_attempts_attempt_no",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("score__gte", 0), ("score__lte", 100)),
                        name="quiz_attempts_score",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("finished_at__isnull", False),
                                ("max_points__isnull", False),
                                ("points__isnull", False),
                                ("score__isnull", False),
                                ("status", "finished"),
                            ),
                            models.Q(
                                ("finished_at__isnull", True),
                                ("points__isnull", True),
                                ("score__isnull", True),
                                ("status", "in_progress"),
                            ),
                            _connector="OR",
                        ),
                        name="quiz_attempts_finished_has_score",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("finished_at__isnull", True),
                            ("finished_at__gte", models.F("started_at")),
                            _connector="OR",
                        ),
                        name="quiz_attempts_finished_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("points__isnull", True),
                            models.Q(
                                ("max_points__gt", 0),
                                ("points__gte", 0),
                                ("points__lte", models.F("max_points")),
                            ),
                            _connector="OR",
                        ),
                        name="quiz_attempts_points_within",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Response",
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
                ("share", models.DecimalField(decimal_places=4, max_digits=5)),
                ("seconds", models.IntegerField(null=True)),
                ("concepts", models.JSONField(db_default=[], default=list)),
                (
                    "occurred_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "received_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="content.course",
                    ),
                ),
                (
                    "exam_attempt",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessment.examattempt",
                    ),
                ),
                (
                    "lesson",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="content.lesson",
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="assessment.response",
                    ),
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
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessment.question",
                    ),
                ),
                (
                    "quiz_attempt",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessment.quizattempt",
                    ),
                ),
            ],
            options={
                "db_table": "responses",
                "indexes": [
                    models.Index(fields=["user", "course", "occurred_at"], name="responses_by_user")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("share__gte", 0), ("share__lte", 1)),
                        name="responses_share",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("seconds__gte", 0), ("seconds__lte", 1000000)),
                        name="responses_seconds",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("exam_attempt__isnull", True), ("quiz_attempt__isnull", False)
                            ),
                            models.Q(
                                ("exam_attempt__isnull", False), ("quiz_attempt__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="responses_from_one_attempt",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("quiz_attempt__isnull", False), ("replaces__isnull", True)
                        ),
                        fields=("quiz_attempt", "question"),
                        name="responses_once_per_quiz_attempt",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("exam_attempt__isnull", False), ("replaces__isnull", True)
                        ),
                        fields=("exam_attempt", "question"),
                        name="responses_once_per_exam_attempt",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FoldQueue",
            fields=[
                (
                    "response",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="assessment.response",
                    ),
                ),
                ("release_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "fold_queue",
                "indexes": [models.Index(fields=["release_at"], name="fold_queue_by_release")],
            },
        ),
        migrations.CreateModel(
            name="ItemStatistics",
            fields=[
                (
                    "question",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="assessment.question",
                    ),
                ),
                ("answers", models.IntegerField(db_default=0, default=0)),
                (
                    "share_sum",
                    models.DecimalField(db_default=0, decimal_places=4, default=0, max_digits=16),
                ),
            ],
            options={
                "db_table": "item_statistics",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("answers__gte", 0), ("answers__lte", 2000000000)),
                        name="item_statistics_answers",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("share_sum__gte", 0), ("share_sum__lte", models.F("answers"))
                        ),
                        name="item_statistics_share_sum",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExamQuestion",
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
                ("position", models.IntegerField()),
                ("points", models.IntegerField(db_default=1, default=1)),
                (
                    "exam",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="paper",
                        to="assessment.exam",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="used_in",
                        to="assessment.question",
                    ),
                ),
            ],
            options={
                "db_table": "exam_questions",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("exam", "question"), name="exam_questions_once"
                    ),
                    models.UniqueConstraint(
                        fields=("exam", "position"), name="exam_questions_one_per_place"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("position__gte", 1), ("position__lte", 100000)),
                        name="exam_questions_position",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("points__gte", 1), ("points__lte", 1000)),
                        name="exam_questions_points",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AttemptEvent",
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
                ("seq", models.IntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("start", "Start"),
                            ("save", "Save"),
                            ("submit", "Submit"),
                            ("close", "Close"),
                            ("extended", "Extended"),
                            ("graded", "Graded"),
                        ],
                        max_length=12,
                    ),
                ),
                ("response", models.JSONField(null=True)),
                ("revision", models.IntegerField(null=True)),
                (
                    "occurred_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("detail", models.JSONField(db_default={}, default=dict)),
                (
                    "actor",
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
                        related_name="events",
                        to="assessment.examattempt",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessment.question",
                    ),
                ),
            ],
            options={
                "db_table": "attempt_events",
                "constraints": [
                    models.UniqueConstraint(fields=("attempt", "seq"), name="attempt_events_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["start", "save", "submit", "close", "extended", "graded"])
                        ),
                        name="attempt_events_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("seq__gte", 1), ("seq__lte", 10000000)),
                        name="attempt_events_seq",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "save"), _negated=True),
                            models.Q(
                                ("question__isnull", False),
                                ("response__isnull", False),
                                ("revision__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="attempt_events_save_is_full",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AttemptAnswer",
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
                ("response", models.JSONField()),
                ("revision", models.IntegerField(db_default=1, default=1)),
                (
                    "saved_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "points_possible",
                    models.DecimalField(db_default=1, decimal_places=3, default=1, max_digits=8),
                ),
                ("points_awarded", models.DecimalField(decimal_places=3, max_digits=8, null=True)),
                (
                    "attempt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
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
            ],
            options={
                "db_table": "attempt_answers",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("attempt", "question"), name="attempt_answers_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("revision__gte", 1), ("revision__lte", 1000000)),
                        name="attempt_answers_revision",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("points_possible__gt", 0)),
                        name="attempt_answers_points_possible",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("points_awarded__isnull", True),
                            models.Q(
                                ("points_awarded__gte", 0),
                                ("points_awarded__lte", models.F("points_possible")),
                            ),
                            _connector="OR",
                        ),
                        name="attempt_answers_points_within",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuizAnswer",
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
                ("response", models.JSONField(null=True)),
                ("share", models.DecimalField(decimal_places=4, max_digits=5)),
                (
                    "answered_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("seconds", models.IntegerField(null=True)),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessment.question",
                    ),
                ),
                (
                    "attempt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="assessment.quizattempt",
                    ),
                ),
            ],
            options={
                "db_table": "quiz_answers",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("attempt", "question"), name="quiz_answers_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("share__gte", 0), ("share__lte", 1)),
                        name="quiz_answers_share",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("seconds__gte", 0), ("seconds__lte", 1000000)),
                        name="quiz_answers_seconds",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExamStatistics",
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
                ("attempts", models.IntegerField(db_default=0, default=0)),
                ("passed", models.IntegerField(db_default=0, default=0)),
                ("score_sum", models.BigIntegerField(db_default=0, default=0)),
                ("score_squares", models.BigIntegerField(db_default=0, default=0)),
                (
                    "histogram",
                    models.JSONField(
                        db_default=[0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
                        default=studium.assessment.models.response._ten_bins,
                    ),
                ),
            ],
            options={
                "db_table": "exam_statistics",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("attempts__gte", 0), ("attempts__lte", 2000000000)),
                        name="exam_statistics_attempts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("passed__gte", 0), ("passed__lte", models.F("attempts"))
                        ),
                        name="exam_statistics_passed",
                    ),
                ],
            },
        ),
    ]
