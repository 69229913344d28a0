"""A new SQLite database: laid out at one go, and the same as after every migration."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from studium.lib import laid_out

ROOT = Path(__file__).resolve().parents[2]
MIGRATE = """
import os
from pathlib import Path

import django

django.setup()
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from studium.lib import laid_out

whole = laid_out.TABLES.read_text("utf-8")
laid_out.TABLES = Path(os.environ["OLDER"])
last = ("assessment", "0014_fewer_indexes")
laid_out.lay_out(connection)
print("before", last in MigrationRecorder(connection).applied_migrations())
call_command("migrate", verbosity=0)
print("after", last in MigrationRecorder(connection).applied_migrations())


def lines(text):
    return sorted(line.rstrip(",") for line in text.splitlines())


print("same", lines(laid_out.text(connection)) == lines(whole))
"""


def test_the_file_is_what_all_migrations_lead_to() -> None:
    command = [sys.executable, "-m", "tools.tables", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_the_file_lacks_runs_as_a_migration(tmp_path: Path) -> None:
    row = "  ('assessment', '0014_fewer_indexes'),\n"
    text = laid_out.TABLES.read_text("utf-8")
    assert row in text
    older = tmp_path / "tables.sql"
    older.write_text(text.replace(row, ""), "utf-8")
    environment = {**os.environ, "STUDIUM_DATA_DIR": str(tmp_path / "data"), "OLDER": str(older)}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-c", MIGRATE]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["before", "False", "after", "True", "same", "True"], done.stderr
