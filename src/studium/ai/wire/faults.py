"""What goes wrong with a model server, each with a code for programs and a sentence for people."""

from __future__ import annotations

from typing import Literal

from studium.lib.errors import Refused

Code = Literal[
    "absent",  # nothing listens there, or the name is not known
    "address_refused",  # the address is not one that may be asked
    "timeout",
    "too_large",
    "broken_off",  # closed before the answer was whole
    "not_text",  # bytes that are not UTF-8
    "not_json",
    "wrong_shape",  # JSON, but not what was asked for
    "truncated",  # the model ran into its limit
    "redirect",
    "busy",  # 429: too many requests
    "server_error",
    "key_refused",
    "no_such_model",
    "request_refused",  # any other 4xx
    "withheld",  # the provider's filter kept the answer back
    "budget_spent",
    "breaker_open",
]

MAY_PASS: frozenset[str] = frozenset({"absent", "timeout", "broken_off", "busy", "server_error"})
"""Faults that may be gone in a moment; asking again after the others is a waste."""

OF_THE_SERVER: frozenset[str] = frozenset(
    {
        *MAY_PASS, "too_large", "not_text", "not_json", "wrong_shape", "redirect", "key_refused",
        "no_such_model", "truncated",
    }
)  # fmt: skip
"""Faults that say the server, as it is set up, is of no use at present; the breaker counts them."""


class EngineFailed(Refused):
    """A model did not give a usable answer. Nothing of what it may have said is kept."""

    status = 503
    code = "model_failed"

    def __init__(self, fault: Code, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message, extra={"fault": fault})
        self.fault: Code = fault
        self.retry_after = retry_after
