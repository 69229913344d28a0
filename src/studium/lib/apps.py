"""The Django app of the ground floor: jobs, idempotency keys, and the trigger list's hooks."""

from django.apps import AppConfig
from django.core.signals import request_started
from django.db.models.signals import post_migrate, pre_migrate


class LibConfig(AppConfig):
    name = "studium.lib"
    label = "lib"

    def ready(self) -> None:
        """Take the triggers away before migrations run and put them back after; have requests
        leave connections that the database has ended.

        SQLite rebuilds a table for most schema changes and silently drops its triggers, and a
        trigger on another table that names the rebuilt one makes the migration fail.
        """
        from studium.lib import db, triggers

        pre_migrate.connect(triggers.before_migrate, sender=self, dispatch_uid="studium-triggers")
        post_migrate.connect(triggers.after_migrate, sender=self, dispatch_uid="studium-triggers")
        request_started.connect(db.leave_ended_connection, dispatch_uid="studium-ended")
