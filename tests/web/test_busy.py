"""A database that is locked, full or away is told as 503 with Retry-After, never as 500."""

from __future__ import annotations

import pytest
from django.db import InterfaceError, OperationalError
from django.test import RequestFactory

from studium.web.middleware import refusals_as_pages


@pytest.mark.parametrize("error", [OperationalError("database is locked"), InterfaceError("away")])
@pytest.mark.parametrize(
    ("path", "kind"), [("/api/v1/courses", "application/problem+json"), ("/exams/", "text/plain")]
)
def test_a_busy_database_asks_to_come_again(error: Exception, path: str, kind: str) -> None:
    handler = refusals_as_pages(lambda request: pytest.fail("Not asked."))
    answer = handler.process_exception(RequestFactory().get(path), error)
    assert answer is not None
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert answer.headers["Content-Type"].startswith(kind)
