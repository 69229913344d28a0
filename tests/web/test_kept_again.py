"""Each page that is kept is made once and shown again as it was.

Whether its statements find the same rows when they are asked anew is for a database to decide.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from studium.web import kept_pages
from tests.web import test_kept_pages as kept
from tests.web.test_kept_pages import OWN, STAFF, World, text_of

pytestmark = pytest.mark.django_db
world, made = kept.world, kept.made


@pytest.mark.parametrize("names", [OWN, STAFF], ids=["own", "staff"])
def test_a_page_is_made_once_and_shown_again_as_it_was(
    names: tuple[str, ...], world: World, client_of: Callable[..., Client], made: list[str]
) -> None:
    client = client_of(world.ada if names is OWN else world.bruno)
    for name in names:
        address = world.address(name)
        client.get(address)  # notes today's offer, so that nothing is kept of it
        del made[:]
        first = text_of(client, address)
        assert text_of(client, address) == first, name
        assert len(made) <= 1, name
        kept_pages.forget_all()
        assert text_of(client, address) == first, name
