"""Can questions be answered without the knowledge they ask for? Solvers that have none try.

Each solver is a rule of a line or two. What it gets right above chance on a set is given away by
the items, not by the lesson. None sees the place an item was made from: ``retrieval`` may read the
rest of the lesson and the course, because what stands elsewhere is fair knowledge there and a cue
here. A solver that reads that place too answers nearly every question made from it; that is what
being answerable from the source means, and is reported apart, as ``open_book``.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from studium.ai.language import Language, language, words
from studium.ai.model import Item, LessonText
from studium.ai.prose import passages
from studium.ai.sentences import split

MARGIN = 0.10
"""How far above chance a solver may be on a set."""
FEWEST = 10
"""Choices below which a set says nothing of a solver."""
Z95 = 1.959964
_GAP = re.compile(r"_{3,}")
_TRUTHS = ("true", "false")


@dataclass(frozen=True, slots=True)
class SolverResult:
    """What one solver reached over the choices of a set.

    ``right`` of ``answered`` (ties count as the share of the tied options that is right) against
    ``chance``, the mean share of right options; ``low`` and ``high`` bound the accuracy (Wilson
    score interval, 95 %). ``beats`` when ``low`` is above chance and the accuracy above chance
    and ``MARGIN``, on ``FEWEST`` choices or more. ``surface`` solvers look at the item alone.
    """

    solver: str
    answered: int
    right: float
    accuracy: float
    chance: float
    low: float
    high: float
    beats: bool
    surface: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """The trial of a set of items: solvers, and for each item the solvers that got it right.

    ``flags`` has one entry an item, in order: the solvers that give it away, none for most.
    ``solved`` has one entry an item: all solvers that alone chose its key. ``open_book`` is the
    accuracy of a reader that sees the source too.
    """

    items: int
    choices: int
    solvers: tuple[SolverResult, ...]
    open_book: SolverResult
    solved: tuple[tuple[str, ...], ...]
    flags: tuple[tuple[str, ...], ...]

    @property
    def giveaways(self) -> int:
        """How many items are flagged."""
        return sum(1 for one in self.flags if one)


@dataclass(slots=True)
class Reader:
    """Sentences to look things up in, with how telling each stem is."""

    spoken: Language
    stems: list[frozenset[str]]
    texts: list[str]
    places: list[tuple[int, int]]
    holders: Counter[str]

    def weight(self, stem: str) -> float:
        """Inverse document frequency of a stem over the sentences."""
        return math.log(1 + len(self.stems) / (1 + self.holders[stem]))

    def nearest(self, wanted: frozenset[str], skip: frozenset[int]) -> float:
        """The largest share of the wanted stems (by weight) in one sentence not skipped."""
        whole = sum(map(self.weight, sorted(wanted)))
        best = 0.0
        for at, held in enumerate(self.stems):
            if at not in skip and held & wanted:
                best = max(best, sum(map(self.weight, sorted(held & wanted))))
        return round(best / whole, 6) if whole else 0.0


@dataclass(frozen=True, slots=True)
class Asked:
    """One choice as solvers see it: its options in order, its stem and its source sentences."""

    item: Item
    options: tuple[str, ...]
    key: str
    stem: str
    reader: Reader
    source: frozenset[int]


Solver = Callable[[Asked], list[float]]
"""A score for each option; the highest is the answer, ties are shared."""


def longest(one: Asked) -> list[float]:
    """The longest option; for statements, long ones are true (more than 20 words)."""
    if one.item.kind == "true_false":
        return _verdict(len(words(one.stem)) > 20)
    return [float(len(option)) for option in one.options]


def overlap(one: Asked) -> list[float]:
    """The option with the largest share of its words, cut to six letters, in the stem."""
    if one.item.kind == "true_false":
        return [0.0, 0.0]
    held = {word[:6] for word in words(_GAP.sub(" ", one.stem))}
    return [
        len({word[:6] for word in words(option)} & held) / max(1, len(set(words(option))))
        for option in one.options
    ]


def form_cue(one: Asked) -> list[float]:
    """The option whose look is told by the stem, or that looks unlike the others.

    "a" or "an" before the gap, a plural asked for by the verb behind it, the beginning of a
    sentence; else the option of the rarest look. For statements: denials, "always" and the like,
    and words that compare are taken for signs of a falsehood.
    """
    if one.item.kind == "true_false":
        return _verdict(not _CUES.search(one.stem))
    looks = [_look(option) for option in one.options]
    rare = Counter(looks)
    both = zip(one.options, looks, strict=True)
    return [_fits(option, one.stem) - rare[look] for option, look in both]


def position(one: Asked) -> list[float]:
    """The third option of four, the second of others, which people favour; "true" of statements."""
    if one.item.kind == "true_false":
        return _verdict(True)
    favourite = 2 if len(one.options) == 4 else 1
    return [float(at == favourite) for at in range(len(one.options))]


def retrieval(one: Asked) -> list[float]:
    """The option that stands with most of the stem in one sentence other than the item's source.

    A statement is taken for true when it is closer than most to a sentence of the lesson.
    """
    return _found(one, one.source)


def reads_source(one: Asked) -> list[float]:
    """The same for a reader that sees the source: the upper end, not a cue."""
    return _found(one, frozenset())


SOLVERS: dict[str, Solver] = {
    "longest": longest,
    "overlap": overlap,
    "form": form_cue,
    "position": position,
    "retrieval": retrieval,
}
"""The solvers by name; all but ``retrieval`` see the item alone."""

_SURFACE = ("longest", "overlap", "form")

_CUES = re.compile(
    r"\b(?:not|never|no|cannot|always|only|all|none|every|more|less|higher|lower|larger|smaller"
    r"|increas\w*|decreas\w*|rises?|falls?)\b|n['’]t\b",
    re.IGNORECASE,
)
_VOWEL = re.compile(r"[aeiou]", re.IGNORECASE)


def _verdict(is_true: bool) -> list[float]:
    return [1.0, 0.0] if is_true else [0.0, 1.0]


def _look(option: str) -> tuple[bool, bool, bool, bool]:
    """Case, number, marks of code or figures, and whether it is more than one word."""
    plural = option.endswith("s") and not option.endswith(("ss", "us", "is"))
    odd = bool(re.search(r"[\d_(){}<>=;&$%]|::", option))
    return option[:1].isupper(), plural, odd, " " in option


def _fits(option: str, stem: str) -> float:
    """2 for each cue around the gap that the option meets."""
    article = re.search(r"\b(an?) _{3,}", stem, re.IGNORECASE)
    verb = re.search(r"_{3,} (is|has|was|does|are|have|were|do)\b", stem)
    met = 0.0
    if article:
        met += 2.0 * ((article[1].lower() == "an") == bool(_VOWEL.match(option)))
    if verb:
        plural = option.endswith("s") and not option.endswith(("ss", "us", "is"))
        met += 2.0 * ((verb[1] in ("are", "have", "were", "do")) == plural)
    return met


def _found(one: Asked, skip: frozenset[int]) -> list[float]:
    spoken, reader = one.reader.spoken, one.reader
    if one.item.kind == "true_false":
        share = reader.nearest(frozenset(spoken.content(one.stem)), skip)
        exact = not skip and any(_plain(one.stem) == _plain(text) for text in reader.texts)
        return _verdict(exact if not skip else share >= 0.5)
    stem = frozenset(spoken.content(_GAP.sub(" ", one.stem)))
    scores = []
    for option in one.options:
        stems = frozenset(spoken.content(option)) or frozenset(words(option))
        scores.append(_together(stems, stem, reader, skip))
    return scores


def _together(
    option: frozenset[str], stem: frozenset[str], reader: Reader, skip: frozenset[int]
) -> float:
    """The best sentence that holds the option: how much of the stem it holds as well."""
    best = 0.0
    for at, held in enumerate(reader.stems):
        if at not in skip and option and len(option & held) >= 0.5 * len(option):
            share = len(option & held) / len(option)
            best = max(best, share * (0.01 + sum(map(reader.weight, sorted(stem & held)))))
    return round(best, 6)


def _plain(text: str) -> str:
    return " ".join(words(text))


def try_items(
    lesson: LessonText, items: Sequence[Item], *, course: Sequence[LessonText] = ()
) -> Trial:
    """Let every solver answer every choice of a set; short texts are not tried.

    ``course`` are other lessons ``retrieval`` may read. An item is a giveaway when all three that
    look at its words (longest, overlap, form) alone chose its key, whatever the set; or when a
    solver beats the set, chose this key, and at least two others chose it as well.
    """
    reader = _reader(lesson, course)
    asked = [_asked(one, lesson, reader) for one in items]
    return _trial(items, asked)


def try_course(lessons: Sequence[LessonText], items: Sequence[Sequence[Item]]) -> Trial:
    """The trial of many lessons as one set; ``items`` has one sequence for each lesson."""
    asked: list[Asked | None] = []
    for lesson, held in zip(lessons, items, strict=True):
        reader = _reader(lesson, ())
        asked += [_asked(one, lesson, reader) for one in held]
    return _trial([one for held in items for one in held], asked)


def _trial(items: Sequence[Item], asked: Sequence[Asked | None]) -> Trial:
    tried = [one for one in asked if one]
    shares = {name: [_share(one, solver) for one in tried] for name, solver in SOLVERS.items()}
    results = tuple(_result(name, shares[name], tried) for name in SOLVERS)
    alone = _alone(shares, asked)
    beating = frozenset(one.solver for one in results if one.beats)
    return Trial(
        items=len(items),
        choices=len(tried),
        solvers=results,
        open_book=_result("open_book", [_share(one, reads_source) for one in tried], tried),
        solved=alone,
        flags=tuple(_flags(solved, beating) for solved in alone),
    )


def _alone(
    shares: dict[str, list[float]], asked: Sequence[Asked | None]
) -> tuple[tuple[str, ...], ...]:
    """For each item the solvers that chose its key and nothing else."""
    found: list[tuple[str, ...]] = []
    at = 0
    for one in asked:
        if one is None:
            found.append(())
            continue
        found.append(tuple(name for name, held in shares.items() if held[at] == 1.0))
        at += 1
    return tuple(found)


def _flags(solved: tuple[str, ...], beating: frozenset[str]) -> tuple[str, ...]:
    """The solvers that give an item away, by the rule of ``try_items``."""
    surface = [name for name in solved if name in _SURFACE]
    if len(surface) == len(_SURFACE):
        return tuple(surface)
    return solved if beating.intersection(solved) and len(solved) >= 3 else ()


def _share(one: Asked, solver: Solver) -> float:
    """1 for the key, a share where options tie, 0 for another option."""
    scores = solver(one)
    best = max(scores)
    tied = [option for option, score in zip(one.options, scores, strict=True) if score == best]
    return (one.key in tied) / len(tied)


def _result(name: str, shares: list[float], tried: list[Asked]) -> SolverResult:
    answered, right = len(shares), sum(shares)
    chance = sum(1 / len(one.options) for one in tried) / answered if answered else 0.0
    accuracy = right / answered if answered else 0.0
    low, high = wilson(right, answered)
    beats = answered >= FEWEST and low > chance and accuracy > chance + MARGIN
    return SolverResult(
        name, answered, round(right, 3), round(accuracy, 4), round(chance, 4),
        round(low, 4), round(high, 4), beats, surface=name in SOLVERS and name != "retrieval",
    )  # fmt: skip


def wilson(right: float, total: int, z: float = Z95) -> tuple[float, float]:
    """Wilson score interval of a share; (0, 1) of nothing. ``right`` may be fractional.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
    """
    if not total:
        return 0.0, 1.0
    share = right / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    spread = math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    spread *= z / (1 + z * z / total)
    return max(0.0, middle - spread), min(1.0, middle + spread)


def _asked(one: Item, lesson: LessonText, reader: Reader) -> Asked | None:
    """A choice ready to be tried; None for what has no options to choose from."""
    if one.kind == "short_text" or len(one.key) != 1:
        return None
    options = _TRUTHS if one.kind == "true_false" else one.options
    source = frozenset(
        at
        for at, (start, end) in enumerate(reader.places)
        if any(start < place.end and place.start < end for place in one.sources)
    )
    return Asked(one, tuple(options), one.key[0], one.stem, reader, source or frozenset({-1}))


def _reader(lesson: LessonText, course: Sequence[LessonText]) -> Reader:
    spoken = language(lesson.language)
    stems: list[frozenset[str]] = []
    texts: list[str] = []
    places: list[tuple[int, int]] = []
    for at, one in enumerate((lesson, *(other for other in course if other != lesson))):
        for passage in passages(one):
            if passage.is_heading:
                continue
            plain = passage.plain
            for start, end in split(plain.text, spoken):
                text = plain.text[start:end]
                texts.append(text)
                stems.append(frozenset(spoken.content(text)))
                places.append(plain.span(start, end) if at == 0 else (-1, -1))
    return Reader(spoken, stems, texts, places, Counter(stem for one in stems for stem in one))
