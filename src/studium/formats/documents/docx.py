"""Word documents into lessons, by mammoth: styles become headings, lists, tables and programs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import mammoth
from bs4 import BeautifulSoup

from studium.formats.documents import package
from studium.formats.documents.blocks import Chapter, DocumentRefused, Findings
from studium.formats.documents.chapters import chapters, plain
from studium.formats.documents.images import Images
from studium.formats.documents.limits import Limits
from studium.formats.documents.markup import blocks_of, soup_of

_STYLES = """
p[style-name='Title'] => p.doc-title:fresh
p[style-name='Subtitle'] => p.doc-about:fresh
p[style-name='Author'] => p.doc-about:fresh
p[style-name='Date'] => p.doc-gone:fresh
p[style-name='TOC Heading'] => p.doc-gone:fresh
p[style-name='toc 1'] => p.doc-gone:fresh
p[style-name='toc 2'] => p.doc-gone:fresh
p[style-name='toc 3'] => p.doc-gone:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
p[style-name='Block Text'] => blockquote > p:fresh
p[style-name='Source Code'] => pre:separator('\\n')
p[style-name='HTML Preformatted'] => pre:separator('\\n')
p[style-name='Code'] => pre:separator('\\n')
r[style-name='Verbatim Char'] => code
r[style-name='HTML Code'] => code
comment-reference =>
"""


def read(path: Path, findings: Findings, limits: Limits) -> list[Chapter]:
    """The lessons of a Word document; it has no pages until it is printed, so none are kept."""
    package.check(path, findings)
    findings.count("comments", package.count_of(path, "word/comments.xml", b"<w:comment "))
    images = Images(findings, limits)

    def shown(image: Any) -> dict[str, str]:
        with image.open() as stream:
            kept = images.take(stream.read(), place="image")
        return {"src": kept or ""}

    with path.open("rb") as file:
        try:
            made = mammoth.convert_to_html(
                file,
                style_map=_STYLES,
                convert_image=mammoth.images.img_element(shown),
                include_embedded_style_map=False,
                external_file_access=False,
            )
        except (KeyError, AttributeError, ValueError, TypeError, IndexError, OSError) as flaw:
            raise DocumentRefused(
                "The Word document is damaged and cannot be read. Open it in Word or LibreOffice,"
                " save it anew and choose it again."
            ) from flaw
    outside = sum("external" in str(message.message).lower() for message in made.messages)
    findings.count("outside_images", outside)
    soup = soup_of(made.value, findings)
    _take_head(soup, findings)
    blocks = blocks_of(soup, findings, image=_as_it_is, link=_link)
    return chapters(blocks, findings)


def _take_head(soup: BeautifulSoup, findings: Findings) -> None:
    """Title, author and the like become the course's; a printed table of contents goes."""
    for one in soup.select("p.doc-title"):
        findings.title = findings.title or plain(one.get_text(" "))
        one.decompose()
    about = [plain(one.extract().get_text(" ")) for one in soup.select("p.doc-about")]
    findings.description = "\n\n".join(filter(None, about))
    gone = soup.select("p.doc-gone")
    findings.count("contents_lines", len(gone))
    for one in gone:
        one.decompose()


def _as_it_is(source: str) -> str | None:
    return source if re.fullmatch(r"img/image-\d+\.\w+", source) else None


def _link(target: str) -> str | None:
    return target if re.match(r"(?:https?://|mailto:)", target, re.IGNORECASE) else None
