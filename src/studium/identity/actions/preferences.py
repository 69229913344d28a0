"""What people set for themselves."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from studium.identity import rights
from studium.identity.actions.audit import record
from studium.identity.models import Preference, User


@transaction.atomic
def set_preferences(
    *, by: User, single_keys: bool | None = None, keep_lessons: bool | None = None, now: datetime
) -> Preference:
    """Change one's own settings; what is None stays as it is. Raises `NotSignedIn`."""
    rights.require_person(by)
    row, _made = Preference.objects.select_for_update().get_or_create(user_id=by.pk)
    before = (row.single_keys, row.keep_lessons)
    row.single_keys = row.single_keys if single_keys is None else single_keys
    row.keep_lessons = row.keep_lessons if keep_lessons is None else keep_lessons
    if (row.single_keys, row.keep_lessons) != before:
        row.updated_at = now
        row.save(update_fields=["single_keys", "keep_lessons", "updated_at"])
        detail = {"single_keys": row.single_keys, "keep_lessons": row.keep_lessons}
        record(
            by=by,
            action="person.preferences",
            object_type="user",
            object_id=by.pk,
            detail=detail,
            now=now,
        )
    return row
