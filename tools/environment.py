"""Make `.venv` from the lock file and put this checkout into it, if that is not done yet.

    python3 tools/environment.py        # what the site needs to run
    python3 tools/environment.py --dev  # that, and the tools and tests of development

Needs nothing but Python 3.11 or newer with its `venv` module. Safe to run again: a stamp in
the environment says which lock it was made from, so that the second run takes no time.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)
LOCKS = {"run": "requirements.lock", "dev": "requirements-dev.lock"}


def say(text: str) -> None:
    print(f"[environment] {text}", flush=True)


def stop(text: str) -> NoReturn:
    """End with one sentence that says what to do."""
    raise SystemExit(f"[environment] {text}")


def digest(*paths: Path) -> str:
    """One digest of the contents of some files."""
    joined = hashlib.sha256()
    for path in paths:
        joined.update(path.read_bytes())
    return joined.hexdigest()


def interpreter_of(folder: Path) -> Path:
    """The Python inside an environment, on Windows and elsewhere."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def stamp_of(folder: Path) -> dict[str, str]:
    """What the environment was last made from; empty when it is new or was left half made."""
    try:
        read = json.loads((folder / ".studium-stamp").read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


def leave_stamp(folder: Path, stamp: dict[str, str]) -> None:
    (folder / ".studium-stamp").write_text(json.dumps(stamp), "utf-8")


def newer_python() -> str | None:
    """A newer Python on PATH than the one that runs this, if there is one."""
    names = (f"python3.{minor}" for minor in range(14, OLDEST[1] - 1, -1))
    return next((path for path in map(shutil.which, names) if path), None)


def require_python() -> None:
    """Go on under a Python that is new enough, or stop with a sentence."""
    if sys.version_info < OLDEST:
        found = newer_python()
        if found is None:
            have = ".".join(map(str, sys.version_info[:3]))
            stop(f"Studium needs Python 3.11 or newer; {sys.executable} is {have}. Install one.")
        os.execv(found, [found, *sys.argv])
    try:
        import ensurepip  # noqa: F401  # Debian ships it apart from Python
        import venv  # noqa: F401  # the same
    except ImportError:
        stop("Python's venv module is missing. On Debian or Ubuntu: apt-get install python3-venv")


def make_folder(folder: Path) -> None:
    """An empty environment, unless a working one is there."""
    python = interpreter_of(folder)
    if python.exists():
        works = subprocess.run([str(python), "-m", "pip", "--version"], capture_output=True)
        if works.returncode == 0:
            return
        say(f"{folder.name} does not work any more (was Python replaced?): making it anew")
    say(f"making {folder.name} with Python {sys.version.split()[0]}")
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)])
    if made.returncode != 0:
        stop(f"`{sys.executable} -m venv {folder}` failed; the lines above say why.")


def pip(folder: Path, *arguments: str) -> None:
    """Run the environment's own pip, or stop with a sentence."""
    command = [str(interpreter_of(folder)), "-m", "pip", "--disable-pip-version-check"]
    ended = subprocess.run([*command, *arguments], cwd=ROOT, stdin=subprocess.DEVNULL)
    if ended.returncode != 0:
        stop("pip could not install; the lines above say why. The same command tries again.")


def install_lock(folder: Path, lock: str) -> None:
    """Install every package of the lock; pip refuses a file whose hash is not in it."""
    packages = sum("==" in line for line in (ROOT / lock).read_text("utf-8").splitlines())
    say(f"installing {packages} packages from {lock} (under a minute with a fast connection)")
    began = time.monotonic()
    # Wheels only: nothing is compiled, so no compiler is needed and no foreign setup code runs.
    pip(folder, "install", "--quiet", "--require-hashes", "--only-binary=:all:", "-r", lock)
    say(f"installed in {time.monotonic() - began:.0f} s")


def install_checkout(folder: Path) -> None:
    """Make the environment run the code of this checkout, with its `studium` command."""
    say("putting this checkout into the environment")
    where = ["--no-deps", "--no-build-isolation", "--no-index", "-e", "."]
    pip(folder, "install", "--quiet", *where)


def prepare(kind: str, folder: Path) -> None:
    """Bring the environment in step with the lock and with pyproject.toml."""
    locks = {name: digest(ROOT / file) for name, file in LOCKS.items()}
    # The installed version is the CHANGELOG's first heading; the command's name is in pyproject.
    checkout = digest(ROOT / "pyproject.toml", ROOT / "CHANGELOG.md") + str(ROOT)
    stamp = stamp_of(folder) if interpreter_of(folder).exists() else {}
    # The development lock holds all of the other, so it serves both commands.
    covered = stamp.get("run") == locks["run"] and (
        kind == "run" or stamp.get("dev") == locks[kind]
    )
    if covered and stamp.get("checkout") == checkout:
        return
    make_folder(folder)
    if not covered:
        (folder / ".studium-stamp").unlink(missing_ok=True)
        install_lock(folder, LOCKS[kind])
        stamp = {"run": locks["run"]} if kind == "run" else dict(locks)
        leave_stamp(folder, stamp)
    install_checkout(folder)
    leave_stamp(folder, {**stamp, "checkout": checkout})
    say(f"ready: {folder}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--dev", action="store_true", help="with the tools and tests")
    parser.add_argument("--folder", type=Path, default=ROOT / ".venv", help="where to make it")
    asked = parser.parse_args()
    require_python()
    prepare("dev" if asked.dev else "run", asked.folder.absolute())


if __name__ == "__main__":
    main()
