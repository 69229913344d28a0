"""Where everything is: pages at /, the API at /api/v1/, health beside them."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("studium.web.urls")),
]

handler400 = "studium.web.errors.bad_request"
handler403 = "studium.web.errors.permission_denied"
handler404 = "studium.web.errors.not_found"
handler500 = "studium.web.errors.server_error"
