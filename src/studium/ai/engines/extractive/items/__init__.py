"""Questions made from a lesson's own words: nothing is made up but the wrong answers."""

from __future__ import annotations

from studium.ai.engines.extractive.items.assemble import propose

__all__ = ["propose"]
