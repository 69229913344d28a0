"""`python -m tools.openapi`: write `docs/openapi.json` anew; with `--check` only compare.

The committed document is the API's promise: a change of it is a change to look at in review. The
server gives out the same document from the packed file in the package, which is written with it.
"""

from __future__ import annotations

import gzip
import os
import sys
import tempfile
from pathlib import Path

SNAPSHOT = Path(__file__).resolve().parent.parent / "docs" / "openapi.json"


def unpacked(packed: Path) -> str:
    """The text in a gzip file; how it was packed may differ from one zlib to another."""
    return gzip.decompress(packed.read_bytes()).decode()


def main() -> int:
    """Write or compare; 1 when `--check` finds a difference."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studium.project.settings")
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("STUDIUM_DATA_DIR", folder)
        import django

        django.setup()
        from studium.rest.api import PACKED_OPENAPI, openapi_text

        made = openapi_text()
    if "--check" in sys.argv[1:]:
        same = SNAPSHOT.exists() and SNAPSHOT.read_text("utf-8") == made
        same = same and PACKED_OPENAPI.exists() and unpacked(PACKED_OPENAPI) == made
        print("The document is as committed." if same else "Run: python -m tools.openapi")
        return 0 if same else 1
    SNAPSHOT.write_text(made, "utf-8")
    if not PACKED_OPENAPI.exists() or unpacked(PACKED_OPENAPI) != made:
        PACKED_OPENAPI.write_bytes(gzip.compress(made.encode(), mtime=0))
    print(f"Wrote {SNAPSHOT} ({len(made):,} characters).")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
