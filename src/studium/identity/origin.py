"""Where the present request comes from, for the audit log and the list of sessions.

A context variable rather than an argument: every action would otherwise pass on what none of them
decides about. Outside a request (commands, jobs) it is empty.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import NamedTuple


class Origin(NamedTuple):
    """The address and the browser of the asking side; empty where there is no request."""

    ip: str = ""
    user_agent: str = ""


NOWHERE = Origin()
origin: ContextVar[Origin] = ContextVar("studium_origin", default=NOWHERE)
