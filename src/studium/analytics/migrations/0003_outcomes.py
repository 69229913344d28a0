import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0002_engine"),
        ("assessment", "0013_practice_sessions"),
    ]

    operations = [
        migrations.CreateModel(
            name="ResponseSlip",
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
                ("words", models.CharField(db_default="", default="", max_length=300)),
                (
                    "noted_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={"db_table": "response_slips"},
        ),
    ]
