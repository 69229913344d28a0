"""The OpenAPI document is complete, as committed, and true."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from studium.rest.api import PACKED_OPENAPI, openapi_text
from studium.rest.describe import CODES
from studium.rest.fields import Sent, Shown
from studium.rest.openapi import TAGS
from tests.rest import calls
from tests.rest.conftest import BASE, Program

SNAPSHOT = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"


def test_the_document_is_as_committed():
    told = "The API changed. Look at the change, then run: python -m tools.openapi"
    assert SNAPSHOT.read_text("utf-8") == openapi_text(), told
    assert gzip.decompress(PACKED_OPENAPI.read_bytes()).decode() == openapi_text(), told


def test_everybody_may_read_the_document(db):
    response = Client().get("/api/v1/openapi.json")
    assert response.status_code == 200
    assert response.json()["openapi"].startswith("3.1")
    assert "Content-Encoding" not in response
    packed = Client().get("/api/v1/openapi.json", headers={"Accept-Encoding": "br, gzip;q=0.5"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == response.content
    plain = Client().get("/api/v1/openapi.json", headers={"Accept-Encoding": "gzip;q=0, br"})
    assert plain.content == response.content
    assert Client().post("/api/v1/openapi.json").json()["code"] == "method_not_allowed"


@pytest.mark.parametrize("name", calls.OPERATIONS)
def test_every_operation_has_words_a_tag_an_example_and_its_errors(name):
    method, path, operation = calls.OPERATIONS[name]
    assert operation["summary"]
    assert operation["description"], name
    assert operation["tags"], name
    assert set(operation["tags"]) <= set(TAGS)
    for content in operation.get("requestBody", {}).get("content", {}).values():
        assert content["example"] is not None, name
    for status, answer in operation["responses"].items():
        for media, content in answer.get("content", {}).items():
            assert media != "application/json" or content["example"], (name, status)
    for parameter in operation["parameters"]:
        assert "example" in parameter, (name, parameter["name"])
    codes = operation["x-error-codes"]
    assert "invalid" in codes
    assert ("security" in operation) == (name != "create_token")
    assert {str(CODES[code][0]) for code in codes} <= set(operation["responses"])
    assert ("not_found" in codes) or "{" not in path
    assert method != "POST" or name == "create_token" or "idempotency_key_reused" in codes


def test_every_reference_of_the_document_leads_somewhere():
    text = openapi_text()
    document = json.loads(text)
    found = {part.split('"')[0] for part in text.split('"$ref": "')[1:]}
    assert len(found) > 50
    for reference in found:
        at: Any = document
        for step in reference.removeprefix("#/").split("/"):
            at = at[step]


def test_every_operation_is_named_once():
    names = [
        operation["operationId"]
        for methods in calls.DOCUMENT["paths"].values()
        for operation in methods.values()
    ]
    assert len(names) == len(set(names)) == len(calls.OPERATIONS)


def test_no_two_shapes_share_a_name():
    """The document would show one of them for both."""
    found: dict[str, str] = {}
    for shape in _all_below(Sent) + _all_below(Shown):
        assert found.setdefault(shape.__name__, shape.__module__) == shape.__module__, shape


def _all_below(shape: type) -> list[type]:
    return [one for sub in shape.__subclasses__() for one in [sub, *_all_below(sub)]]


def zipped(files: dict[str, str]) -> SimpleUploadedFile:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for path, text in files.items():
            packed.writestr(path, text)
    return SimpleUploadedFile("course.zip", out.getvalue(), "application/zip")


@pytest.mark.django_db
@pytest.mark.parametrize("name", calls.OPERATIONS)
def test_the_example_of_every_operation_works_for_somebody(
    name, kept_people, db, settings, tmp_path
):
    """With ids that are there; who has the right differs. The answer has the promised fields."""
    settings.DATA_DIR = tmp_path
    settings.SITE_URL = "https://learn.example.org"  # statements of xAPI name the site by it
    world = dict(kept_people["world"])
    ada, bruno, dora = (kept_people["actors"][who] for who in ("student", "instructor", "admin"))
    calls.make_way(name, world)
    method, path, operation = calls.OPERATIONS[name]
    address = path.removeprefix(BASE).format(**calls.path_ids(name, world))
    address += _queries(name, world)
    tried = []
    for person in (bruno, ada, dora):
        with transaction.atomic():
            program = Program(None if name == "create_token" else person)
            if name == "revoke_token":
                address = f"/tokens/{person.api_tokens.latest('id').pk}"
            response = _call(program, name, method, address, calls.body(name, world))
            if response.streaming:
                response.getvalue()
            transaction.set_rollback(True)
        if response.status_code < 300:
            _has_promised_fields(response, operation)
            return
        tried.append((response.status_code, response.content[:300]))
    pytest.fail(f"{method} {address}: {tried}")


def _queries(name: str, world: dict[str, Any]) -> str:
    return "?q=owner" if name == "search" else ""


def _call(program: Program, name: str, method: str, address: str, body: Any) -> Any:
    if name == "create_user":
        body["email"] = "new@example.org"
    if not calls.is_upload(name):
        return program(method, address, raw=None if body is None else json.dumps(body, default=str))
    if name == "add_file":
        file = SimpleUploadedFile("new.txt", b"hello")
        return program.upload(address, file=file, path="img/new.txt")
    if name == "import_questions":
        return program.upload(address, file=SimpleUploadedFile("new.gift", b"True?{T}"))
    return program.upload(address, file=zipped({"one.md": "# One\n\nText.\n"}))


# Their document says that they are JSON; what is in it is described in docs/.
FREE = {"export_me", "read_receipt"}


def _has_promised_fields(response: Any, operation: dict[str, Any]) -> None:
    promised = operation["responses"][str(response.status_code)].get("content", {})
    if "application/json" not in promised:
        return
    example, said = promised["application/json"]["example"], response.json()
    if isinstance(example, dict) and "items" in said:
        assert {"items", "count"} <= set(said) <= set(example)
        example, said = example["items"][0], (said["items"] or [example["items"][0]])[0]
    assert set(said) <= set(example) or operation["operationId"] in FREE, set(said)
    if operation["operationId"] in FREE:
        return
    assert set(example) - set(said) <= {"answer"}, set(example) - set(said)
