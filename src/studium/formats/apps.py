"""The Django app of this package, so that the worker finds its jobs; it has no tables."""

from django.apps import AppConfig


class FormatsConfig(AppConfig):
    name = "studium.formats"
    label = "formats"
