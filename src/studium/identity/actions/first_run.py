"""The first person of an empty server: an administrator, made on its first page.

While nobody is there, nobody can be asked who may do it. So the page is open in one of two ways
only: without a code where the server listens on its own machine alone, and with the code that it
printed when it started anywhere else. As soon as one person exists it is closed for good.
"""

from __future__ import annotations

import hmac
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from studium.identity.actions.audit import record
from studium.identity.actions.people import add_person
from studium.identity.models import Role, User
from studium.identity.rules import NO_SETUP_CODE, plain_code
from studium.lib.errors import Conflict, Invalid, NotAllowed


@transaction.atomic
def create_administrator(
    *, name: str, email: str, password: str, code: str = "", locale: str = "", now: datetime
) -> User:
    """Make the first person, who may do anything.

    Raises `NotAllowed` where the server was started without a code, `Invalid` for a wrong code,
    name, address or password, and `Conflict` when somebody is there already.
    """
    _require_code(code)
    if connection.vendor == "postgresql":  # SQLite's transaction has locked everything already
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE")
    if User.objects.exists():
        raise Conflict(
            "This server has people already. Sign in, or ask its administrator for an invitation.",
            code="set_up",
        )
    person = add_person(
        name=name, email=email, role=Role.ADMIN, password=password, locale=locale, now=now
    )
    record(
        by=person,
        action="person.first",
        object_type="user",
        object_id=person.pk,
        detail={"role": Role.ADMIN.value},
        now=now,
    )
    return person


def _require_code(code: str) -> None:
    wanted = settings.SETUP_CODE
    if not wanted:
        raise NotAllowed(
            "This server was started without a set-up code, so nobody can be made an administrator "
            "here. Its operator does that with `studium user add EMAIL --name NAME --role admin`."
        )
    given = plain_code(code).encode()
    if wanted != NO_SETUP_CODE and not hmac.compare_digest(given, plain_code(wanted).encode()):
        problem = "This is not the code. The server printed it when it started."
        raise Invalid(problem, fields={"code": problem})
