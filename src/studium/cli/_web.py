"""The web server: granian's workers, forked from a process that has everything loaded."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string

from studium.cli._processes import Child, die_with_parent, settle
from studium.lib import memory

THREADS = 8  # of each web process; more do not save faster, see docs/decisions/0007
IDLE_SECONDS = 600  # after which a thread ends; granian knows no longer


def preload() -> None:
    """Import what a request needs once, here, so that all processes share its pages."""
    from django.template import engines

    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # its absence is warned about
    with memory.filling_up():
        import_string(settings.WSGI_APPLICATION)  # with its middleware
        load_addresses()
        engines.all()


def load_addresses() -> None:
    """Import the site map and put the addresses of its pages in order, which takes two seconds
    of CPU.

    Who closes an exam tells its students where their results are; a worker that did this then, in
    the transaction that closes, would keep everybody's saves on SQLite waiting.
    """
    reverse("home")


def server(host: str, port: int, *, workers: int) -> Child:
    """The process that keeps the web workers alive; it ends when it is asked to or cannot."""
    return Child("web server", lambda: _serve(host, port, workers))


def _serve(host: str, port: int, workers: int) -> int:
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    settle()
    Server(
        settings.WSGI_APPLICATION,  # a name for messages; the loader below gives the object
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        # Saves that wait for the disk at the same moment share one sync of it.
        blocking_threads=THREADS,
        # A thread that ends takes along its connection and what the database has prepared for it.
        blocking_threads_idle_timeout=IDLE_SECONDS,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.warning,
        log_access=False,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    ).serve(target_loader=_loader(os.getpid()), wrap_loader=False)
    return 0


def _loader(parent: int) -> Callable[[], Any]:
    """What granian calls in each worker to get the application."""

    def load() -> Any:
        die_with_parent(parent)
        return import_string(settings.WSGI_APPLICATION)

    return load
