"""The Django app of this package."""

from django.apps import AppConfig


class NotesConfig(AppConfig):
    name = "studium.notes"
    label = "notes"
