"""`studium run`: the demo from nothing, served; what `make run` calls."""

from __future__ import annotations

import os
import sys
import time
from argparse import ArgumentParser, Namespace

from studium.cli import serve

HELP = "start the demo on this machine: database, course, sign-ins, server"


def configure(parser: ArgumentParser) -> None:
    """Nothing but the port; the rest comes from the environment."""
    parser.add_argument(
        "--port",
        type=int,
        default=os.environ.get("STUDIUM_PORT") or "8000",
        help="port on 127.0.0.1 (default: STUDIUM_PORT, else 8000)",
    )


def before_setup(options: Namespace) -> None:
    """Demo mode, on loopback; a port that cannot be used ends it before anything is made."""
    options.begun = time.monotonic()
    for name, value in _AS_SERVED.items():
        setattr(options, name, value)
    serve.before_setup(options)


def run(options: Namespace) -> int:
    """Load what is missing in a process of its own, which gives its memory back, then serve.

    What the server needs is imported first: the other process, forked from this one, has it then.
    """
    from django.conf import settings

    from studium.cli import _processes, _web, main

    print(f"Studium demo, with its data in {settings.DATA_DIR}:", flush=True)
    _web.preload()
    code = _processes.apart(lambda: main(["demo"]))
    if code:
        return code if code > 0 else 1
    _print_sign_ins(time.monotonic() - options.begun)
    return serve.run(options)


_AS_SERVED = {
    "host": "127.0.0.1",
    "workers": 2,
    "demo": True,
    "no_worker": False,
    "migrate": False,
}


def _print_sign_ins(seconds: float) -> None:
    from studium.cli.demo import sign_ins

    print(f"Ready after {seconds:.0f} s. The other notes are made while you look around.")
    print(f"Sign in with the password {sign_ins.PASSWORD} as")
    for one in sign_ins.SIGN_INS:
        print(f"  {one.email:20} {one.role.lower()}")
    sys.stdout.flush()
