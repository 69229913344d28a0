"""Blanking a person: who they were goes for good, the row stays so that results keep standing.

Only a part of an erasure, see `studium.analytics.erasing`, which asks every package.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.apps import apps
from django.db.models import Q

from studium.identity import rights
from studium.identity.actions.people import end_access, held_with_admins, require_another_admin
from studium.identity.models import (
    ApiToken,
    BirthYear,
    Invitation,
    Mail,
    MailChoice,
    Notification,
    Preference,
    User,
)
from studium.lib.errors import Conflict
from studium.lib.models import IdempotencyKey, Job
from studium.lib.words import phrase

ERASED = "Erased person"
# Tables of the sign-in library: second factors, passkeys, recovery codes, addresses.
_OF_SIGN_IN = (("mfa", "Authenticator"), ("account", "EmailAddress"))


def held_to_erase(*, by: User, person_id: UUID) -> User:
    """The person, locked, for themselves or an admin. Raises `NotFound`, `NotAllowed`, or
    `Conflict` for the last admin and for somebody who was erased before."""
    person, admins = held_with_admins(person_id)
    rights.require_change_person(by, person)
    if person.erased_at is not None:
        raise Conflict(phrase("This person was erased before."))
    require_another_admin(person, admins)
    return person


def blank(person: User, *, now: datetime) -> None:
    """Take name, address, password and everything of their account from a locked person."""
    end_access(person, now=now)
    ApiToken.objects.filter(user=person).delete()
    _blank_invitations(person)
    for model in (Notification, Mail, MailChoice, BirthYear, Preference, IdempotencyKey):
        model._base_manager.filter(user=person).delete()
    Mail.objects.filter(address__iexact=person.email).delete()
    for app, name in _OF_SIGN_IN:
        apps.get_model(app, name).objects.filter(user=person).delete()
    Job.objects.filter(created_by=person).update(created_by=None)
    person.name, person.email = ERASED, f"{person.pk.hex}@erased.invalid"
    person.email_canonical = person.email
    person.set_unusable_password()
    person.locale, person.timezone, person.last_login = "en", "UTC", None
    person.is_active, person.erased_at = False, now
    person.save()


def _blank_invitations(person: User) -> None:
    """Invitations by which they came, or that are open for their address, hold the address."""
    mine = Q(accepted_by=person) | Q(email_canonical=person.email_canonical)
    nobody = f"{person.pk.hex}@erased.invalid"
    Invitation.objects.filter(mine).update(email=nobody, email_canonical=nobody)
