"""Making notes again without losing what people did: a three-way merge of sentences.

The base is what the machine made last, *ours* what stands there now, *theirs* what the machine
makes today. A sentence nobody touched follows the machine. A touched one stays; where the machine
says something new about it too, that is a conflict, and a person chooses. What a person took out
stays out. Lists of sentences are as `ai_notes.sentences` holds them; nothing is changed in place.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal

Stored = Mapping[str, Any]
Why = Literal["both_changed", "machine_dropped", "person_removed"]

KIND_ORDER = ("summary", "key_point", "key_term")
SIMILAR = 0.5
"""Share of common words (Jaccard) from which two sentences are the same one, reworded."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Conflict:
    """A place where a person and the machine differ; until somebody chooses, the person's stands.

    `id` is the sentence in the note ("" where the person took it out), `mine` its words, `base`
    what the machine had said before, `theirs` what it says now (None: nothing any more).
    """

    id: str
    why: Why
    base: str
    mine: str
    theirs: dict[str, Any] | None

    def stored(self) -> dict[str, Any]:
        """As the column keeps it; `key` names the conflict."""
        said = self.theirs["text"] if self.theirs else ""
        key = sha256("\0".join([self.id, self.why, self.base, said]).encode()).hexdigest()[:12]
        return {
            "key": key, "id": self.id, "why": self.why, "base": self.base, "mine": self.mine,
            "theirs": self.theirs,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Merged:
    """The note after a merge, the machine's words as the next base, and what to choose between."""

    sentences: list[dict[str, Any]]
    machine: list[dict[str, Any]]
    conflicts: list[dict[str, Any]]


def identified(sentences: Sequence[Stored]) -> list[dict[str, Any]]:
    """The sentences, each with an `id`: its own, or one of its words (the same for the same)."""
    taken = {str(one["id"]) for one in sentences if one.get("id")}
    named: list[dict[str, Any]] = []
    for one in sentences:
        name = str(one.get("id") or "")
        number = 0
        while not name or (not one.get("id") and name in taken):
            said = "\0".join([one["kind"], one.get("term", ""), one["text"], str(number)])
            name, number = sha256(said.encode()).hexdigest()[:12], number + 1
        taken.add(name)
        named.append({**one, "id": name})
    return named


def merge(
    base: Sequence[Stored],
    ours: Sequence[Stored],
    theirs: Sequence[Stored],
    conflicts: Sequence[Stored] = (),
) -> Merged:
    """Merge the machine's new sentences into a note; `conflicts` are those nobody has decided yet.

    Merging what was merged before changes nothing.
    """
    new, old = identified(theirs), identified(base)
    mine = {one["id"]: one for one in identified(ours)}
    pairs = _pairs(old, new)
    found: list[Conflict] = []
    result: list[dict[str, Any]] = []
    renamed: dict[str, str] = {}
    used: set[str] = set()
    said = {_folded(one["text"]) for one in mine.values()}
    for there in new:
        before = pairs.get(there["id"])
        if before is None:
            if _folded(there["text"]) not in said:
                result.append(there)
            continue
        here = mine.get(before["id"])
        used.add(before["id"])
        renamed[before["id"]] = there["id"]
        kept = _settled(before, here, there, found)
        if kept is not None:
            result.append(kept)
    matched = {one["id"] for one in pairs.values()}
    for before in old:
        if before["id"] in mine and before["id"] not in matched:
            used.add(before["id"])
            if touched(mine[before["id"]]):
                found += _dropped(before, mine[before["id"]])
                used.discard(before["id"])
    _put_back(result, list(mine.values()), used, renamed)
    still = _carried(conflicts, result, renamed, {one.id for one in found})
    return Merged(in_order(result), new, _once([*still, *(one.stored() for one in found)]))


def merge_part(
    base: Sequence[Stored],
    ours: Sequence[Stored],
    theirs: Sequence[Stored],
    conflicts: Sequence[Stored] = (),
    *,
    kind: str,
    heading: str = "",
) -> Merged:
    """The same for one section alone: a kind, and for key points the heading they stand under."""

    def inside(one: Stored) -> bool:
        return in_section(one, kind, heading)

    named, old = identified(ours), identified(base)
    held = {one["id"] for one in named if inside(one)} | {one["id"] for one in old if inside(one)}
    part = merge(
        [one for one in old if inside(one)],
        [one for one in named if inside(one)],
        [one for one in identified(theirs) if inside(one)],
        [one for one in conflicts if one["id"] in held],
    )
    others = [dict(one) for one in conflicts if one["id"] not in held]
    return Merged(
        in_order(spliced(named, inside, part.sentences)),
        spliced(old, inside, part.machine),
        _once([*others, *part.conflicts]),
    )


def spliced(
    whole: Sequence[dict[str, Any]], inside: Any, part: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The whole with the sentences that are `inside` replaced by `part`, at their first place."""
    first = next((at for at, one in enumerate(whole) if inside(one)), len(whole))
    before = list(whole[:first])
    return [*before, *part, *(one for one in whole[first:] if not inside(one))]


def chosen(
    sentences: Sequence[Stored], conflicts: Sequence[Stored], *, key: str, take: str
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]] | None:
    """(sentences, conflicts) after a choice of "mine" or "theirs"; None without such a conflict."""
    one = next((each for each in conflicts if each["key"] == key), None)
    if one is None or take not in ("mine", "theirs"):
        return None
    left = [dict(each) for each in conflicts if each["key"] != key]
    kept = identified(sentences)
    if take == "mine":
        return [{**s, "kept": True} if s["id"] == one["id"] else s for s in kept], left
    new = one["theirs"]
    if one["id"]:
        replaced = [(new if s["id"] == one["id"] else s) for s in kept]
        kept = [s for s in replaced if s is not None]
    elif new is not None:
        kept.append(dict(new))
    return in_order(kept), left


def like(text: str, candidates: Sequence[Stored], *, kind: str, term: str = "") -> int | None:
    """The place of the candidate that says nearly the same as `text`, or None."""
    best, share = None, SIMILAR
    for place, one in enumerate(candidates):
        if one["kind"] != kind:
            continue
        same_term = bool(term) and str(one.get("term", "")).casefold() == term.casefold()
        found = 1.0 if same_term else _similarity(text, one["text"])
        if found > share or (best is None and found >= share):
            best, share = place, found
    return best


def in_section(one: Stored, kind: str, heading: str) -> bool:
    """Whether a sentence is of this section: a kind, and for key points a heading."""
    return bool(one["kind"] == kind and (kind != "key_point" or one.get("heading", "") == heading))


def touched(one: Stored) -> bool:
    """Whether a person changed this sentence or said that it stays."""
    return bool(one.get("edited") or one.get("kept"))


def _settled(
    before: Stored, here: dict[str, Any] | None, there: dict[str, Any], found: list[Conflict]
) -> dict[str, Any] | None:
    """What stands in the place of a sentence that the machine still says, perhaps in new words."""
    reworded = _folded(before["text"]) != _folded(there["text"])
    if here is None:
        if reworded:
            found.append(Conflict("", "person_removed", before["text"], "", there))
        return None
    if not touched(here):
        return there
    if _folded(here["text"]) == _folded(there["text"]):
        return {**there, "kept": True} if here.get("kept") else there
    if reworded:
        found.append(Conflict(there["id"], "both_changed", before["text"], here["text"], there))
    return {**here, "id": there["id"]}


def _dropped(before: Stored, here: Stored) -> list[Conflict]:
    """A conflict where a person reworded what the machine does not say any more."""
    if not here.get("edited"):
        return []
    return [Conflict(here["id"], "machine_dropped", before["text"], here["text"], None)]


def _put_back(
    result: list[dict[str, Any]],
    mine: list[dict[str, Any]],
    used: set[str],
    renamed: Mapping[str, str],
) -> None:
    """Put what only the note holds back behind the sentence it stood behind."""
    before = ""
    for one in mine:
        if one["id"] not in used:
            places = [at for at, each in enumerate(result) if each["id"] == before]
            result.insert(places[0] + 1 if places else _begin(result, one["kind"]), one)
            before = one["id"]
        else:
            before = renamed.get(one["id"], before)


def _begin(result: Sequence[Stored], kind: str) -> int:
    return next((at for at, one in enumerate(result) if one["kind"] == kind), len(result))


def _carried(
    conflicts: Sequence[Stored],
    result: Sequence[Stored],
    renamed: Mapping[str, str],
    newer: set[str],
) -> list[dict[str, Any]]:
    """Undecided conflicts that are still about something, under the sentence's present name."""
    there = {one["id"]: one for one in result}
    kept = []
    for one in conflicts:
        name = renamed.get(one["id"], one["id"])
        if name and (name not in there or name in newer or not touched(there[name])):
            continue
        kept.append({**one, "id": name})
    return kept


def _once(conflicts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({one["key"]: one for one in conflicts}.values())


def _pairs(
    old: Sequence[dict[str, Any]], new: Sequence[dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Id of a new sentence -> the old one it goes back to: same words, same term, or similar."""
    free = {one["id"]: one for one in old}
    pairs: dict[str, dict[str, Any]] = {}
    for key in (_same_words, _same_term):
        held: dict[Any, list[str]] = {}
        for name, one in free.items():
            if key(one) is not None:
                held.setdefault(key(one), []).append(name)
        for one in new:
            names = held.get(key(one)) if one["id"] not in pairs and key(one) is not None else None
            if names:
                pairs[one["id"]] = free.pop(names.pop(0))
    scored = [
        (-share, at, name)
        for at, one in enumerate(new)
        if one["id"] not in pairs
        for name, other in free.items()
        if one["kind"] == other["kind"] and one["kind"] != "key_term"
        and (share := _similarity(one["text"], other["text"])) >= SIMILAR
    ]  # fmt: skip
    for _, at, name in sorted(scored):
        if name in free and new[at]["id"] not in pairs:
            pairs[new[at]["id"]] = free.pop(name)
    return pairs


def _same_words(one: Stored) -> tuple[str, str, str] | None:
    return one["kind"], str(one.get("term", "")).casefold(), _folded(one["text"])


def _same_term(one: Stored) -> str | None:
    return str(one["term"]).casefold() if one["kind"] == "key_term" and one.get("term") else None


def _similarity(one: str, other: str) -> float:
    a = Counter(word.casefold() for word in _WORD.findall(one))
    b = Counter(word.casefold() for word in _WORD.findall(other))
    either = (a | b).total()
    return (a & b).total() / either if either else 0.0


def _folded(text: str) -> str:
    return " ".join(text.split())


def in_order(sentences: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Summary first, then key points, then terms; within a kind as they stand."""
    return sorted(sentences, key=lambda one: KIND_ORDER.index(one["kind"]))
