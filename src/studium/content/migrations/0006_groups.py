import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

import studium.lib.db
import studium.lib.ids


def _key() -> models.UUIDField:
    return models.UUIDField(
        default=studium.lib.ids.uuid7, editable=False, primary_key=True, serialize=False
    )


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0005_concepts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CourseGroup",
            fields=[
                ("id", _key()),
                ("name", models.CharField(max_length=80)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="groups",
                        to="content.course",
                    ),
                ),
            ],
            options={
                "db_table": "course_groups",
                "constraints": [
                    models.CheckConstraint(
                        condition=django.db.models.lookups.GreaterThan(
                            django.db.models.functions.text.Length(studium.lib.db.Stripped("name")),
                            0,
                        ),
                        name="course_groups_name_not_blank",
                    ),
                    models.UniqueConstraint(fields=("course", "name"), name="course_groups_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="GroupMember",
            fields=[
                ("id", _key()),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="members",
                        to="content.coursegroup",
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
                "db_table": "course_group_members",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("group", "user"), name="course_group_members_once"
                    )
                ],
            },
        ),
    ]
