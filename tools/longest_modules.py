"""Print the ten longest Python modules under src, so that growth is seen before it hurts.

No limit is enforced: a module over 250 lines deserves a look, one near 500 a split.
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def longest_modules(root: Path, *, count: int = 10) -> list[tuple[int, str]]:
    """(lines, path from `root`) of the longest modules under `root`/src, longest first."""
    modules = (path for path in (root / "src").rglob("*.py") if "migrations" not in path.parts)
    lengths = (
        (len(path.read_text("utf-8").splitlines()), str(path.relative_to(root))) for path in modules
    )
    return sorted(lengths, reverse=True)[:count]


if __name__ == "__main__":
    for lines, module in longest_modules(ROOT):
        print(f"{lines:5d}  {module}")
