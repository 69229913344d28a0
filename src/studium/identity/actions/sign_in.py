"""A try to sign in by password, through any door, with waiting after wrong ones.

Each try is counted before the password is looked at and taken back when it was right, so tries
that run side by side cannot exceed the limit, and the right password waits like a wrong one. The
counters are a table: all processes share it and a restart does not forget it. Three keys count:
the account from one address (ten tries), the account from anywhere (slowed by a minute at most,
so that nobody can shut its owner out) and the address over all accounts.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

from django.contrib.auth import authenticate
from django.db import transaction
from django.http import HttpRequest

from studium.identity.models import SignInLimit, User
from studium.identity.origin import origin
from studium.identity.rules import ACCOUNT, ADDRESS, PAIR, Patience, canonical_email, next_try
from studium.lib.errors import TooMany
from studium.lib.words import counted_phrase, phrase


def try_password(
    *, email: str, password: str, now: datetime, request: HttpRequest | None = None
) -> User | None:
    """The active person with this address and password, or None without saying which was wrong.

    Raises `TooMany` (with `retry_after` in seconds) while the account or the address has to wait.
    """
    email, password = _plain(email), _plain(password)
    keys = _keys(email, origin.get().ip)
    _count(keys, now)
    user = authenticate(request, email=email, password=password)
    if isinstance(user, User):
        _take_back(keys)
        return user
    return None


def try_secret(*, name: str, is_right: Callable[[], bool], now: datetime) -> bool:
    """Whether a secret other than an account's password is right; ten tries, then waiting.

    `name` says whose try at which secret it is. Raises `TooMany` while it has to wait.
    """
    keys = {_key("secret", name): PAIR}
    _count(keys, now, advice="")
    right = is_right()
    if right:
        _take_back(keys)
    return right


def forget_failures(*, email: str) -> None:
    """Let the account's next try from anywhere pass: its password was just reset by mail."""
    SignInLimit.objects.filter(key=_key("account", canonical_email(email))).delete()
    pair = _key("pair", canonical_email(email), origin.get().ip)
    SignInLimit.objects.filter(key=pair).delete()


def _plain(text: str) -> str:
    """The text without what no database and no hash takes: NUL and lone surrogates."""
    return text.replace("\0", "?").encode("utf-8", "replace").decode()


def _keys(email: str, ip: str) -> dict[str, Patience]:
    account = canonical_email(email)
    return {
        _key("pair", account, ip): PAIR,
        _key("account", account): ACCOUNT,
        _key("address", ip): ADDRESS,
    }


def _key(*parts: str) -> str:
    return sha256("\0".join(parts).encode()).hexdigest()


@transaction.atomic
def _count(
    keys: dict[str, Patience],
    now: datetime,
    *,
    advice: str = phrase(" You can reset your password instead."),
) -> None:
    rows = _held(keys, now)
    waits = [row.wait_until for row in rows if row.wait_until and row.wait_until > now]
    if waits:
        seconds = math.ceil((max(waits) - now).total_seconds())
        raise TooMany(
            phrase(
                "Too many wrong tries. The next one may come in %(seconds)s; until then "
                "the right password waits too.%(advice)s",
                seconds=_words(seconds),
                advice=advice,
            ),
            extra={"retry_after": seconds},
        )
    for row in rows:
        patience = keys[row.key]
        if row.last_at < now - patience.forgotten_after:
            row.failures = 0
        row.failures += 1
        row.last_at, row.wait_until = now, next_try(patience, row.failures, now)
        row.save(update_fields=["failures", "last_at", "wait_until"])


@transaction.atomic
def _take_back(keys: dict[str, Patience]) -> None:
    """The try was right: its account starts anew from this address, the others count one less."""
    for row in SignInLimit.objects.select_for_update().filter(key__in=sorted(keys)).order_by("key"):
        if keys[row.key] is PAIR:
            row.delete()
            continue
        row.failures = max(0, row.failures - 1)
        row.wait_until = None
        row.save(update_fields=["failures", "wait_until"])


def _held(keys: dict[str, Patience], now: datetime) -> list[SignInLimit]:
    """The counters, made where missing and locked in one order."""
    SignInLimit.objects.bulk_create(
        [SignInLimit(key=key, last_at=now) for key in sorted(keys)], ignore_conflicts=True
    )
    rows = SignInLimit.objects.select_for_update().filter(key__in=sorted(keys)).order_by("key")
    return list(rows)


def _words(seconds: int) -> str:
    if seconds < 120:
        return counted_phrase("%(n)s second", "%(n)s seconds", seconds)
    return counted_phrase("%(n)s minute", "%(n)s minutes", math.ceil(seconds / 60))
