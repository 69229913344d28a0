"""The Django app of this package."""

from typing import Any

from django.apps import AppConfig


class NotesConfig(AppConfig):
    name = "studium.notes"
    label = "notes"

    def ready(self) -> None:
        """Have notes made of what was saved, unless the course wishes otherwise; have them follow
        passages that were rendered again."""
        from studium.lib import hooks

        def make(**about: Any) -> None:
            from studium.notes.saved import make_notes_of

            make_notes_of(**about)

        def follow(**about: Any) -> None:
            from studium.notes.saved import follow_passages

            follow_passages(**about)

        hooks.lessons_saved.listen(make)
        hooks.lessons_rendered.listen(follow)
