"""An engine that proposes one true/false and one choice for each line of a lesson: enough to test
what is done with drafts, whatever the real engine finds."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from studium.ai.model import Item, LessonText, PlanLine, Progress, ProposedItems, Source

_SENTENCE = re.compile(r"[A-Z][^.\n]+\.")


@dataclass
class Proposer:
    """Counts how often it was asked; `dies_at` makes it raise at that call (from 1)."""

    name: str = "stand-in"
    version: str = "1"
    asked: int = 0
    dies_at: int = 0
    courses: list[Any] = field(default_factory=list)

    def propose_items(
        self,
        lesson: LessonText,
        plan: tuple[PlanLine, ...] = (),
        *,
        course: Any = None,
        progress: Progress | None = None,
    ) -> ProposedItems:
        self.asked += 1
        self.courses.append(course)
        if self.asked == self.dies_at:
            raise RuntimeError("The worker died.")
        items = tuple(one for source in _sources(lesson) for one in _pair(source))
        kinds = plan[0].kinds if plan else ()
        kept = tuple(one for one in items if not kinds or one.kind in kinds)
        return ProposedItems(self.name, self.version, kept)


def _sources(lesson: LessonText) -> list[Source]:
    found = []
    for block in lesson.blocks:
        for match in _SENTENCE.finditer(lesson.source, block.start, block.end):
            if block.kind == "paragraph":
                found.append(Source(block.id, match.start(), match.end(), match[0]))
    return found


def _pair(source: Source) -> tuple[Item, Item]:
    said = " ".join(source.quote.split())
    word = max(re.findall(r"[A-Za-z]+", said), key=len)
    gap = said.replace(word, "_____", 1)
    options = tuple(sorted({word, "stack", "heap", "pointer"}))
    choice = Item("cloze", "single_choice", gap, (word,), (source,), options, difficulty=0.5)
    statement = Item("true_false", "true_false", said, ("true",), (source,), difficulty=0.8)
    return statement, choice
