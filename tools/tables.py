"""`python -m tools.tables`: write the tables of a new SQLite database anew, after a migration.

With `--check` only compare. Runs every migration, which takes some seconds.
"""

from __future__ import annotations

import gc
import os
import sys
import tempfile


def fewer_models_made_anew() -> None:
    """For a new model, make anew only the models that it names: those that name these in turn are
    made anew before a migration of data reads any, as Django does after any other change."""
    from django.db.migrations.state import ModelState, ProjectState

    def add_model(self: ProjectState, model_state: ModelState) -> None:
        key = model_state.app_label, model_state.name_lower
        self.models[key] = model_state
        if self._relations is not None:  # type: ignore[attr-defined]  # the stubs lack it
            self.resolve_model_relations(key)
        if "apps" in self.__dict__:
            self.reload_model(*key, delay=True)  # which Django itself says of other changes

    ProjectState.add_model = add_model  # type: ignore[method-assign]  # in this program alone


def main() -> int:
    """Write or compare; 1 when `--check` finds a difference."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.pop("DATABASE_URL", None)
        os.environ["STUDIUM_DATA_DIR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studium.project.settings")
        import django

        django.setup()
        fewer_models_made_anew()
        gc.set_threshold(200_000, 50, 50)  # models of each moment are many, and few are freed
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
