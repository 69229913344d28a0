"""Everything that is kept about oneself, as a file: ask for it, see how far it is, fetch it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from studium.analytics import actions, exporting
from studium.web import jobs
from studium.web.http import SignedIn, now, signed_in


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def own_data(request: SignedIn) -> HttpResponse:
    """What the file holds and where it is; a POST has it made, by a job."""
    me, at = request.user, now()
    if request.method == "POST":
        actions.ask_for_export(by=me, now=at)
        return redirect("account_data")
    job = exporting.latest_export(viewer=me)
    context = {
        "tab": "data",
        "job": jobs.card(job) if job is not None else None,
        "made_at": exporting.export_at(viewer=me, now=at),
        "kept_days": exporting.KEPT_FOR.days,
    }
    return render(request, "account/data.html", context)


@require_safe
@signed_in
def own_data_file(request: SignedIn) -> HttpResponse:
    """The file, for its owner alone."""
    place = exporting.export_file(viewer=request.user, now=now())
    return HttpResponse(
        place.read_bytes(),
        content_type="application/zip",
        headers={
            "Content-Disposition": 'attachment; filename="studium-my-data.zip"',
            "Cache-Control": "private, no-store",
        },
    )
