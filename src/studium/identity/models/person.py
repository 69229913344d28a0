"""`users`: where the data story starts. A student, an instructor or an admin."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import CheckConstraint, F, Func, Q
from django.db.models.functions import Lower, Now, Trim
from django.db.models.lookups import Exact
from django.utils.functional import cached_property

from studium.identity.rules import canonical_email
from studium.lib.db import not_blank, one_of
from studium.lib.models import Row


class Role(models.TextChoices):
    """What a person may be on the whole site; in a course `enrollments.role` counts."""

    STUDENT = "STUDENT"
    ADMIN = "ADMIN"
    INSTRUCTOR = "INSTRUCTOR"


class IsAscii(Func):
    """True where a text has only printable ASCII; both engines compute it without extensions."""

    arity = 1
    output_field = models.BooleanField()
    conditional = True

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = "%(expressions)s NOT GLOB '*[^ -~]*'"
        return super().as_sql(compiler, connection, template=template, **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return super().as_sql(compiler, connection, template="%(expressions)s !~ '[^ -~]'", **extra)


class UserManager(BaseUserManager["User"]):
    """Finds people by their canonical address, which is also how they sign in."""

    def get_by_natural_key(self, email: str | None) -> User:
        return self.get(email_canonical=canonical_email(email or ""))

    def by_email(self, email: str) -> User | None:
        """The person with this address in any spelling, or None."""
        return self.filter(email_canonical=canonical_email(email)).first()


class User(Row, AbstractBaseUser):
    """A person. Never deleted once they have results; erasure blanks the person instead.

    The field is `password` because Django's authentication names it so; the column is the seed's.
    """

    Role: ClassVar[type[Role]] = Role

    name = models.CharField(max_length=200)
    email = models.CharField(max_length=254)
    email_canonical = models.CharField(max_length=320, unique=True)
    password = models.CharField(max_length=200, db_column="password_hash")
    role = models.CharField(max_length=12, choices=Role, default=Role.STUDENT)
    created_at = models.DateTimeField(db_default=Now())
    is_active = models.BooleanField(db_default=True, default=True)
    locale = models.CharField(max_length=12, db_default="en", default="en")
    timezone = models.CharField(max_length=64, db_default="UTC", default="UTC")
    last_login = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        db_table = "users"
        constraints = [
            one_of("role", Role, name="users_role"),
            not_blank("name", name="users_name_not_blank"),
            CheckConstraint(
                condition=Q(email__contains="@")
                & ~Q(email__startswith="@")
                & ~Q(email__endswith="@")
                & ~Q(email__contains=" "),
                name="users_email_shape",
            ),
            CheckConstraint(
                condition=IsAscii("email_canonical")
                & Exact(F("email_canonical"), Lower("email_canonical")),
                name="users_email_canonical_form",
            ),
            CheckConstraint(
                condition=~Q(IsAscii("email"))
                | Q(Exact(F("email_canonical"), Lower(Trim("email")))),
                name="users_email_canonical_same",
            ),
            CheckConstraint(condition=~Q(locale="") & ~Q(timezone=""), name="users_locale_set"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        self.email_canonical = canonical_email(self.email)

    @property
    def is_admin(self) -> bool:
        return self.is_active and self.role == Role.ADMIN

    @cached_property
    def teaches(self) -> bool:
        """Whether the teaching pages concern this person: by role, or as staff of any course.

        Requests load this together with the person; elsewhere it costs one query.
        """
        return self.role in {Role.INSTRUCTOR, Role.ADMIN} or (
            self.enrollments.filter(ended_at=None, role__in=["assistant", "instructor"]).exists()
        )

    @cached_property
    def unread(self) -> int:
        """How many notifications are unread, at most a hundred; loaded like `teaches`."""
        from studium.identity.models.notice import Notification

        return int(Notification.objects.filter(user=self, read_at=None)[:100].count())

    @property
    def initials(self) -> str:
        """One or two letters for the round badge."""
        words = self.name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()
