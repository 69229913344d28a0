"""The site map: one list per journey, in the order a person meets them."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from studium.lib.addresses import by_first_part
from studium.web import (
    health,
    styleguide,
)
from studium.web.urls.learning import (
    exams,
    learning,
    notes,
    of_search,
    practice,
    without_connection,
)
from studium.web.urls.people import entrance, happened, own, running
from studium.web.urls.teaching import authoring, grading, progress

# For machines that watch.
watch: list[URLPattern | URLResolver] = [
    path("healthz", health.alive, name="healthz"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("readyz", health.ready, name="readyz"),
]

# Addresses are tried in this order, so what is asked for most comes first.
urlpatterns = by_first_part(
    [
        *learning,
        *entrance,
        *own,
        *of_search,
        *without_connection,
        *happened,
        *practice,
        *exams,
        *progress,
        *authoring,
        *grading,
        *notes,
        *running,
        *watch,
    ]
)
