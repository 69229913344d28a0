"""Where everything is: pages at /, the API at /api/v1/, health beside them."""

from django.urls import URLPattern, URLResolver, include, path

from studium.web.autosave import save_answer

urlpatterns: list[URLPattern | URLResolver] = [
    # First, because an exam asks for it with every change of every answer.
    path("api/v1/exam-attempts/<uuid:attempt_id>/answers/<uuid:question_id>", save_answer),
    path("api/v1/", include("studium.rest.urls")),
    path("", include("studium.web.urls")),
]

handler400 = "studium.web.errors.bad_request"
handler403 = "studium.web.errors.permission_denied"
handler404 = "studium.web.errors.not_found"
handler500 = "studium.web.errors.server_error"
