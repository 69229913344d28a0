"""Chain the journals: `attempt_events.hash`, computed for the rows that are there.

The arithmetic is that of `studium.assessment.chain` as it is today, written out again: a migration
must go on doing what it did.
"""

import json
from datetime import UTC
from hashlib import sha256
from typing import Any

from django.db import migrations, models


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value if isinstance(value, int) and abs(value) < 2**53 else float(value)


def _normal(value: Any) -> str:
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _text(row: Any) -> str:
    said = {
        "actor": str(row.actor_id) if row.actor_id else None,
        "attempt": str(row.attempt_id),
        "detail": row.detail,
        "id": str(row.id),
        "kind": row.kind,
        "occurred_at": row.occurred_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "question": str(row.question_id) if row.question_id else None,
        "response": row.response,
        "revision": row.revision,
        "seq": row.seq,
    }
    return _normal(said)


def chain_all(apps: Any, schema_editor: Any) -> None:
    """Give every event its hash, attempt by attempt; on SQLite its JSON gets its one text."""
    events = apps.get_model("assessment", "AttemptEvent").objects
    sqlite = schema_editor.connection.vendor == "sqlite"
    attempt, before = None, ""
    changed = []
    for row in events.order_by("attempt_id", "seq").iterator(chunk_size=2000):
        if row.attempt_id != attempt:
            attempt = row.attempt_id
            before = sha256(f"studium attempt journal {attempt}".encode()).hexdigest()
        before = sha256((before + _text(row)).encode()).hexdigest()
        answered = row.kind == "save" or row.response is not None
        response = _normal(row.response) if answered else None
        if sqlite:
            changed.append((before, response, _normal(row.detail), row.id.hex))
        else:
            changed.append((before, row.id))
    sets = "hash = %s, response = %s, detail = %s" if sqlite else "hash = %s"
    with schema_editor.connection.cursor() as cursor:
        cursor.executemany(f"UPDATE attempt_events SET {sets} WHERE id = %s", changed)


class Migration(migrations.Migration):
    dependencies = [("assessment", "0003_event_kinds")]

    operations = [
        migrations.AddField(
            model_name="attemptevent",
            name="hash",
            field=models.CharField(max_length=64, null=True),
        ),
        migrations.RunPython(chain_all, migrations.RunPython.noop, elidable=False),
        migrations.AlterField(
            model_name="attemptevent",
            name="hash",
            field=models.CharField(max_length=64),
        ),
    ]
