"""Six indexes on one column alone go, since another index of the table begins with that column.

Each is one more to keep up for every answer, line of a journal and response. By their names, and
not by `AlterField` alone, for which SQLite would write each table anew.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

PROTECT = django.db.models.deletion.PROTECT
_PERSON = settings.AUTH_USER_MODEL
# Model and field, where it leads, by which name back, and the index.
GONE = (
    ("attemptanswer.attempt", "assessment.examattempt", "answers", "attempt_id_6ed91d37"),
    ("attemptevent.attempt", "assessment.examattempt", "events", "attempt_id_b9fe5da1"),
    ("examattempt.exam", "assessment.exam", "attempts", "exam_id_e9bb1335"),
    ("examattempt.user", _PERSON, "exam_attempts", "user_id_0a725b49"),
    ("itemfigures.exam", "assessment.exam", "+", "exam_id_fcadb4c0"),
    ("response.user", _PERSON, "+", "user_id_323e0fef"),
)
TABLES = {
    "attemptanswer": "attempt_answers",
    "attemptevent": "attempt_events",
    "examattempt": "exam_attempts",
    "itemfigures": "item_figures",
    "response": "responses",
}


def _without(place: str, to: str, back: str, index: str) -> migrations.SeparateDatabaseAndState:
    model, _, field = place.partition(".")
    table = TABLES[model]
    key = models.ForeignKey(db_index=False, on_delete=PROTECT, related_name=back, to=to)
    return migrations.SeparateDatabaseAndState(
        database_operations=[
            migrations.RunSQL(
                f"DROP INDEX IF EXISTS {table}_{index}",
                f"CREATE INDEX {table}_{index} ON {table} ({field}_id)",
            )
        ],
        state_operations=[migrations.AlterField(model, field, key)],
    )


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("assessment", "0013_practice_sessions"),
    ]

    operations = [_without(*one) for one in GONE]
