"""The one verifier: engines propose, this decides what may be stored.

``verify_notes`` judges sentences of notes, ``verify_items`` questions; both run the same checks in
one order, and the first that fails gives the reason. See README of `studium.ai`.
"""

from __future__ import annotations

from studium.ai.verify.items import CHECKS, QUOTAS, status, verify_items
from studium.ai.verify.judge import Judge, Verdict
from studium.ai.verify.notes import LIMITS, LONGEST_TEXT, verify_notes
from studium.ai.verify.reasons import MESSAGES

__all__ = [
    "CHECKS",
    "LIMITS",
    "LONGEST_TEXT",
    "MESSAGES",
    "QUOTAS",
    "Judge",
    "Verdict",
    "status",
    "verify_items",
    "verify_notes",
]
