"""Latent semantic analysis: which words and texts of one body of text mean similar things.

Deerwester, Dumais, Furnas, Landauer and Harshman, "Indexing by latent semantic analysis",
JASIS 41(6), 1990. Rows of a log-tf-idf matrix are projected on its strongest right singular
vectors, found by the randomised method of Halko, Martinsson and Tropp (SIAM Review 53(2),
2011) with a fixed seed and numpy alone. What comes out is rounded, so that the number of
threads of the linear algebra behind numpy does not show in comparisons.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

MOST_WORDS = 12_000
"""Words of the vocabulary; of more, those in most texts are kept."""
MOST_TEXTS = 12_000
"""Texts learnt from; of more, an even choice is taken."""
RANK = 120
"""Directions kept of a large body of text."""
_FEW_TEXTS = 400
"""Up to so many texts the decomposition is exact."""
_WEAKEST = 1e-6
_OVERSAMPLED = 10
_PASSES = 3
_SEED = 20_140
_DIGITS = 4
_CHUNK = 2_000  # rows multiplied at once: bounds the memory


@dataclass(frozen=True, slots=True)
class Space:
    """A trained space: ``places`` word → row, ``weights`` their idf, ``basis`` words x rank."""

    places: dict[str, int]
    weights: Matrix
    basis: Matrix

    @property
    def rank(self) -> int:
        """Directions of the space; 0 when nothing was learnt."""
        return int(self.basis.shape[1])

    def vectors(self, texts: Sequence[Sequence[str]]) -> Matrix:
        """One row of length one for each text (its stems); zeros when no word is known."""
        rows = np.zeros((len(texts), self.rank), dtype=np.float32)
        for at, stems in enumerate(texts):
            known = [
                (self.places[stem], 1.0 + math.log(count))
                for stem, count in sorted(Counter(stems).items())
                if stem in self.places
            ]
            if known:
                places = np.array([place for place, _ in known])
                counts = np.array([count for _, count in known], dtype=np.float32)
                rows[at] = (counts * self.weights[places]) @ self.basis[places]
        return _unit(rows)

    def likeness(self, left: Sequence[str], right: Sequence[str]) -> float:
        """Cosine of two texts, from -1 to 1, rounded; 0 when one has no known word."""
        rows = self.vectors([left, right])
        return round(float(rows[0] @ rows[1]), _DIGITS)


def train(texts: Sequence[Sequence[str]], *, rank: int = RANK) -> Space:
    """The space of a body of text; each text is the stems of its words, in order."""
    chosen = _evenly(texts, MOST_TEXTS)
    places = _vocabulary(chosen)
    if len(places) < 2 or len(chosen) < 2:
        return Space(places, np.ones(len(places), np.float32), np.eye(len(places), dtype="f4"))
    held = Counter(stem for stems in chosen for stem in set(stems) if stem in places)
    weights = np.array(
        [math.log(1.0 + len(chosen) / held[stem]) for stem in places], dtype=np.float32
    )
    table = _Table.of(chosen, places, weights)
    return Space(places, weights, _basis(table, min(rank, len(chosen), len(places))))


def _evenly(texts: Sequence[Sequence[str]], most: int) -> list[Sequence[str]]:
    full = [stems for stems in texts if stems]
    if len(full) <= most:
        return full
    return [full[at * len(full) // most] for at in range(most)]


def _vocabulary(texts: Sequence[Sequence[str]]) -> dict[str, int]:
    held = Counter(stem for stems in texts for stem in set(stems))
    common = sorted(held, key=lambda stem: (-held[stem], stem))[:MOST_WORDS]
    return {stem: place for place, stem in enumerate(sorted(common))}


@dataclass(frozen=True, slots=True)
class _Table:
    """A sparse matrix of texts x words, kept by rows and by columns."""

    shape: tuple[int, int]
    by_row: tuple[NDArray[np.int64], NDArray[np.int64], Matrix]
    by_column: tuple[NDArray[np.int64], NDArray[np.int64], Matrix]

    @classmethod
    def of(cls, texts: Sequence[Sequence[str]], places: dict[str, int], weights: Matrix) -> _Table:
        rows: list[int] = []
        columns: list[int] = []
        values: list[float] = []
        for at, stems in enumerate(texts):
            for stem, count in sorted(Counter(stems).items()):
                if stem in places:
                    rows.append(at)
                    columns.append(places[stem])
                    values.append(1.0 + math.log(count))
        row, column = np.array(rows), np.array(columns)
        value = np.array(values, dtype=np.float32) * weights[column]
        length = np.sqrt(np.bincount(row, weights=value * value, minlength=len(texts)))
        value = (value / np.maximum(length[row], 1e-9)).astype(np.float32)
        turned = np.lexsort((row, column))
        return cls(
            (len(texts), len(places)),
            (row, column, value),
            (column[turned], row[turned], value[turned]),
        )

    def times(self, right: Matrix) -> Matrix:
        """The product with a matrix of words x any."""
        return _product(self.by_row, self.shape[0], right)

    def turned_times(self, right: Matrix) -> Matrix:
        """The product of the transposed table with a matrix of texts x any."""
        return _product(self.by_column, self.shape[1], right)


def _product(
    table: tuple[NDArray[np.int64], NDArray[np.int64], Matrix], height: int, right: Matrix
) -> Matrix:
    """Sparse times dense, a few rows of the sparse one at a time."""
    rows, columns, values = table
    out = np.zeros((height, right.shape[1]), dtype=np.float32)
    for first in range(0, height, _CHUNK):
        low, high = np.searchsorted(rows, [first, first + _CHUNK])
        if low == high:
            continue
        here = rows[low:high]
        starts = np.flatnonzero(np.r_[True, here[1:] != here[:-1]])
        parts = values[low:high, None] * right[columns[low:high]]
        out[here[starts]] = np.add.reduceat(parts, starts, axis=0)
    return out


def _basis(table: _Table, rank: int) -> Matrix:
    """The strongest right singular vectors as columns, signs settled, rounded."""
    right = _exact(table, rank) if table.shape[0] <= _FEW_TEXTS else _sampled(table, rank)
    largest = np.abs(right).argmax(axis=0)
    signs = np.sign(right[largest, np.arange(right.shape[1])])
    rounded: Matrix = np.round(right * signs, _DIGITS).astype(np.float32)
    return rounded


def _exact(table: _Table, rank: int) -> Matrix:
    """Of few texts: from the eigenvectors of the texts' inner products."""
    row, column, value = table.by_row
    dense = np.zeros(table.shape, dtype=np.float32)
    dense[row, column] = value
    strengths, left = np.linalg.eigh((dense @ dense.T).astype(np.float64))
    kept = np.argsort(-strengths, kind="stable")[:rank]
    kept = kept[strengths[kept] > _WEAKEST]
    right: Matrix = (dense.T @ left[:, kept] / np.sqrt(strengths[kept])).astype(np.float32)
    return right


def _sampled(table: _Table, rank: int) -> Matrix:
    """Of many texts: by the randomised method."""
    width = min(rank + _OVERSAMPLED, *table.shape)
    random = np.random.Generator(np.random.PCG64(_SEED))
    guess = random.standard_normal((table.shape[1], width)).astype(np.float32)
    sample = np.linalg.qr(table.times(guess))[0]
    for _ in range(_PASSES):
        turned = np.linalg.qr(table.turned_times(sample))[0]
        sample = np.linalg.qr(table.times(turned))[0]
    small = table.turned_times(sample.astype(np.float32)).T
    right: Matrix = np.linalg.svd(small, full_matrices=False)[2][:rank].T
    return right


def _unit(rows: Matrix) -> Matrix:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    made: Matrix = (rows / np.maximum(lengths, 1e-9)).astype(np.float32)
    return made
