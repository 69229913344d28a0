"""Which questions one attempt is asked: the fixed ones of its exam, and those it drew from pools.

Whatever shows, scores or counts an attempt takes its paper from here: `paper_of_attempt` for one,
`asked_in` where many attempts of an exam are looked at and its places were read once.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from copy import copy
from functools import cache, cached_property
from time import monotonic
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from studium.assessment import corrected, rules
from studium.assessment.asked import Asked, ForAll
from studium.assessment.models import Exam, ExamAttempt, ExamPool, ExamQuestion
from studium.assessment.scoring import Place
from studium.lib import prepared
from studium.lib.prepared import Prepared, together
from studium.lib.reads import unnoted

_KEPT_FOR = 60.0  # seconds
_MOST_KEPT = 20
_KEPT_POOLS: dict[UUID, Pools] = {}
_KEPT: dict[UUID, tuple[float, dict[UUID, BegunPlace]]] = {}


class Draw(NamedTuple):
    """What `exam_attempts` keeps of it: the seed, and the ids as 32 hex digits in drawn order."""

    seed: int | None
    drawn: list[str] | None


def paper_of_attempt(attempt: ExamAttempt, *, shuffled: bool = False) -> list[ExamQuestion]:
    """The places of the paper that this attempt is asked, each with its question.

    In the author's order, or with `shuffled` in the attempt's own. One query, whatever the size of
    the pools.
    """
    (places,) = together(asked_paper(attempt))
    if not shuffled:
        return places
    by_id = {place.question_id: place for place in places}
    return [by_id[one] for one in rules.paper_order(list(by_id), attempt.shuffle_seed)]


def asked_paper(attempt: ExamAttempt) -> prepared.Asked[ExamQuestion]:
    """The query of `paper_of_attempt` in the author's order, to be asked together with others."""
    drawn = _drawn(attempt)
    return _paper(len(drawn)).asked(exam=attempt.exam_id, **drawn)


def asked_lessons(attempt: ExamAttempt) -> prepared.Asked[tuple[UUID, UUID]]:
    """The query of each question of the paper with the lesson that its quiz belongs to, to be
    asked together with others."""
    drawn = _drawn(attempt)
    return _lessons(len(drawn)).asked(exam=attempt.exam_id, **drawn)


def asked_in_attempt(attempt: ExamAttempt) -> list[Asked]:
    """What an attempt that was begun is asked, in its own order, without anything that gives an
    answer away.

    A begun exam keeps its paper, which the database holds; so what is the same for all who sit it
    is read and made once in a process. Only the HTML of a question could be made anew, when an
    author adds a picture that was missing: that shows after a minute.
    """
    return [place.asked.asked_in(attempt) for place in begun_paper(attempt)]


class BegunPlace:
    """A place of a begun paper, with what is made of it once for all who are asked it."""

    def __init__(self, row: ExamQuestion) -> None:
        self.row = row

    @cached_property
    def asked(self) -> ForAll:
        """What all are asked."""
        return ForAll(self.row.question, points=self.row.points)

    @cached_property
    def scored(self) -> Place:
        """As it is scored while nothing about it is corrected."""
        return corrected.place_of(self.row, {})

    def with_html(self, question_html: str, explanation_html: str) -> BegunPlace:
        """The place with the HTML that its question has now: an explanation may change for ever."""
        question = self.row.question
        if (question.question_html, question.explanation_html) == (question_html, explanation_html):
            return self
        row = copy(self.row)
        row.question = copy(question)
        row.question.question_html, row.question.explanation_html = question_html, explanation_html
        return BegunPlace(row)


def begun_paper(attempt: ExamAttempt) -> list[BegunPlace]:
    """The places of the paper that this attempt is asked, in its own order, kept for a minute: all
    but the HTML stays as it is."""
    places = _kept_paper(attempt.exam_id)
    mine = {UUID(hex=one) for one in attempt.drawn or ()}
    ids = [one for one, place in places.items() if place.row.pool_id is None or one in mine]
    return [places[one] for one in rules.paper_order(ids, attempt.shuffle_seed)]


def _kept_paper(exam_id: UUID) -> dict[UUID, BegunPlace]:
    """Question -> its place; in the author's order."""
    now = monotonic()
    kept = _KEPT.get(exam_id)
    if kept is not None and now < kept[0]:
        return kept[1]
    with unnoted():  # a page is no other one by who happened to read the paper
        places = _EVERY.all(exam=exam_id)
    made = {place.question_id: BegunPlace(place) for place in places}
    if len(_KEPT) >= _MOST_KEPT:
        _KEPT.clear()
    _KEPT[exam_id] = (now + _KEPT_FOR, made)
    return made


def _places(exam_id: UUID, asked: Q) -> QuerySet[ExamQuestion]:
    rows = ExamQuestion.objects.filter(asked, exam_id=exam_id)
    return rows.select_related("question").order_by("position")


def _drawn(attempt: ExamAttempt) -> dict[str, UUID]:
    """The drawn questions by the names that `_paper` and `_lessons` have for them."""
    return {f"drawn_{at}": UUID(hex=one) for at, one in enumerate(attempt.drawn or ())}


@cache
def _paper(drawn: int) -> Prepared[ExamQuestion]:
    """The places of an exam that are asked of somebody who has drawn so many questions."""
    return Prepared(
        lambda exam, **ids: _places(exam, _FIXED | Q(question_id__in=list(ids.values()))),
        "exam",
        *(f"drawn_{at}" for at in range(drawn)),
    )


@cache
def _lessons(drawn: int) -> Prepared[tuple[UUID, UUID]]:
    """The question of each place that `_paper` gives, and the lesson of its quiz."""
    return Prepared(
        lambda exam, **ids: ExamQuestion.objects.filter(
            _FIXED | Q(question_id__in=list(ids.values())), exam_id=exam
        ).values_list("question_id", "question__quiz__lesson_id"),
        "exam",
        *(f"drawn_{at}" for at in range(drawn)),
    )


_FIXED = Q(pool_id__isnull=True)
_EVERY = Prepared(lambda exam: _places(exam, Q()), "exam")
_POOLS = Prepared(lambda exam: ExamPool.objects.filter(exam_id=exam).order_by("position"), "exam")


def asked_in(places: Iterable[ExamQuestion], drawn: Sequence[str] | None) -> list[ExamQuestion]:
    """Those of an exam's places, candidates included, that an attempt with this draw is asked."""
    mine = {UUID(hex=one) for one in drawn or ()}
    return [place for place in places if place.pool_id is None or place.question_id in mine]


class Pools(NamedTuple):
    """The pools of an exam in their order, and the candidates of each."""

    pools: list[ExamPool]
    candidates: dict[UUID, list[tuple[UUID, Any]]]


def draw_for(exam: Exam) -> Draw:
    """A draw for an attempt about to begin; nothing where the exam has no pools.

    Raises `LookupError` naming the pool that has too few candidates.
    """
    pools, candidates = _KEPT_POOLS.get(exam.pk) or _pools_of(exam)
    if not pools:
        return Draw(None, None)
    seed = secrets.randbits(62)
    return Draw(seed, [one.hex for one in drawn_with(seed, pools, candidates)])


def keep_pools(exam: Exam) -> None:
    """Keep what is drawn from, now that an attempt is stored: nothing of it changes any more, which
    the database holds. It is read anew: before that attempt it could change."""
    if exam.pk in _KEPT_POOLS or connection.in_atomic_block:  # that may never be stored
        return
    if len(_KEPT_POOLS) >= _MOST_KEPT:
        _KEPT_POOLS.clear()
    _KEPT_POOLS[exam.pk] = _pools_of(exam)


def _pools_of(exam: Exam) -> Pools:
    pools = _POOLS.all(exam=exam.pk)
    return Pools(pools, candidates_of(exam) if pools else {})


def candidates_of(exam: Exam) -> dict[UUID, list[tuple[UUID, Any]]]:
    """Pool -> its candidates as (question, bank key), in the order of the paper."""
    found: dict[UUID, list[tuple[UUID, Any]]] = {}
    rows = ExamQuestion.objects.filter(exam=exam, pool_id__isnull=False).order_by("position")
    for row in rows.values("pool_id", "question_id", "question__bank_key"):
        candidate = (row["question_id"], row["question__bank_key"])
        found.setdefault(row["pool_id"], []).append(candidate)
    return found


def drawn_with(
    seed: int, pools: Iterable[ExamPool], candidates: dict[UUID, list[tuple[UUID, Any]]]
) -> list[UUID]:
    """What a seed draws; the same for ever, so that anybody can check a stored draw."""
    drawn: list[UUID] = []
    used: set[object] = set()
    for pool in pools:
        left = [one for one in candidates.get(pool.pk, ()) if (one[1] or one[0]) not in used]
        found = rules.drawn(left, pick=pool.pick, seed=seed, what=f"pool {pool.pk}")
        if len(found) < pool.pick:
            raise LookupError(pool.title)
        drawn += [question_id for question_id, _key in found]
        used |= {key or question_id for question_id, key in found}
    return drawn
