"""Keep the points of practice runs, and add up those of the answers taken in so far."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def add_up(apps: Any, _editor: Any) -> None:
    """The points of every run with answers that were taken in."""
    from studium.assessment.rules import points_for

    points, folds = (
        apps.get_model("analytics", name) for name in ("PracticePoints", "ResponseFold")
    )
    runs, questions = (apps.get_model("assessment", name) for name in ("QuizAttempt", "Question"))
    given = folds.objects.filter(
        response__quiz_attempt__isnull=False, response__replaces__isnull=True
    ).values_list("response__quiz_attempt_id", "response__share", "response__question__points")
    earned: dict[Any, Decimal] = defaultdict(Decimal)
    for run, share, worth in given.iterator(chunk_size=5000):
        earned[run] += points_for(share, Decimal(worth))
    worths = {pk.hex: worth for pk, worth in questions.objects.values_list("pk", "points")}
    rows = runs.objects.filter(pk__in=folds.objects.values("response__quiz_attempt_id"))
    wanted = rows.values_list("pk", "user_id", "quiz__lesson__course_id", "paper")
    points.objects.bulk_create(
        [
            points(
                quiz_attempt_id=pk,
                user_id=user,
                course_id=course,
                points=earned[pk],
                max_points=sum(worths[one.replace("-", "")] for one in paper),
            )
            for pk, user, course, paper in wanted.iterator(chunk_size=5000)
        ],
        batch_size=2000,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0006_instructor"),
        ("assessment", "0013_practice_sessions"),
        ("content", "0006_groups"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PracticePoints",
            fields=[
                (
                    "quiz_attempt",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="assessment.quizattempt",
                    ),
                ),
                ("points", models.DecimalField(decimal_places=3, max_digits=12)),
                ("max_points", models.DecimalField(decimal_places=3, max_digits=12)),
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
                "verbose_name_plural": "practice points",
                "db_table": "practice_points",
                "indexes": [
                    models.Index(fields=["user", "course"], name="practice_points_by_user")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("points__gte", 0), ("points__lte", models.F("max_points"))
                        ),
                        name="practice_points_within",
                    )
                ],
            },
        ),
        migrations.RunPython(add_up, migrations.RunPython.noop, elidable=True),
    ]
