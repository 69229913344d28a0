"""The site map: one list per journey, in the order a person meets them."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from studium.web import health

# Sign-in, sign-up, password and second factor: allauth's pages in our templates.
account: list[URLPattern | URLResolver] = [
    path("account/", include("allauth.urls")),
]

# For machines that watch.
watch = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
]

urlpatterns: list[URLPattern | URLResolver] = [*account, *watch]
