"""The way to a learning record store: POST of statements, after xAPI 1.0.3, part three, 2.1.2.

It goes through the same careful client as model servers: the name is looked up once and the
connection goes to the machine that was looked at, no redirect is followed, every exchange has a
deadline. What the site proves itself with is in a header and in nothing that is raised or logged.
"""

from __future__ import annotations

import json
import random
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address

import httpx
from django.conf import settings

from studium.ai.wire.address import Address, Resolve, allowed, is_near, parse, pinned
from studium.ai.wire.faults import EngineFailed
from studium.ai.wire.guard import Check, Guard, Limits
from studium.ai.wire.retry import read_retry_after, wait_before
from studium.ai.wire.transport import PinnedTransport
from studium.analytics.xapi.statements import VERSION, Statement
from studium.lib.errors import Invalid, Refused

LIMITS = Limits(connect=5.0, write=10.0, silence=30.0, total=180.0, most_bytes=1_000_000, tries=5)
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_WORDS = {
    400: "takes one of the statements for a wrong one",
    401: "does not accept the name or the password",
    403: "does not let this name store statements",
    404: "is not at this address",
}


class StoreFailed(Refused):
    """The record store did not take the statements. Nothing is lost: they are sent again."""

    status = 503
    code = "xapi_failed"

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class _Passing(Exception):
    """Trying again may help."""

    def __init__(self, words: str, retry_after: float | None = None) -> None:
        super().__init__(words)
        self.retry_after = retry_after


class _Refusal(Exception):
    """The store answered with a status that waiting does not change."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def read_address(text: str) -> Address:
    """The root of a record store; `Invalid` says why one is none.

    https only, but for this very machine; machines of this network need the operator's consent.
    """
    try:
        place = parse(text)
        machine = pinned(place, private_ok=True, seconds=3.0)
    except EngineFailed as failure:
        raise Invalid(failure.message, fields={"address": failure.message}) from None
    problem = _problem(place, machine)
    if problem:
        raise Invalid(problem, fields={"address": problem})
    return place


def _problem(place: Address, machine: str) -> str:
    if not allowed(machine, private_ok=settings.XAPI_PRIVATE_ADDRESSES):
        hint = " The operator allows it with STUDIUM_XAPI_PRIVATE_ADDRESSES=1."
        near = hint if is_near(machine) else ""
        return f"{place.host} is at {machine}, which may not be asked.{near}"
    if place.scheme == "http" and not ip_address(machine.partition("%")[0]).is_loopback:
        return "Statements leave this machine over https:// only."
    return ""


@dataclass(frozen=True, slots=True)
class Store:
    """A record store and what every request to it carries. `proof` is never shown."""

    address: Address
    proof: str = field(default="", repr=False)
    limits: Limits = LIMITS
    resolve: Resolve | None = None
    chance: Callable[[], float] = random.random

    def put(self, told: Sequence[Statement], *, check: Check | None = None) -> None:
        """Have it store the statements; one that it has already counts as stored.

        A store refuses a batch as a whole, so a batch with a known statement (409) or one that is
        too large (413) is sent in halves. Raises `StoreFailed`.
        """
        if not told:
            return
        try:
            self._tried(told, Guard(self.limits, check))
        except _Refusal as refusal:
            if refusal.status in (409, 413) and len(told) > 1:
                middle = len(told) // 2
                self.put(told[:middle], check=check)
                self.put(told[middle:], check=check)
            elif refusal.status != 409:
                raise StoreFailed(_sentence(refusal.status, told)) from None

    def _tried(self, told: Sequence[Statement], guard: Guard) -> None:
        """Try until it works, cannot work, or the deadline leaves no time for another try."""
        tried = 0
        while True:
            tried += 1
            guard.begin()
            try:
                return self._sent(told, guard)
            except _Passing as passing:
                wait = self._wait(tried, passing, guard)
                if wait is None:
                    words = f"The record store {passing}."
                    raise StoreFailed(words, retry_after=passing.retry_after) from None
            guard.wait(wait)

    def _wait(self, tried: int, passing: _Passing, guard: Guard) -> float | None:
        if tried >= self.limits.tries:
            return None
        try:
            left = guard.left()
        except EngineFailed:
            return None
        return wait_before(tried, retry_after=passing.retry_after, left=left, chance=self.chance)

    def _sent(self, told: Sequence[Statement], guard: Guard) -> None:
        """One request, to the machine the name stands for now."""
        try:
            response = self._asked(told, guard)
        except EngineFailed as failure:
            if failure.fault == "address_refused":
                raise StoreFailed(failure.message) from None
            raise _Passing(
                "is not reached" if failure.fault == "absent" else "is too slow"
            ) from None
        except httpx.ConnectError:
            raise _Passing("is not reached") from None
        except httpx.HTTPError:
            # Its own words stay out: they may hold parts of the request.
            raise _Passing("broke off its answer") from None
        if response.status_code in _PASSING:
            after = read_retry_after(response.headers.get("retry-after"))
            raise _Passing(f"cannot take them now (HTTP {response.status_code})", after)
        if not 200 <= response.status_code < 300:
            raise _Refusal(response.status_code)

    def _asked(self, told: Sequence[Statement], guard: Guard) -> httpx.Response:
        machine = pinned(
            self.address, private_ok=True, seconds=min(5.0, guard.left()), resolve=self.resolve
        )
        problem = _problem(self.address, machine)
        if problem:
            raise StoreFailed(problem)
        headers = {
            "accept-encoding": "identity",
            "content-type": "application/json",
            "user-agent": "studium",
            "x-experience-api-version": VERSION,
            **({"authorization": self.proof} if self.proof else {}),
        }
        with httpx.Client(
            transport=PinnedTransport(machine, guard),
            trust_env=False,
            follow_redirects=False,
            timeout=None,  # noqa: S113 - the guard of the transport holds every limit
        ) as client:
            sent = json.dumps(list(told), ensure_ascii=False, allow_nan=False).encode()
            return client.post(f"{self.address}/statements", content=sent, headers=headers)


def proof_of(auth: str, user_name: str, credential: str) -> str:
    """The Authorization header; "" where the store wants none."""
    if auth == "basic":
        return "Basic " + b64encode(f"{user_name}:{credential}".encode()).decode()
    return f"Bearer {credential}" if auth == "bearer" else ""


def _sentence(status: int, told: Sequence[Statement]) -> str:
    words = _WORDS.get(status, "does not take them")
    if 300 <= status < 400:
        words = "sends elsewhere; set the address it means"
    which = f" (the first is {told[0]['id']})" if status == 400 else ""
    return f"The record store {words} (HTTP {status}).{which}"
