"""The Django app of this package."""

from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "studium.content"
    label = "content"
