"""Making drafts of questions from a lesson: proposed by an engine, checked, tried, and stored once.

`make` does the long work outside any transaction; `store` keeps its outcome in the caller's. The
same text, wish and engine are worked on once: a second run finds the first one and stops.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db.models import F

from studium.ai.model import Item, LessonText, PlanLine, Progress, RejectedItem
from studium.assessment import drafting
from studium.assessment.models import DraftedQuestion, DraftRun, DraftStatus, Exam, Question
from studium.content.models import Lesson
from studium.lib.errors import Conflict
from studium.notes import rejections
from studium.notes.connections import built_in
from studium.notes.rules import Places, lesson_text

MOST = 60
"""Drafts of one lesson in one go; more than a person reads in a sitting."""
SHARES = {"": None, "easy": 0.85, "middle": 0.65, "hard": 0.45}
"""Words for the share of right answers that is expected of an item."""
WAITING = (DraftStatus.DRAFT, DraftStatus.STALE)
_STEMS = 3_000


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted of one lesson: how many items, of which kinds (all without), how hard."""

    count: int = 20
    kinds: tuple[str, ...] = ()
    difficulty: str = ""

    @property
    def digest(self) -> str:
        """A hash that names the wish."""
        return sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()

    @property
    def plan(self) -> tuple[PlanLine, ...]:
        """The wish as engines read it."""
        kinds: Any = self.kinds
        return (PlanLine(self.count, kinds, None, SHARES[self.difficulty]),)


@dataclass(frozen=True, slots=True)
class Made:
    """What came of one lesson: the items that may be shown, in order, and the trial's report."""

    engine: str
    engine_version: str
    items: tuple[Item, ...]
    flags: tuple[tuple[str, ...], ...]
    rejected: tuple[RejectedItem, ...]
    report: dict[str, Any]
    reason: str


def proposer(engine: Any) -> Any:
    """The engine, or the built-in one where that engine proposes no questions."""
    return engine if hasattr(engine, "propose_items") else built_in()


def text_of(lesson: Lesson) -> LessonText:
    """The lesson as engines read it; its course must be loaded."""
    return as_text(lesson.topic, lesson.content, lesson.blocks, lesson.course.language)


def as_text(topic: str, content: str, blocks: list[dict[str, Any]], language: str) -> LessonText:
    """Columns of a lesson as engines read them."""
    return lesson_text(topic=topic, content=content, blocks=blocks, language=language)


def make(
    lesson: Lesson, wish: Wish, *, engine: Any, course: Any, progress: Progress | None = None
) -> Made:
    """Propose, check and try items; nothing is stored. `course` is what is known of the course.

    What a model proposed is read a second time by its judge.
    """
    from studium.ai.trial import try_items
    from studium.ai.verify import verify_items

    text = text_of(lesson)
    proposed = engine.propose_items(text, wish.plan, course=course, progress=progress)
    judge = getattr(engine, "judge", None)  # of an engine that writes in its own words
    checked = verify_items(text, proposed, bank=_stems(lesson.course_id), judge=judge)
    items = checked.items[: wish.count]
    report = try_items(text, items)
    return Made(
        engine=checked.engine,
        engine_version=checked.engine_version,
        items=items,
        flags=tuple(tuple(one) for one in report.flags),
        rejected=checked.rejected,
        report=asdict(report),
        reason=checked.reason,
    )


def run_of(lesson: Lesson, wish: Wish, *, engine: Any) -> DraftRun | None:
    """The run that did this work already, if there is one."""
    return DraftRun.objects.filter(
        lesson=lesson,
        source_hash=lesson.content_hash,
        wish=wish.digest,
        engine=engine.name,
        engine_version=engine.version,
    ).first()


def store(
    lesson_id: UUID, made: Made, *, wish: Wish, source_hash: str, now: datetime
) -> tuple[DraftRun, int]:
    """Keep the drafts of a lesson; returns the run and how many of its drafts are new.

    Raises `Conflict` when the lesson has changed since it was read.
    """
    rows = Lesson.objects.select_for_update(of=("self",)).select_related("course")
    lesson = rows.get(pk=lesson_id)
    if lesson.content_hash != source_hash:
        raise Conflict("The lesson was changed while its questions were made. Ask for them again.")
    refresh(lesson)
    same: dict[str, Any] = {
        "lesson": lesson,
        "source_hash": source_hash,
        "wish": wish.digest,
        "engine": made.engine,
        "engine_version": made.engine_version,
    }
    before = DraftRun.objects.filter(**same).first()
    if before is not None:
        return before, 0
    run = DraftRun.objects.create(
        **same,
        kept=len(made.items),
        flagged=sum(bool(one) for one in made.flags),
        rejected=dict(Counter(one.code for one in made.rejected)),
        report=made.report,
        reason=made.reason,
        made_at=now,
    )
    rejections.record(
        lesson.pk,
        made.rejected,
        kind="item",
        engine=made.engine,
        engine_version=made.engine_version,
        now=now,
    )
    return run, _keep(run, made, now=now)


def refresh(lesson: Lesson) -> int:
    """Follow the cited passages of waiting drafts to where they stand now; gives how many lost
    theirs. Those are stale until the passage is back or a person rejects them."""
    waiting = DraftedQuestion.objects.select_for_update().filter(lesson=lesson, status__in=WAITING)
    lost, places = 0, Places(lesson.content, lesson.blocks)
    for draft in waiting.exclude(source_hash=lesson.content_hash):
        followed = anchored(draft.item, places)
        draft.status = DraftStatus.STALE if followed is None else DraftStatus.DRAFT
        draft.item, draft.source_hash = followed or draft.item, lesson.content_hash
        draft.save(update_fields=["status", "item", "source_hash"])
        lost += followed is None
    return lost


def changed_lessons(*, most: int = 20) -> list[UUID]:
    """Lessons that were saved since their waiting drafts were last looked for in them."""
    rows = DraftedQuestion.objects.filter(status__in=WAITING)
    moved = rows.exclude(source_hash=F("lesson__content_hash"))
    return list(moved.order_by().values_list("lesson_id", flat=True).distinct()[:most])


def refresh_lesson(lesson_id: UUID) -> int:
    """As `refresh`, of a lesson that is locked here."""
    rows = Lesson.objects.select_for_update(of=("self",)).select_related("course")
    return refresh(rows.get(pk=lesson_id))


def claim(exam: Exam, lesson_id: UUID, count: int, wish: Wish) -> int:
    """Set waiting drafts of a lesson aside for an exam until `count` wait for it; gives how many
    were set aside now. Unflagged ones come first, then those nearest to the wished difficulty."""
    Lesson.objects.select_for_update(of=("self",)).get(pk=lesson_id)
    waiting = DraftedQuestion.objects.filter(lesson_id=lesson_id, status=DraftStatus.DRAFT)
    missing = count - waiting.filter(exam=exam).count()
    free = waiting.filter(exam__isnull=True)
    if wish.kinds:
        free = free.filter(kind__in=wish.kinds)
    goal = SHARES[wish.difficulty]
    ranked = sorted(free, key=lambda one: (one.is_flagged, _distance(one, goal), one.place))
    chosen = [one.pk for one in ranked[: max(missing, 0)]]
    return DraftedQuestion.objects.filter(pk__in=chosen).update(exam=exam)


def _distance(draft: DraftedQuestion, goal: float | None) -> float:
    expected = draft.item.get("difficulty")
    return 0.0 if goal is None or expected is None else abs(expected - goal)


def anchored(kept: dict[str, Any], places: Places) -> dict[str, Any] | None:
    """The stored item with its sources where they stand now; None when one is not there."""
    found = places.current(drafting.item_of(kept).sources)
    return None if found is None else kept | {"sources": [asdict(one) for one in found]}


def _keep(run: DraftRun, made: Made, *, now: datetime) -> int:
    """The drafts that are not there yet; what was decided about before is left alone."""
    digests = [drafting.digest(one) for one in made.items]
    known = set(
        DraftedQuestion.objects.filter(lesson=run.lesson_id, digest__in=digests).values_list(
            "digest", flat=True
        )
    )
    rows: dict[str, DraftedQuestion] = {}
    for place, (one, name, flags) in enumerate(zip(made.items, digests, made.flags, strict=True)):
        if name in known or name in rows:
            continue
        rows[name] = DraftedQuestion(
            lesson_id=run.lesson_id,
            run=run,
            place=place,
            kind=one.kind,
            digest=name,
            source_hash=run.source_hash,
            item=drafting.stored(one, engine=made.engine, engine_version=made.engine_version),
            flags=list(flags),
            is_flagged=bool(flags),
            made_at=now,
        )
    DraftedQuestion.objects.bulk_create(rows.values(), batch_size=100)
    return len(rows)


def _stems(course_id: UUID) -> Sequence[str]:
    """The texts of the course's questions, which no draft may repeat."""
    rows = Question.objects.filter(quiz__lesson__course_id=course_id, retired_at__isnull=True)
    return list(rows.order_by("pk").values_list("question_text", flat=True)[:_STEMS])


def wish_in(values: dict[str, Any]) -> Wish:
    """A wish as a job's arguments hold it."""
    return replace(Wish(**values), kinds=tuple(values.get("kinds", ())))
