"""The three people everybody may sign in as, in demo mode only: their password is public."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import connection

if TYPE_CHECKING:
    from studium.identity.models import User

PASSWORD = "studium-demo"  # noqa: S105 - printed at every start of the demo, and valid only there


@dataclass(frozen=True, slots=True)
class SignIn:
    """One of the people of the demo."""

    name: str
    email: str
    role: str


ADA = SignIn("Ada", "ada@example.org", "STUDENT")
BRUNO = SignIn("Bruno", "bruno@example.org", "INSTRUCTOR")
DORA = SignIn("Dora", "dora@example.org", "ADMIN")
SIGN_INS = (ADA, BRUNO, DORA)


def person(sign_in: SignIn) -> User | None:
    """The account of this address, if there is one."""
    return get_user_model().objects.by_email(sign_in.email)


def usable() -> list[SignIn]:
    """Those that anybody could sign in as: active, and with the public password."""
    if "users" not in connection.introspection.table_names():
        return []
    found = ((one, person(one)) for one in SIGN_INS)
    return [
        one
        for one, account in found
        if account is not None and account.is_active and account.check_password(PASSWORD)
    ]


def refusal() -> str:
    """Why the site may not be served outside demo mode; empty when it may."""
    found = usable()
    if not found:
        return ""
    names = ", ".join(one.email for one in found)
    return (
        f"This database holds demo sign-ins whose password is public ({names}). Serve it with "
        "--demo on this machine, or switch them off with `studium demo --retire`; for a site of "
        "your own choose another STUDIUM_DATA_DIR or DATABASE_URL."
    )
