"""What stands before the beginning of an exam besides its window: networks, a password, a wait.

Each refusal says in words what is wrong and what to do.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network
from uuid import UUID

from django.contrib.auth.hashers import check_password

from studium.assessment.models import Exam, ExamAttempt
from studium.identity.actions.sign_in import try_secret
from studium.identity.origin import origin
from studium.lib.errors import Conflict
from studium.lib.words import phrase

_MOST_KEPT = 1000
_right: set[bytes] = set()


def require_network(exam: Exam) -> None:
    """Raise unless the request comes from one of the exam's networks.

    Behind proxies the address is the one that `TRUSTED_PROXIES` lets believe.
    """
    here = origin.get().ip
    if exam.networks and not is_within(here, exam.networks):
        raise Conflict(
            phrase(
                "“%(title)s” can only be begun from certain networks, and your address "
                "%(address)s is in none of them. Go to the room where it is given, or ask "
                "your instructor.",
                title=exam.title,
                address=here or "(unknown)",
            ),
            code="network_not_allowed",
        )


def is_within(address: str, networks: Iterable[str]) -> bool:
    """Whether an address is in one of the networks; an IPv4 address written as IPv6 is the same."""
    try:
        read = ip_address(address)
    except ValueError:
        return False
    if isinstance(read, IPv6Address) and read.ipv4_mapped is not None:
        read = read.ipv4_mapped
    return any(read in ip_network(one, strict=False) for one in networks)


def require_password(exam: Exam, user_id: UUID, given: str | None, *, now: datetime) -> None:
    """Raise unless this is the exam's password. Tries are counted like those to sign in.

    The count stays when the refusal undoes a transaction around it, so call this outside of one.
    """
    if not given:
        raise _wrong(exam, phrase("Enter the password of the exam; your instructor gives it."))
    text = given.replace("\0", "?").encode("utf-8", "replace").decode().strip()
    right = try_secret(
        name=f"exam {exam.pk} {user_id}",
        is_right=lambda: _is_right(exam.password_hash, text),
        now=now,
    )
    if not right:
        raise _wrong(exam, phrase("This is not the password of the exam."))


def next_begin_at(exam: Exam, made: Iterable[ExamAttempt]) -> datetime | None:
    """From when the next attempt may begin after those made; None at once."""
    ended = [one.submitted_at for one in made if one.submitted_at is not None]
    if not exam.retry_delay_minutes or not ended:
        return None
    return max(ended) + timedelta(minutes=exam.retry_delay_minutes)


def _wrong(exam: Exam, problem: str) -> Conflict:
    return Conflict(
        phrase("“%(title)s” was not begun. %(problem)s", title=exam.title, problem=problem),
        code="exam_password",
        fields={"password": problem},
    )


def _is_right(stored: str, text: str) -> bool:
    """Whether it is the password. A whole class enters it within a minute, and the hash is slow on
    purpose: what was right once is known again by a digest, as long as the process runs."""
    key = sha256(f"{stored}\0{text}".encode()).digest()
    if key in _right:
        return True
    if not check_password(text, stored):
        return False
    if len(_right) >= _MOST_KEPT:
        _right.clear()
    _right.add(key)
    return True
