"""What a lower package announces and a higher one listens to, so that imports run one way.

There are few of these on purpose: a hook is for what must not be forgotten by any door.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction


class Hook:
    """Listeners that run after the announcing transaction has committed, in their order."""

    def __init__(self, meaning: str) -> None:
        self.meaning = meaning
        self._listeners: list[Callable[..., object]] = []

    def listen(self, listener: Callable[..., object]) -> None:
        """Add a listener; adding it twice counts once."""
        if listener not in self._listeners:
            self._listeners.append(listener)

    def announce(self, **about: Any) -> None:
        """Run the listeners right after the commit, or now where no transaction is open.

        `about` says what it is about, by name; the hook's meaning lists the names.

        A listener that fails is logged and does not undo what was announced.
        """
        for listener in self._listeners:
            transaction.on_commit(_call(listener, about), robust=True)


def _call(listener: Callable[..., object], about: dict[str, Any]) -> Callable[[], None]:
    """A function of its own, since what fails is logged by its name and a `partial` has none."""

    def call() -> None:
        listener(**about)

    call.__qualname__ = getattr(listener, "__qualname__", repr(listener))
    return call


responses_recorded = Hook("New rows stand in `responses` and in the fold queue.")
lessons_saved = Hook(
    "Texts of lessons are new: `course_id`, `by_id`, and `lesson_id`, which is None for a course "
    "that came as a whole."
)
lessons_rendered = Hook(
    "The text of `lesson_id` is the same and its HTML another; its passages may have other names."
)
jobs_ended = Hook("A job is done or has failed: `job_id`.")
concepts_merged = Hook("Concepts of `course_id` were merged, or a merge was undone.")
