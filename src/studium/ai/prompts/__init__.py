"""Prompts: versioned files beside this one, filled by plain substitution of delimited data.

A text of a lesson or a person is never a template: one pass puts it between two marker lines that
carry a hash of it, so it can neither contain its own end nor a further place to fill.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import resources

from studium.lib.errors import Invalid

VERSIONS = {
    "frame": "1", "notes": "1", "items": "1", "answer": "1", "verdict": "1", "solve": "1",
    "second_key": "1",
}  # fmt: skip
"""The version of each prompt in use. A changed text is a new file with the next number."""

PLACES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "notes": (("topic", "lesson"), ("language",)),
    "items": (("topic", "passage"), ("language", "count", "kinds", "difficulty")),
    "answer": (("question", "passages"), ("language", "manner")),
    "verdict": (("evidence", "statement"), ()),
    "solve": (("evidence", "stem", "options"), ()),
    "second_key": (("evidence", "stem", "options", "key"), ()),
}
"""Prompt → the places for data, which it must have, and those for words of ours, which it may."""

EDITABLE = ("notes", "items", "answer")
"""Those a course may word in its own way. The second reader's are the same for everybody."""
LONGEST = 6_000
_PLACE = re.compile(r"\{\{([a-z_]+)\}\}")


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is asked, with places to fill. ``version`` changes with every letter of the text."""

    name: str
    version: str
    text: str


@cache
def prompt(name: str) -> Prompt:
    """The prompt of that name as it comes with this version of the program."""
    version = VERSIONS[name]
    text = (resources.files(__package__) / f"{name}-{version}.md").read_text("utf-8")
    return Prompt(name, f"{name}-{version}", text.strip())


def frame() -> str:
    """What every request says first; no course can change it."""
    return prompt("frame").text


def worded(name: str, text: str) -> Prompt:
    """A prompt in a course's own words; raises `Invalid` that says what is wrong with them."""
    text = text.replace("\r\n", "\n").strip()
    if name not in EDITABLE:
        raise Invalid("This prompt is the same for every course.", fields={"text": "Fixed."})
    problem = _problem(name, text)
    if problem:
        raise Invalid(problem, fields={"text": problem})
    digest = sha256(text.encode()).hexdigest()[:8]
    return Prompt(name, f"{prompt(name).version}+{digest}", text)


def _problem(name: str, text: str) -> str:
    data, words = PLACES[name]
    used = _PLACE.findall(text)
    missing = [one for one in data if used.count(one) != 1]
    unknown = sorted(set(used) - {*data, *words})
    if len(text) > LONGEST:
        return f"A prompt has at most {LONGEST:,} characters; this has {len(text):,}."
    if any(ord(sign) < 32 and sign not in "\n\t" for sign in text):
        return "A prompt holds no control characters."
    if missing:
        return "Exactly one place is needed for: " + ", ".join(f"{{{{{m}}}}}" for m in missing)
    if unknown:
        return "There is nothing to fill in for: " + ", ".join(f"{{{{{u}}}}}" for u in unknown)
    return ""


def filled(one: Prompt, *, data: Mapping[str, str], words: Mapping[str, str]) -> str:
    """The prompt with its places filled: `data` delimited, `words` (ours) as they are.

    What is filled in is not looked at again, so no text can bring a place of its own.
    """

    def fill(found: re.Match[str]) -> str:
        name = found[1]
        return delimited(name, data[name]) if name in data else words.get(name, "")

    return _PLACE.sub(fill, one.text)


def delimited(name: str, text: str) -> str:
    """Data between two lines that it cannot contain: they carry a hash of it."""
    mark = f"{name.upper()}:{sha256(text.encode('utf-8', 'replace')).hexdigest()[:12]}"
    return f"<<<{mark}>>>\n{text}\n<<<END {mark}>>>"
