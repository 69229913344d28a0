"""People: made, renamed, given a role, switched off and on. Each change is in the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from studium.identity import rights, rules
from studium.identity.actions.audit import record
from studium.identity.models import ApiToken, Invitation, Role, Session, User
from studium.lib.errors import Conflict, Invalid, NotFound
from studium.lib.words import phrase, sentences


@transaction.atomic
def create_person(
    *,
    by: User | None,
    name: str,
    email: str,
    role: str = Role.STUDENT,
    password: str | None = None,
    now: datetime,
) -> User:
    """Add a person. `by` is None on the command line; without a password they reset it by mail.

    Raises `Invalid` for a wrong name, address, role or password, `Conflict` for a known address.
    """
    if by is not None:
        rights.require_manage_site(by)
    person = add_person(name=name, email=email, role=role, password=password, now=now)
    record(
        by=by,
        action="person.create",
        object_type="user",
        object_id=person.pk,
        detail={"role": role},
        now=now,
    )
    return person


def add_person(
    *, name: str, email: str, role: str, password: str | None, locale: str = "", now: datetime
) -> User:
    """The row of a new person, checked; within a transaction of whoever may add people.

    Without a `locale` of the list the person reads the site's own language until they change it.
    """
    name, email = name.strip(), email.strip()
    wrong = {"name": rules.wrong_with_name(name), "email": rules.wrong_with_email(email)}
    if role not in Role.values:
        wrong["role"] = phrase("The role should be one of %(roles)s.", roles=", ".join(Role.values))
    person = User(name=name, email=email, role=role, created_at=now)
    if password is not None:
        wrong["password"] = wrong_with_password(password, person)
    if fields := {field: problem for field, problem in wrong.items() if problem}:
        raise Invalid(sentences(*fields.values()), fields=fields)
    person.email_canonical = rules.canonical_email(email)
    if User.objects.by_email(email) is not None:
        problem = phrase("There is an account with this address already.")
        raise Conflict(problem, code="email_taken", fields={"email": problem})
    person.timezone = settings.TIME_ZONE
    person.locale = locale if locale in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    person.set_password(password)  # None makes one that no password matches
    person.save(force_insert=True)
    return person


def wrong_with_password(password: str, person: User | None = None) -> str:
    """What is wrong with a new password, or nothing."""
    if len(password) > 1000 or "\0" in password:
        return phrase("A password has at most 1,000 characters.")
    try:
        validate_password(password, person)
    except ValidationError as refused:
        return " ".join(refused.messages)
    return ""


@transaction.atomic
def update_profile(
    *, by: User, person_id: UUID, name: str, locale: str, timezone: str, now: datetime
) -> User:
    """Change name, language and zone. Raises `Invalid`, `NotFound`, `NotAllowed`."""
    person = held(person_id)
    rights.require_change_person(by, person)
    wrong = {"name": rules.wrong_with_name(name)}
    if locale not in dict(settings.LANGUAGES):
        wrong["locale"] = phrase("This language is not available; choose one of the list.")
    if timezone not in available_timezones():
        wrong["timezone"] = phrase("This time zone is not known; choose one like Europe/Berlin.")
    if fields := {field: problem for field, problem in wrong.items() if problem}:
        raise Invalid(sentences(*fields.values()), fields=fields)
    person.name, person.locale, person.timezone = name.strip(), locale, timezone
    person.save(update_fields=["name", "locale", "timezone"])
    if by.pk != person.pk:
        record(by=by, action="person.rename", object_type="user", object_id=person.pk, now=now)
    return person


@transaction.atomic
def change_role(*, by: User | None, person_id: UUID, role: str, now: datetime) -> User:
    """Give another role. The last admin keeps theirs (`Conflict`)."""
    if by is not None:
        rights.require_manage_site(by)
    if role not in Role.values:
        problem = phrase("The role should be one of %(roles)s.", roles=", ".join(Role.values))
        raise Invalid(problem, fields={"role": problem})
    person, admins = held_with_admins(person_id)
    if person.role == role:
        return person
    require_another_admin(person, admins)
    before, person.role = person.role, role
    person.save(update_fields=["role"])
    detail = {"from": before, "to": role}
    record(
        by=by,
        action="person.role",
        object_type="user",
        object_id=person.pk,
        detail=detail,
        now=now,
    )
    return person


@transaction.atomic
def deactivate(*, by: User, person_id: UUID, now: datetime) -> User:
    """Switch an account off: its sessions and tokens end with it, its results stay."""
    rights.require_manage_site(by)
    person, admins = held_with_admins(person_id)
    if not person.is_active:
        return person
    require_another_admin(person, admins)
    person.is_active = False
    person.save(update_fields=["is_active"])
    end_access(person, now=now)
    record(by=by, action="person.deactivate", object_type="user", object_id=person.pk, now=now)
    return person


@transaction.atomic
def activate(*, by: User, person_id: UUID, now: datetime) -> User:
    """Switch an account on again; its former tokens stay revoked."""
    rights.require_manage_site(by)
    person = held(person_id)
    if person.erased_at is not None:
        raise Conflict("This person was erased; make a new account instead.")
    if not person.is_active:
        person.is_active = True
        person.save(update_fields=["is_active"])
        record(by=by, action="person.activate", object_type="user", object_id=person.pk, now=now)
    return person


@transaction.atomic
def set_password(*, by: User | None, person: User, password: str, now: datetime) -> None:
    """Set a password and end the person's sessions; a page that acts in one of them begins anew.

    Raises `Invalid` for a password that is too easy.
    """
    if by is not None:
        rights.require_change_person(by, person)
    if problem := wrong_with_password(password, person):
        raise Invalid(problem, fields={"password": problem})
    person.set_password(password)
    person.save(update_fields=["password"])
    Session.objects.filter(user=person).delete()
    record(by=by, action="person.password", object_type="user", object_id=person.pk, now=now)


@transaction.atomic
def change_address(*, by: User, person_id: UUID, email: str, now: datetime) -> User:
    """Give another e-mail address, which was proved by mail or is an admin's to set.

    Raises `Invalid` for what is no address and `Conflict` for one that has an account.
    """
    person = held(person_id)
    rights.require_change_person(by, person)
    if problem := rules.wrong_with_email(email):
        raise Invalid(problem, fields={"email": problem})
    other = User.objects.by_email(email)
    if other is not None and other.pk != person.pk:
        problem = phrase("There is an account with this address already.")
        raise Conflict(problem, code="email_taken", fields={"email": problem})
    person.email, person.email_canonical = email.strip(), rules.canonical_email(email)
    person.save(update_fields=["email", "email_canonical"])
    record(by=by, action="person.address", object_type="user", object_id=person.pk, now=now)
    return person


@transaction.atomic
def add_listed_people(
    *, by: User, people: Sequence[rules.ListedPerson], now: datetime
) -> list[User]:
    """Add everybody of a checked list; all or nobody. Raises `Invalid` while one has a problem."""
    rights.require_manage_site(by)
    for each in check_listed_people(people):
        if each.problem:
            raise Invalid(
                phrase(
                    "Line %(line)s: %(problem)s Nobody was added; correct the list.",
                    line=each.line,
                    problem=each.problem,
                )
            )
    return [
        create_person(by=by, name=each.name, email=each.email, role=each.role, now=now)
        for each in people
    ]


def check_listed_people(people: Sequence[rules.ListedPerson]) -> list[rules.ListedPerson]:
    """The lines with what the database knows: an address that has an account is a problem."""
    addresses = [rules.canonical_email(each.email) for each in people if not each.problem]
    taken = set(
        User.objects.filter(email_canonical__in=addresses).values_list("email_canonical", flat=True)
    )
    return [
        rules.ListedPerson(
            each.line, each.name, each.email, each.role, "There is an account with this address."
        )
        if not each.problem and rules.canonical_email(each.email) in taken
        else each
        for each in people
    ]


def end_access(person: User, *, now: datetime) -> None:
    """End every session, revoke every token and every open invitation the person sent."""
    Session.objects.filter(user=person).delete()
    ApiToken.objects.filter(user=person, revoked_at=None).update(revoked_at=now)
    Invitation.objects.filter(invited_by=person, accepted_at=None, revoked_at=None).update(
        revoked_at=now
    )


def held(person_id: UUID) -> User:
    """The person, locked until the end of the transaction. Raises `NotFound`."""
    person = User.objects.select_for_update().filter(pk=person_id).first()
    if person is None:
        raise NotFound
    return person


def held_with_admins(person_id: UUID) -> tuple[User, list[User]]:
    """The person and all active admins, locked in one order: two admins who step down at the same
    moment wait for each other instead of both going, and do not block each other for good.
    """
    wanted = Q(pk=person_id) | Q(role=Role.ADMIN, is_active=True)
    rows = list(User.objects.select_for_update().filter(wanted).order_by("pk"))
    person = next((row for row in rows if row.pk == person_id), None)
    if person is None:
        raise NotFound
    return person, [row for row in rows if row.role == Role.ADMIN and row.is_active]


def require_another_admin(person: User, admins: list[User]) -> None:
    """Raise `Conflict` for the last active admin."""
    if person in admins and len(admins) == 1:
        raise Conflict(
            "This is the last active admin. Make somebody else an admin first.",
            code="last_admin",
        )
