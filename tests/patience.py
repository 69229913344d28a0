"""Acts in a browser wait for the page's scripts, as a person's hand comes after the eye.

A heading can be seen before the deferred scripts below it have run. On a busy machine a key pressed
in between does nothing, and a test that presses it fails once in many runs.
"""

from __future__ import annotations

from functools import wraps
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

_ACTS = (
    "check", "click", "fill", "press", "press_sequentially", "select_option", "set_input_files",
    "uncheck",
)  # fmt: skip
_HANDS = ("keyboard", "mouse")


def teach(patch: pytest.MonkeyPatch) -> None:
    """Let every act of a locator, and every key of a page, come after the page's deferred scripts.

    Raises in the act, Playwright's `TimeoutError`: the page was not there in time.
    """
    for name in _ACTS:
        patch.setattr(Locator, name, _patient(getattr(Locator, name)))
    for name in _HANDS:
        patch.setattr(Page, name, _patient_hand(getattr(Page, name)))


def _patient(act: Any) -> Any:
    @wraps(act)
    def waiting(self: Locator, *args: Any, **options: Any) -> Any:
        self.page.wait_for_load_state("domcontentloaded")
        return act(self, *args, **options)

    return waiting


def _patient_hand(hand: property) -> property:
    def waiting(self: Page) -> Any:
        self.wait_for_load_state("domcontentloaded")
        return hand.__get__(self)

    return property(waiting)
