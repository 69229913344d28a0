"""Make the two lock files from pyproject.toml, or check that they are in step with it.

    python tools/lock.py            # make requirements.lock and requirements-dev.lock (needs uv)
    python tools/lock.py --upgrade  # the same, taking the newest versions allowed
    python tools/lock.py --check    # compare without the network; exit 1 and a sentence if stale

`requirements.lock` holds what the site needs to run, and the build backend; installing it
alone is enough for `make run`. `requirements-dev.lock` holds the same pins and the tools of
development on top. Each file opens with a digest of the lines of pyproject.toml it was made
from, so that a changed dependency cannot be committed without its lock.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RUNTIME = "requirements.lock"
DEVELOPMENT = "requirements-dev.lock"
DIGEST = re.compile(r"^# pyproject: (?P<digest>[0-9a-f]{64})$", re.MULTILINE)
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)")
# An address or a path in a lock would tie it to the machine that made it.
FOREIGN = re.compile(r"://|^\s*-(?:i|f)\b|--(?:extra-)?index-url|--find-links|@ *file|^\s*/")


def wanted(project: dict[str, Any], lock: str) -> list[str]:
    """The requirement lines of pyproject.toml that `lock` answers, in their order there."""
    lines = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    if lock == DEVELOPMENT:
        lines += project["dependency-groups"]["dev"]
    return lines


def digest_of(project: dict[str, Any], lock: str) -> str:
    """A digest that changes whenever what `lock` has to answer changes."""
    asked = {"python": project["project"]["requires-python"], "lines": wanted(project, lock)}
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def plain_name(requirement: str) -> str:
    """The normalised package name at the start of a requirement line."""
    name = re.match(r"[A-Za-z0-9._-]+", requirement.strip())
    if name is None:
        raise ValueError(f"not a requirement: {requirement!r}")
    return re.sub(r"[-_.]+", "-", name.group()).lower()


def pins_of(text: str) -> dict[str, str]:
    """Package name -> pinned version, for every pin of a lock file."""
    found = (PIN.match(line) for line in text.splitlines())
    return {plain_name(pin["name"]): pin["version"] for pin in found if pin}


def faults_of(project: dict[str, Any], lock: str, text: str) -> list[str]:
    """What is wrong with the text of one lock file, as sentences; empty when it is in step."""
    faults = []
    stated = DIGEST.search(text)
    if stated is None or stated["digest"] != digest_of(project, lock):
        faults.append(f"{lock} was made from another pyproject.toml: run `make lock`")
    pins = pins_of(text)
    missing = sorted({plain_name(line) for line in wanted(project, lock)} - set(pins))
    if missing:
        faults.append(f"{lock} has no pin for {', '.join(missing)}: run `make lock`")
    for block in re.split(r"\n(?=[A-Za-z0-9])", text):
        if PIN.match(block) and "--hash=sha256:" not in block:
            faults.append(f"{lock} has a pin without a hash: {block.splitlines()[0]}")
    for number, line in enumerate(text.splitlines(), 1):
        if FOREIGN.search(line):
            faults.append(f"{lock}:{number} names an address or a path: {line.strip()}")
    return faults


def check(root: Path) -> list[str]:
    """What is wrong with the lock files under `root`, as sentences."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    faults = []
    texts = {}
    for lock in (RUNTIME, DEVELOPMENT):
        if not (root / lock).exists():
            faults.append(f"{lock} is missing: run `make lock`")
            continue
        texts[lock] = (root / lock).read_text("utf-8")
        faults += faults_of(project, lock, texts[lock])
    if len(texts) == 2:
        development = pins_of(texts[DEVELOPMENT])
        for name, version in pins_of(texts[RUNTIME]).items():
            if development.get(name) != version:
                faults.append(f"the two locks disagree about {name}: run `make lock`")
    return faults


def compile_lock(root: Path, project: dict[str, Any], lock: str, *, upgrade: bool) -> None:
    """Let uv resolve one lock file for every platform and every Python we support."""
    floor = project["project"]["requires-python"].removeprefix(">=")
    command = [sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", "-"]
    command += ["--universal", "--python-version", floor, "--generate-hashes", "--no-config"]
    command += ["--no-header", "--no-emit-index-url", "--no-emit-find-links", "--quiet"]
    command += ["--output-file", lock]
    if lock == DEVELOPMENT:
        command += ["--group", "dev", "--constraint", RUNTIME]
    if upgrade:
        command.append("--upgrade")
    # The packages' public files alone decide: no mirror or local folder of this machine.
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("UV_", "PIP_"))}
    build = "\n".join(project["build-system"]["requires"])
    subprocess.run(command, cwd=root, input=build, text=True, check=True, env=clean)
    body = (root / lock).read_text("utf-8").replace("# via -r -", "# via [build-system]")
    body = body.replace("#   -r -\n", "#   [build-system]\n")
    what = "the site and its build" if lock == RUNTIME else "the site, its build and its tests"
    header = f"# Made by `make lock`: {what}, pinned, with hashes. Do not edit.\n"
    header += f"# pyproject: {digest_of(project, lock)}\n"
    (root / lock).write_text(header + body, "utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare only; no network")
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions allowed")
    asked = parser.parse_args()
    if not asked.check:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
        for lock in (RUNTIME, DEVELOPMENT):
            compile_lock(ROOT, project, lock, upgrade=asked.upgrade)
            print(f"{lock}: {len(pins_of((ROOT / lock).read_text('utf-8')))} packages")
    faults = check(ROOT)
    print("\n".join(faults) or "the lock files are in step with pyproject.toml")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
