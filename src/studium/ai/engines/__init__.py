"""The engines by name. Each lives in a folder of its own and is loaded when asked for."""

from __future__ import annotations

from importlib import import_module

from studium.ai.model import Engine

ENGINES: dict[str, str] = {"extractive": "studium.ai.engines.extractive"}
"""Name of an engine and the module whose ``build()`` makes it."""


def engine(name: str) -> Engine:
    """The engine of that name; ``LookupError`` names those there are."""
    if name not in ENGINES:
        raise LookupError(
            f"There is no AI engine {name!r}; there is: {', '.join(sorted(ENGINES))}."
        )
    built: Engine = import_module(ENGINES[name]).build()
    return built
