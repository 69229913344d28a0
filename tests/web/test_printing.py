"""An exam on paper: its key is there only where it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.test import Client


def test_the_key_is_printed_only_where_it_is_asked_for(
    kept_people: dict[str, Any], db: None, client_of: Callable[..., Client]
) -> None:
    place = "/teach/courses/{slug}/exams/{exam_id}/print/".format(**kept_people["world"])
    browser = client_of(kept_people["actors"]["instructor"])
    paper, key = (browser.get(place + query).content.decode() for query in ("", "?key=1"))
    assert paper.count("Question 1 of 3") == key.count("Question 1 of 3") == 1
    assert "Right answer" not in paper
    assert "checked" not in paper
    assert "Name and date" in paper
    assert key.count("Right answer") == 3
    assert "Name and date" not in key
