"""Names of concepts, and lists of them as authors write them."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable

from studium.lib.errors import Invalid

MAX_NAME = 120
MAX_CONCEPTS = 20
"""At most so many concepts on one lesson or one question."""
_CONTROL = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


def concept_name(text: str) -> str:
    """A concept's name in its one form: single blanks, composed letters. Raises `Invalid`."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not name or len(name) > MAX_NAME or _CONTROL.search(name):
        raise Invalid(
            f"A concept has a name of 1 to {MAX_NAME} characters.",
            fields={"concepts": "This is no name."},
        )
    return name


def concept_names(texts: Iterable[str]) -> list[str]:
    """Names in their one form, each once whatever its letters' case. Raises `Invalid`."""
    found: dict[str, str] = {}
    for text in texts:
        name = concept_name(text)
        found.setdefault(name.casefold(), name)
    if len(found) > MAX_CONCEPTS:
        words = f"At most {MAX_CONCEPTS} concepts go on one lesson or question."
        raise Invalid(words, fields={"concepts": words})
    return list(found.values())


def split_concepts(text: str) -> list[str]:
    """The names in a field: one a line, or with semicolons between, or a JSON list of them.

    A comma is a part of a name (“Structs, enums, and patterns”).
    """
    if text.lstrip().startswith("["):
        try:
            listed = json.loads(text)
        except (ValueError, RecursionError):
            listed = None
        if isinstance(listed, list) and all(isinstance(one, str) for one in listed):
            return [one for one in listed if one.strip()]
    return [one.strip() for one in re.split(r"[;\r\n]", text) if one.strip()]


def joined_concepts(names: Iterable[str]) -> str:
    """Names as one text that `split_concepts` reads back."""
    listed = list(names)
    if any(re.search(r"[;\r\n]", one) or one.startswith("[") for one in listed):
        return json.dumps(listed, ensure_ascii=False)
    return "; ".join(listed)
