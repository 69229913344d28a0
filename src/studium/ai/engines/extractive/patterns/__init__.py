"""How languages introduce and define terms: one data file each, and their compiled form."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Hints:
    """What stands around a term when it is introduced, matched at the end or the start of text.

    ``introduced_by`` stands right before it ("is called a"), ``explained_by`` right behind it
    (", which means"), ``defined_by`` ("is a") behind one whose sentence has only ``opening``
    ("An") before it.
    """

    introduced_by: re.Pattern[str]
    explained_by: re.Pattern[str]
    opening: re.Pattern[str]
    defined_by: re.Pattern[str]


def data_of(code: str) -> dict[str, Any]:
    """The patterns of a language as its file has them; a language without a file has none."""
    place = resources.files(__package__) / f"{code}.toml"
    return tomllib.loads(place.read_text("utf-8")) if place.is_file() else {}


@cache
def hints(code: str) -> Hints:
    """The hints of a language; without a file they match nothing."""
    found = data_of(code).get("hints", {})
    never = r"(?!)"
    return Hints(
        re.compile(rf"(?:{found.get('introduced_by', never)})$"),
        re.compile(found.get("explained_by", never)),
        re.compile(found.get("opening", never)),
        re.compile(found.get("defined_by", never)),
    )
