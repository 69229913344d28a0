"""Who needs help, and why: pure judgements over what one student has answered.

Every reason carries the figures it rests on, so that its sentence (`analytics.wording`) can say
nothing else. What a person is (age, origin, name, language) is no input of any function here.
Days are whole days since 1970-01-01 in UTC; shares run from 0 to 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from uuid import UUID

ENOUGH_ANSWERS = 10
"""Under this many answers nothing is foretold."""
LOW_EXPECTED = 0.6
"""Who gets fewer of the average questions right than this is named for it."""
WINDOW_DAYS = 14
"""A change is looked for over this many days, unless a day is asked for."""
FALL = 0.05
LEAST_ANSWERS_BETWEEN = 3
LEAST_GAPS = 3
"""Gaps between days with answers from which on somebody has a rhythm of their own."""
LATEST_GAPS = 20
LEAST_SILENCE = 3
LONG_SILENCE = 14
"""Silence of so many days is named also where no own rhythm is known."""

EXAM, EXPECTED, SHAKY, FALLING, SILENT, MISSING, FEW = (
    "exam", "expected", "shaky", "falling", "silent", "missing", "few",
)  # fmt: skip
KINDS = (FEW, EXAM, EXPECTED, SHAKY, FALLING, SILENT, MISSING)
"""Kinds of reasons in the order in which they are told."""
POOR_CHANCES = ("very unlikely", "unlikely")


@dataclass(frozen=True, slots=True)
class Shaky:
    """A concept whose likely range lies under 60 % as a whole (`standing.words` is shaky)."""

    concept_id: UUID
    name: str
    p: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is to be expected: the share of an exam's marks, or of the course's average questions.

    `words` is the chance to pass in one of five words and `pass_share` the mark to reach; both
    are empty (None) where there is no exam. `chance` orders people: P(pass), else `mean`.
    """

    mean: float
    low: float
    high: float
    chance: float
    words: str | None = None
    exam: str = ""
    pass_share: float | None = None


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Days since the last answer, and the median gap of this person's own; None if unknown."""

    silent: int
    usual: float | None


@dataclass(frozen=True, slots=True)
class Change:
    """The level on an average question of the course before a day and now."""

    before: float
    after: float
    since: int
    answers: int


@dataclass(frozen=True, slots=True)
class Facts:
    """All that reasons are drawn from. `outlook` is None when it is too early to say."""

    answers: int
    outlook: Outlook | None = None
    shaky: tuple[Shaky, ...] = ()
    rhythm: Rhythm | None = None
    change: Change | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason with its figures; those that are not its kind's are empty.

    exam, expected: `outlook`; shaky: `shaky`; falling: `change`; silent: `rhythm`; missing:
    `titles` of what was due and is not there; few: `answers`.
    """

    kind: str
    outlook: Outlook | None = None
    shaky: tuple[Shaky, ...] = ()
    rhythm: Rhythm | None = None
    change: Change | None = None
    titles: tuple[str, ...] = ()
    answers: int = 0


def is_early(answers: int) -> bool:
    """Whether a student belongs to those of whom nothing can be foretold yet."""
    return answers < ENOUGH_ANSWERS


def is_poor(outlook: Outlook | None) -> bool:
    """Whether somebody is unlikely to pass, or without an exam is expected under 60 %."""
    if outlook is None:
        return False
    if outlook.words is None:
        return outlook.mean < LOW_EXPECTED
    return outlook.words in POOR_CHANCES


def rhythm(days: Iterable[int], today: int) -> Rhythm | None:
    """Silence against the own median gap over the latest twenty; None without an answer.

    The silence that goes on is not a gap yet and does not count as one.
    """
    ordered = sorted(set(days))
    if not ordered:
        return None
    gaps = [later - day for day, later in pairwise(ordered)][-LATEST_GAPS:]
    usual = float(median(gaps)) if len(gaps) >= LEAST_GAPS else None
    return Rhythm(max(today - ordered[-1], 0), usual)


def is_silent(one: Rhythm) -> bool:
    """Whether the silence is longer than this person's gaps let expect.

    From three days on, more than twice the own median gap; without a rhythm from two weeks on.
    """
    if one.usual is None:
        return one.silent >= LONG_SILENCE
    return one.silent >= LEAST_SILENCE and one.silent > 2 * one.usual


def change(days: Iterable[tuple[int, float, int]], since: int) -> Change | None:
    """How the level changed since the beginning of the day `since`.

    `days` are (day, level at its end, answers so far). None without a level before, or with
    fewer than three answers since.
    """
    ordered = sorted(days)
    before = [one for one in ordered if one[0] < since]
    if not before or before[-1] is ordered[-1]:
        return None
    answers = ordered[-1][2] - before[-1][2]
    if answers < LEAST_ANSWERS_BETWEEN:
        return None
    return Change(before[-1][1], ordered[-1][1], since, answers)


def reasons(facts: Facts) -> tuple[Reason, ...]:
    """Why this person may need help, in the order of `KINDS`; empty when nothing speaks for it."""
    found = [*_of_level(facts), *_of_work(facts)]
    return tuple(sorted(found, key=lambda one: KINDS.index(one.kind)))


def order(answers: int, outlook: Outlook | None, name: str) -> tuple[bool, float, str]:
    """The sort key of a class: lowest chance first; where it is too early comes apart, at the end.

    Ties go by name, never by anything else a person is.
    """
    if outlook is None or is_early(answers):
        return (True, float(answers), name.casefold())
    return (False, outlook.chance, name.casefold())


def to_practise(shaky: Sequence[Shaky]) -> Shaky | None:
    """The concept to suggest: the weakest of the shaky ones."""
    return min(shaky, key=lambda one: (one.p, one.name), default=None)


# --- parts -----------------------------------------------------------------------------------


def _of_level(facts: Facts) -> list[Reason]:
    found = []
    outlook = facts.outlook
    if outlook is None or is_early(facts.answers):
        found.append(Reason(FEW, answers=facts.answers))
    elif is_poor(outlook):
        found.append(Reason(EXPECTED if outlook.words is None else EXAM, outlook=outlook))
    if facts.shaky:
        weakest = sorted(facts.shaky, key=lambda one: (one.p, one.name))
        found.append(Reason(SHAKY, shaky=tuple(weakest)))
    moved = facts.change
    if moved is not None and moved.before - moved.after >= FALL:
        found.append(Reason(FALLING, change=moved))
    return found


def _of_work(facts: Facts) -> list[Reason]:
    found = []
    if facts.rhythm is not None and is_silent(facts.rhythm):
        found.append(Reason(SILENT, rhythm=facts.rhythm))
    if facts.missing:
        found.append(Reason(MISSING, titles=facts.missing))
    return found
