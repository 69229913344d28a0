"""Texts that are encrypted where they are stored, under a key made from SECRET_KEY.

A copy of the database alone gives them away to nobody. `purpose` keeps uses apart: what is sealed
for one is not opened for another. Fernet (AES-128-CBC with HMAC-SHA256) and HKDF are those of the
`cryptography` library, which the passkeys of sign-in bring along.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode

from django.conf import settings


def sealed(text: str, *, purpose: str) -> str:
    """The text as it is stored."""
    from cryptography.fernet import Fernet

    return Fernet(_key(purpose)).encrypt(text.encode()).decode()


def opened(stored: str, *, purpose: str) -> str | None:
    """The text as it was given; None when it was sealed under another SECRET_KEY or changed."""
    from cryptography.fernet import Fernet, InvalidToken

    try:
        return Fernet(_key(purpose)).decrypt(stored.encode()).decode()
    except (InvalidToken, ValueError):
        return None


def _key(purpose: str) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    made = HKDF(SHA256(), 32, salt=None, info=f"studium: {purpose}".encode())
    return urlsafe_b64encode(made.derive(settings.SECRET_KEY.encode()))
