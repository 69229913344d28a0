"""The Django app of this package."""

from typing import Any

from django.apps import AppConfig


class NotesConfig(AppConfig):
    name = "studium.notes"
    label = "notes"

    def ready(self) -> None:
        """Have notes made of what was saved, unless the course wishes otherwise."""
        from studium.lib import hooks

        def make(**about: Any) -> None:
            from studium.notes.saved import make_notes_of

            make_notes_of(**about)

        hooks.lessons_saved.listen(make)
