"""Keep a key out of whatever people or logs may see."""

from __future__ import annotations

import re

_LOOKS_LIKE_KEY = re.compile(
    r"(?i)\b(?:sk|pk|key|api|xai|gsk|hf|AIza)[-_][A-Za-z0-9_\-]{8,}|\bBearer\s+\S+"
)


def redacted(text: str, secret: str = "") -> str:
    """The text with the key, and whatever looks like one, replaced by "[key]"."""
    if len(secret) >= 4:
        text = text.replace(secret, "[key]")
    return _LOOKS_LIKE_KEY.sub("[key]", text)
