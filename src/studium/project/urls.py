"""Where everything is: pages at /, the API at /api/v1/, health beside them."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
