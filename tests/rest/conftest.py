"""Programs that use the API: a client per person, with a token, that speaks JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client

from studium.identity.actions import tokens
from studium.identity.models import User

BASE = "/api/v1"


class Program:
    """Calls `/api/v1…` with a token, or with none."""

    def __init__(self, user: User | None, *, scope: str = "write") -> None:
        self.client = Client(raise_request_exception=True)
        self.headers: dict[str, str] = {}
        if user is not None:
            made = tokens.create_token(by=user, name="test", scope=scope, now=datetime.now(UTC))
            self.headers["Authorization"] = f"Bearer {made.token}"

    def __call__(self, method: str, path: str, body=None, *, key: str = "", raw=None, **headers):
        """The response; `body` goes as JSON, `raw` as it is, `key` is an Idempotency-Key."""
        sent = {**self.headers, **headers}
        if key:
            sent["Idempotency-Key"] = key
        data = raw if raw is not None else "" if body is None else json.dumps(body)
        return self.client.generic(
            method, BASE + path, data, content_type="application/json", headers=sent
        )

    def get(self, path: str, **headers):
        return self("GET", path, **headers)

    def post(self, path: str, body=None, **more):
        return self("POST", path, body, **more)

    def put(self, path: str, body=None, **more):
        return self("PUT", path, body, **more)

    def patch(self, path: str, body=None, **more):
        return self("PATCH", path, body, **more)

    def delete(self, path: str, **more):
        return self("DELETE", path, **more)

    def upload(self, address: str, /, *, key: str = "", **fields):
        """A multipart POST; files are SimpleUploadedFile."""
        headers = {**self.headers, "Idempotency-Key": key} if key else self.headers
        return self.client.post(BASE + address, fields, headers=headers)


@pytest.fixture
def program() -> Callable[..., Program]:
    """`program(user)`: a program with a token of that person; `program(None)` has none."""
    return Program


@pytest.fixture(autouse=True)
def _forget() -> None:
    from studium.assessment.asked import begun_content

    begun_content.cache_clear()


def is_problem(response, status: int, code: str) -> bool:
    """Whether a response is the problem document with this status and code."""
    assert response["Content-Type"] == "application/problem+json", response.content[:300]
    said = response.json()
    assert (response.status_code, said["status"], said["code"]) == (status, status, code), said
    assert said["detail"], said
    return True
