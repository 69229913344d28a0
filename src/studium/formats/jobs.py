"""What formats do later: read a document, bring the sample course."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from studium.formats import incoming, sample, uploads, waiting
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


@job(sample.SAMPLE_JOB, title="Load the sample course", timeout_seconds=600)
def load_sample(context: JobContext, asked_at: str) -> dict[str, Any]:
    """Bring the sample course; done again it goes on from what is there."""
    return sample.bring(context, asked_at)
