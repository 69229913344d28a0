"""Signing in by address and password."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from studium.identity.models import User


class EmailBackend(BaseBackend):
    """Finds the person by the canonical address. Known or not, exactly one password is hashed."""

    def authenticate(
        self,
        request: HttpRequest | None,
        email: str | None = None,
        password: str | None = None,
        **_: Any,
    ) -> User | None:
        """The active person with this address and password, or None without saying which failed."""
        if email is None or password is None:
            return None
        user = User.objects.by_email(email)
        if user is None:
            make_password(password)  # takes as long as the check that cannot be made
            return None
        right = user.check_password(password)
        return user if right and user.is_active and user.erased_at is None else None

    def get_user(self, user_id: Any) -> User | None:
        """The active person with this id."""
        return User.objects.filter(pk=user_id, is_active=True, erased_at=None).first()
