"""`studium demo`: a real course, three sign-ins and a term of attempts, for a look around.

Safe to run again: what is there stays, what is missing comes. It keeps off databases with people
of their own, because everybody knows the passwords of the demo.
"""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studium.identity.models import User

HELP = "load the demo course with a term of attempts; safe to run again"


def configure(parser: ArgumentParser) -> None:
    """Load, or take the demo's sign-ins out of use."""
    parser.add_argument(
        "--retire",
        action="store_true",
        help="switch the demo sign-ins off, so that the site can be served outside demo mode",
    )


def before_setup(options: Namespace) -> None:
    """The demo's sign-ins are of demo mode only."""
    if not options.retire:
        os.environ["STUDIUM_DEMO"] = "1"


def run(options: Namespace) -> int:
    """Load what is missing, each step with what it took."""
    if options.retire:
        return _retire()
    from studium.cli import _database
    from studium.cli.demo import loading, noting, reading, steps

    refuse_other_sites()
    with steps.told("Bringing the database to this version") as tell:
        tell(f"{len(_database.migrate())} migrations")
    loading.load_demo()
    noting.make_first_notes()
    noting.queue_other_notes()
    reading.write_own_notes()
    return 0


def refuse_other_sites() -> None:
    """Raise `Refused` where people are who did not come with the demo."""
    from django.contrib.auth import get_user_model
    from django.db import connection

    from studium.cli.demo import steps
    from studium.lib.errors import Refused

    if steps.done() or "users" not in connection.introspection.table_names():
        return
    if get_user_model().objects.exists():
        raise Refused(
            "This database holds people already, and the demo's passwords are public, so the demo "
            "stays out of it. Nothing was changed. Use `studium serve` for this site, or set "
            "STUDIUM_DATA_DIR (and no DATABASE_URL) to a new folder for the demo."
        )


def _retire() -> int:
    from studium.cli.demo import sign_ins
    from studium.identity.actions import people
    from studium.lib import clock
    from studium.lib.errors import Refused

    admin = _other_admin([one.email for one in sign_ins.SIGN_INS])
    if admin is None:
        raise Refused(
            "There is no admin but the demo's. Add one first: `studium user add EMAIL --name NAME "
            "--role admin`."
        )
    for one in sign_ins.usable():
        account = sign_ins.person(one)
        assert account is not None, "usable sign-ins have accounts"
        people.deactivate(by=admin, person_id=account.pk, now=clock.now())
        print(f"Switched off {one.email}. Results stay.")
    return 0


def _other_admin(emails: list[str]) -> User | None:
    from django.contrib.auth import get_user_model

    rows = get_user_model().objects.filter(role="ADMIN", is_active=True)
    return rows.exclude(email_canonical__in=emails).order_by("created_at").first()
