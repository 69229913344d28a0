"""How far the marking of an answer has come: who has to look at it next, and what it is worth.

Pure functions but for `settings_of` and `place_of`, which read. Points follow `given`: a final
mark stands above the others, two marks that are near enough are averaged.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from django.utils.crypto import salted_hmac

from studium.assessment.models import (
    ExamAttempt,
    ExamMarking,
    Mark,
    MarkRound,
    SecondMarker,
)
from studium.lib.prepared import Prepared

_SETTINGS = Prepared(lambda exam: ExamMarking.objects.filter(pk=exam), "exam")
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(slots=True)
class Standing:
    """The marks of one answer: the latest of each round, and the round that is wanted next.

    `wants` is first, second, final, or empty once it is decided.
    """

    first: Mark | None = None
    second: Mark | None = None
    final: Mark | None = None
    wants: str = MarkRound.FIRST
    everyone: set[UUID] = field(default_factory=set)

    @property
    def latest(self) -> Mark | None:
        """The mark that a student is told about: the last word."""
        return self.final or self.second or self.first


def standing(
    marks: Iterable[Mark], *, second: bool, tolerance: int, points: Decimal | int
) -> Standing:
    """How far one answer is, by its marks in the order they were given.

    `second`: whether a second mark is asked for; `tolerance`: per cent of `points` that two marks
    may differ by without a final one.
    """
    found = Standing()
    for mark in marks:
        setattr(found, mark.round, mark)
        found.everyone.add(mark.marker_id)
    found.wants = _wanted(found, second=second, most=Decimal(points) * tolerance / 100)
    return found


def _wanted(found: Standing, *, second: bool, most: Decimal) -> str:
    if found.final is not None:
        return ""
    if found.first is None:
        return MarkRound.FIRST
    if found.second is None:
        return MarkRound.SECOND if second else ""
    apart = abs(found.first.points - found.second.points)
    return MarkRound.FINAL if apart > most else ""


def needs_second(settings: ExamMarking, place: int) -> bool:
    """Whether the attempt at this place (1 is the first that was begun) gets a second mark."""
    if settings.second == SecondMarker.ALL:
        return True
    return settings.second == SecondMarker.NTH and place % settings.every == 0


def settings_of(exam_id: UUID) -> ExamMarking:
    """How the exam is marked; the defaults where nothing was set."""
    return _SETTINGS.first(exam=exam_id) or ExamMarking(exam_id=exam_id)


def places_of(exam_id: UUID) -> dict[UUID, int]:
    """Attempt -> its place among all attempts of the exam, in the order they were begun."""
    rows = ExamAttempt.objects.filter(exam_id=exam_id).order_by("attempted_at", "pk")
    return {pk: place for place, pk in enumerate(rows.values_list("pk", flat=True), start=1)}


def pseudonym(exam_id: UUID, user_id: UUID) -> str:
    """A name that is the same for a person throughout an exam and tells nothing about them.

    Six letters out of an HMAC with the site's secret (RFC 2104), so ids cannot be tried out.
    """
    number = int(salted_hmac("studium.marking", f"{exam_id} {user_id}").hexdigest()[:16], 16)
    letters = "".join(_LETTERS[(number >> (5 * place)) % 32] for place in range(6))
    return f"{letters[:3]}-{letters[3:]}"
