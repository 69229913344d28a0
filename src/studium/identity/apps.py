"""The Django app of this package."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "studium.identity"
    label = "identity"
