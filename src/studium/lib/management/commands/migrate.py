"""Django's `migrate`, which lays an empty SQLite database out at one go."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import migrate
from django.db import connections

from studium.lib import laid_out


class Command(migrate.Command):
    def add_arguments(self, parser: CommandParser) -> None:
        """Django's own, and `--one-by-one`."""
        super().add_arguments(parser)
        parser.add_argument(
            "--one-by-one",
            action="store_true",
            help="Run each migration, also on an empty SQLite database.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run what is pending; on an empty database that is what the laid-out tables lack."""
        connection = connections[options["database"]]
        whole = not options["app_label"] and not options["plan"] and not options["check_unapplied"]
        if whole and not options["one_by_one"] and laid_out.is_wanted(connection):
            laid_out.lay_out(connection)
        super().handle(*args, **options)
