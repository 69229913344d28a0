"""The Django app of this package."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "studium.identity"
    label = "identity"

    def ready(self) -> None:
        """Tell people when their long work is over."""
        from studium.identity.work_news import tell_of_job
        from studium.lib import hooks

        hooks.jobs_ended.listen(tell_of_job)
