"""Refusals: what the domain says no to. Pages and the API turn them into answers, once each.

A refusal carries a stable `code` for programs, an HTTP `status`, and a `message` for people that
says what is wrong, where, and what to do.
"""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """The request was understood and is not done. `fields` names the inputs it is about."""

    status = 409
    code = "refused"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        fields: dict[str, str] | None = None,
        extra: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code
        self.fields = fields or {}
        self.extra = extra or {}


class Invalid(Refused):
    """The input has a wrong shape or value; `fields` says which."""

    status = 422
    code = "invalid"


class Unreadable(Refused):
    """The body of the request cannot be read at all."""

    status = 400
    code = "not_json"


class WrongMedia(Refused):
    """The body came as another media type than the address takes."""

    status = 415
    code = "wrong_media_type"


class NotSignedIn(Refused):
    """Nobody is signed in and the thing needs somebody."""

    status = 401
    code = "not_signed_in"


class NotAllowed(Refused):
    """The person may know that the thing exists and may not do this to it."""

    status = 403
    code = "not_allowed"


class NotFound(Refused):
    """There is no such thing, or none the person may know of: both get the same answer."""

    status = 404
    code = "not_found"

    def __init__(self, message: str = "There is nothing here under this address.") -> None:
        super().__init__(message)


class Conflict(Refused):
    """The thing is in a state that does not allow this."""

    status = 409
    code = "conflict"


class TooLarge(Refused):
    """More bytes, entries or nesting than the limit."""

    status = 413
    code = "too_large"


class TooMany(Refused):
    """A rate or quota is used up; `extra["retry_after"]` is in seconds when known."""

    status = 429
    code = "too_many"
