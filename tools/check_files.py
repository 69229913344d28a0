"""Look for what should never be committed: conflict marks, huge files, foreign line ends, keys.

python tools/check_files.py [FILE …]   # the named files, or every file git knows
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LARGEST = 2_000_000  # bytes; the repository stays quick to clone
CONFLICT = re.compile(rb"^(?:<{7} |>{7} |\|{7} )", re.MULTILINE)
PRIVATE_KEY = re.compile(rb"^-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----", re.MULTILINE)


def faults_of(name: str, content: bytes) -> list[str]:
    """What is wrong with one file, as sentences."""
    if len(content) > LARGEST:
        return [f"{name}: {len(content):,} bytes, more than {LARGEST:,}"]
    if b"\0" in content:
        return []
    faults = []
    if CONFLICT.search(content):
        faults.append(f"{name}: holds a merge conflict's marks")
    if PRIVATE_KEY.search(content):
        faults.append(f"{name}: holds a private key")
    if b"\r\n" in content and name.endswith((".py", ".html", ".css", ".js", ".toml", ".yaml")):
        faults.append(f"{name}: has Windows line ends")
    return faults


def tracked_files() -> list[str]:
    """Every file git knows; without git, every file of the folders that hold our own."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        folders = (ROOT / name for name in ("src", "tests", "docs", "tools", "benchmarks"))
        found = (path for folder in folders for path in folder.rglob("*"))
        return [str(path.relative_to(ROOT)) for path in found if "__pycache__" not in path.parts]
    return [name for name in listed.stdout.decode().split("\0") if name]


def main(names: list[str]) -> int:
    files = [(name, ROOT / name) for name in names or tracked_files() if (ROOT / name).is_file()]
    faults = [fault for name, path in files for fault in faults_of(name, path.read_bytes())]
    print("\n".join(faults) or f"{len(files)} files are clean")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
