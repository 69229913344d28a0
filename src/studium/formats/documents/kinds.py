"""Which kind of document a file is: by what is in it, never by its name."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Literal

from studium.formats.documents.blocks import DocumentRefused

Kind = Literal["pdf", "docx", "pptx", "html", "epub"]
KINDS: tuple[Kind, ...] = ("pdf", "docx", "pptx", "html", "epub")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,900}?-->\s*){0,3}<(?:!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)
_MAIN = {
    "word/document.xml": "docx",
    "ppt/presentation.xml": "pptx",
}


def kind_of(data: bytes) -> Kind | None:
    """The kind of a document, or None for anything else (a zip of Markdown among it).

    Raises `DocumentRefused` for documents that are known and not read.
    """
    head = data[:1024]
    if b"%PDF-" in head:
        return "pdf"
    if data.startswith(_OLE):
        raise DocumentRefused(
            "This is an old Word or PowerPoint file, or one locked by a password. Save it as .docx"
            " or .pptx without a password and choose it again."
        )
    if data.startswith(b"{\\rtf"):
        raise DocumentRefused("This is an RTF file. Save it as .docx and choose it again.")
    if data.startswith(b"PK"):
        return _kind_of_zip(data)
    text = head.removeprefix(b"\xef\xbb\xbf")
    if text[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = text.replace(b"\x00", b"")[2:]
    return "html" if _HTML.match(text) else None


def _kind_of_zip(data: bytes) -> Kind | None:
    """Looks at the names in a zip only; its table of contents was checked for its size before."""
    from studium.formats.archive import look_before_opening

    look_before_opening(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            names = {one.filename for one in packed.infolist()}
            stated = packed.read("mimetype")[:200] if _is_small(packed, "mimetype") else b""
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, EOFError):
        return None  # whoever reads it as a zip says what is wrong
    except Exception as flaw:  # zlib, lzma and struct have errors of their own
        if type(flaw).__module__ in ("zlib", "_lzma", "struct"):
            return None
        raise
    if stated.startswith(b"application/vnd.oasis.opendocument"):
        raise DocumentRefused(
            "This is an OpenDocument file. Save it as .docx or .pptx, or print it into a PDF."
        )
    if stated.strip() == b"application/epub+zip" or "META-INF/container.xml" in names:
        return "epub"
    if "[Content_Types].xml" in names:
        for member, kind in _MAIN.items():
            if member in names:
                return "docx" if kind == "docx" else "pptx"
        raise DocumentRefused(
            "This office file is neither a .docx nor a .pptx. Tables come in as CSV, class lists"
            " and questions on their own pages."
        )
    lowered = [name.lower() for name in names]
    has_markdown = any(name.endswith((".md", ".markdown", "book.toml")) for name in lowered)
    has_pages = any(name.endswith((".html", ".htm", ".xhtml")) for name in lowered)
    return "html" if has_pages and not has_markdown else None


def _is_small(packed: zipfile.ZipFile, name: str) -> bool:
    try:
        member = packed.getinfo(name)
    except KeyError:
        return False
    return member.file_size <= 200 and member.compress_type == zipfile.ZIP_STORED
