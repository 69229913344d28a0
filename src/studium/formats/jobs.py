"""What formats do later: read a document, which takes as long as the document wants."""

from __future__ import annotations

from django.conf import settings

from studium.formats import incoming, uploads, waiting
from studium.lib.jobs import JobContext, job


@job(incoming.READ_JOB, title="Read a document", timeout_seconds=300)
def read_document(context: JobContext, place: str, token: str, name: str) -> dict[str, str]:
    """Put what was read of a kept document in its place; done again it finds that done."""
    folder = incoming.folder()
    data = waiting.in_place(folder, place)
    if uploads.is_document(data):

        def alive() -> None:
            context.progress(0, 0, "Reading the document.")

        alive()
        reading = settings.DATA_DIR / "reading"
        read = uploads.prepared(data, name=name, folder=reading, alive=alive)
        waiting.replace(folder, place, read)
    return {"said": "It is read. Nothing is stored yet."}
