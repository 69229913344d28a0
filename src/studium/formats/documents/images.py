"""Images of documents: only what a browser shows is taken, under names of our own."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from urllib.parse import unquote_to_bytes

from studium.formats.documents.blocks import Findings
from studium.formats.documents.limits import Limits
from studium.lib import media

_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}
_DATA = re.compile(r"data:[\w.+/;=\- ]{0,100}?(;base64)?,(.*)", re.DOTALL | re.IGNORECASE)


class Images:
    """Takes images once each, however often they are shown."""

    def __init__(self, findings: Findings, limits: Limits) -> None:
        self._findings = findings
        self._limits = limits
        self._paths: dict[str, str | None] = {}

    def take(self, data: bytes, *, place: str) -> str | None:
        """The path of an image in the course, or None for one that no browser shows."""
        name = hashlib.sha256(data).hexdigest()
        if name not in self._paths:
            self._paths[name] = self._kept(data, place)
        return self._paths[name]

    def _kept(self, data: bytes, place: str) -> str | None:
        ending = _ENDINGS.get(media.media_type(data))
        if ending is None:
            self._findings.count("unreadable_images")
            self._findings.report("warning", "An image is of a kind that browsers do not show.",
                                  place=place, advice="Save it as PNG.")  # fmt: skip
            return None
        path = f"img/image-{len(self._paths) + 1:03d}.{ending}"
        return path if self._findings.take_picture(path, data, self._limits) else None

    def from_address(self, address: str, *, place: str) -> str | None:
        """The path of an image that is written out in its address (`data:`), or None."""
        found = _DATA.fullmatch(address)
        if found is None:
            return None
        try:
            raw = unquote_to_bytes(found[2])
            data = base64.b64decode(raw, validate=False) if found[1] else raw
        except (binascii.Error, ValueError):
            return None
        return self.take(data, place=place)
