"""Who may make the first administrator: decided by where the server listens, before it starts."""

from __future__ import annotations

import os
import secrets
from ipaddress import ip_address

NONE = "none"
"""As `identity.rules.NO_SETUP_CODE`; settings are not read yet when this is needed."""

_OWN_NAMES = {"localhost", "127.0.0.1", "::1", "[::1]"}
_REACHED_FROM_OUTSIDE = ("STUDIUM_URL", "STUDIUM_TRUSTED_PROXIES", "STUDIUM_HTTPS")


def choose(host: str) -> None:
    """Set STUDIUM_SETUP_CODE for this process and its children, unless the operator chose one.

    No code is asked for where the server listens on loopback and nothing says that something
    passes requests on to it; everywhere else there is one, new at each start.
    """
    given = os.environ.get("STUDIUM_SETUP_CODE", "").strip()
    alone = is_loopback(host) and not _is_passed_on()
    if alone:
        os.environ["STUDIUM_SETUP_CODE"] = given or NONE
    elif given in {"", NONE}:
        os.environ["STUDIUM_SETUP_CODE"] = _fresh()


def invitation(address: str, code: str) -> str:
    """What the terminal says while nobody is there yet."""
    said = f"Nobody is here yet. Open {address}welcome/ to create the administrator."
    return said if code == NONE else f"{said} The page asks for this code: {code}"


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches the address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_passed_on() -> bool:
    hosts = {one.strip() for one in os.environ.get("STUDIUM_HOSTS", "").split(",") if one.strip()}
    said = [os.environ.get(name, "").strip() for name in _REACHED_FROM_OUTSIDE]
    return bool(hosts - _OWN_NAMES) or any(
        one not in {"", "0", "false", "no", "off"} for one in said
    )


def _fresh() -> str:
    """Sixteen letters and digits in four groups: 64 random bits."""
    drawn = secrets.token_hex(8)
    return "-".join(drawn[place : place + 4] for place in range(0, 16, 4))
