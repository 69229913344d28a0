"""What people do with notes: ask for them, change them, answer for them."""

from studium.notes.actions.approval import approve_all, approve_note, unapprove_note
from studium.notes.actions.asking import (
    request_notes,
    request_notes_for_course,
    request_part,
    request_refresh,
    store_notes,
)
from studium.notes.actions.edit import edit_note
from studium.notes.actions.review import (
    change_sentence,
    choose,
    keep_sentences,
    remove_sentences,
    restore_note,
)
from studium.notes.actions.wishes import set_make_on_save

__all__ = [
    "approve_all",
    "approve_note",
    "change_sentence",
    "choose",
    "edit_note",
    "keep_sentences",
    "remove_sentences",
    "request_notes",
    "request_notes_for_course",
    "request_part",
    "request_refresh",
    "restore_note",
    "set_make_on_save",
    "store_notes",
    "unapprove_note",
]
