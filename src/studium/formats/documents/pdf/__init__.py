"""PDF documents into lessons."""

from __future__ import annotations

from pathlib import Path

from studium.formats.documents.blocks import Chapter, Findings
from studium.formats.documents.chapters import chapters
from studium.formats.documents.limits import Limits
from studium.formats.documents.pdf.pages import blocks_of


def read(path: Path, findings: Findings, limits: Limits) -> list[Chapter]:
    """The lessons of a PDF; raises `DocumentRefused` for one that cannot be read."""
    return chapters(blocks_of(path, findings, limits), findings)
