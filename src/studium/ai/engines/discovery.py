"""Model servers that already run on this machine, at the ports they usually listen at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from studium.ai.engines.dialects import wire_to
from studium.ai.wire.faults import EngineFailed
from studium.ai.wire.guard import Limits

PLACES: tuple[tuple[str, str], ...] = (
    ("Ollama", "http://127.0.0.1:11434/v1"),
    ("LM Studio", "http://127.0.0.1:1234/v1"),
    ("llama.cpp", "http://127.0.0.1:8080/v1"),
    ("vLLM", "http://127.0.0.1:8000/v1"),
)
"""Name of a server and its usual address. Nothing else is ever looked for."""
_QUICK = Limits(connect=0.3, silence=1.0, total=1.5, most_bytes=500_000, tries=1)
_MOST_MODELS = 50


@dataclass(frozen=True, slots=True)
class FoundServer:
    """A server that answers, and the models it says it has."""

    name: str
    address: str
    models: tuple[str, ...]


def look(places: Sequence[tuple[str, str]] = PLACES) -> list[FoundServer]:
    """Ask each place for its models. Whatever does not answer like a model server is left out."""
    found = []
    for name, address in places:
        wire = wire_to("openai", address, limits=_QUICK, private_ok=True)
        try:
            models = _models(wire.get("/models").get("data"))
        except EngineFailed:  # nothing there, or something else
            continue
        if models:
            found.append(FoundServer(name, address, models))
    return found


def _models(rows: object) -> tuple[str, ...]:
    """The names in a list of models; what is no name of sensible length is left out."""
    names = (
        [one.get("id") for one in rows if isinstance(one, dict)] if isinstance(rows, list) else []
    )
    sound = [one for one in names if isinstance(one, str) and 0 < len(one) <= 100]
    return tuple(one for one in sound if one.isprintable())[:_MOST_MODELS]
