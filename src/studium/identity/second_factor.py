"""Whether a person has a second factor, and whether the site wants one of them.

Codes, passkeys and their tables are the library's (allauth); this only asks whether one is there.
"""

from __future__ import annotations

from django.conf import settings
from django.db import connection

from studium.identity.models import Role, User
from studium.lib.db import uuid_param

_EXISTS = "SELECT 1 FROM mfa_authenticator WHERE user_id = %s AND type IN ('totp', 'webauthn')"


def has_second_factor(user: User) -> bool:
    """Whether an authenticator app or a key is set up."""
    with connection.cursor() as cursor:
        cursor.execute(_EXISTS, [uuid_param(user.pk)])
        return cursor.fetchone() is not None


def is_missing(user: User) -> bool:
    """Whether this person must set up a second factor before going on (a setting, for staff)."""
    return bool(
        settings.STAFF_SECOND_FACTOR
        and user.role in {Role.INSTRUCTOR, Role.ADMIN}
        and not has_second_factor(user)
    )
