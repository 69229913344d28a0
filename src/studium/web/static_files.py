"""Style, scripts and icons as they travel: packed once, sent packed to browsers that take it.

WhiteNoise serves `file.gz` in the place of `file`; it looks beside the file, where an installed
package may not be written to. Here the packed ones lie in the data folder, made when the server
starts, named by what is packed, so that a new version never meets an old one.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import re
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

_PACKED = (".css", ".js", ".svg", ".json", ".txt", ".webmanifest")
_LEAST = 500
"""Smaller files fit into the packet that answers anyway."""
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]  # the package has no types
    """WhiteNoise with its packed files elsewhere."""

    def get_static_file(self, path: str, url: str, stat_cache: Any = None) -> StaticFile:
        """What answers for a file: itself, or its packed form."""
        plain = super().get_static_file(path, url, stat_cache=stat_cache)
        if not path.endswith(_PACKED) or os.path.getsize(path) < _LEAST:
            return plain
        _, _, headers = plain.alternatives[-1]
        kept = [(name, value) for name, value in headers if name != "Content-Length"]
        return StaticFile(path, kept, encodings={"gzip": str(packed(Path(path)))})


def slim(text: str, suffix: str) -> str:
    """A style or script without its indents and the comments that stand by themselves, a fifth of
    what travels. Every line keeps its number; what another file is, or a script with a text over
    several lines, stays as it is.
    """
    if suffix == ".css":
        text = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text)
    elif suffix != ".js" or any(line.count("`") % 2 for line in text.splitlines()):
        return text
    lines = (line.strip() for line in text.split("\n"))
    return "\n".join("" if suffix == ".js" and line.startswith("//") else line for line in lines)


def packed(path: Path) -> Path:
    """The packed form of a file, made if it is not there; the same bytes on every machine."""
    data = slim(path.read_bytes().decode(), path.suffix).encode()
    folder = Path(settings.STATIC_ROOT).parent / "static-packed"
    found = folder / f"{hashlib.sha256(data).hexdigest()[:32]}.gz"
    if not found.exists():
        folder.mkdir(parents=True, exist_ok=True)
        # Several processes start at once: each writes its own, and the last rename stays.
        with NamedTemporaryFile(dir=folder, delete=False) as made:
            made.write(gzip.compress(data, 9, mtime=0))
        os.replace(made.name, found)
    return found
