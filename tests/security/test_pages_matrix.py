"""Every page route × every kind of person: what they get, and that a refusal changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from studium.identity.models import User
from tests.security.matrix import ACTORS, Row, filled, moved, refused, snapshot, undone
from tests.security.pages import PAGES, STRANGE
from tests.web.sendable import unsendable

pytestmark = pytest.mark.django_db


def routes() -> dict[str, str]:
    """Route name -> its pattern, for every route of the site but the API and static files."""
    found: dict[str, str] = {}
    _walk(get_resolver(), "", found)
    return found


def _walk(resolver: URLResolver, prefix: str, found: dict[str, str]) -> None:
    for each in resolver.url_patterns:
        pattern = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            if not pattern.startswith("api/"):
                _walk(each, pattern, found)
        elif isinstance(each, URLPattern):
            name = each.name or each.lookup_str
            assert name not in found, f"two routes are called {name}"
            found[name] = pattern


def test_every_route_has_its_row_and_every_row_its_route() -> None:
    assert set(routes()) == set(PAGES)


def _ask(client: Client, address: str, row: Row, world: dict[str, Any]) -> Any:
    body = filled(row.data or {}, world)
    if row.method == "PUT":
        return client.put(address, body, content_type="application/json")
    return client.get(address) if row.method == "GET" else client.post(address, body)


def test_a_changed_row_is_noticed_and_put_back(ada: User) -> None:
    before = snapshot()
    with undone():
        assert not moved(before)
        User.objects.filter(pk=ada.pk).update(name="Another")
        assert moved(before)
    assert snapshot() == before


@pytest.mark.parametrize("actor", ACTORS)
def test_each_person_gets_what_the_matrix_says(
    actor: str, people: dict[str, Any], client_of: Callable[..., Client]
) -> None:
    world = people["world"]
    client = client_of(people["actors"][actor], raise_request_exception=False)
    cookies = deepcopy(client.cookies)  # signing out is one of the rows
    before = snapshot()
    wrong = []
    for name, (address, rows) in PAGES.items():
        for row in rows:
            expected = row.expect[ACTORS.index(actor)]
            client.cookies = deepcopy(cookies)
            with undone():
                answer = _ask(client, address.format(**world), row, world)
                location = answer.headers.get("Location", "")
                if answer.status_code != expected:
                    wrong.append(f"{row.method} {name}: {answer.status_code}, not {expected}")
                page = answer.status_code == 200 and row.method == "GET" and not answer.streaming
                if page and connection.vendor == "sqlite":  # its forms are the same on both
                    stuck = unsendable(answer.content.decode(errors="replace"))
                    wrong += [f"{name}: “{form}” cannot be sent without scripts" for form in stuck]
                if answer.streaming:
                    answer.getvalue()  # reading it to the end closes the file
                if refused(answer.status_code, location) and moved(before):
                    wrong.append(f"{row.method} {name}: refused, yet rows changed")
    assert wrong == []


@pytest.mark.parametrize("actor", ACTORS)
def test_an_id_of_another_course_inside_an_allowed_address_is_nothing(
    actor: str, people: dict[str, Any], client_of: Callable[..., Client]
) -> None:
    world = people["world"]
    client = client_of(people["actors"][actor], raise_request_exception=False)
    before = snapshot()
    wrong = []
    for method, address, *data in STRANGE:
        row = Row(method, (0,) * 6, *data)
        with undone():
            answer = _ask(client, address.format(**world), row, world)
            if not refused(answer.status_code, answer.headers.get("Location", "")):
                wrong.append(f"{method} {address}: {answer.status_code}")
            if moved(before):
                wrong.append(f"{method} {address}: rows changed")
    assert wrong == []
