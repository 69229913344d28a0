"""The guide: every page is rendered whole, leads on, and has the same text in docs/guide."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from tools import guide_pictures

from studium.lib import markdown
from studium.web import guide

COPY = Path(__file__).parents[2] / "docs" / "guide"


@pytest.mark.django_db
def test_help_leads_to_every_page_and_each_page_to_the_next(client: Client):
    contents = client.get(reverse("help")).content.decode()
    for name in guide.NAMES:
        address = reverse("guide", args=[name])
        assert f'href="{address}"' in contents
        page = client.get(address)
        assert page.status_code == 200
        shown = page.content.decode()
        assert len(re.findall("<h1[ >]", shown)) == 1
        assert guide.title_of(name) in shown
    assert client.get("/help/nothing/").status_code == 404


def test_every_file_of_the_guide_is_a_page_of_it():
    assert {file.stem for file in guide.FOLDER.glob("*.md")} == set(guide.NAMES)
    assert len(guide.NAMES) >= 10


@pytest.mark.parametrize("name", guide.NAMES)
def test_no_picture_and_no_link_of_the_guide_leads_nowhere(name: str):
    found = markdown.render(
        guide.text_of(name),
        title=guide.title_of(name),
        resolve_image=guide._picture_address,
        resolve_link=guide._page_address,
    )
    assert found.problems == ()
    assert all(len(image.alt) > 15 for image in found.images)


def test_the_copy_in_docs_is_that_of_the_package():
    made = guide_pictures.copies()
    assert {file.name for file in COPY.glob("*.md")} == set(made)
    for name, text in made.items():
        assert (COPY / name).read_text() == text, "run: python tools/guide_pictures.py --text"
        for path in re.findall(r"\]\((\.\./[^)]+)\)", text):
            assert (COPY / path).resolve().is_file(), path


def test_all_pictures_are_used_and_light():
    used = {
        path for name in guide.NAMES for path in re.findall(r"\((\S+\.webp)\)", guide.text_of(name))
    }
    readme = (COPY.parents[1] / "README.md").read_text()
    used |= set(re.findall(r"img/guide/(\S+\.webp)", readme))
    files = list(guide.PICTURES.glob("*.webp"))
    assert {file.name for file in files} == used
    assert sum(file.stat().st_size for file in files) <= guide_pictures.MOST_BYTES
