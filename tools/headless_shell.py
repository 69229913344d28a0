"""Chromium's headless shell: what shows pages to tests at two thirds of the whole browser's cost.

It has no windows, no extensions and no interface of its own. Where Debian's full Chromium is
installed, the package of the same version is unpacked into this environment, without root and
without a change to the system. That takes some ten seconds; one run of the journeys took 325 s of
CPU with it and 497 s with the full browser.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from debian_packages import NotFetchedError, run

NAME = "chromium-headless-shell"
DEBIAN = Path("/usr/lib/chromium")  # the files that both programs read
PATIENCE = 180  # seconds for the package of 64 MB; then the full browser does


def version() -> str:
    """The version of Debian's Chromium; "" where there is none."""
    if not (DEBIAN / "icudtl.dat").exists() or not shutil.which("dpkg-query"):
        return ""
    asked = ["dpkg-query", "-W", "-f", "${db:Status-Status} ${Version}", "chromium-common"]
    status, _, found = subprocess.run(asked, capture_output=True, text=True).stdout.partition(" ")
    return found if status == "installed" else ""


def place(number: str) -> Path:
    """Where the program of this version stands once it is fetched: in the environment."""
    return Path(sys.prefix) / NAME / number.replace(":", "_") / NAME


def fetched() -> Path | None:
    """The program that was fetched for the Chromium installed now; an older one is not looked at,
    because the two share files."""
    program = place(version())
    return program if program.exists() else None


def fetch() -> Path:
    """Get Debian's package for the installed Chromium and unpack its program.

    Raises:
        NotFetchedError: no Debian, no virtual environment, or the package cannot be had.
    """
    number = version()
    if not number or sys.prefix == sys.base_prefix:
        raise NotFetchedError("it is fetched for Debian's Chromium, into a virtual environment")
    program = place(number)
    shutil.rmtree(program.parent.parent, ignore_errors=True)  # older ones
    program.parent.parent.mkdir()
    with tempfile.TemporaryDirectory(dir=program.parent.parent) as folder:
        run(["apt-get", "-q", "download", f"{NAME}={number}"], folder, PATIENCE)
        (package,) = Path(folder).glob("*.deb")
        run(["dpkg-deb", "-x", str(package), "unpacked"], folder, PATIENCE)
        unpacked = Path(folder) / "unpacked" / DEBIAN.relative_to("/")
        for shared in DEBIAN.iterdir():
            if not (unpacked / shared.name).exists():
                (unpacked / shared.name).symlink_to(shared)
        unpacked.rename(program.parent)
    return program
