"""What a simulated student answers: the key, or something a person could have taken for it."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any
from uuid import UUID

from studium.assessment.kinds import QuestionContent, kind
from studium.assessment.queries.bank import BankLine


@dataclass(frozen=True, slots=True)
class Item:
    """A question as the simulation sees it. `difficulty` is about 0, higher is harder."""

    id: UUID
    quiz_id: UUID
    place: int
    content: QuestionContent
    difficulty: float

    @property
    def right(self) -> Any:
        """The key as a response."""
        return kind(self.content.kind).right_answer(self.content)


def item_of(line: BankLine) -> Item:
    """The item of a question; its difficulty depends on its text alone, so it is always the same.

    `place` is that of its lesson in the course, from 1.
    """
    question = line.question
    drawn = Random(question.question_text)  # noqa: S311 - a simulation, which must repeat
    return Item(
        id=question.pk,
        quiz_id=question.quiz_id,
        place=question.quiz.lesson.order_index,
        content=QuestionContent(
            question.kind,
            question.question_text,
            question.answer,
            question.options,
            question.spec or {},
        ),
        difficulty=drawn.gauss(0, 0.9),
    )


def reply(item: Item, *, is_right: bool, drawn: Random) -> Any:
    """A response to the item."""
    its = kind(item.content.kind)
    return its.right_answer(item.content) if is_right else its.mistake(item.content, drawn)
