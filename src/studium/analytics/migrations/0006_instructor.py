import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import studium.lib.ids


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0005_reliability"),
        ("content", "0006_groups"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ConceptOpportunity",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "epoch",
                        "concept_id",
                        "opportunity",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("epoch", models.IntegerField()),
                ("opportunity", models.IntegerField()),
                ("n", models.IntegerField()),
                ("wrong_sum", models.FloatField()),
                (
                    "concept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="content.concept",
                    ),
                ),
            ],
            options={
                "db_table": "concept_opportunities",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("epoch__gte", 0), ("epoch__lte", 2000000000)),
                        name="concept_opportunities_epoch",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("opportunity__gte", 1), ("opportunity__lte", 40)),
                        name="concept_opportunities_opportunity",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("n__gte", 1)), name="concept_opportunities_n"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("wrong_sum__gte", 0), ("wrong_sum__lte", models.F("n"))
                        ),
                        name="concept_opportunities_wrong_sum",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PracticeSuggestion",
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
                ("words", models.CharField(db_default="", default="", max_length=300)),
                (
                    "made_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "concept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="content.concept",
                    ),
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
                    "suggested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
            ],
            options={
                "db_table": "practice_suggestions",
                "indexes": [
                    models.Index(fields=["course", "user"], name="practice_suggestions_by_user")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "concept"), name="practice_suggestions_once"
                    )
                ],
            },
        ),
    ]
