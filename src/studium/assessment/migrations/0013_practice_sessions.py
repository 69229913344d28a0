import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

import studium.lib.ids

PROTECT = django.db.models.deletion.PROTECT


def _key() -> models.UUIDField:
    return models.UUIDField(
        default=studium.lib.ids.uuid7, editable=False, primary_key=True, serialize=False
    )


def _to(table: str, *, back: str = "+", null: bool = False) -> models.ForeignKey:
    return models.ForeignKey(null=null, on_delete=PROTECT, related_name=back, to=table)


def _now() -> models.DateTimeField:
    return models.DateTimeField(db_default=django.db.models.functions.datetime.Now())


def _between(column: str, low: int, high: int, *, name: str) -> models.CheckConstraint:
    within = Q((f"{column}__gte", low), (f"{column}__lte", high))
    return models.CheckConstraint(condition=within, name=name)


class Migration(migrations.Migration):
    dependencies = [
        ("assessment", "0012_drafts"),
        ("content", "0006_groups"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PracticeSession",
            fields=[
                ("id", _key()),
                (
                    "status",
                    models.CharField(
                        choices=[("in_progress", "In Progress"), ("finished", "Finished")],
                        db_default="in_progress",
                        default="in_progress",
                        max_length=12,
                    ),
                ),
                ("planned", models.JSONField(db_default=[], default=list)),
                ("created_at", _now()),
                ("finished_at", models.DateTimeField(null=True)),
                ("concept", _to("content.concept", null=True)),
                ("course", _to("content.course")),
                ("user", _to(settings.AUTH_USER_MODEL, back="practice_sessions")),
            ],
            options={
                "db_table": "practice_sessions",
                "indexes": [
                    models.Index(
                        fields=["user", "course", "created_at"], name="practice_sessions_by_user"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(("status__in", ["in_progress", "finished"])),
                        name="practice_sessions_status",
                    ),
                    models.UniqueConstraint(
                        condition=Q(("status", "in_progress")),
                        fields=("user", "course"),
                        name="practice_sessions_one_running",
                    ),
                    models.CheckConstraint(
                        condition=Q(
                            Q(("finished_at__isnull", False), ("status", "finished")),
                            Q(("finished_at__isnull", True), ("status", "in_progress")),
                            _connector="OR",
                        ),
                        name="practice_sessions_finished_has_time",
                    ),
                    models.CheckConstraint(
                        condition=Q(
                            ("finished_at__isnull", True),
                            ("finished_at__gte", F("created_at")),
                            _connector="OR",
                        ),
                        name="practice_sessions_finished_after_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PracticeAnswer",
            fields=[
                ("id", _key()),
                ("position", models.IntegerField()),
                ("response", models.JSONField(null=True)),
                ("share", models.DecimalField(decimal_places=4, max_digits=5)),
                ("was_shown", models.BooleanField(db_default=False, default=False)),
                ("answered_at", _now()),
                ("seconds", models.IntegerField(null=True)),
                ("question", _to("assessment.question")),
                ("session", _to("assessment.practicesession", back="answers")),
            ],
            options={
                "db_table": "practice_answers",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("session", "question"), name="practice_answers_once"
                    ),
                    _between("share", 0, 1, name="practice_answers_share"),
                    models.CheckConstraint(
                        condition=Q(
                            ("was_shown", False),
                            Q(("response__isnull", True), ("share", 0)),
                            _connector="OR",
                        ),
                        name="practice_answers_shown_is_nothing",
                    ),
                    _between("position", 1, 1000, name="practice_answers_position"),
                    _between("seconds", 0, 1_000_000, name="practice_answers_seconds"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PracticeOffer",
            fields=[
                ("id", _key()),
                ("day", models.IntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("review", "Review"), ("exam", "Exam"), ("course", "Course")],
                        max_length=8,
                    ),
                ),
                ("minutes", models.IntegerField()),
                ("points", models.FloatField(null=True)),
                ("p_before", models.FloatField()),
                ("p_expected", models.FloatField()),
                ("offered_at", _now()),
                ("p_after", models.FloatField(null=True)),
                ("concept", _to("content.concept")),
                ("course", _to("content.course")),
                (
                    "session",
                    models.OneToOneField(
                        null=True,
                        on_delete=PROTECT,
                        related_name="offer",
                        to="assessment.practicesession",
                    ),
                ),
                ("user", _to(settings.AUTH_USER_MODEL, back="practice_offers")),
            ],
            options={
                "db_table": "practice_offers",
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(("kind__in", ["review", "exam", "course"])),
                        name="practice_offers_kind",
                    ),
                    models.UniqueConstraint(
                        fields=("user", "course", "concept", "day"),
                        name="practice_offers_once_a_day",
                    ),
                    _between("day", 0, 1_000_000, name="practice_offers_day"),
                    _between("minutes", 1, 1000, name="practice_offers_minutes"),
                    _between("points", 0, 100, name="practice_offers_points"),
                    models.CheckConstraint(
                        condition=Q(
                            ("p_before__gte", 0),
                            ("p_before__lte", 1),
                            ("p_expected__gte", 0),
                            ("p_expected__lte", 1),
                        ),
                        name="practice_offers_chances",
                    ),
                    models.CheckConstraint(
                        condition=Q(
                            ("p_after__isnull", True),
                            Q(
                                ("p_after__gte", 0),
                                ("p_after__lte", 1),
                                ("session__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="practice_offers_outcome",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="response",
            name="practice_session",
            field=_to("assessment.practicesession", null=True),
        ),
        migrations.RemoveConstraint(model_name="response", name="responses_from_one_attempt"),
        migrations.AddConstraint(
            model_name="response",
            constraint=models.CheckConstraint(
                condition=Q(
                    Q(
                        ("exam_attempt__isnull", True),
                        ("practice_session__isnull", True),
                        ("quiz_attempt__isnull", False),
                    ),
                    Q(
                        ("exam_attempt__isnull", False),
                        ("practice_session__isnull", True),
                        ("quiz_attempt__isnull", True),
                    ),
                    Q(
                        ("exam_attempt__isnull", True),
                        ("practice_session__isnull", False),
                        ("quiz_attempt__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="responses_from_one_attempt",
            ),
        ),
        migrations.AddConstraint(
            model_name="response",
            constraint=models.UniqueConstraint(
                condition=Q(("practice_session__isnull", False), ("replaces__isnull", True)),
                fields=("practice_session", "question"),
                name="responses_once_per_practice_session",
            ),
        ),
    ]
