"""Jobs about model servers: test one, look for some, and tidy the log of calls."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction

from studium.lib import clock
from studium.lib.errors import Refused
from studium.lib.jobs import JobContext, job, periodic
from studium.notes.connections import wire_of
from studium.notes.models import LlmCall, ModelConnection
from studium.notes.rules.spending import FIND_JOB, TEST_JOB

KEPT_ANSWERS = timedelta(days=30)
KEPT_CALLS = timedelta(days=400)
_OVERDUE = timedelta(hours=1)


@job(TEST_JOB, title="Test a model", timeout_seconds=1800)
def test(context: JobContext, connection_id: str) -> dict[str, Any]:
    """Find out what a connection can do and store it; a failure is stored as well."""
    from studium.ai.engines.dialects import DIALECTS
    from studium.ai.engines.probe import probe
    from studium.ai.wire.faults import EngineFailed

    held = ModelConnection.objects.filter(pk=connection_id).first()
    if held is None:
        raise Refused("This model was removed meanwhile.")
    dialect = next(one for one in DIALECTS if one == held.dialect)
    try:
        found = probe(wire_of(held), dialect, held.model, tell=context.progress)
    except EngineFailed as failure:
        _store(held, modes=[], context_tokens=0, streams=False, remarks=[failure.message])
        raise
    _store(
        held,
        modes=list(found.modes),
        context_tokens=found.context_tokens,
        streams=found.streams,
        limit_field=found.limit_field,
        remarks=list(found.remarks),
    )
    said = "It can be used." if found.usable else "It cannot be used; see what it could not do."
    return {"said": said, "usable": found.usable}


def _store(held: ModelConnection, **found: Any) -> None:
    """Keep what was found; a model in use that fails its test is in use no more."""
    with transaction.atomic():
        rows = ModelConnection.objects.select_for_update().filter(pk=held.pk)
        now_held = rows.first()
        if now_held is None:
            return
        for name, value in found.items():
            setattr(now_held, name, value)
        now_held.tested_at = clock.now()
        if not now_held.modes or not now_held.context_tokens:
            now_held.is_chosen = False
        else:
            now_held.failures, now_held.open_until, now_held.trial_until = 0, None, None
        now_held.save()


@job(FIND_JOB, title="Look for model servers", timeout_seconds=60)
def find(context: JobContext) -> dict[str, Any]:
    """The model servers that answer on this machine, with their models."""
    from studium.ai.engines import discovery

    context.progress(0, 1, "Asking the usual ports")
    found = [
        {"name": one.name, "address": one.address, "models": list(one.models)}
        for one in discovery.look(discovery.PLACES)
    ]
    said = f"{len(found)} found." if found else "None found."
    return {"said": said, "found": found}


@periodic(3600.0)
def tidy_calls() -> None:
    """Forget answers after 30 days and calls after 400; end the rows of workers that died."""
    now = clock.now()
    old = LlmCall.objects.filter(at__lt=now - KEPT_ANSWERS).exclude(answer="")
    old.update(answer="")
    LlmCall.objects.filter(at__lt=now - _OVERDUE, outcome="running").update(outcome="lost")
    LlmCall.objects.filter(at__lt=now - KEPT_CALLS).delete()
