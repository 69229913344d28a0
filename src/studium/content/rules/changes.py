"""Which sections of a lesson differ from an earlier version of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

State = Literal["new", "changed", "removed"]
_MOST = 0.5  # share of a section's pieces that say it is the same one under another heading


@dataclass(frozen=True, slots=True)
class ChangedSection:
    """A section by its heading; `block_id` leads to it and is empty for one that was removed.

    The text before the first heading has no heading: its first block is where it is.
    """

    state: State
    heading: str
    block_id: str


@dataclass(slots=True)
class _Section:
    heading: str
    block_id: str
    texts: Counter[str] = field(default_factory=Counter)


def changed_sections(
    before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]]
) -> list[ChangedSection]:
    """The sections that are new, reworded or gone, in reading order; moved ones are not named."""
    old, new = _sections(before), _sections(after)
    known: Counter[str] = sum((one.texts for one in old), Counter())
    standing: Counter[str] = sum((one.texts for one in new), Counter())
    waiting: dict[str, list[_Section]] = {}
    for one in old:
        waiting.setdefault(one.heading, []).append(one)
    found: list[ChangedSection] = []
    for one in new:
        former = waiting[one.heading].pop(0) if waiting.get(one.heading) else None
        if former is None:
            state: State = "changed" if _mostly(one.texts, known) else "new"
            found.append(ChangedSection(state, one.heading, one.block_id))
        elif former.texts != one.texts:
            found.append(ChangedSection("changed", one.heading, one.block_id))
    left = [one for rest in waiting.values() for one in rest]
    gone = [one for one in left if one.texts and not _mostly(one.texts, standing)]
    return found + [ChangedSection("removed", one.heading, "") for one in gone]


def _sections(blocks: Iterable[Mapping[str, Any]]) -> list[_Section]:
    found: list[_Section] = []
    for one in blocks:
        text = " ".join(one["text"].split())
        if one["kind"] == "heading":
            found.append(_Section(text, one["id"]))
        elif not found:
            found.append(_Section("", one["id"]))
        if one["kind"] not in ("heading", "list", "quote"):
            found[-1].texts[text] += 1
    return found


def _mostly(texts: Counter[str], known: Counter[str]) -> bool:
    return bool(texts) and (texts & known).total() >= _MOST * texts.total()
