"""The Django app of this package."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class ContentConfig(AppConfig):
    name = "studium.content"
    label = "content"

    def ready(self) -> None:
        """Let the words of notes, questions and people be searched whatever migrations do."""
        from studium.content import entry_index

        pre_migrate.connect(entry_index.before_migrate, sender=self, dispatch_uid="studium-search")
        post_migrate.connect(entry_index.after_migrate, sender=self, dispatch_uid="studium-search")
