"""Decisions of identity that need no database."""

from __future__ import annotations

import unicodedata


def canonical_email(address: str) -> str:
    """The form in which two spellings of one address are equal, in ASCII only.

    Blanks at the ends go, letter case is folded and Unicode forms are unified (NFKC, then case
    fold, then NFKC again). Parts that are not ASCII are written in Punycode behind `xn--`, so the
    database can check with plain SQL that a canonical address is ASCII and in lower case, and its
    UNIQUE then holds on both engines whatever their collation.
    """
    folded = unicodedata.normalize("NFKC", address.strip()).casefold()
    folded = unicodedata.normalize("NFKC", folded)
    return "@".join(
        part if part.isascii() else "xn--" + part.encode("punycode").decode().lower()
        for part in folded.split("@")
    )
