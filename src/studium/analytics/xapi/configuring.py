"""What administrators do with xAPI: say where statements go, send them, stop sending."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max

from studium.analytics.models import ResponseFold, XapiAuth, XapiSettings, XapiTold
from studium.analytics.xapi.reading import site_of
from studium.analytics.xapi.sending import SEND_JOB
from studium.analytics.xapi.store import read_address
from studium.identity import rights
from studium.identity.actions import audit
from studium.lib.errors import Conflict, Invalid
from studium.lib.jobs import enqueue
from studium.notes import sealing

if TYPE_CHECKING:
    from studium.identity.models import User
    from studium.lib.models import Job

_LONGEST = 500


def settings_row() -> XapiSettings:
    """The settings; made with this site's namespace and secret when first asked for."""
    held, _ = XapiSettings.objects.get_or_create(pk=1)
    return held


@transaction.atomic
def configure_xapi(
    *,
    by: User,
    address: str,
    now: datetime,
    auth: str = "none",
    user_name: str = "",
    credential: str = "",
    with_responses: bool = False,
    from_now: bool = False,
) -> XapiSettings:
    """Send statements to this store from now on.

    A new address gets everything from the beginning, or with `from_now` only what is answered
    from now on. An empty `credential` keeps the one there is, for the same address and name.
    """
    rights.require_manage_site(by)
    place = str(read_address(address))
    held = XapiSettings.objects.select_for_update().get(pk=settings_row().pk)
    site_of(held)
    is_new = held.address != place
    _require_plain(credential)
    sealed = _sealed(held, is_new or held.user_name != user_name.strip(), auth, credential.strip())
    _require_proof(auth, user_name.strip(), sealed)
    held.address, held.auth, held.user_name = place, auth, user_name.strip()
    held.credential_sealed, held.with_responses = sealed, with_responses
    held.is_on, held.problem, held.not_before = True, "", None
    if is_new:
        last = ResponseFold.objects.aggregate(last=Max("seq"))["last"] or 0
        held.cursor, held.sent, held.sent_at = last if from_now else 0, 0, None
        XapiTold.objects.all().delete()
    held.save()
    detail = {"address": place, "auth": auth, "with_responses": with_responses}
    _record(by, "xapi.configured", now, **detail)
    return held


def _sealed(held: XapiSettings, is_other: bool, auth: str, credential: str) -> str:
    """The credential as it is stored: a new one, or the old one where it still belongs there."""
    if auth == XapiAuth.NONE:
        return ""
    if credential:
        return sealing.sealed(credential)
    return "" if is_other or held.auth != auth else held.credential_sealed


def _require_proof(auth: str, user_name: str, sealed: str) -> None:
    problems = {}
    if auth not in XapiAuth.values:
        problems["auth"] = "This is none, basic or bearer."
    if auth == XapiAuth.BASIC and (not user_name or ":" in user_name or len(user_name) > 200):
        problems["user_name"] = "A name has 1 to 200 characters and no colon."
    if auth != XapiAuth.NONE and not sealed:
        problems["credential"] = "The store wants a password or a token: give it."
    if problems:
        raise Invalid(" ".join(problems.values()), fields=problems)


def _require_plain(credential: str) -> None:
    """It becomes a header, so it is one line of plain characters."""
    if len(credential) > _LONGEST or not (credential.isascii() and credential.isprintable()):
        problem = f"This has at most {_LONGEST} plain characters, on one line."
        raise Invalid(problem, fields={"credential": problem})


@transaction.atomic
def stop_xapi(*, by: User, now: datetime) -> None:
    """Send nothing more, and forget the password. What was sent stays where it is."""
    rights.require_manage_site(by)
    held = XapiSettings.objects.select_for_update().get(pk=settings_row().pk)
    if not held.is_on:
        return
    held.is_on, held.credential_sealed, held.auth = False, "", "none"
    held.save()
    _record(by, "xapi.stopped", now, address=held.address)


@transaction.atomic
def request_xapi_sending(*, by: User | None, now: datetime) -> Job:
    """Send what there is; returns the job, or the one that is at it."""
    if by is not None:
        rights.require_manage_site(by)
    if not XapiSettings.objects.filter(is_on=True).exists():
        raise Conflict("No record store is set. Say first where statements go.")
    return enqueue(
        SEND_JOB, target="xapi", title="Statements to the record store", arguments={}, by=by
    )


def _record(by: User, action: str, now: datetime, **detail: object) -> None:
    audit.record(by=by, action=action, object_type="xapi_settings", detail=detail, now=now)
