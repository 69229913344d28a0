"""`python -m tools.tables`: write the tables of a new SQLite database anew, after a migration.

With `--check` only compare. Runs every migration, which takes ten seconds.
"""

from __future__ import annotations

import os
import sys
import tempfile


def main() -> int:
    """Write or compare; 1 when `--check` finds a difference."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.pop("DATABASE_URL", None)
        os.environ["STUDIUM_DATA_DIR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studium.project.settings")
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        from studium.lib import laid_out

        call_command("migrate", verbosity=0, interactive=False, one_by_one=True)
        made = laid_out.text(connection)
    if "--check" in sys.argv[1:]:
        same = laid_out.TABLES.exists() and laid_out.TABLES.read_text("utf-8") == made
        print("The tables are as committed." if same else "Run: python -m tools.tables")
        return 0 if same else 1
    laid_out.TABLES.write_text(made, "utf-8")
    print(f"Wrote {laid_out.TABLES.name} ({len(made):,} characters).")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
