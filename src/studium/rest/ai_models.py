"""`/models`: model servers, for admins: what the pages of models do."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Query, Router
from pydantic import Field

from studium.lib import clock
from studium.notes import models_seen as seen
from studium.notes.actions import models_in_use as actions
from studium.rest.auth import Request
from studium.rest.describe import says
from studium.rest.fields import Id, Moment, Sent, Shown, Text
from studium.rest.jobs import JobStarted, job_shown
from studium.rest.paging import Items, Page

router = Router(tags=["models"])
Dialect = Literal["openai", "anthropic"]
Scope = Literal["user", "course", "site"]
Price = Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False, examples=[0.5])]
Limit = Annotated[int, Field(strict=True, ge=0, le=10**12, examples=[300_000])]


class Model(Shown):
    """A model server, what its test found, and whether it is in use. Its key is never shown."""

    id: Id
    name: Annotated[str, Field(examples=["Our model"])]
    dialect: Dialect
    address: Annotated[str, Field(examples=["https://api.example.org/v1"])]
    model: Annotated[str, Field(examples=["qwen2.5:7b-instruct"])]
    has_key: bool
    price_in: float
    price_out: float
    is_chosen: bool
    usable: bool
    tested_at: datetime | None
    modes: list[str]
    streams: bool
    context_tokens: int
    remarks: list[str]
    breaker: Annotated[str, Field(examples=["closed"])]
    open_until: datetime | None


class NewModel(Sent):
    """A model to add. `key` is stored encrypted; prices are for a million tokens."""

    name: Annotated[Text, Field(min_length=1, max_length=80, examples=["Our model"])]
    dialect: Dialect
    address: Annotated[
        Text, Field(min_length=1, max_length=500, examples=["https://93.184.216.34"])
    ]
    model: Annotated[Text, Field(min_length=1, max_length=100, examples=["qwen2.5:7b-instruct"])]
    key: Annotated[Text, Field(max_length=500, examples=[""])] = ""
    price_in: Price = 0.0
    price_out: Price = 0.0


class Budget(Shown):
    """What one scope may use in a day; null is no limit. Today's use is told for the site."""

    scope: Scope
    most_tokens: int | None
    most_calls: int | None
    tokens: int | None
    calls: int | None


class BudgetChange(Sent):
    """Both limits of a scope; null is no limit."""

    most_tokens: Limit | None
    most_calls: Annotated[int, Field(strict=True, ge=0, le=10**9, examples=[500])] | None


class Call(Shown):
    """One request to a model: what it cost and how it ended."""

    id: Id
    at: Moment
    engine: str
    model: str
    prompt_version: Annotated[str, Field(examples=["notes-1"])]
    outcome: Annotated[str, Field(examples=["ok"])]
    tokens_in: int
    tokens_out: int
    cost: float
    duration_ms: int
    course_id: UUID | None
    user_id: UUID | None


@router.get("", response=Items[Model], openapi_extra=says("not_allowed"))
def list_models(request: Request, page: Query[Page]) -> Items[Model]:
    """The model servers, the one in use first."""
    rows, count = page.cut(seen.models_for(request.auth))
    return Items[Model](items=[Model.model_validate(one) for one in rows], count=count)


@router.post("", response={201: Model}, openapi_extra=says("not_allowed", "conflict"))
def create_model(request: Request, sent: NewModel) -> Model:
    """Add a model; its test begins at once, and nothing uses it before it is chosen."""
    values = sent.model_dump()
    for name in ("price_in", "price_out"):
        values[name] = Decimal(str(values[name]))
    made = actions.add_model(by=request.auth, now=clock.now(), **values)
    return _shown(request, made.pk)


@router.post("/find", response={202: JobStarted}, openapi_extra=says("not_allowed"))
def find_models(request: Request) -> JobStarted:
    """Look for model servers on this machine; the job's result lists them."""
    job = actions.request_search(by=request.auth, now=clock.now())
    return JobStarted(job=job_shown(job))


@router.get("/budgets", response=Items[Budget], openapi_extra=says("not_allowed"))
def list_model_budgets(request: Request) -> Items[Budget]:
    """What each person, each course and the site may use in a day."""
    rows = seen.budgets_for(request.auth)
    return Items[Budget](items=[Budget.model_validate(one) for one in rows], count=len(rows))


@router.put("/budgets/{scope}", response=Items[Budget], openapi_extra=says("not_allowed"))
def set_model_budget(request: Request, scope: Scope, sent: BudgetChange) -> Items[Budget]:
    """Say what one scope may use in a day."""
    actions.set_budget(by=request.auth, scope=scope, now=clock.now(), **sent.model_dump())
    return list_model_budgets(request)


@router.get("/calls", response=Items[Call], openapi_extra=says("not_allowed"))
def list_model_calls(request: Request, page: Query[Page]) -> Items[Call]:
    """The calls, the newest first."""
    rows, count = seen.calls_for(request.auth, limit=page.limit, offset=page.offset)
    return Items[Call](items=[Call.model_validate(_plain(one)) for one in rows], count=count)


@router.get("/{connection_id}", response=Model, openapi_extra=says("not_allowed"))
def read_model(request: Request, connection_id: Id) -> Model:
    """One model server."""
    return _shown(request, connection_id)


@router.delete("/{connection_id}", response={204: None}, openapi_extra=says("not_allowed"))
def delete_model(request: Request, connection_id: Id) -> None:
    """Take it and its key away."""
    actions.remove_model(by=request.auth, connection_id=connection_id, now=clock.now())


@router.post("/{connection_id}/test", response={202: JobStarted}, openapi_extra=says("not_allowed"))
def test_model(request: Request, connection_id: Id) -> JobStarted:
    """Find out again what it can do."""
    job = actions.request_test(by=request.auth, connection_id=connection_id, now=clock.now())
    return JobStarted(job=job_shown(job))


@router.post(
    "/{connection_id}/use", response=Model, openapi_extra=says("not_allowed", "model_not_tested")
)
def use_model(request: Request, connection_id: Id) -> Model:
    """Use it for the whole site, in place of any other."""
    actions.use_model(by=request.auth, connection_id=connection_id, now=clock.now())
    return _shown(request, connection_id)


@router.post("/{connection_id}/stop", response=Model, openapi_extra=says("not_allowed"))
def stop_model(request: Request, connection_id: Id) -> Model:
    """Go back to the built-in engine alone."""
    actions.stop_model(by=request.auth, connection_id=connection_id, now=clock.now())
    return _shown(request, connection_id)


def _shown(request: Request, connection_id: Id) -> Model:
    return Model.model_validate(seen.model_for(request.auth, connection_id))


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "cost": float(row["cost"])}
