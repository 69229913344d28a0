"""The Django app of this package."""

from datetime import datetime
from typing import Any

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "studium.assessment"
    label = "assessment"

    def ready(self) -> None:
        """Tell the tutor how to find out that an exam runs, for then it is shut; and tell
        instructors of what machines made for them to review."""
        from studium.notes import tutor_rights

        def exam_runs(user: Any, now: datetime) -> bool:
            from studium.assessment.queries import running_exam

            return running_exam(user, now) is not None

        tutor_rights.ask_about_exams(exam_runs)
        from studium.assessment.waiting import tell_of_waiting
        from studium.lib import hooks

        hooks.jobs_ended.listen(tell_of_waiting)
