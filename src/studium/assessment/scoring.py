"""What an attempt is worth: a pure function, with no table behind it.

Questions as they were asked, the corrections in force, the responses, what people marked, the
penalty for coming late and the version of the rules go in; points per question, points, the most
that could be had, the score, and what still waits for a person come out. The same in, the same
out: closing, regrading, undoing and checking all ask here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, Decimal, localcontext
from typing import Any
from uuid import UUID

from studium.assessment import rules
from studium.assessment.kinds import QuestionContent, Response, kind

KEY, ACCEPT, POINTS, FULL_MARKS, DROP = "key", "accept", "points", "full_marks", "drop"
CORRECTIONS = (KEY, ACCEPT, POINTS, FULL_MARKS, DROP)

_ZERO = Decimal(0)
_MILLI = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class Correction:
    """What is put right about one question of one exam after it was sat.

    `kind` is `key` (another key instead), `accept` (this key too), `points` (worth more or less),
    `full_marks` (for everybody, answered or not) or `drop` (the question counts for nobody).
    `value` of `key` and `accept` is `{"answer": …, "spec": {…}}`: the key as text in the form of
    `QuestionContent.answer`, and those entries of the spec that change with it, if any; of
    `points` a whole number from 1; else None.
    """

    kind: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class Place:
    """A question on the paper, with the corrections in force, the oldest first.

    `points` are those of the paper.
    """

    question_id: UUID
    content: QuestionContent
    points: Decimal
    corrections: tuple[Correction, ...] = ()

    @property
    def has_variants(self) -> bool:
        """Whether its numbers, and so what is right, differ from attempt to attempt."""
        return "parameters" in self.content.spec

    @property
    def is_dropped(self) -> bool:
        """Whether the question counts for nobody."""
        return any(one.kind == DROP for one in self.corrections)

    @property
    def worth(self) -> Decimal:
        """The points it is worth, the newest correction of them first."""
        changed = [one.value for one in self.corrections if one.kind == POINTS]
        return Decimal(changed[-1]) if changed else self.points


@dataclass(frozen=True, slots=True)
class Part:
    """What one question came to. `points` is None while it waits for a person, and so is `share`.

    `share` is what was right by the key, whatever the points are: what the answer says about the
    person. Full marks for all and a dropped question change the points alone.
    """

    question_id: UUID
    kind: str
    share: Decimal | None
    points: Decimal | None
    possible: Decimal
    is_answered: bool
    is_dropped: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an attempt came to. While something is `waiting` for a person there is no `score`, and
    `points` are those that are certain already. `points` and `score` are after the penalty."""

    parts: tuple[Part, ...]
    points: Decimal
    max_points: Decimal
    score: int | None
    waiting: tuple[UUID, ...]


def score_attempt(
    places: Sequence[Place],
    responses: Mapping[UUID, Response],
    *,
    marks: Mapping[UUID, Decimal] | None = None,
    penalty_percent: int | Decimal = 0,
    version: int = rules.GRADING_VERSION,
) -> Outcome:
    """Score one attempt. Responses are in their normal form; a missing one was never given.

    `marks`: question -> points a person gave, on the scale of the paper's own points; they stand
    before what a machine would say, and are scaled with the question when its points change.
    `penalty_percent` (0 to 100) is taken off the sum of the points, rounded down to a thousandth:
    points = sum · (100 - penalty) / 100, score = floor(100 · points / max_points).
    Raises `ValueError` for rules this program does not know, and for a mark out of range.
    """
    require_known(version)
    given = marks or {}
    parts = tuple(
        score_place(place, responses.get(place.question_id), mark=given.get(place.question_id))
        for place in places
    )
    return total(parts, penalty_percent=penalty_percent)


def require_known(version: int) -> None:
    """Raise `ValueError` unless this program has the rules of that version."""
    if version != rules.GRADING_VERSION:
        raise ValueError(f"Rules version {version} is not known; this is {rules.GRADING_VERSION}.")


def score_place(place: Place, response: Response, *, mark: Decimal | None = None) -> Part:
    """What one question came to, see `score_attempt`."""
    answered = kind(place.content.kind).is_answered(response)
    if mark is not None and not 0 <= mark <= place.points:
        raise ValueError(f"a mark of {mark} of {place.points} points is not possible")
    share = _share(place, response, answered=answered, mark=mark)
    return Part(
        question_id=place.question_id,
        kind=place.content.kind,
        share=share,
        points=_points(place, share, mark),
        possible=place.worth,
        is_answered=answered,
        is_dropped=place.is_dropped,
    )


def total(parts: Sequence[Part], *, penalty_percent: int | Decimal = 0) -> Outcome:
    """The sum of the parts. If every question was dropped, everybody has everything of one."""
    counted = [part for part in parts if not part.is_dropped]
    waiting = tuple(part.question_id for part in counted if part.points is None)
    points = sum((part.points for part in counted if part.points is not None), start=_ZERO)
    max_points = sum((part.possible for part in counted), start=_ZERO)
    if not counted:
        points = max_points = Decimal(1)
    points = less_penalty(points, penalty_percent)
    return Outcome(
        parts=tuple(parts),
        points=points,
        max_points=max_points,
        score=None if waiting else rules.score_percent(points, max_points),
        waiting=waiting,
    )


def less_penalty(points: Decimal, percent: int | Decimal) -> Decimal:
    """The points left after a penalty of 0 to 100 percent, to three decimals, rounded down."""
    if not 0 <= percent <= 100:
        raise ValueError(f"a penalty of {percent} percent is not possible")
    if not percent:
        return points
    with localcontext() as exact:
        exact.prec = 60
        return (points * (100 - Decimal(percent)) / 100).quantize(_MILLI, rounding=ROUND_DOWN)


def right_contents(place: Place) -> list[QuestionContent]:
    """The question once per key that counts: the newest one, then every other accepted one."""
    keys = [one for one in place.corrections if one.kind == KEY]
    base = with_key(place.content, keys[-1].value) if keys else place.content
    accepted = [one for one in place.corrections if one.kind == ACCEPT]
    return [base, *(with_key(place.content, one.value) for one in accepted)]


def with_key(content: QuestionContent, value: Mapping[str, Any]) -> QuestionContent:
    """The question with another key, see `Correction`."""
    return replace(
        content, answer=str(value["answer"]), spec={**content.spec, **(value.get("spec") or {})}
    )


def _share(
    place: Place, response: Response, *, answered: bool, mark: Decimal | None
) -> Decimal | None:
    if mark is not None:
        return mark / place.points
    if not answered:
        return _ZERO
    return by_key(right_contents(place), response)


def by_key(contents: Sequence[QuestionContent], response: Response) -> Decimal | None:
    """The best share that any of the keys gives, or None where a person has to say."""
    shares: list[Decimal] = []
    for content in contents:
        share: Decimal | None = kind(content.kind).score(content, response)
        if share is None:
            return None
        shares.append(share)
    return max(shares)


def _points(place: Place, share: Decimal | None, mark: Decimal | None) -> Decimal | None:
    if place.is_dropped:
        return _ZERO
    if any(one.kind == FULL_MARKS for one in place.corrections):
        return place.worth
    if mark is not None:
        with localcontext() as exact:  # not by way of the share, which may be rounded
            exact.prec = 60
            scaled = mark * place.worth / place.points
            return scaled.quantize(_MILLI, rounding=ROUND_DOWN)
    return None if share is None else rules.points_for(share, place.worth)
