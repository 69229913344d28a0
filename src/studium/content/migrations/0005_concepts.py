import django.db.models.deletion
from django.db import migrations, models

import studium.lib.ids

_CONCEPT = "content.concept"


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0004_search"),
    ]

    operations = [
        migrations.AddField(
            model_name="concept",
            name="lesson",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="own_concept",
                to="content.lesson",
            ),
        ),
        migrations.AddField(
            model_name="concept",
            name="merged_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="concept",
            name="merged_epoch",
            field=models.IntegerField(null=True),
        ),
        migrations.AddField(
            model_name="concept",
            name="merged_into",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged",
                to=_CONCEPT,
            ),
        ),
        migrations.AddConstraint(
            model_name="concept",
            constraint=models.CheckConstraint(
                condition=models.Q(merged_epoch__gte=0, merged_epoch__lte=2_000_000_000),
                name="concepts_merged_epoch",
            ),
        ),
        migrations.AddConstraint(
            model_name="concept",
            constraint=models.CheckConstraint(
                condition=~models.Q(merged_into=models.F("id")),
                name="concepts_not_into_itself",
            ),
        ),
        migrations.AddConstraint(
            model_name="concept",
            constraint=models.CheckConstraint(
                condition=models.Q(merged_into__isnull=False, merged_at__isnull=False)
                | models.Q(
                    merged_into__isnull=True, merged_at__isnull=True, merged_epoch__isnull=True
                ),
                name="concepts_merged_whole",
            ),
        ),
        migrations.CreateModel(
            name="LessonConcept",
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
                    "concept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lesson_links",
                        to=_CONCEPT,
                    ),
                ),
                (
                    "lesson",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="concept_links",
                        to="content.lesson",
                    ),
                ),
            ],
            options={
                "db_table": "lesson_concepts",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("lesson", "concept"), name="lesson_concepts_once"
                    )
                ],
            },
        ),
    ]
