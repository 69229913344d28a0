"""How much a sentence says about its lesson.

Centrality (LexRank and closeness to the lesson's centre, over tf-idf and LSA) says what the lesson
keeps talking about; what the author did with the sentence says what was meant to be learnt.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from studium.ai.engines.extractive.definitions import Definition
from studium.ai.engines.extractive.reading import Reading, Sentence
from studium.ai.language import words
from studium.ai.prose import ITEM_KINDS
from studium.ai.standing import fault, without

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from studium.ai.lsa import Space

    Matrix = NDArray[np.floating]

MOST_WORDS = 42
_MOST_COMPARED = 300  # sentences; beyond that only the most central ones are compared
_LEAST_LIKE = 0.08  # cosine below which two sentences are not linked
_ROUNDS = 15
_DAMPING = 0.85
_SAME_GROUP = 0.25
_MEANING = 0.15  # weight of meaning beside shared words
_MOST_SCORED = 1_500  # sentences looked at closely, the most central ones

_RULE_WORDS = re.compile(
    r"\b(?:must|always|never|only|cannot|can’t|can't|guarantees?|ensures?|prevents?|requires?"
    r"|because|allows?|lets?|enables?|depends?|means)\b"
)
_CHATTY = re.compile(
    r"\b(?:we|you|I)[’'](?:ll|ve|re|d)\b|\b(?:has|have) been\b|\b[Oo]ur\b"
    r"|\b(?:we|I) (?:first |also |now |just |then )?(?:want|need|ran|run|wrote|get|got|add|added"
    r"|created?|called|used|tried|try|have|define|declare|specify|pass|start|know|say|said)\b|!",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(
    r"\b(?:example|instance|imagine|suppose|e\.g\.|say,|illustrates?\b)", re.IGNORECASE
)
_ADDED = re.compile(r"^(?:[\w’']+ ){0,4}also\b")
_MODAL = re.compile(r"^(?:we|you) (?:can|must|should|may|need|cannot|can[’']t|don[’']t)\b", re.I)
_NUMBER = re.compile(r"(?<![\w.-])\$?\d[\d,.]*")

Vector = dict[str, float]


@dataclass(frozen=True, slots=True)
class Vectors:
    """The sentences of a lesson as tf-idf vectors of length one, and in the course's LSA space."""

    words: list[Vector]
    meanings: Matrix

    def __len__(self) -> int:
        return len(self.words)

    def likeness(self, left: int, right: int) -> float:
        """How alike two sentences are, from 0 to 1: the mean of shared words and meaning."""
        near = float(self.meanings[left] @ self.meanings[right])
        return round(
            (1 - _MEANING) * likeness(self.words[left], self.words[right])
            + _MEANING * max(0.0, near),
            4,
        )


def vectors(sentences: Sequence[Sentence], space: Space) -> Vectors:
    """The vectors of sentences (empty for one without content)."""
    held_by = Counter(stem for one in sentences for stem in set(one.stems))
    total = len(sentences)
    rarity = {stem: math.log(1 + total / count) for stem, count in held_by.items()}
    built: list[Vector] = []
    for one in sentences:
        counts = Counter(one.stems)
        built.append(
            _unit({stem: (1 + math.log(count)) * rarity[stem] for stem, count in counts.items()})
        )
    meant = [one.stems if at < _MOST_SCORED else () for at, one in enumerate(sentences)]
    return Vectors(built, space.vectors(meant))


def _unit(vector: Vector) -> Vector:
    length = math.sqrt(sum(value * value for value in vector.values()))
    return {stem: value / length for stem, value in vector.items()} if length else {}


def likeness(left: Vector, right: Vector) -> float:
    """Cosine of two vectors of length one."""
    if len(right) < len(left):
        left, right = right, left
    return sum(value * right[stem] for stem, value in left.items() if stem in right)


def centrality(built: Vectors) -> list[float]:
    """How close each sentence is to all the others, from 0 to 1 within the lesson.

    The mean of its closeness to the lesson's centre (Radev et al., "Centroid-based summarization
    of multiple documents", 2004) and its LexRank (Erkan and Radev, JAIR 22, 2004).
    """
    centre: Vector = {}
    for vector in built.words:
        for stem, value in vector.items():
            centre[stem] = centre.get(stem, 0.0) + value
    centre = _unit(centre)
    near = [likeness(vector, centre) for vector in built.words]
    compared = sorted(range(len(built)), key=lambda at: (-near[at], at))[:_MOST_COMPARED]
    both = _scaled(near)
    for at, share in zip(compared, _scaled(_walk(built, compared)), strict=True):
        both[at] = round((both[at] + share) / 2, 4)
    return both


def _walk(built: Vectors, compared: list[int]) -> list[float]:
    """LexRank: where a reader ends up who keeps stepping to a similar sentence."""
    import numpy as np

    links = _links(built, compared)
    strength = np.maximum(links.sum(axis=0), 1e-9)
    count = len(compared)
    rank = np.full(count, 1.0 / max(1, count))
    for _ in range(_ROUNDS):
        rank = (1 - _DAMPING) / count + _DAMPING * (links @ (rank / strength))
    return [round(float(one) * count, 4) for one in rank]


def _links(built: Vectors, compared: list[int]) -> Matrix:
    """Likeness of each pair of the compared sentences, 0 below the least that counts."""
    import numpy as np

    places: dict[str, int] = {}
    for at in compared:
        for stem in built.words[at]:
            places.setdefault(stem, len(places))
    table = np.zeros((len(compared), len(places)), dtype=np.float32)
    for row, at in enumerate(compared):
        for stem, value in built.words[at].items():
            table[row, places[stem]] = value
    meanings = built.meanings[compared]
    links = (1 - _MEANING) * (table @ table.T) + _MEANING * np.maximum(meanings @ meanings.T, 0)
    links = np.round(links, 4)
    links[links < _LEAST_LIKE] = 0.0
    np.fill_diagonal(links, 0.0)
    made: Matrix = links.astype(np.float64)
    return made


def _scaled(values: list[float]) -> list[float]:
    low, high = min(values, default=0.0), max(values, default=0.0)
    return [(value - low) / (high - low) if high > low else 0.0 for value in values]


def scores(reading: Reading, central: list[float], defined: list[Definition]) -> list[float | None]:
    """A score for each sentence; None for one that cannot stand in notes at all."""
    weight_of: dict[int, float] = {}
    for one in defined:
        weight_of[one.sentence.index] = max(one.weight, weight_of.get(one.sentence.index, 0.0))
    topics = [one.key for one in defined]
    order = sorted(range(len(central)), key=lambda at: (-central[at], at))
    looked_at = set(order[:_MOST_SCORED])
    return [
        None
        if one.index not in looked_at or is_unfit(one, reading)
        else share
        + 0.35 * weight_of.get(one.index, 0.0)
        + _merit(one, reading, topics)
        - _distance(one, reading)
        for one, share in zip(reading.sentences, central, strict=True)
    ]


def is_unfit(one: Sentence, reading: Reading) -> bool:
    """Whether a sentence leans on its surroundings, is too long, or is mostly not words."""
    if fault(one.text, reading.language, code=one.code):
        return True
    count = len(words(one.text))
    return count > MOST_WORDS or not len(one.stems) >= 2 or one.text[0] == "("


def _merit(one: Sentence, reading: Reading, topics: list[str]) -> float:
    """What the author did for the sentence."""
    stems = frozenset(one.stems)
    named = len(stems & reading.heading_stems[one.section])
    about = len(stems & reading.heading_stems[0])
    dense = sum(1 for key in topics if key in " ".join(one.stems))
    opening = " ".join(one.stems[:3])
    bold = one.passage.plain.marked(one.start, one.end, "strong")
    is_bold = sum(end - start for start, end in bold) > 0.6 * len(one.text)
    return (
        0.12 * min(named, 3)
        + 0.10 * min(about, 3)
        + 0.08 * min(dense, 3)
        + (0.15 if any(opening.startswith(key) for key in topics) else 0.0)
        + (0.15 if one.opens else 0.0)
        + (0.15 if one.opens_section else 0.0)
        + (0.10 if _RULE_WORDS.search(one.text) else 0.0)
        + (0.50 if is_bold else 0.0)
    )


def _distance(one: Sentence, reading: Reading) -> float:
    """What keeps a sentence from saying something general."""
    prose = without(one.text, one.code)
    count = len(words(one.text))
    in_code = sum(end - start for start, end in one.code) / len(one.text)
    spoken_of = [one.text[start:end] for start, end in one.code]
    example = any(name in reading.example_names for name in map(_bare, spoken_of))
    lost = max(0.0, in_code - 0.15) * 1.5 + (0.9 if example else 0.0)
    if reading.language.instructions.match(prose):
        lost += 0.1 if _MODAL.match(prose) else 0.6
    lost += 0.5 * min(2, len(_CHATTY.findall(prose)))
    lost += 0.15 if _ADDED.search(prose) else 0.0
    lost += 0.3 if _EXAMPLE.search(prose) else 0.0
    lost += min(0.3, 0.15 * len(_NUMBER.findall(prose)))
    lost += 0.4 if count < 8 else 0.1 if count > 32 else 0.0
    if one.passage.block.kind in ITEM_KINDS:
        lost += 0.25
    return lost


def _bare(code: str) -> str:
    return re.split(r"[(.:<!\[]", code, maxsplit=1)[0].strip("&*_ ")


def chosen(
    order: Sequence[int],
    value: Sequence[float | None],
    built: Vectors,
    *,
    count: int,
    beside: Sequence[int] = (),
    group: Sequence[int] = (),
    least: float = -math.inf,
) -> list[int]:
    """Up to ``count`` sentences, each worth much and unlike those chosen (and ``beside``).

    With a ``group`` for each sentence, those of a group already chosen from count less.
    """
    picked: list[int] = []
    left = [at for at in order if value[at] is not None]
    while left and len(picked) < count:
        gain = {at: _gain(at, value, built, [*beside, *picked]) for at in left}
        if group:
            used = Counter(group[at] for at in picked)
            gain = {at: worth - _SAME_GROUP * used[group[at]] for at, worth in gain.items()}
        best = min(left, key=lambda at: (-gain[at], at))
        if gain[best] < least:
            break
        picked.append(best)
        left.remove(best)
    return picked


def _gain(at: int, value: Sequence[float | None], built: Vectors, against: Sequence[int]) -> float:
    worth = value[at]
    nearest = max((built.likeness(at, other) for other in against), default=0.0)
    return (worth if worth is not None else -math.inf) - (
        math.inf if nearest > 0.75 else 0.8 * nearest
    )
