"""An exam on paper: for those who sit it, and with its key for those who mark it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from studium.assessment import queries
from studium.content.queries import course_for_staff
from studium.lib import clock
from studium.lib.errors import NotFound
from studium.web.http import SignedIn, signed_in


@require_safe
@signed_in
def exam_print(request: SignedIn, slug: str, exam_id: UUID) -> HttpResponse:
    """The fixed questions in their order; `?key=1` adds what is right and why."""
    course = course_for_staff(request.user, slug)
    view = queries.exam_view(viewer=request.user, exam_id=exam_id, now=clock.now())
    if view.exam.course_id != course.pk:
        raise NotFound
    lines = [
        line
        for line in queries.paper_of(viewer=request.user, exam_id=exam_id)
        if line.pool_id is None
    ]
    context = {
        "course": course,
        "exam": view.exam,
        "lines": [
            (line, queries.asked_for_staff(line.question), queries.right_answer(line.question))
            for line in lines
        ],
        "points": sum(line.points for line in lines),
        "pools": queries.pools_of(viewer=request.user, exam_id=exam_id),
        "with_key": request.GET.get("key") == "1",
    }
    return render(request, "papers/printed.html", context)
