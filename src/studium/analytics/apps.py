"""The Django app of this package."""

from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    name = "studium.analytics"
    label = "analytics"

    def ready(self) -> None:
        """Take new responses in right after the commit that records them; count merges soon."""
        from studium.analytics import epochs
        from studium.analytics.catching_up import catch_up
        from studium.lib import clock, hooks

        def take_in() -> None:
            catch_up(now=clock.now())

        def want_next(**_: object) -> None:
            epochs.want_next("Concepts were merged.", now=clock.now())

        hooks.responses_recorded.listen(take_in)
        hooks.concepts_merged.listen(want_next)
