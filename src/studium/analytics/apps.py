"""The Django app of this package."""

from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    name = "studium.analytics"
    label = "analytics"
