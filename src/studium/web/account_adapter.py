"""How allauth meets our people: who may sign up, where to go next, which address counts."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest

from studium.web.middleware import client_ip


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """allauth's decisions, answered by our settings and our identity package."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.REGISTRATION == "open")

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_ip(request)

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """People have no user names."""
