"""The tables of notes."""

from studium.notes.models.history import AiRejection, Cause, NoteVersion, NoteWishes, RejectedKind
from studium.notes.models.note import AiNote, NoteStatus

__all__ = [
    "AiNote",
    "AiRejection",
    "Cause",
    "NoteStatus",
    "NoteVersion",
    "NoteWishes",
    "RejectedKind",
]
