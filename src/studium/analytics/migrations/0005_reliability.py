import django.db.models.functions.datetime
import studium.lib.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0004_xapi"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReliabilityReport",
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
                ("last_seq", models.BigIntegerField(unique=True)),
                (
                    "made_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("n", models.IntegerField()),
                ("ece", models.FloatField()),
                ("by_chance", models.FloatField()),
                ("log_loss", models.FloatField()),
                ("bins", models.JSONField()),
            ],
            options={
                "db_table": "reliability_reports",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("last_seq__gte", 1)),
                        name="reliability_reports_last_seq",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("n__gte", 1), ("n__lte", 10_000)),
                        name="reliability_reports_n",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ece__gte", 0), ("ece__lte", 1)),
                        name="reliability_reports_ece",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("by_chance__gte", 0), ("by_chance__lte", 1)),
                        name="reliability_reports_by_chance",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("log_loss__gte", 0), ("log_loss__lte", 14)),
                        name="reliability_reports_log_loss",
                    ),
                ],
            },
        ),
    ]
