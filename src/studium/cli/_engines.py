"""Engines that a command line names: the built-in ones, or a model server by its address."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from studium.lib.errors import Refused

if TYPE_CHECKING:
    from studium.ai.engines.dialects import Dialect
    from studium.ai.model import Engine

MODELS: tuple[Dialect, ...] = ("openai", "anthropic")


def configure_engine(parser: ArgumentParser) -> None:
    """The options that name an engine."""
    parser.add_argument(
        "--engine", default="extractive", help="extractive, openai or anthropic [extractive]"
    )
    parser.add_argument("--address", metavar="URL", help="where the model server answers")
    parser.add_argument("--model", metavar="NAME", help="the model, as its server calls it")
    parser.add_argument("--key-file", type=Path, metavar="FILE", help="holds the server's key")


def engine_named(options: Namespace) -> Engine:
    """The engine; `Refused` when there is none of that name or its server does not do."""
    from studium.ai.engines import engine

    for dialect in MODELS:
        if options.engine == dialect:
            return _model(dialect, options)
    try:
        return engine(options.engine)
    except LookupError as missing:
        raise Refused(f"{missing.args[0]} Models are {' and '.join(MODELS)}.") from missing


def _model(dialect: Dialect, options: Namespace) -> Engine:
    """A model server that is tried first; who types the address here may name any machine."""
    from studium.ai.engines.dialects import chat_over, wire_to
    from studium.ai.engines.modelled.engine import ModelEngine
    from studium.ai.engines.probe import probe

    if not options.address or not options.model:
        raise Refused(f"The engine {dialect} needs --address and --model.")
    key = options.key_file.read_text("utf-8").strip() if options.key_file else ""
    wire = wire_to(dialect, options.address, key=key, private_ok=True)
    can = probe(wire, dialect, options.model)
    if not can.usable:
        raise Refused("The model cannot be used: " + " ".join(can.remarks))
    chat = chat_over(wire, dialect, options.model, mode=can.modes[0], limit_field=can.limit_field)
    return ModelEngine(chat, {}, can.most_characters)
