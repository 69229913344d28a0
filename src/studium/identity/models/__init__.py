"""The tables of identity: people, how they get in, and who did what."""

from studium.identity.models.audit import AuditEntry
from studium.identity.models.limit import SignInLimit
from studium.identity.models.mail import Mail, MailRefusal, MailStatus
from studium.identity.models.notice import (
    Announcement,
    BirthYear,
    MailChoice,
    Notification,
    Pace,
    Topic,
)
from studium.identity.models.person import Role, User, UserManager
from studium.identity.models.preference import Preference
from studium.identity.models.session import Session
from studium.identity.models.token import ApiToken, Invitation, TokenScope
from studium.identity.rules import canonical_email

__all__ = [
    "Announcement",
    "ApiToken",
    "AuditEntry",
    "BirthYear",
    "Invitation",
    "Mail",
    "MailChoice",
    "MailRefusal",
    "MailStatus",
    "Notification",
    "Pace",
    "Preference",
    "Role",
    "Session",
    "SignInLimit",
    "TokenScope",
    "Topic",
    "User",
    "UserManager",
    "canonical_email",
]
