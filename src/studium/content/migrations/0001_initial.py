import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
import studium.lib.db
import studium.lib.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("identity", "0001_initial"),
        ("identity", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Course",
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
                ("description", models.TextField(default="")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("slug", models.CharField(max_length=80, unique=True)),
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
                ("language", models.CharField(db_default="en", default="en", max_length=12)),
                (
                    "updated_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "self_enrolment",
                    models.CharField(
                        choices=[("closed", "Closed"), ("code", "Code"), ("open", "Open")],
                        db_default="closed",
                        default="closed",
                        max_length=8,
                    ),
                ),
                ("join_code", models.CharField(max_length=20, null=True, unique=True)),
                ("show_checked_notes", models.BooleanField(db_default=False, default=False)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="courses_owned",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "courses",
                "constraints": [
                    models.CheckConstraint(
                        condition=django.db.models.lookups.GreaterThan(
                            django.db.models.functions.text.Length(
                                studium.lib.db.Stripped("title")
                            ),
                            0,
                        ),
                        name="courses_title_not_blank",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.GreaterThan(
                            django.db.models.functions.text.Length(studium.lib.db.Stripped("slug")),
                            0,
                        ),
                        name="courses_slug_not_blank",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["draft", "published", "archived"])),
                        name="courses_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("self_enrolment__in", ["closed", "code", "open"])),
                        name="courses_self_enrolment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("self_enrolment", "code"), _negated=True),
                            ("join_code__isnull", False),
                            _connector="OR",
                        ),
                        name="courses_code_given",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("language", ""), _negated=True),
                        name="courses_language_set",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CourseInvitation",
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
                    "role",
                    models.CharField(
                        choices=[
                            ("student", "Student"),
                            ("assistant", "Assistant"),
                            ("instructor", "Instructor"),
                        ],
                        db_default="student",
                        default="student",
                        max_length=12,
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="content.course",
                    ),
                ),
                (
                    "invitation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="course_invitation",
                        to="identity.invitation",
                    ),
                ),
            ],
            options={
                "db_table": "course_invitations",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["student", "assistant", "instructor"])),
                        name="course_invitations_role",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Enrollment",
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
                    "role",
                    models.CharField(
                        choices=[
                            ("student", "Student"),
                            ("assistant", "Assistant"),
                            ("instructor", "Instructor"),
                        ],
                        db_default="student",
                        default="student",
                        max_length=12,
                    ),
                ),
                ("progress", models.IntegerField(db_default=0, default=0)),
                ("source", models.CharField(db_default="", default="", max_length=20)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enrollments",
                        to="content.course",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enrollments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "enrollments",
                "indexes": [models.Index(fields=["course", "role"], name="enrollments_by_course")],
                "constraints": [
                    models.UniqueConstraint(fields=("user", "course"), name="enrollments_once"),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["student", "assistant", "instructor"])),
                        name="enrollments_role",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("progress__gte", 0), ("progress__lte", 100)),
                        name="enrollments_progress",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Lesson",
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
                ("topic", models.CharField(max_length=300)),
                ("content", models.TextField()),
                ("order_index", models.IntegerField()),
                ("content_html", models.TextField(db_default="", default="")),
                ("content_hash", models.CharField(db_default="", default="", max_length=64)),
                ("blocks", models.JSONField(db_default=[], default=list)),
                ("outline", models.JSONField(db_default=[], default=list)),
                ("minutes", models.IntegerField(db_default=1, default=1)),
                ("version", models.IntegerField(db_default=1, default=1)),
                ("slug", models.CharField(max_length=120, null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("published", "Published"),
                            ("archived", "Archived"),
                        ],
                        db_default="published",
                        default="published",
                        max_length=10,
                    ),
                ),
                ("part_title", models.CharField(db_default="", default="", max_length=200)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "updated_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lessons",
                        to="content.course",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="content.lesson",
                    ),
                ),
            ],
            options={
                "db_table": "lessons",
                "constraints": [
                    models.CheckConstraint(
                        condition=django.db.models.lookups.GreaterThan(
                            django.db.models.functions.text.Length(
                                studium.lib.db.Stripped("topic")
                            ),
                            0,
                        ),
                        name="lessons_topic_not_blank",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["draft", "published", "archived"])),
                        name="lessons_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("order_index__gte", 1), ("order_index__lte", 2000000)),
                        name="lessons_order_index",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes__gte", 0), ("minutes__lte", 100000)),
                        name="lessons_minutes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("version__gte", 1), ("version__lte", 1000000000)),
                        name="lessons_version",
                    ),
                    models.UniqueConstraint(
                        fields=("course", "order_index"), name="lessons_one_per_place"
                    ),
                    models.UniqueConstraint(fields=("course", "slug"), name="lessons_one_per_slug"),
                    models.CheckConstraint(
                        condition=models.Q(("parent", models.F("id")), _negated=True),
                        name="lessons_not_own_parent",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LessonProgress",
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
                    "opened_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "last_opened_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("last_block", models.CharField(db_default="", default="", max_length=80)),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "lesson",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="content.lesson",
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
                "db_table": "lesson_progress",
                "constraints": [
                    models.UniqueConstraint(fields=("user", "lesson"), name="lesson_progress_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("done_at__isnull", True),
                            ("done_at__gte", models.F("opened_at")),
                            _connector="OR",
                        ),
                        name="lesson_progress_done_after_opened",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LessonRevision",
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
                ("version", models.IntegerField()),
                ("topic", models.CharField(max_length=300)),
                ("content", models.TextField()),
                ("content_hash", models.CharField(max_length=64)),
                ("comment", models.CharField(db_default="", default="", max_length=200)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lesson",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revisions",
                        to="content.lesson",
                    ),
                ),
            ],
            options={
                "db_table": "lesson_revisions",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("lesson", "version"), name="lesson_revisions_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("version__gte", 1), ("version__lte", 1000000000)),
                        name="lesson_revisions_version",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StoredFile",
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
                ("path", models.CharField(max_length=300)),
                ("content_hash", models.CharField(max_length=64)),
                ("media_type", models.CharField(max_length=100)),
                ("size", models.IntegerField()),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="content.course",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "files",
                "constraints": [
                    models.UniqueConstraint(fields=("course", "path"), name="files_one_per_path"),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.GreaterThan(
                            django.db.models.functions.text.Length(studium.lib.db.Stripped("path")),
                            0,
                        ),
                        name="files_path_not_blank",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("size__gte", 0), ("size__lte", 209715200)),
                        name="files_size",
                    ),
                ],
            },
        ),
    ]
