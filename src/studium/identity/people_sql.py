"""A person read by hand-written SQL: the columns, and the row object made from them.

Sessions and API tokens load the person in the statement that checks them, on every request.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models.base import ModelState

from studium.identity.models import User
from studium.lib.db import uuid_value

# Left out are the moments, which cost most to read and which only account pages show: like any
# deferred field they are fetched when asked for.
_FIELDS = [f for f in User._meta.concrete_fields if f.get_internal_type() != "DateTimeField"]
_NAMES = [field.attname for field in _FIELDS]

# `u` is the users table of the statement. The id comes first.
PERSON_COLUMNS = ", ".join(f"u.{field.column}" for field in _FIELDS)
# Whom a session or a token can stand for.
ACTIVE = "u.is_active AND u.erased_at IS NULL"
# The one place where identity looks up at a table of content: who teaches is asked on every page.
TEACHES = (
    "(u.role IN ('INSTRUCTOR', 'ADMIN') OR EXISTS (SELECT 1 FROM enrollments e "
    "WHERE e.user_id = u.id AND e.ended_at IS NULL AND e.role IN ('assistant', 'instructor')))"
)
# What the bell counts; up to a hundred, so that it costs the same however much is unread.
UNREAD = (
    "(SELECT COUNT(*) FROM (SELECT 1 FROM notifications n "
    "WHERE n.user_id = u.id AND n.read_at IS NULL LIMIT 100) few)"
)


def person(columns: Sequence[Any], *, teaches: Any, unread: int | None = None) -> User:
    """The active person whose `PERSON_COLUMNS` were read, with `teaches` (and `unread`) known.

    Made as `Model.from_db` makes it, less the signals and the checks of `__init__` (20 us a page).
    """
    user = User.__new__(User)
    values = user.__dict__
    values.update(zip(_NAMES, columns, strict=True))
    values["id"] = uuid_value(columns[0])
    values["is_active"] = True
    values["teaches"] = bool(teaches)
    if unread is not None:
        values["unread"] = unread
    user._state = ModelState()
    user._state.db, user._state.adding = "default", False
    return user
