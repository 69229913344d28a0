"""Running the site: people, and the log of who did what. Jobs are in web/jobs.py."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from studium.identity import queries, rights, rules
from studium.identity.actions import invitations, people
from studium.identity.mail_log import what_is_missing
from studium.lib.sheet import write_csv
from studium.web.forms import (
    ROLE_CHOICES,
    InviteForm,
    LogForm,
    PeopleFileForm,
    PersonForm,
    RoleForm,
    submitted,
)
from studium.web.http import SignedIn, now, signed_in
from studium.web.kept_pages import Shown, kept_page
from studium.web.lists import offset_of
from studium.web.register import send_invitation

P = ParamSpec("P")
PER_PAGE = 50
EXPORTED = 100_000


def admins(
    view: Callable[Concatenate[SignedIn, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """For admins: visitors sign in first, anybody else is refused."""

    @wraps(view)
    def guarded(request: SignedIn, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        rights.require_manage_site(request.user)
        return view(request, *args, **kwargs)

    return signed_in(guarded)


@require_safe
@admins
def overview(request: SignedIn) -> HttpResponse:
    """Where everything is, with the last lines of the log."""
    context = {
        "people_count": queries.people(request.user).count(),
        "latest": queries.log_lines(queries.log(request.user)[:10]),
        "registration": settings.REGISTRATION,
        "mail_missing": what_is_missing(),
    }
    return render(request, "admin/overview.html", context)


@require_safe
@admins
def people_list(request: SignedIn) -> HttpResponse:
    """Everybody, with search and filter."""
    search, role = request.GET.get("q", "")[:100], request.GET.get("role", "")
    offset = offset_of(request)
    found = queries.people(request.user, search=search, role=role)
    context = {
        "people": found[offset : offset + PER_PAGE],
        "count": found.count(),
        "offset": offset,
        "limit": PER_PAGE,
        "search": search,
        "role": role,
        "roles": ROLE_CHOICES,
        "invitations": queries.invitations(request.user, now=now()),
        "page_href": lambda place: f"?{urlencode({'q': search, 'role': role, 'offset': place})}",
    }
    return render(request, "admin/people.html", context)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@admins
def person_new(request: SignedIn) -> HttpResponse:
    """Make a person."""
    form = PersonForm(request.POST or None)
    made = submitted(
        form, lambda **values: people.create_person(by=request.user, now=now(), **values)
    )
    if made is None:
        return render(request, "admin/person_new.html", {"form": form})
    messages.success(request, _("%(name)s is added.") % {"name": made.name})
    return HttpResponseRedirect(reverse("admin_person", args=[made.pk]))


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def invite(request: SignedIn) -> HttpResponse:
    """Invite somebody by mail."""
    form = InviteForm(request.POST or None)
    made = submitted(
        form, lambda **values: invitations.invite(by=request.user, now=now(), **values)
    )
    if made is None:
        return render(request, "admin/invite.html", {"form": form})
    email = made.invitation.email
    send_invitation(request, email=email, token=made.token)
    messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": email})
    return HttpResponseRedirect(reverse("admin_people"))


@require_POST
@admins
def revoke_invitation(request: SignedIn, invitation_id: UUID) -> HttpResponse:
    """Withdraw an invitation."""
    invitations.revoke_invitation(by=request.user, invitation_id=invitation_id, now=now())
    messages.success(request, _("The invitation is withdrawn."))
    return HttpResponseRedirect(reverse("admin_people"))


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def people_file(request: SignedIn) -> HttpResponse:
    """First step of a list of people: read it and say, line by line, what would happen."""
    form = PeopleFileForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "admin/people_file.html", {"form": form})
    data = form.cleaned_data["file"].read(rules.LIST_BYTES + 1)
    return _checked(request, data)


@require_POST
@admins
def people_add(request: SignedIn) -> HttpResponse:
    """Second step: add everybody of the checked list, or nobody."""
    data = request.POST.get("list", "").encode("utf-8", "replace")
    listed = people.check_listed_people(rules.read_people(data, roles=_roles()))
    if not listed or any(line.problem for line in listed):
        return _checked(request, data)
    made = people.add_listed_people(by=request.user, people=listed, now=now())
    text = ngettext("%(count)d person is added.", "%(count)d people are added.", len(made))
    messages.success(request, text % {"count": len(made)})
    return HttpResponseRedirect(reverse("admin_people"))


def _checked(request: HttpRequest, data: bytes) -> HttpResponse:
    listed = people.check_listed_people(rules.read_people(data, roles=_roles()))
    context = {
        "lines": listed,
        "problems": [line for line in listed if line.problem],
        "list": data.decode("utf-8-sig", "replace"),
    }
    return render(request, "admin/people_check.html", context)


def _roles() -> list[str]:
    return [role for role, _words in ROLE_CHOICES]


@require_safe
@admins
def person(request: SignedIn, person_id: UUID) -> HttpResponse:
    """One person, with what may be changed about them."""
    who = queries.person(request.user, person_id)
    context = {"person": who, "form": RoleForm(initial={"role": who.role})}
    return render(request, "admin/person.html", context)


@require_POST
@admins
def person_role(request: SignedIn, person_id: UUID) -> HttpResponse:
    """Give another role."""
    role = request.POST.get("role", "")
    people.change_role(by=request.user, person_id=person_id, role=role, now=now())
    messages.success(request, _("The role is changed."))
    return HttpResponseRedirect(reverse("admin_person", args=[person_id]))


@require_POST
@admins
def person_deactivate(request: SignedIn, person_id: UUID) -> HttpResponse:
    """Switch an account off."""
    people.deactivate(by=request.user, person_id=person_id, now=now())
    messages.success(request, _("The account is switched off. Its results stay."))
    return HttpResponseRedirect(reverse("admin_person", args=[person_id]))


@require_POST
@admins
def person_activate(request: SignedIn, person_id: UUID) -> HttpResponse:
    """Switch an account on."""
    people.activate(by=request.user, person_id=person_id, now=now())
    messages.success(request, _("The account is switched on."))
    return HttpResponseRedirect(reverse("admin_person", args=[person_id]))


@require_safe
@admins
@kept_page
def log(request: SignedIn) -> Shown:
    """The audit log, filtered."""
    form, rows = _log_rows(request)
    offset = offset_of(request)
    asked = {key: text for key in form.fields if (text := request.GET.get(key, ""))}
    context = {
        "form": form,
        "rows": queries.log_lines(rows[offset : offset + PER_PAGE]),
        "count": rows.count(),
        "offset": offset,
        "limit": PER_PAGE,
        "query": urlencode(asked),
        "page_href": lambda place: f"?{urlencode({**asked, 'offset': place})}",
    }
    return Shown("admin/log.html", context)


@require_safe
@admins
def log_csv(request: SignedIn) -> HttpResponse:
    """The same rows as a table for a spreadsheet."""
    rows = _log_rows(request)[1][:EXPORTED]
    head = ["at", "who", "action", "object", "id", "course", "detail", "ip", "browser"]
    text = write_csv(head, (_log_line(row) for row in rows.iterator(chunk_size=2000)))
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="audit-log.csv"'
    return answer


def _log_line(row: Any) -> list[object]:
    who = row.actor.email if row.actor else ""
    return [
        row.at.isoformat(timespec="seconds"),
        who,
        row.action,
        row.object_type,
        row.object_id,
        str(row.course_id or ""),
        "; ".join(f"{key}: {value}" for key, value in row.detail.items()),
        row.ip,
        row.user_agent,
    ]


def _log_rows(request: SignedIn) -> tuple[LogForm, Any]:
    form = LogForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    since, until = asked.get("since"), asked.get("until")
    rows = queries.log(
        request.user,
        action=asked.get("action", ""),
        actor=asked.get("actor", ""),
        since=_midnight(since) if since else None,
        until=_midnight(until + timedelta(days=1)) if until else None,
    )
    return form, rows


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
