"""Who may do what to people and to the site. Rights inside a course are content's."""

from __future__ import annotations

from typing import Any

from studium.identity.models import Role, User
from studium.lib.errors import NotAllowed, NotSignedIn


def is_person(user: Any) -> bool:
    """Whether this is somebody who is signed in and active (a visitor is not)."""
    return bool(user is not None and user.is_authenticated and user.is_active)


def may_manage_site(user: Any) -> bool:
    """People, roles, jobs and the log are an admin's."""
    return is_person(user) and user.role == Role.ADMIN


def may_create_courses(user: Any) -> bool:
    """Instructors and admins bring courses."""
    return is_person(user) and user.role in {Role.INSTRUCTOR, Role.ADMIN}


def may_change_person(user: Any, person: User) -> bool:
    """Everybody changes their own profile, an admin anybody's."""
    return is_person(user) and (user.pk == person.pk or may_manage_site(user))


def may_invite(user: Any, role: str) -> bool:
    """Who teaches may invite students; other roles are an admin's to give."""
    return may_manage_site(user) or (
        is_person(user) and role == Role.STUDENT and bool(user.teaches)
    )


def require_person(user: Any) -> None:
    """Raise `NotSignedIn` for visitors."""
    if not is_person(user):
        raise NotSignedIn("Sign in first.")


def require_manage_site(user: Any) -> None:
    """Raise unless the person is an admin."""
    require_person(user)
    if not may_manage_site(user):
        raise NotAllowed("Only an admin may do this. Ask the people who run this server.")


def require_create_courses(user: Any) -> None:
    """Raise unless the person may bring courses."""
    require_person(user)
    if not may_create_courses(user):
        raise NotAllowed("Only instructors may create courses. Ask an admin for that role.")


def require_change_person(user: Any, person: User) -> None:
    """Raise unless the person may change this profile."""
    require_person(user)
    if not may_change_person(user, person):
        raise NotAllowed("Only the person or an admin may change this.")
