"""Documents in: PDF, DOCX, PPTX, HTML and EPUB become drafts of courses.

`kind_of` says what a file is; `reading.read_document` reads it in a process of its own. The readers
(`pdf`, `docx`, `pptx`, `html`, `epub`) are imported by that process alone.
"""

from studium.formats.documents.kinds import KINDS, Kind, kind_of

__all__ = ["KINDS", "Kind", "kind_of"]
