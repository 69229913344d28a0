"""Receipts: the file of one's own attempt, and a page on which anybody signed in checks one."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from studium.assessment import queries, receipt
from studium.assessment.chain import read_code
from studium.web.http import SignedIn, signed_in


@require_safe
@signed_in
def exam_receipt(request: SignedIn, attempt_id: UUID) -> HttpResponse:
    """The receipt of an attempt as a file to keep."""
    content = queries.receipt_file(viewer=request.user, attempt_id=attempt_id)
    headers = {"Content-Disposition": f'attachment; filename="receipt-{attempt_id}.json"'}
    return HttpResponse(content, content_type="application/json", headers=headers)


@signed_in
def receipts(request: SignedIn) -> HttpResponse:
    """Check a receipt, sent as a file or pasted, or look a short code up among one's own."""
    if request.method != "POST":
        return render(request, "receipts/check.html", {})
    code = request.POST.get("code", "").strip()
    content = _content(request)
    if code and not content:
        return _looked_up(request, code)
    if not content:
        error = _("Choose the file of a receipt, or give its code.")
        return render(request, "receipts/check.html", {"error": error}, status=422)
    check = queries.check_receipt(content, viewer=request.user)
    return render(request, "receipts/check.html", {"check": check})


def _content(request: SignedIn) -> bytes:
    """What was sent as a file or else pasted; a browser's line ends are put back."""
    sent = request.FILES.get("file")
    if sent is not None:
        return bytes(sent.read(receipt.MAX_BYTES + 1))
    pasted = request.POST.get("text", "")
    if not pasted.strip():
        return b""
    text = pasted.replace("\r\n", "\n").strip() + "\n"
    return text.encode("utf-8", "replace")


def _looked_up(request: SignedIn, code: str) -> HttpResponse:
    """What a code stands for, where it is one of the viewer's own attempts."""
    read = read_code(code)
    if read is None:
        error = _("This is no code: it has 13 letters and digits, and the last one checks them.")
        context = {"error": error, "code": code}
        return render(request, "receipts/check.html", context, status=422)
    found = queries.event_of_code(viewer=request.user, code=read)
    return render(request, "receipts/check.html", {"code": read, "found": found, "asked": True})
