"""Mails of the site, for admins: what became of each, and a trial to oneself."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from studium.identity import mail_log
from studium.identity.actions.mail_trial import send_trial_mail
from studium.web.admin import admins
from studium.web.http import SignedIn, now
from studium.web.lists import offset_of

PER_PAGE = 50


@require_safe
@admins
def admin_mail(request: SignedIn) -> HttpResponse:
    """Every mail that waits or ended within a month; what they say is nobody's here."""
    status = request.GET.get("status", "")
    status = status if status in mail_log.STATUSES else ""
    rows, offset = mail_log.mails(request.user, status=status), offset_of(request)
    context = {
        "mails": rows[offset : offset + PER_PAGE],
        "count": rows.count(),
        "counts": mail_log.counts(request.user),
        "status": status,
        "statuses": mail_log.STATUSES,
        "offset": offset,
        "limit": PER_PAGE,
        "missing": mail_log.what_is_missing(),
        "page_href": lambda place: f"?{urlencode({'status': status, 'offset': place})}",
    }
    return render(request, "admin/mail.html", context)


@require_POST
@admins
def admin_mail_trial(request: SignedIn) -> HttpResponse:
    """Send a mail to oneself."""
    send_trial_mail(by=request.user, site=request.build_absolute_uri("/"), now=now())
    messages.success(request, _("The mail is on its way; its line below says what became of it."))
    return redirect("admin_mail")
