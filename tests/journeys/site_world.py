"""The world that the browser walks through: that of the matrix, and what stands behind links."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.core import signing

from studium.formats import incoming, waiting
from studium.identity.actions import invitations
from studium.identity.models import User
from tests import cast, factories

# One word wider than a phone, as German titles and chemical names are.
LONG_WORD = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz"

_COURSE = {
    "course.toml": 'title = "Sorting"\n',
    "01-heaps.md": "# Heaps\n\nA heap is a tree.\n\n![](gone.png)\n",
}
_GIFT = b"::Heaps::What is a heap? {=a tree ~a list}\n\n::Broken:: What {\n"


def build(now: datetime) -> dict[str, Any]:
    """`world`: what addresses name; `actors`: who can look, by what they are."""
    made = cast.build_people()
    add_what_links_lead_to(made, now)
    return made


def add_what_links_lead_to(made: dict[str, Any], now: datetime) -> None:
    """To the world of the matrix: what stands behind a link of a mail, and uploads that wait."""
    world, actors = made["world"], made["actors"]
    bruno, quiz = actors["instructor"], world["quiz_id"]
    actors["keyholder"] = factories.person("Dev Das")
    world |= {
        "join_token": signing.dumps({"email": "new@example.org"}, salt="studium.register"),
        "invitation_token": invitations.invite(
            by=actors["admin"], email="guest@example.org", now=now
        ).token,
        "address_token": _address_claim(actors["student"]),
        "import_token": incoming.take_in(by=bruno, data=_zip(), name="sorting.zip", now=now)[0],
        "bank_token": waiting.keep(
            settings.DATA_DIR / "imports", owner=bruno.pk, data=_GIFT, now=now
        )
        + f"/?quiz={quiz}&format=gift",
    }


def give_codes(person: User) -> int:
    """An app and recovery codes for the holder of a passkey; returns the passkey's number."""
    TOTP.activate(person, "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(person)
    return int(Authenticator.objects.get(user=person, type="webauthn").pk)


def _address_claim(person: User) -> str:
    claim = {"user": str(person.pk), "from": person.email_canonical, "to": "ada@example.com"}
    return signing.dumps(claim, salt="studium.address")


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for path, text in _COURSE.items():
            packed.writestr(path, text)
    return out.getvalue()
