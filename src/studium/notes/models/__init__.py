"""The table of notes."""

from studium.notes.models.note import AiNote, NoteStatus

__all__ = ["AiNote", "NoteStatus"]
