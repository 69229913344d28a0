"""How a program fills up once, and what is done in a process apart from it."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable

import django
import pytest
from django.apps import apps

from studium import cli
from studium.cli import _processes


def _ends_itself() -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def _leaves() -> int:
    raise SystemExit(2)


@pytest.mark.parametrize(
    ("body", "code"), [(lambda: 0, 0), (lambda: 3, 3), (_leaves, 2), (_ends_itself, -9)]
)
def test_its_exit_code_comes_back(body: Callable[[], int], code: int) -> None:
    assert _processes.apart(body) == code


def test_it_is_another_process_and_leaves_this_one_as_it_was() -> None:
    kept: list[int] = []

    def keep() -> int:
        kept.append(os.getpid())
        return int(os.getpid() == here)

    here = os.getpid()
    assert _processes.apart(keep) == 0
    assert kept == []


def test_what_is_imported_stays_and_later_garbage_is_looked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[object] = []
    monkeypatch.setattr(apps, "ready", False)
    monkeypatch.setattr(django, "setup", lambda: seen.append(gc.isenabled()))
    monkeypatch.setattr(gc, "freeze", lambda: seen.append("stays"))
    cli._set_up()
    assert seen == [False, "stays"]
    assert gc.isenabled()
    monkeypatch.setattr(apps, "ready", True)
    cli._set_up()
    assert seen == [False, "stays"]
