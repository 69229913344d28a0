"""Every request to a model goes through here: known answers, breaker, budgets, and the log.

The row of a call is written before it is made, with what it may cost at most, under a lock on its
connection: workers share the breaker and cannot overspend together. The call itself is made outside
any transaction.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, Sum

from studium.ai.chat import Ask, Chat, Check, Piece, Said
from studium.ai.engines.modelled.shapes import read
from studium.ai.wire import budget
from studium.ai.wire.breaker import Breaker
from studium.ai.wire.faults import OF_THE_SERVER, EngineFailed
from studium.lib import clock
from studium.notes.models import LlmCall, ModelBudget, ModelConnection
from studium.notes.rules.spending import DEFAULTS, NOT_KEPT, cost_of, start_of_day

TRIAL_SECONDS = 300.0
MOST_TOKENS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class RecordedChat:
    """A model whose calls are counted, limited and remembered; see the head of this module."""

    chat: Chat
    connection_id: UUID
    user_id: UUID | None = None
    course_id: UUID | None = None

    @property
    def dialect(self) -> str:
        """That of the model."""
        return self.chat.dialect

    @property
    def model(self) -> str:
        """Its name."""
        return self.chat.model

    def ask(self, ask: Ask, *, check: Check | None = None, piece: Piece | None = None) -> Said:
        """The answer, known or new; raises `EngineFailed` where there is none to be had."""
        text_hash = hash_of(ask)
        known = self._known(ask, text_hash)
        if known is not None:
            return known
        call = self._begun(ask, text_hash)
        begun = time.monotonic()
        try:
            said = self.chat.ask(ask, check=check, piece=piece)
            read(ask.shape, said.text)
        except EngineFailed as failure:
            self._failed(call, failure, ask, seconds=time.monotonic() - begun)
            raise
        except BaseException:  # cancelled, or the worker ends: the call is over all the same
            self._ended(call, "cancelled", seconds=time.monotonic() - begun)
            raise
        self._answered(call, ask, said, seconds=time.monotonic() - begun)
        return said

    def _known(self, ask: Ask, text_hash: str) -> Said | None:
        if ask.prompt.startswith(NOT_KEPT):
            return None
        found = _same(self, ask, text_hash).filter(outcome="ok").exclude(answer="").first()
        return Said(found.answer, 0, 0) if found else None

    def _begun(self, ask: Ask, text_hash: str) -> LlmCall:
        """Write the row of the call, if breaker and budgets let it be made."""
        now = clock.now()
        tokens_in = budget.tokens_of(ask.system + ask.user)
        with transaction.atomic():
            held = _held(self.connection_id)
            if held is None:
                raise EngineFailed("absent", "The model was taken out of use meanwhile.")
            breaker = breaker_of(held)
            if not breaker.may_ask(now):
                raise EngineFailed("breaker_open", OPEN)
            refused = refusal(
                user_id=self.user_id,
                course_id=self.course_id,
                more_tokens=tokens_in + ask.most_tokens,
                now=now,
            )
            if refused:
                raise EngineFailed("budget_spent", refused)
            _store(held, breaker.tried(now, seconds=TRIAL_SECONDS))
            return LlmCall.objects.create(
                at=now,
                connection=held,
                engine=self.dialect,
                model=self.model,
                prompt_version=ask.prompt,
                text_hash=text_hash,
                tokens_in=tokens_in,
                tokens_out=ask.most_tokens,
                cost=_cost(held, tokens_in, ask.most_tokens),
                user_id=self.user_id,
                course_id=self.course_id,
            )

    def _answered(self, call: LlmCall, ask: Ask, said: Said, *, seconds: float) -> None:
        """Keep the answer, unless another worker was quicker with the same one."""
        tokens_out = said.tokens_out
        if tokens_out is None:
            tokens_out = budget.tokens_of(said.text)
        values: dict[str, Any] = {
            "tokens_in": _sane(call.tokens_in if said.tokens_in is None else said.tokens_in),
            "tokens_out": _sane(tokens_out),
        }
        kept = "" if ask.prompt.startswith(NOT_KEPT) else said.text
        try:
            self._ended(call, "ok", seconds=seconds, answer=kept, **values)
        except IntegrityError:
            self._ended(call, "ok", seconds=seconds, **values)
        self._breaker(good=True)

    def _failed(self, call: LlmCall, failure: EngineFailed, ask: Ask, *, seconds: float) -> None:
        """A refused request costs nothing; one that was answered badly is counted as estimated."""
        answered = failure.fault in ("wrong_shape", "truncated", "withheld", "broken_off")
        spent = {} if answered else {"tokens_in": 0, "tokens_out": 0}
        self._ended(call, failure.fault, seconds=seconds, **spent)
        once = failure.fault == "wrong_shape" and not ask.again
        if failure.fault in OF_THE_SERVER and not once:
            self._breaker(good=False)

    def _ended(self, call: LlmCall, outcome: str, *, seconds: float, **values: Any) -> None:
        tokens = {
            name: values.get(name, getattr(call, name)) for name in ("tokens_in", "tokens_out")
        }
        with transaction.atomic():
            held = ModelConnection.objects.filter(pk=self.connection_id).first()
            cost = _cost(held, **tokens) if held else Decimal(0)
            LlmCall.objects.filter(pk=call.pk).update(
                outcome=outcome,
                duration_ms=min(round(seconds * 1000), MOST_TOKENS),
                cost=cost,
                answer=values.get("answer", ""),
                **tokens,
            )

    def _breaker(self, *, good: bool) -> None:
        with transaction.atomic():
            held = _held(self.connection_id)
            if held is None:
                return
            breaker = breaker_of(held)
            after = breaker.succeeded() if good else breaker.failed(clock.now())
            if after != breaker:
                _store(held, after)


OPEN = (
    "The model server failed several times in a row and is left alone for a while; until then the "
    "built-in engine works in its place."
)


def hash_of(ask: Ask) -> str:
    """The SHA-256 of everything a request says: the same text of a lesson, the same hash."""
    return sha256(
        "\x00".join([ask.system, ask.user, ask.shape.__name__]).encode("utf-8", "replace")
    ).hexdigest()


def breaker_of(held: ModelConnection) -> Breaker:
    """The breaker as it is stored, shared by all workers."""
    return Breaker(held.failures, held.open_until, held.trial_until)


def refusal(
    *, user_id: UUID | None, course_id: UUID | None, more_tokens: int = 0, now: datetime
) -> str:
    """Why nothing more may be spent today, in words; "" when it may. Two statements."""
    return budget.refusal(spent(user_id=user_id, course_id=course_id, now=now),
                          more_tokens=more_tokens)  # fmt: skip


def spent(*, user_id: UUID | None, course_id: UUID | None, now: datetime) -> Sequence[budget.Spent]:
    """What this day has cost this person, this course and the site, with their limits."""
    limits = limits_by_scope()
    whose: dict[budget.Scope, Q | None] = {
        "user": Q(user_id=user_id) if user_id else None,
        "course": Q(course_id=course_id) if course_id else None,
        "site": Q(),
    }
    asked = {scope: where for scope, where in whose.items() if where is not None}
    sums: dict[str, Any] = {}
    for scope, where in asked.items():
        only = where or None
        sums[f"{scope}_in"] = Sum("tokens_in", filter=only)
        sums[f"{scope}_out"] = Sum("tokens_out", filter=only)
        sums[f"{scope}_calls"] = Count("pk", filter=only)
    found = LlmCall.objects.filter(at__gte=start_of_day(now)).aggregate(**sums)
    return [
        budget.Spent(
            scope,
            (found[f"{scope}_in"] or 0) + (found[f"{scope}_out"] or 0),
            found[f"{scope}_calls"],
            *limits[scope],
        )
        for scope in asked
    ]


def limits_by_scope() -> dict[budget.Scope, tuple[int | None, int | None]]:
    """Scope → most tokens and most calls in a day; None where there is no limit."""
    stored = {one.scope: one for one in ModelBudget.objects.all()}
    return {
        scope: (stored[scope].most_tokens, stored[scope].most_calls) if scope in stored else usual
        for scope, usual in DEFAULTS.items()
    }


def _same(one: RecordedChat, ask: Ask, text_hash: str) -> Any:
    return LlmCall.objects.filter(
        text_hash=text_hash, engine=one.dialect, model=one.model, prompt_version=ask.prompt
    )


def _held(connection_id: UUID) -> ModelConnection | None:
    return ModelConnection.objects.select_for_update().filter(pk=connection_id).first()


def _store(held: ModelConnection, breaker: Breaker) -> None:
    held.failures, held.open_until = breaker.failures, breaker.open_until
    held.trial_until = breaker.trial_until
    held.save(update_fields=["failures", "open_until", "trial_until"])


def _cost(held: ModelConnection, tokens_in: int, tokens_out: int) -> Decimal:
    return cost_of(tokens_in, tokens_out, price_in=held.price_in, price_out=held.price_out)


def _sane(tokens: int) -> int:
    return max(0, min(tokens, MOST_TOKENS))
