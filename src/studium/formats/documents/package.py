"""What must be true of an office file before a library for it may open it.

These files are zips of XML. Their libraries trust the zip's sizes and read any XML; so every part
is looked at first: how large it is, and that it defines no entities and names nothing outside.
"""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

from defusedxml import DefusedXmlException
from defusedxml.sax import parseString

from studium.formats.archive import MAX_BYTES, MAX_MEMBERS, MAX_RATIO, RATIO_FROM
from studium.formats.documents.blocks import DocumentRefused, DocumentTooLarge, Findings

MAX_XML = 60_000_000


def check(path: Path, findings: Findings) -> None:
    """Look at every part; raises `DocumentRefused` or `DocumentTooLarge` with the part's name."""
    try:
        with zipfile.ZipFile(path) as package:
            members = package.infolist()
            _check_sizes(members)
            for member in members:
                if member.filename.lower().endswith((".xml", ".rels", ".vml")):
                    _check_xml(package.read(member), member.filename)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError,
            NotImplementedError, RuntimeError) as flaw:  # fmt: skip
        raise DocumentRefused(
            f"The file is damaged: {flaw}. Save it anew and choose it again."
        ) from flaw
    names = [member.filename for member in members]
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        findings.report("note", "It holds macros. They are left out and were not run.")


def count_of(path: Path, part: str, mark: bytes) -> int:
    """How often some bytes stand in a part that may be there."""
    with zipfile.ZipFile(path) as package:
        return package.read(part).count(mark) if part in package.namelist() else 0


def _check_sizes(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS:
        raise DocumentTooLarge(
            f"The file has {len(members):,} parts; at most {MAX_MEMBERS:,} are read. Split it."
        )
    names: set[str] = set()
    whole = 0
    for member in members:
        whole += member.file_size
        if member.filename in names:
            raise DocumentRefused(
                f"The part {member.filename[:100]} is there twice. Save the file anew."
            )
        names.add(member.filename)
        is_packed = member.file_size > MAX_RATIO * max(1, member.compress_size)
        if whole > MAX_BYTES or (member.file_size > RATIO_FROM and is_packed):
            raise DocumentTooLarge(
                f"The part {member.filename[:100]} unpacks to far more than its size. Save the file"
                " anew with smaller pictures."
            )


def _check_xml(data: bytes, name: str) -> None:
    if len(data) > MAX_XML:
        raise DocumentTooLarge(f"The part {name[:100]} has {len(data):,} bytes. Split the file.")
    try:
        parseString(data, ContentHandler(), forbid_dtd=True)
    except DefusedXmlException as flaw:
        raise DocumentRefused(
            f"The part {name[:100]} defines entities or names files outside, which is not read."
            " Save the file anew."
        ) from flaw
    except (SAXException, LookupError) as flaw:
        raise DocumentRefused(
            f"The part {name[:100]} is damaged. Save the file anew and choose it again."
        ) from flaw
