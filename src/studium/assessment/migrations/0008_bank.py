import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import studium.lib.db
import studium.lib.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessment", "0007_rules"),
        ("content", "0002_concept"),
        ("identity", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExamPool",
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
                ("pick", models.IntegerField()),
                ("points", models.IntegerField(db_default=1, default=1)),
                ("rule", models.JSONField(db_default={}, default=dict)),
                ("position", models.IntegerField(db_default=1, default=1)),
                (
                    "exam",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pools",
                        to="assessment.exam",
                    ),
                ),
            ],
            options={
                "db_table": "exam_pools",
                "constraints": [
                    models.CheckConstraint(
                        condition=django.db.models.lookups.GreaterThan(
                            django.db.models.functions.text.Length(
                                studium.lib.db.Stripped("title")
                            ),
                            0,
                        ),
                        name="exam_pools_title_not_blank",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pick__gte", 1), ("pick__lte", 500)),
                        name="exam_pools_pick",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("points__gte", 1), ("points__lte", 1000)),
                        name="exam_pools_points",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("position__gte", 1), ("position__lte", 100)),
                        name="exam_pools_position",
                    ),
                    models.UniqueConstraint(
                        fields=("exam", "position"), name="exam_pools_one_per_place"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuestionConcept",
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
                        related_name="question_links",
                        to="content.concept",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="about",
                        to="assessment.question",
                    ),
                ),
            ],
            options={
                "db_table": "question_concepts",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("question", "concept"), name="question_concepts_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Tag",
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
                ("name", models.CharField(max_length=60)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tags",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "tags",
                "constraints": [
                    models.CheckConstraint(
                        condition=django.db.models.lookups.GreaterThan(
                            django.db.models.functions.text.Length(studium.lib.db.Stripped("name")),
                            0,
                        ),
                        name="tags_name_not_blank",
                    ),
                    models.UniqueConstraint(fields=("owner", "name"), name="tags_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuestionTag",
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
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="taggings",
                        to="assessment.question",
                    ),
                ),
                (
                    "tag",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="taggings",
                        to="assessment.tag",
                    ),
                ),
            ],
            options={
                "db_table": "question_tags",
                "constraints": [
                    models.UniqueConstraint(fields=("question", "tag"), name="question_tags_once")
                ],
            },
        ),
        migrations.AddField(
            model_name="examattempt",
            name="draw_seed",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="examattempt",
            name="drawn",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="examquestion",
            name="pool",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="candidates",
                to="assessment.exampool",
            ),
        ),
    ]
