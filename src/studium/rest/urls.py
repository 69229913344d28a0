"""Where the API is, below /api/v1/. Importing this imports ninja; pages and commands do not."""

from __future__ import annotations

from studium.lib.addresses import by_first_part
from studium.rest.api import api

patterns, app_name, namespace = api.urls
urlpatterns = by_first_part(patterns)
