"""Which address may be asked, and which machine it is.

A name is resolved once, every address it has must be allowed, and the connection goes to the one
that was looked at: a name that says something else a moment later (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from studium.ai.wire.faults import EngineFailed

IP = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], list[str]]
"""Host and port to addresses, as text."""
LONGEST = 500

_NEVER = [
    ipaddress.ip_network(one)
    for one in ("169.254.169.254/32", "fd00:ec2::254/128", "100.100.100.200/32", "0.0.0.0/8")
]
"""Machines that hand out credentials of a cloud, and "this host on this network"."""
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Address:
    """The root of a model server, as ``https://api.example.org/v1``; no slash ends `path`."""

    scheme: Literal["http", "https"]
    host: str
    port: int
    path: str

    def __str__(self) -> str:
        usual = self.port == {"http": 80, "https": 443}[self.scheme]
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}{'' if usual else f':{self.port}'}{self.path}"


def parse(text: str) -> Address:
    """The address somebody wrote; raises `EngineFailed` ("address_refused") that says why not."""
    text = text.strip()
    if len(text) > LONGEST or any(ord(sign) <= 32 or ord(sign) > 126 for sign in text):
        raise _refused("An address has at most 500 plain characters and no blanks in it.")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise _refused("This is not an address such as https://host:port/v1.") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise _refused("An address begins with http:// or https:// and a host.")
    if parts.username is not None or parts.password is not None:
        raise _refused("Leave name and password out of the address; a key has a field of its own.")
    if parts.query or parts.fragment or "?" in text or "#" in text or "\\" in text:
        raise _refused("An address has no “?”, “#” or backslash in it.")
    path = parts.path.rstrip("/")
    if any(piece in (".", "..") for piece in path.split("/")) or "%" in path:
        raise _refused("The path of an address is written out, without “..” and “%”.")
    scheme: Literal["http", "https"] = "https" if parts.scheme == "https" else "http"
    return Address(scheme, parts.hostname, port or (443 if scheme == "https" else 80), path)


def allowed(ip: str, *, private_ok: bool) -> bool:
    """Whether a machine may be asked: a public one, or a private one where that is allowed."""
    read = _plain(ipaddress.ip_address(ip.partition("%")[0]))
    if any(read in net for net in _NEVER if net.version == read.version):
        return False
    if read.is_multicast or read.is_unspecified:
        return False
    return read.is_global or (private_ok and _is_near(read))


def is_near(ip: str) -> bool:
    """Whether this is a machine of this host or its network: no public one."""
    return _is_near(_plain(ipaddress.ip_address(ip.partition("%")[0])))


def _is_near(read: IP) -> bool:
    return not read.is_global


def _plain(read: IP) -> IP:
    """The IPv4 address inside an IPv6 one, where it is only a way of writing or reaching it."""
    if isinstance(read, ipaddress.IPv6Address):
        inner = read.ipv4_mapped or read.sixtofour
        if inner is None and read in _NAT64:
            inner = ipaddress.IPv4Address(int(read) & 0xFFFFFFFF)
        return inner or read
    return read


def pinned(
    address: Address, *, private_ok: bool, seconds: float, resolve: Resolve | None = None
) -> str:
    """The machine to connect to; raises `EngineFailed` where the name or its machines are no good.

    Every address of the name must be allowed: one bad one among good ones is how a hostile name
    gets a second try answered. A key never goes over plain HTTP to a machine that is not near.
    """
    found = _resolved(address, seconds, resolve or _system)
    for one in found:
        if not allowed(one, private_ok=private_ok):
            hint = "" if private_ok or not is_near(one) else (
                " To use a server of this machine or its network, the operator sets "
                "STUDIUM_MODEL_PRIVATE_ADDRESSES=1."
            )  # fmt: skip
            raise _refused(f"{address.host} is at {one}, which may not be asked.{hint}")
        if address.scheme == "http" and not is_near(one):
            raise _refused("A server outside this network is asked over https:// only.")
    return found[0]


def _resolved(address: Address, seconds: float, resolve: Resolve) -> list[str]:
    """Look the name up in a thread: the system's own call has no time limit."""
    found: list[str] = []
    problems: list[Exception] = []

    def look() -> None:
        try:
            found.extend(resolve(address.host, address.port))
        except (OSError, UnicodeError) as error:
            problems.append(error)

    thread = threading.Thread(target=look, name="studium-resolve", daemon=True)
    thread.start()
    thread.join(seconds)
    if problems or not found:
        raise EngineFailed("absent", f"The name {address.host} is not known or has no address.")
    return found


def _system(host: str, port: int) -> list[str]:
    rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(row[4][0]) for row in rows))


def _refused(message: str) -> EngineFailed:
    return EngineFailed("address_refused", message)
