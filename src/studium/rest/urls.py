"""Where the API is, below /api/v1/. Importing this imports ninja; pages and commands do not."""

from __future__ import annotations

from studium.rest.api import api

patterns, app_name, namespace = api.urls
urlpatterns = list(patterns)
