"""Debian's packages unpacked into this environment, for who may not install them.

A plain user of Debian asks apt what a package needs beside what is installed, fetches that, and
unpacks it into `.venv/unpacked`. The system is neither changed nor asked for rights; apt checks the
packages by Debian's signatures, against lists that are fetched anew, since the system's may be
absent or old. Programs that read the unpacked libraries are started by a script of their name,
which sets the environment for them alone.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

PATIENCE = 600  # seconds for one step: up to 120 MB have to come
LIBRARIES = ("lib/*-linux-*", "usr/lib/*-linux-*")  # Debian keeps them by architecture
# Compilers of queries and of pictures on graphics cards, a third of all bytes: what they are loaded
# for is switched off. The C library has to be the one that belongs to the system's loader.
LEFT_OUT = ("libllvm", "libz3", "libgl1-mesa-dri", "libc6", "locales", "libc-l10n")
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
<dir>{root}/usr/share/fonts</dir><dir>/usr/share/fonts</dir>
<cachedir>{root}/var/cache/fontconfig</cachedir>
<include ignore_missing="yes">{root}/etc/fonts/conf.d</include>
</fontconfig>
"""


class NotFetchedError(Exception):
    """A package is not to be had here; the message says why."""


def run(command: list[str], folder: str | Path, patience: float = PATIENCE) -> str:
    """Run a command in a folder; what it printed.

    Raises:
        NotFetchedError: it failed or took too long, with the last lines it said.
    """
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=patience,
        )
    except (OSError, subprocess.TimeoutExpired) as wrong:
        raise NotFetchedError(str(wrong)) from wrong
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or [f"{command[0]} ended with {done.returncode}"]
        raise NotFetchedError(" ".join(said[-2:]))
    return done.stdout + done.stderr


def place(name: str) -> Path:
    """Where the scripts that start programs stand, once what has this name is unpacked."""
    return Path(sys.prefix) / "unpacked" / name / "bin"


def unpack(name: str, packages: Iterable[str], programs: Iterable[str]) -> None:
    """Unpack packages with all they need, and write a script for each program into `place(name)`.

    A program is a pattern below the unpacked files, as `usr/lib/postgresql/*/bin/initdb`, or the
    full path of one that stands elsewhere and lacks libraries.

    Raises:
        NotFetchedError: this is root, no Debian, no virtual environment, or a step failed.
    """
    if os.geteuid() == 0 or not all(map(shutil.which, ("apt-get", "dpkg-deb"))):
        raise NotFetchedError("Packages are unpacked for a plain user of Debian only.")
    if sys.prefix == sys.base_prefix:
        raise NotFetchedError("Packages are unpacked into a virtual environment only.")
    print(f"unpacking {name} for this checkout, without root (a minute)", flush=True)
    final = place(name).parent
    try:
        final.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=final.parent, ignore_cleanup_errors=True) as folder:
            fetched = Path(folder, "fetched")
            fetched.mkdir()
            fetch(packages, fetched)
            made = Path(folder, "made")
            made.mkdir()
            for package in sorted(fetched.glob("*.deb")):
                run(["dpkg-deb", "-x", str(package), str(made / "root")], folder)
            turn_links(made / "root", final / "root")
            write_scripts(made, final, programs)
            shutil.rmtree(final, ignore_errors=True)
            made.rename(final)
    except OSError as wrong:
        raise NotFetchedError(str(wrong)) from wrong


def fetch(packages: Iterable[str], folder: Path) -> None:
    """Put the files of packages, and of all they need that is not installed, into a folder.

    Raises:
        NotFetchedError: the lists or the packages cannot be had.
    """
    (folder / "apt/lists/partial").mkdir(parents=True)
    options = {
        "Dir::State": folder / "apt",
        "Dir::State::status": "/var/lib/dpkg/status",
        "Dir::Cache": folder / "apt",
        "Dir::Cache::pkgcache": "",
        "Dir::Cache::srcpkgcache": "",
        "Acquire::GzipIndexes": "true",
        "Acquire::Languages": "none",
        "Acquire::http::Timeout": "30",
        "Acquire::https::Timeout": "30",
    }
    apt = ["apt-get", "-q", *(f"-o{name}={value}" for name, value in options.items())]
    updated = run([*apt, "update"], folder)
    try:
        planned = run([*apt, "-s", "install", "--no-install-recommends", *packages], folder)
    except NotFetchedError as wrong:
        # apt takes lists that it could not get for a warning, which is then the reason.
        failed = [line for line in updated.splitlines() if line.startswith("W: ")]
        raise NotFetchedError(" ".join([str(wrong), *failed[:1]])) from wrong
    if wanted := list(to_install(planned)):
        run([*apt, "download", *wanted], folder)


def to_install(planned: str) -> Iterator[str]:
    """Each package that apt would install, as `name=version`, from the words of its simulation."""
    for found, version in re.findall(r"^Inst (\S+) (?:\[\S+\] )?\((\S+) ", planned, re.MULTILINE):
        if not found.startswith(LEFT_OUT):
            yield f"{found}={version}"


def turn_links(root: Path, final: Path) -> None:
    """Let links from the system's root, as `/usr/share/…`, lead into what is unpacked here."""
    for link in root.rglob("*"):
        target = os.readlink(link) if link.is_symlink() else ""
        if target.startswith("/") and os.path.lexists(root / target[1:]):
            link.unlink()
            link.symlink_to(final / target[1:])


def write_scripts(made: Path, final: Path, programs: Iterable[str]) -> None:
    """Write the scripts for what is unpacked in `made/root` and will stand in `final/root`.

    Raises:
        NotFetchedError: the packages did not hold a program.
    """
    root = made / "root"
    top = [folder for pattern in LIBRARIES for folder in root.glob(pattern)]
    # Some packages keep libraries for themselves in folders below.
    below = {path.parent for folder in top for path in folder.glob("*/lib*.so*")}
    folders = [str(final / each.relative_to(made)) for each in [*sorted(top), *sorted(below)]]
    variables = {"LD_LIBRARY_PATH": ":".join(folders)} if folders else {}
    if (root / "usr/share/fonts").exists():
        (made / "fonts.conf").write_text(FONTS.format(root=final / "root"), "utf-8")
        variables["FONTCONFIG_FILE"] = str(final / "fonts.conf")
    settings = "".join(f"{name}={shlex.quote(each)} " for name, each in variables.items())
    (made / "bin").mkdir()
    for pattern in programs:
        if Path(pattern).is_absolute():
            program = pattern
        elif found := next(root.glob(pattern), None):
            program = str(final / found.relative_to(made))
        else:
            raise NotFetchedError(f"the packages have no {pattern}")
        script = made / "bin" / Path(program).name
        script.write_text(f'#!/bin/sh\n{settings}exec {shlex.quote(program)} "$@"\n', "utf-8")
        script.chmod(0o755)
