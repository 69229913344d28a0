"""Placeholder until the session engine is in place."""

from django.contrib.sessions.backends.cache import SessionStore

__all__ = ["SessionStore"]
