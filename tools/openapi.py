"""`python -m tools.openapi`: write `docs/openapi.json` anew; with `--check` only compare.

The committed document is the API's promise: a change of it is a change to look at in review.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

SNAPSHOT = Path(__file__).resolve().parent.parent / "docs" / "openapi.json"


def main() -> int:
    """Write or compare; 1 when `--check` finds a difference."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studium.project.settings")
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("STUDIUM_DATA_DIR", folder)
        import django

        django.setup()
        from studium.rest.api import openapi_text

        made = openapi_text()
    if "--check" in sys.argv[1:]:
        same = SNAPSHOT.exists() and SNAPSHOT.read_text("utf-8") == made
        print("The document is as committed." if same else "Run: python -m tools.openapi")
        return 0 if same else 1
    SNAPSHOT.write_text(made, "utf-8")
    print(f"Wrote {SNAPSHOT} ({len(made):,} characters).")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
