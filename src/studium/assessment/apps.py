"""The Django app of this package."""

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "studium.assessment"
    label = "assessment"
