"""Keys of model servers, encrypted where they are stored (`lib.sealing`).

A copy of the database alone (a backup, a dump somebody mails) gives no key away. A site that
changes its SECRET_KEY has to give the keys of its models again.
"""

from __future__ import annotations

from studium.lib import sealing

_PURPOSE = "keys of model servers"


def sealed(key: str) -> str:
    """The key as it is stored; "" stays "" (a server that wants none)."""
    return sealing.sealed(key, purpose=_PURPOSE) if key else ""


def opened(stored: str) -> str | None:
    """The key as it was given; None when it was sealed under another SECRET_KEY or changed."""
    return sealing.opened(stored, purpose=_PURPOSE) if stored else ""
