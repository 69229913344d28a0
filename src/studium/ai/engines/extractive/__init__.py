"""The built-in engine: it writes nothing of its own, it picks the sentences worth keeping."""

from __future__ import annotations

from studium.ai.engines.extractive.engine import ExtractiveEngine


def build() -> ExtractiveEngine:
    """The engine, ready to use."""
    return ExtractiveEngine()
