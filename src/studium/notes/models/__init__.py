"""The tables of notes."""

from studium.notes.models.connection import (
    BudgetScope,
    CoursePrompt,
    LlmCall,
    ModelBudget,
    ModelConnection,
    ModelDialect,
)
from studium.notes.models.history import AiRejection, Cause, NoteVersion, NoteWishes, RejectedKind
from studium.notes.models.note import AiNote, NoteStatus
from studium.notes.models.tutor import (
    TutorMessage,
    TutorMode,
    TutorState,
    TutorSwitch,
    Wording,
)

__all__ = [
    "AiNote",
    "AiRejection",
    "BudgetScope",
    "Cause",
    "CoursePrompt",
    "LlmCall",
    "ModelBudget",
    "ModelConnection",
    "ModelDialect",
    "NoteStatus",
    "NoteVersion",
    "NoteWishes",
    "RejectedKind",
    "TutorMessage",
    "TutorMode",
    "TutorState",
    "TutorSwitch",
    "Wording",
]
