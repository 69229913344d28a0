"""The room of a running exam: who is where, and what the staff do about it.

Everything the staff do here reaches the papers through the exam's pulse.
"""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from studium.assessment import pulse as pulses


def pulse(request: HttpRequest, exam_id: UUID) -> HttpResponse:
    """The number of the exam's pulse as plain text; asked for by every paper all the time.

    `middleware.pulses_first` calls it before there is a session. It says nothing of an exam but
    that its staff have done something.
    """
    response = HttpResponse(str(pulses.number(exam_id)), content_type="text/plain")
    response.headers["Cache-Control"] = "no-store"
    return response
