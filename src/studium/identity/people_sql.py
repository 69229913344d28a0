"""A person read by hand-written SQL: the columns, and the row object made from them.

Sessions and API tokens load the person in the statement that checks them, on every request.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from studium.identity.models import User
from studium.lib.db import time_value, uuid_value

_FIELDS = User._meta.concrete_fields
_NAMES = [field.attname for field in _FIELDS]
_MOMENTS = [i for i, field in enumerate(_FIELDS) if field.get_internal_type() == "DateTimeField"]
_ACTIVE = _NAMES.index("is_active")

# `u` is the users table of the statement. The id comes first.
PERSON_COLUMNS = ", ".join(f"u.{field.column}" for field in _FIELDS)
# The one place where identity looks up at a table of content: who teaches is asked on every page.
TEACHES = """(u.role IN ('INSTRUCTOR', 'ADMIN') OR EXISTS (
        SELECT 1 FROM enrollments e WHERE e.user_id = u.id AND e.ended_at IS NULL
        AND e.role IN ('assistant', 'instructor')))"""


def person(columns: Sequence[Any], *, teaches: Any) -> User:
    """The person whose `PERSON_COLUMNS` were read; no further query is needed for its fields."""
    values = list(columns)
    values[0] = uuid_value(values[0])
    for i in _MOMENTS:
        if values[i] is not None:
            values[i] = time_value(values[i])
    values[_ACTIVE] = bool(values[_ACTIVE])
    user = User.from_db("default", _NAMES, values)
    user.__dict__["teaches"] = bool(teaches)
    return user
