"""Every API operation × every kind of person: what they get, and that a refusal changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from django.test import Client

from tests.security.matrix import ACTORS, Row, filled, moved, refused, snapshot, undone
from tests.security.operations import FORM, OPERATIONS, STRANGE

pytestmark = pytest.mark.django_db


def operations() -> dict[str, str]:
    """Operation id -> method and path, read from the OpenAPI document the server gives."""
    document = Client().get("/api/v1/openapi.json").json()
    return {
        operation["operationId"]: f"{method} {path}"
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def test_every_operation_has_its_row_and_every_row_its_operation() -> None:
    assert set(operations()) == set(OPERATIONS)


def test_the_rows_are_those_of_the_operations_they_name() -> None:
    served = operations()
    for name, (address, row) in OPERATIONS.items():
        method, path = served[name].split()
        assert row.method == method.upper(), name
        plain = address.split("?")[0].split("/")
        named = path.split("/")
        assert len(plain) == len(named), name
        pairs = zip(plain, named, strict=True)
        assert all(a == b or b.startswith("{") for a, b in pairs), name


def _ask(client: Client, address: str, row: Row, world: dict[str, Any]) -> Any:
    method = getattr(client, row.method.lower())
    if row.method == "GET":
        return method(address)
    if row.data == FORM:
        return method(address, {"nothing": "here"})
    return method(address, filled(row.data or {}, world), content_type="application/json")


@pytest.mark.parametrize("actor", ACTORS)
def test_each_person_gets_what_the_matrix_says(
    actor: str, people: dict[str, Any], client_of: Callable[..., Client]
) -> None:
    world = people["world"]
    client = client_of(people["actors"][actor], raise_request_exception=False)
    cookies = deepcopy(client.cookies)
    before = snapshot()
    wrong = []
    for name, (address, row) in OPERATIONS.items():
        expected = row.expect[ACTORS.index(actor)]
        client.cookies = deepcopy(cookies)
        with undone():
            answer = _ask(client, address.format(**world), row, world)
            if answer.status_code != expected:
                wrong.append(f"{name}: {answer.status_code}, not {expected}")
            if answer.streaming:
                answer.getvalue()  # reading it to the end closes the file
            if refused(answer.status_code, "") and moved(before):
                wrong.append(f"{name}: refused, yet rows changed")
            if answer.status_code >= 400:
                assert answer.headers["Content-Type"] == "application/problem+json", name
                assert answer.json()["code"], name
    assert wrong == []


@pytest.mark.parametrize("actor", ACTORS)
def test_an_id_of_something_else_is_nothing(
    actor: str, people: dict[str, Any], client_of: Callable[..., Client]
) -> None:
    world = people["world"]
    client = client_of(people["actors"][actor], raise_request_exception=False)
    before = snapshot()
    wrong = []
    for method, address in STRANGE:
        with undone():
            row = Row(method, (0,) * 6)
            answer = _ask(client, "/api/v1" + address.format(**world), row, world)
            if answer.streaming:
                answer.getvalue()  # reading it to the end closes the file
            if answer.status_code not in (401, 403, 404) or moved(before):
                wrong.append(f"{method} {address}: {answer.status_code}")
    assert wrong == []


def test_what_is_not_there_and_what_is_not_yours_look_the_same(
    people: dict[str, Any], client_of: Callable[..., Client]
) -> None:
    world = people["world"]
    stranger = client_of(people["actors"]["stranger"])
    nothing = "00000000-0000-7000-8000-000000000000"
    kinds = {"lessons": "lesson_id", "exam-attempts": "attempt_id", "courses": "course_id",
             "quizzes": "quiz_id", "exams": "exam_id", "notes": "note_id"}  # fmt: skip
    for kind, key in kinds.items():
        hidden = stranger.get(f"/api/v1/{kind}/{world[key]}")
        absent = stranger.get(f"/api/v1/{kind}/{nothing}")
        assert hidden.status_code == absent.status_code == 404
        assert {**hidden.json(), "instance": ""} == {**absent.json(), "instance": ""}, kind
