"""The evaluation of one engine over one set of lessons."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median

from studium.ai.evaluation.corrupted import corrupted_figures, count_corrupted
from studium.ai.evaluation.figures import Figure, Tally
from studium.ai.evaluation.gold import Case
from studium.ai.evaluation.of_checks import check_figures
from studium.ai.evaluation.of_items import (
    ItemsCounts,
    checked_items,
    count_items,
    items_figures,
    items_tallies,
    proposes_items,
)
from studium.ai.evaluation.of_notes import NotesCounts, count_notes, notes_figures
from studium.ai.evaluation.of_solvers import solver_figures
from studium.ai.evaluation.of_tutor import tutor_figures
from studium.ai.model import CheckedNotes, Engine, Item, NoteSentence, Progress
from studium.ai.verify import Judge, verify_notes
from studium.ai.wire.faults import EngineFailed


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything one run found. ``items`` and ``definitions`` are what audits draw from."""

    engine: str
    engine_version: str
    lessons: int
    when: datetime
    figures: tuple[Figure, ...]
    tallies: tuple[Tally, ...]
    items: tuple[tuple[Case, Item], ...] = ()
    definitions: tuple[tuple[Case, NoteSentence], ...] = ()

    def as_json(self) -> dict[str, object]:
        """The run as plain data, one line of the history."""
        return {
            "engine": self.engine,
            "engine_version": self.engine_version,
            "lessons": self.lessons,
            "when": self.when.isoformat(timespec="seconds"),
            "figures": [one.as_json() for one in self.figures],
            "tallies": {one.title: one.counts for one in self.tallies},
        }


@dataclass(slots=True)
class _Costs:
    """CPU milliseconds of each lesson, and the most memory this process has had."""

    notes: list[float] = field(default_factory=list)
    items: list[float] = field(default_factory=list)
    peak: float = 0.0


def evaluate(
    engine: Engine, cases: Sequence[Case], *, now: datetime, progress: Progress | None = None
) -> Evaluation:
    """Make and check notes and questions of every lesson, and count what the table shows.

    ``progress`` is told the share of the work done; it may raise to stop.
    """
    notes, items, costs = NotesCounts(), ItemsCounts(), _Costs()
    definitions: list[tuple[Case, NoteSentence]] = []
    failures = Tally("lessons the engine failed on, by fault")
    for at, case in enumerate(cases):
        try:
            checked = _work(case, engine, notes, items, costs)
            definitions += [(case, one) for one in checked.sentences if one.kind == "key_term"]
        except EngineFailed as failure:  # a model server may fail on one lesson and not the next
            failures.counts[failure.fault] = failures.counts.get(failure.fault, 0) + 1
        if progress:
            progress(0.75 * (at + 1) / len(cases))
    costs.peak = _peak_megabytes()
    figures = notes_figures(notes)
    if proposes_items(engine):
        figures += items_figures(items) + solver_figures(items.items)
    figures += corrupted_figures(count_corrupted(cases)) + check_figures(cases, items.items)
    if progress:
        progress(0.9)
    figures += tutor_figures(cases) + _cost_figures(costs)
    if progress:
        progress(1.0)
    return Evaluation(
        engine.name,
        engine.version,
        len(cases),
        now,
        tuple(figures),
        (*items_tallies(items), failures),
        tuple(items.items),
        tuple(definitions),
    )


def _work(
    case: Case, engine: Engine, notes: NotesCounts, items: ItemsCounts, costs: _Costs
) -> CheckedNotes:
    """One lesson: propose, check and count; only proposing and checking is timed."""
    begun = time.process_time()
    judge: Judge | None = getattr(engine, "judge", None)
    checked = verify_notes(case.lesson, engine.propose_notes(case.lesson), judge=judge)
    costs.notes.append(1000 * (time.process_time() - begun))
    count_notes(case, checked, engine, notes)
    if proposes_items(engine):
        begun = time.process_time()
        asked = checked_items(engine, case.lesson)
        costs.items.append(1000 * (time.process_time() - begun))
        count_items(case, asked, checked_items(engine, case.stripped), items, notes)
    return checked


def _peak_megabytes() -> float:
    """The most memory this process has held, all its libraries included."""
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, kilobytes on Linux
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def _cost_figures(costs: _Costs) -> list[Figure]:
    both = [sum(pair) for pair in zip(costs.notes, costs.items, strict=True)] if costs.items else []
    whole, of = both or costs.notes or [0.0], len(costs.notes)
    return [
        Figure("cost", "notes, CPU ms a lesson, median", median(costs.notes or [0.0]), of),
        Figure("cost", "questions, CPU ms a lesson, median", median(costs.items or [0.0]), of),
        Figure(
            "cost", "notes and questions, CPU ms of the slowest lesson", max(whole), of, most=500.0
        ),
        Figure("cost", "peak memory of the whole run, MB", costs.peak, of, most=250.0),
    ]
