"""Every operation, every place that takes a value, every actor: hostile values meet no 5xx.

What is refused is refused with a code that the document lists for the operation. Each operation
meets a share of the values, a smaller one on PostgreSQL; `make soak` sends every value on both.
"""

from __future__ import annotations

import json
import os
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction

from studium.rest.describe import CODES
from tests.rest import calls
from tests.rest.conftest import BASE, Program

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# As raw JSON, because not all of them are values that json.dumps would write.
HOSTILE = [
    '"\' OR 1=1--"', '"\\u0000"', "9223372036854775808", "-1", '"\\ud800"', "NaN", "1e999",
    '"' + "x" * 70_000 + '"', "null", "true", "0", "1.5", "[]", "{}", '[["a"]]', '{"$ne": 1}',
    '"0197a5c2-7e1f-7c3a-9d52-3f6b8e0a1c44"', '"%s%n{0}{{7*7}}"', '"=1+1"', '""',
]  # fmt: skip
IN_ADDRESS = ["' OR 1=1--", "\0", "9223372036854775808", "-1", "NaN", "x" * 3000, "", "1;", "é%00"]


@pytest.fixture
def world(kept_people: dict[str, Any], db: None) -> dict[str, Any]:
    return dict(kept_people["world"])


@pytest.fixture
def ada(kept_people: dict[str, Any], db: None) -> Any:
    return kept_people["actors"]["student"]


@pytest.fixture
def bruno(kept_people: dict[str, Any], db: None) -> Any:
    return kept_people["actors"]["instructor"]


@pytest.fixture
def dora(kept_people: dict[str, Any], db: None) -> Any:
    return kept_people["actors"]["admin"]


@pytest.mark.parametrize("name", calls.OPERATIONS)
def test_hostile_values_are_refused_or_stored_as_text(name, world, ada, bruno, dora):
    calls.make_way(name, world)
    actors = {"instructor": bruno, "student": ada, "admin": dora}
    programs = {who: Program(person) for who, person in actors.items()}
    attacks = _attacks(name, world)
    if not os.environ.get("EVERY_HOSTILE_VALUE"):  # the long form sends all of them
        shares = 5 if connection.vendor == "sqlite" else 18
        attacks = attacks[len(name) % shares :: shares]
    for turn, (path, raw) in enumerate(attacks):
        for place, (who, program) in enumerate(programs.items()):
            # The instructor meets every value; the others a fifth of them each, in turn.
            if place == 0 or turn % 5 == place:
                with transaction.atomic():
                    response = _send(program, name, path, raw)
                    _ = response.getvalue() if response.streaming else b""  # closes the file
                    transaction.set_rollback(True)
                _judge(name, who, path, raw, response)


def test_nobody_signed_in_gets_no_further_than_the_door(world):
    program = Program(None)
    for name in calls.OPERATIONS:
        if name == "create_token":
            continue
        path = calls.OPERATIONS[name][1].removeprefix(BASE).format(**calls.path_ids(name, world))
        response = _send(program, name, path, "{not json")
        assert (response.status_code, response.json()["code"]) == (401, "not_signed_in"), name


def _attacks(name: str, world: dict[str, Any]) -> list[tuple[str, str | None]]:
    """(address, raw body) with one hostile value each."""
    _method, template, operation = calls.OPERATIONS[name]
    template = template.removeprefix(BASE)
    ids, sound = calls.path_ids(name, world), calls.body(name, world)
    whole = None if sound is None else json.dumps(sound, default=str)
    good = template.format(**ids)
    found: list[tuple[str, str | None]] = []
    for parameter in operation["parameters"]:
        for value in IN_ADDRESS:
            if parameter["in"] == "path":
                bad = {**ids, parameter["name"]: quote(value, safe="") or "%20"}
                found.append((template.format(**bad), whole))
            elif parameter["in"] == "query":
                found.append((f"{good}?{urlencode({parameter['name']: value})}", whole))
    for field in calls.form(name):
        found += [(good, json.dumps({field: value})) for value in IN_ADDRESS]
    for field in sound or {}:
        rest = {key: value for key, value in sound.items() if key != field}
        start = json.dumps(rest, default=str)[:-1] + (", " if rest else "")
        found += [(good, f'{start}"{field}": {value}}}') for value in HOSTILE]
        found.append((good, json.dumps(rest, default=str)))
    found += [(good, value) for value in ("{", "[]", "null", '"text"', '{"role": "ADMIN"}')]
    return found


def _send(program: Program, name: str, path: str, raw: str | None) -> Any:
    method = calls.OPERATIONS[name][0]
    if not calls.is_upload(name):
        return program(method, path, raw=raw)
    try:
        fields = json.loads(raw or "{}")
    except ValueError:
        fields = {}
    fields = fields if isinstance(fields, dict) else {}
    file = SimpleUploadedFile("a' OR 1=1--\x01.zip", b"PK\x03\x04 not really")
    return program.upload(path, **fields, file=file)


def _judge(name: str, who: str, path: str, raw: str | None, response: Any) -> None:
    told = (name, who, path[:200], (raw or "")[:200], response.status_code)
    assert response.status_code < 500, told
    if response.status_code >= 400:
        assert response["Content-Type"] == "application/problem+json", told
        said = response.json()
        # An address that matches no route at all is the site's own 404.
        listed = calls.codes(name) | {"not_found", "method_not_allowed"}
        assert said["code"] in listed, (*told, said)
        assert said["status"] == response.status_code == CODES[said["code"]][0], told
