"""The Django app of this package."""

from datetime import datetime
from typing import Any

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "studium.assessment"
    label = "assessment"

    def ready(self) -> None:
        """Tell the tutor how to find out that an exam runs: then it is shut."""
        from studium.notes import tutor_rights

        def exam_runs(user: Any, now: datetime) -> bool:
            from studium.assessment.queries import running_exam

            return running_exam(user, now) is not None

        tutor_rights.ask_about_exams(exam_runs)
