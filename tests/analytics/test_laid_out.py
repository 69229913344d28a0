"""A summary that is carried on is the one that is rendered from everything."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from studium.analytics import laid_out, summary
from studium.analytics.rules import MOST_ATTEMPTS, Attempt, Tally

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_entries_set_anew_give_what_the_whole_gives() -> None:
    dice = random.Random(4)
    tallies: dict[UUID, Tally] = {}
    attempts: list[Attempt] = []
    text: Any = None
    for seq in range(1, 3 * MOST_ATTEMPTS):
        lesson, at = UUID(int=dice.randrange(9)), NOON + timedelta(minutes=seq)
        tally = tallies.setdefault(lesson, Tally(None, 0, Decimal(0), at, 0))
        tally.answers += 1
        tally.share_sum += Decimal(dice.randrange(2))
        tally.last_at, tally.last_seq = at, seq
        made = _attempt(seq, at, dice.choice(("exam", "quiz")))
        attempts.append(made)
        whole = _whole(tallies, attempts)
        lines = None if text is None else laid_out.laid_out(text, epoch=1)
        if lines is not None:
            lines.seq = seq
            lines.put_lessons([summary.lesson_entry(lesson, _topic(lesson), tally)])
            exams = [one for one in attempts if one.kind == "exam"]
            assert lines.put_attempts(map(summary.attempt_entry, {*exams, made}))
            assert json.loads(lines.text()) == whole
        # As SQLite keeps it, and as PostgreSQL does: without lines, keys in another order.
        text = laid_out.as_text(whole) if seq % 2 else json.dumps(whole, sort_keys=True)
    assert len(whole["attempts"]) == MOST_ATTEMPTS


def test_an_attempt_between_others_asks_for_the_whole() -> None:
    attempts = [_attempt(at, NOON + timedelta(hours=at), "quiz") for at in (1, 3)]
    text = laid_out.as_text(_whole({UUID(int=1): Tally(None, 1, Decimal(1), NOON, 1)}, attempts))
    lines = laid_out.laid_out(text, epoch=1)
    assert lines is not None
    between = summary.attempt_entry(_attempt(2, NOON + timedelta(hours=2), "quiz"))
    assert not lines.put_attempts([between])
    assert laid_out.laid_out(text, epoch=2) is None
    assert laid_out.laid_out("{}", epoch=1) is None


def _whole(tallies: dict[UUID, Tally], attempts: list[Attempt]) -> dict[str, Any]:
    return summary.render(
        tallies=list(tallies.items()),
        topics={one: _topic(one) for one in tallies},
        attempts=attempts,
        concepts=[],
        epoch=1,
    )


def _topic(lesson: UUID) -> str:
    return f'Lines\nand {{"id":"{lesson.int}"}},'


def _attempt(number: int, at: datetime, kind: str) -> Attempt:
    return Attempt(UUID(int=number), kind, UUID(int=0), "A\ntitle", number, 50, None, at)
