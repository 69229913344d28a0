"""What administrators do with model servers: add, test, use, remove, and say what may be spent."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import transaction

from studium.ai.wire import address as addresses
from studium.ai.wire.faults import EngineFailed
from studium.identity import rights
from studium.identity.actions import audit
from studium.lib.errors import Conflict, Invalid, NotFound
from studium.lib.jobs import enqueue
from studium.lib.models import Job
from studium.notes import sealing
from studium.notes.models import BudgetScope, ModelBudget, ModelConnection, ModelDialect
from studium.notes.rules.spending import FIND_JOB, TEST_JOB

if TYPE_CHECKING:
    from studium.identity.models import User

MOST_CONNECTIONS = 50
_LOOK_UP_SECONDS = 3.0
_LONGEST_KEY = 500
_DEAREST = Decimal(100_000)


@transaction.atomic
def add_model(
    *,
    by: User | None,
    name: str,
    dialect: str,
    address: str,
    model: str,
    now: datetime,
    key: str = "",
    price_in: Decimal = Decimal(0),
    price_out: Decimal = Decimal(0),
) -> ModelConnection:
    """Add a model and have it tested; nothing uses it before somebody says so.

    `by` is None for the command line of the machine. Prices are for a million tokens. The address
    is looked up once here, so that a wrong one is said at once, and again at each request.
    """
    _require_admin(by)
    place = _place(address)
    problems = _problems(
        name=name, dialect=dialect, model=model, key=key, prices=(price_in, price_out)
    )
    if problems:
        raise Invalid(" ".join(problems.values()), fields=problems)
    if ModelConnection.objects.count() >= MOST_CONNECTIONS:
        raise Conflict(f"There are {MOST_CONNECTIONS} models already; remove one first.")
    made = ModelConnection.objects.create(
        name=name.strip(),
        dialect=dialect,
        address=place,
        model=model.strip(),
        key_sealed=sealing.sealed(key.strip()),
        price_in=price_in,
        price_out=price_out,
        created_at=now,
        created_by=by,
    )
    detail = {"address": place, "model": made.model, "key": "set" if key.strip() else "none"}
    _record(made, by=by, action="model.added", now=now, **detail)
    request_test(by=by, connection_id=made.pk, now=now)
    return made


@transaction.atomic
def request_test(*, by: User | None, connection_id: UUID, now: datetime) -> Job:
    """Have a connection tested; returns the job, or the one that already runs."""
    _require_admin(by)
    held = _held(connection_id)
    return enqueue(
        TEST_JOB,
        target=held.pk,
        title=f"Test of the model “{held.name}”",
        arguments={"connection_id": str(held.pk)},
        by=by,
    )


@transaction.atomic
def request_search(*, by: User | None, now: datetime) -> Job:
    """Look for model servers on this machine, at their usual ports; returns the job."""
    _require_admin(by)
    return enqueue(
        FIND_JOB, target="loopback", title="Model servers of this machine", arguments={}, by=by
    )


@transaction.atomic
def use_model(*, by: User | None, connection_id: UUID, now: datetime) -> ModelConnection:
    """Use this model for the whole site, in place of any other. It must have passed its test."""
    _require_admin(by)
    held = _held(connection_id)
    if held.is_chosen:
        return held
    if held.tested_at is None or not held.modes or held.context_tokens == 0:
        raise Conflict(
            "This model has not passed its test, so it cannot be used. Test it first.",
            code="model_not_tested",
        )
    ModelConnection.objects.filter(is_chosen=True).update(is_chosen=False)
    held.is_chosen, held.failures = True, 0
    held.open_until = held.trial_until = None
    held.save()
    _record(held, by=by, action="model.used", now=now, address=held.address)
    return held


@transaction.atomic
def stop_model(*, by: User | None, connection_id: UUID, now: datetime) -> ModelConnection:
    """Go back to the built-in engine alone."""
    _require_admin(by)
    held = _held(connection_id)
    if held.is_chosen:
        held.is_chosen = False
        held.save(update_fields=["is_chosen"])
        _record(held, by=by, action="model.stopped", now=now)
    return held


@transaction.atomic
def remove_model(*, by: User | None, connection_id: UUID, now: datetime) -> None:
    """Take a connection and its key away; what it cost stays in the log of calls."""
    _require_admin(by)
    held = _held(connection_id)
    _record(held, by=by, action="model.removed", now=now, address=held.address)
    held.delete()


@transaction.atomic
def set_budget(
    *,
    by: User | None,
    scope: str,
    most_tokens: int | None,
    most_calls: int | None,
    now: datetime,
) -> ModelBudget:
    """Say what each person, each course or the site may use in a day; None means no limit."""
    _require_admin(by)
    if scope not in BudgetScope.values:
        raise Invalid("A budget is for user, course or site.", fields={"scope": "Unknown."})
    _require_amount("most_tokens", most_tokens, 10**12)
    _require_amount("most_calls", most_calls, 10**9)
    stored, _ = ModelBudget.objects.update_or_create(
        scope=scope, defaults={"most_tokens": most_tokens, "most_calls": most_calls}
    )
    audit.record(
        by=by,
        action="model.budget",
        object_type="model_budgets",
        object_id=stored.pk,
        detail={"scope": scope, "most_tokens": most_tokens, "most_calls": most_calls},
        now=now,
    )
    return stored


def _require_admin(by: User | None) -> None:
    if by is not None:
        rights.require_manage_site(by)


def _place(text: str) -> str:
    """The address as it is stored, if it may be asked from here."""
    try:
        place = addresses.parse(text)
        addresses.pinned(
            place, private_ok=settings.MODEL_PRIVATE_ADDRESSES, seconds=_LOOK_UP_SECONDS
        )
    except EngineFailed as failure:
        raise Invalid(failure.message, fields={"address": failure.message}) from None
    return str(place)


def _problems(
    *, name: str, dialect: str, model: str, key: str, prices: tuple[Decimal, Decimal]
) -> dict[str, str]:
    found = {}
    if not 0 < len(name.strip()) <= 80 or not name.isprintable():
        found["name"] = "A name has 1 to 80 characters."
    if dialect not in ModelDialect.values:
        found["dialect"] = "The dialect is openai or anthropic."
    if not 0 < len(model.strip()) <= 100 or not model.isprintable():
        found["model"] = "The name of a model has 1 to 100 characters."
    if len(key) > _LONGEST_KEY or not key.strip().isascii() or not key.strip().isprintable():
        found["key"] = "A key has at most 500 plain characters, on one line."
    if not all(price.is_finite() and 0 <= price <= _DEAREST for price in prices):
        found["price_in"] = "A price is a number from 0 to 100,000 for a million tokens."
    return found


def _require_amount(field: str, value: int | None, most: int) -> None:
    if value is not None and not 0 <= value <= most:
        problem = f"This is a whole number from 0 to {most:,}, or empty for no limit."
        raise Invalid(problem, fields={field: problem})


def _held(connection_id: UUID) -> ModelConnection:
    held = ModelConnection.objects.select_for_update().filter(pk=connection_id).first()
    if held is None:
        raise NotFound
    return held


def _record(
    one: ModelConnection, *, by: User | None, action: str, now: datetime, **detail: str
) -> None:
    audit.record(
        by=by,
        action=action,
        object_type="model_connections",
        object_id=one.pk,
        detail={"name": one.name, **detail},
        now=now,
    )
