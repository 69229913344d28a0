"""What a simulated student answers: the key, or something a person could have taken for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from studium.assessment.queries.bank import BankLine, right_answer


@dataclass(frozen=True, slots=True)
class Item:
    """A question as the simulation sees it. `difficulty` is about 0, higher is harder."""

    id: UUID
    quiz_id: UUID
    place: int
    kind: str
    options: tuple[str, ...]
    right: Any
    difficulty: float


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
        kind=question.kind,
        options=tuple(option["id"] for option in question.options or ()),
        right=right_answer(question),
        difficulty=drawn.gauss(0, 0.9),
    )


def reply(item: Item, *, is_right: bool, drawn: Random) -> Any:
    """A response to the item."""
    return item.right if is_right else _WRONG[item.kind](item, drawn)


def _another_option(item: Item, drawn: Random) -> Any:
    others = [option for option in item.options if option != item.right]
    # The first wrong option misleads most people.
    return others[0] if drawn.random() < 0.6 else drawn.choice(others)


def _another_set(item: Item, drawn: Random) -> Any:
    right = list(item.right)
    others = [option for option in item.options if option not in right]
    if others and drawn.random() < 0.6:
        return [*right[:-1], others[0]]
    return right[:-1] if len(right) > 1 else [*right, *others[:1]]


def _another_run(item: Item, drawn: Random) -> Any:
    if not item.right["compiles"]:
        return {"compiles": True, "output": drawn.choice(["0", "1", ""])}
    if drawn.random() < 0.5:
        return {"compiles": False, "line": drawn.randint(2, 4)}
    return {"compiles": True, "output": f"{item.right['output']}0"}


def _another_number(item: Item, drawn: Random) -> Any:
    return str(Decimal(item.right) + drawn.choice([1, -1, 10]))


_WRONG: dict[str, Callable[[Item, Random], Any]] = {
    "single_choice": _another_option,
    "multiple_choice": _another_set,
    "true_false": lambda item, drawn: not item.right,
    "short_text": lambda item, drawn: drawn.choice(["I am not sure", "the compiler"]),
    "numeric": _another_number,
    "tracing": _another_run,
}
