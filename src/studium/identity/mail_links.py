"""The signed link at the end of each mail: whose mails, and which, its holder may stop.

It does not run out: a mail of years ago must still be stopped by its link. Whoever has the link can
stop and start mails of one person or address and can do nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from django.core import signing

from studium.identity.rules import canonical_email

_SALT = "studium.mail"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a link is for: a topic of a person, or all mails to an address without an account."""

    user_id: UUID | None
    address_hash: str
    topic: str


def token(*, user_id: UUID | None, address: str, topic: str) -> str:
    """The link's text for a mail to a person, or to an address where there is no account."""
    claim = {"t": topic} | ({"u": user_id.hex} if user_id else {"a": address_hash(address)})
    return signing.dumps(claim, salt=_SALT, compress=False)


def read(text: str) -> Claim | None:
    """What a link is for; None where nobody here has signed it."""
    try:
        claim = signing.loads(text, salt=_SALT)
    except signing.BadSignature:
        return None
    user = UUID(claim["u"]) if "u" in claim else None
    return Claim(user, str(claim.get("a", "")), str(claim["t"]))


def address_hash(address: str) -> str:
    """What is kept of an address that wants no mail."""
    return sha256(canonical_email(address).encode()).hexdigest()
