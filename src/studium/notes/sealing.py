"""Keys of model servers, encrypted where they are stored.

A copy of the database alone (a backup, a dump somebody mails) gives no key away: what opens them is
made from SECRET_KEY, which is not in it. Fernet (AES-128-CBC with HMAC-SHA256) and HKDF are those
of the `cryptography` library, which the passkeys of sign-in bring along. A site that changes its
SECRET_KEY has to give the keys of its models again.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode

from django.conf import settings


def sealed(key: str) -> str:
    """The key as it is stored; "" stays "" (a server that wants none)."""
    if not key:
        return ""
    from cryptography.fernet import Fernet

    return Fernet(_secret()).encrypt(key.encode()).decode()


def opened(stored: str) -> str | None:
    """The key as it was given; None when it was sealed under another SECRET_KEY or changed."""
    if not stored:
        return ""
    from cryptography.fernet import Fernet, InvalidToken

    try:
        return Fernet(_secret()).decrypt(stored.encode()).decode()
    except (InvalidToken, ValueError):
        return None


def _secret() -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    made = HKDF(SHA256(), 32, salt=None, info=b"studium: keys of model servers")
    return urlsafe_b64encode(made.derive(settings.SECRET_KEY.encode()))
