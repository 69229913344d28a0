"""Drafts, locks and ways back of the editor; the sizes of images, also of those that are there."""

from __future__ import annotations

import logging
from typing import Any, ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Now
from PIL import Image

from studium.lib import blobs
from studium.lib.ids import uuid7

_LOG = logging.getLogger(__name__)


def _key() -> models.UUIDField[Any, Any]:
    return models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)


def _to(model: str, name: str = "+", **options: Any) -> models.ForeignKey[Any, Any]:
    keep = django.db.models.deletion.PROTECT
    return models.ForeignKey(on_delete=keep, related_name=name, to=model, **options)


def _measure(apps: Any, schema_editor: Any) -> None:
    """Read width and height of the images that are stored already; only their heads are read."""
    rows = apps.get_model("content", "StoredFile").objects.filter(media_type__startswith="image/")
    for row in rows.iterator(chunk_size=200):
        try:
            with Image.open(blobs.where(settings.FILES_DIR, row.content_hash)) as image:
                row.width, row.height = image.size
        except (OSError, ValueError, Image.DecompressionBombError) as wrong:
            _LOG.info("The size of %s is not known: %s", row.path, wrong)
            continue
        row.save(update_fields=["width", "height"])


_DRAFT: list[tuple[str, models.Field[Any, Any]]] = [
    ("id", _key()),
    ("topic", models.CharField(db_default="", default="", max_length=300)),
    ("content", models.TextField(db_default="", default="")),
    ("part", models.CharField(db_default="", default="", max_length=200)),
    ("concepts", models.CharField(db_default="", default="", max_length=2000)),
    ("based_on", models.IntegerField(db_default=0, default=0)),
    ("kept_at", models.DateTimeField(db_default=Now())),
    ("author", _to(settings.AUTH_USER_MODEL)),
    ("course", _to("content.course")),
    ("lesson", _to("content.lesson", "drafts", null=True)),
]
_LOCK: list[tuple[str, models.Field[Any, Any]]] = [
    ("id", _key()),
    ("taken_at", models.DateTimeField(db_default=Now())),
    ("seen_at", models.DateTimeField(db_default=Now())),
    ("holder", _to(settings.AUTH_USER_MODEL)),
    (
        "lesson",
        models.OneToOneField(
            on_delete=django.db.models.deletion.PROTECT,
            related_name="edit_lock",
            to="content.lesson",
        ),
    ),
]
_ACTS = [
    ("lesson_status", "Lesson Status"),
    ("lesson_order", "Lesson Order"),
    ("course_status", "Course Status"),
    ("file_removed", "File Removed"),
]
_STEP: list[tuple[str, models.Field[Any, Any]]] = [
    ("id", _key()),
    ("act", models.CharField(choices=_ACTS, max_length=20)),
    ("before", models.JSONField(db_default={}, default=dict)),
    ("made_at", models.DateTimeField(db_default=Now())),
    ("undone_at", models.DateTimeField(null=True)),
    ("course", _to("content.course")),
    ("user", _to(settings.AUTH_USER_MODEL)),
]


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("content", "0008_own_notes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations: ClassVar = [
        migrations.AddField("StoredFile", "width", models.PositiveIntegerField(null=True)),
        migrations.AddField("StoredFile", "height", models.PositiveIntegerField(null=True)),
        migrations.CreateModel(
            name="LessonDraft",
            fields=_DRAFT,
            options={
                "db_table": "lesson_drafts",
                "constraints": [
                    models.UniqueConstraint(fields=("lesson", "author"), name="lesson_drafts_once"),
                    models.UniqueConstraint(
                        fields=("course", "author"),
                        condition=Q(lesson__isnull=True),
                        name="lesson_drafts_one_new",
                    ),
                    models.CheckConstraint(
                        condition=Q(based_on__gte=0, based_on__lte=1_000_000_000),
                        name="lesson_drafts_based_on",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LessonLock",
            fields=_LOCK,
            options={
                "db_table": "lesson_locks",
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(seen_at__gte=F("taken_at")),
                        name="lesson_locks_seen_after_taken",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UndoStep",
            fields=_STEP,
            options={
                "db_table": "undo_steps",
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(act__in=[act for act, _ in _ACTS]), name="undo_steps_act"
                    ),
                    models.CheckConstraint(
                        condition=Q(undone_at__isnull=True) | Q(undone_at__gte=F("made_at")),
                        name="undo_steps_undone_after_made",
                    ),
                ],
            },
        ),
        migrations.RunPython(_measure, migrations.RunPython.noop, elidable=True),
    ]
