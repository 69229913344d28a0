"""The sentences of a note: as stored, as engines say them, and as people change them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from studium.ai.model import Block, LessonText, NoteSentence, Source
from studium.lib.errors import Invalid
from studium.notes.rules.anchors import Places

ENGINE = "extractive"
"""The engine that makes notes: the built-in one, which needs no network and no key."""

LESSON_JOB = "notes.generate"
COURSE_JOB = "notes.generate_course"
SAVED_JOB = "notes.after_save"
PART_JOB = "notes.generate_part"
REFRESH_JOB = "notes.refresh"
"""The kinds of jobs, for those who queue them and those who show them."""

LONGEST_SENTENCE = 2_000
MOST_SENTENCES = 120
MOST_AT_ONCE = 2_000
"""Notes that are approved in one go: as many as a course may have lessons."""
KIND_TITLES = {"summary": "In short", "key_point": "Key points", "key_term": "Key terms"}


def is_stale(source_hash: str, content_hash: str) -> bool:
    """Whether the lesson has changed since the notes were made from it."""
    return source_hash != content_hash


def lesson_text(
    *, topic: str, content: str, blocks: Iterable[Mapping[str, Any]], language: str
) -> LessonText:
    """A stored lesson as engines and the verifier read it."""
    read = tuple(
        Block(one["id"], one["kind"], one["start"], one["end"], one["text"]) for one in blocks
    )
    return LessonText(topic=topic, source=content, blocks=read, language=language)


def sentence(stored: Mapping[str, Any]) -> NoteSentence:
    """A stored sentence as the AI engine's word for it."""
    return NoteSentence(
        text=stored["text"],
        kind=stored["kind"],
        sources=tuple(Source(**one) for one in stored.get("sources", ())),
        supported=bool(stored.get("supported")),
        heading=stored.get("heading", ""),
        term=stored.get("term", ""),
        definition=stored.get("definition", ""),
        code=tuple((start, end) for start, end in stored.get("code", ())),
    )


def current_sources(
    sources: Sequence[Source], content: str, blocks: Sequence[Mapping[str, Any]]
) -> tuple[Source, ...] | None:
    """Where the cited passages stand in the lesson as it is now; None if one is not there any more.

    So exactly the sentences go stale whose passage was changed; a passage that only moved is found.
    For many of them make one `Places`.
    """
    return Places(content, blocks).current(sources)


def pieces(one: NoteSentence) -> list[tuple[str, bool]]:
    """The text in pieces that are code or not, in order."""
    parts: list[tuple[str, bool]] = []
    at = 0
    for start, end in sorted(one.code):
        if at <= start < end <= len(one.text):
            parts += [(one.text[at:start], False), (one.text[start:end], True)]
            at = end
    parts.append((one.text[at:], False))
    return [(text, is_code) for text, is_code in parts if text]


def stamp(stored: Sequence[Mapping[str, Any]]) -> str:
    """A short mark of the sentences as they stand, by which a later change is noticed."""
    said = "\0".join(str(one["text"]) for one in stored)
    return sha256(said.encode()).hexdigest()[:16]


def says_the_same(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> bool:
    """Whether new notes read like the old ones, so that an approval still holds."""
    before = [(one["text"], one["kind"]) for one in old]
    return before == [(one["text"], one["kind"]) for one in new]


def edited(
    stored: Sequence[Mapping[str, Any]], wanted: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The sentences after a person's edit.

    Each of `wanted` has `text`, and `place` (of the sentence in `stored`, from 0) or `kind` for a
    sentence of the person's own. Empty texts are left out. A sentence whose words changed keeps its
    sources as what it is about, but nobody has checked that they say it: `supported` is False.
    """
    kept = []
    for number, one in enumerate(wanted, 1):
        text = " ".join(str(one.get("text", "")).split())
        if text:
            kept.append(_edited(stored, one, text, number))
    if not kept:
        raise Invalid("Notes need at least one sentence. To hide them, take the approval back.")
    if len(kept) > MOST_SENTENCES:
        raise Invalid(f"Notes hold at most {MOST_SENTENCES} sentences; these have {len(kept)}.")
    order = list(KIND_TITLES)
    return sorted(kept, key=lambda one: order.index(one["kind"]))


def _edited(
    stored: Sequence[Mapping[str, Any]], one: Mapping[str, Any], text: str, number: int
) -> dict[str, Any]:
    if len(text) > LONGEST_SENTENCE:
        raise Invalid(
            f"Sentence {number} has {len(text)} characters; {LONGEST_SENTENCE} are the most.",
            fields={f"text-{number}": "Too long."},
        )
    place = one.get("place")
    if place is not None:
        if not 0 <= place < len(stored):
            raise Invalid(f"Sentence {number} is not part of these notes. Reload the page.")
        before = dict(stored[place])
        if before["text"] == text:
            return before
        before.pop("waiting", None)
        return before | {"text": text, "code": [], "supported": False, "edited": True}
    kind, term = one.get("kind", "key_point"), str(one.get("term", "")).strip()
    if kind not in KIND_TITLES or (kind == "key_term" and not term):
        raise Invalid(f"Sentence {number} needs a kind, and a key term the word it explains.")
    return {
        "text": text,
        "kind": kind,
        "sources": [],
        "numbers": [],
        "supported": False,
        "heading": "",
        "term": term if kind == "key_term" else "",
        "definition": "",
        "code": [],
        "edited": True,
    }
