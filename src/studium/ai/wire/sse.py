"""Server-sent events, as the WHATWG HTML standard (section 9.2) has them, from strict UTF-8."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator

from studium.ai.wire.faults import EngineFailed


def events(pieces: Iterable[bytes]) -> Iterator[tuple[str, str]]:
    """(name, data) of each event; one that the stream breaks off in is dropped, as the standard
    says. Raises "not_text" for bytes that are not UTF-8.
    """
    name, data = "", list[str]()
    for line in _lines(pieces):
        if not line:
            if data:
                yield name or "message", "\n".join(data)
            name, data = "", []
            continue
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "data":
            data.append(value)
        elif field == "event":
            name = value


def _lines(pieces: Iterable[bytes]) -> Iterator[str]:
    """Complete lines; LF, CR and CRLF end one."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")("strict")
    held: list[str] = []
    was_return = False
    try:
        for piece in pieces:
            for part in decoder.decode(piece).splitlines(keepends=True):
                if was_return and part == "\n":
                    was_return = False
                    continue
                was_return = part.endswith("\r")
                held.append(part)
                if part.endswith(("\n", "\r")):
                    yield "".join(held).rstrip("\r\n")
                    held = []
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise EngineFailed("not_text", "The model server sent bytes that are not UTF-8.") from None
