"""The kinds of questions: how each is checked, written, answered, shown and scored. No tables.

To add a kind, add a folder here: its `__init__.py` has a subclass of `Kind` and `KIND`, one object
of it, and beside it stand its templates. Everything else finds it by looking through the folders.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from studium.assessment.kinds.content import (
    Draft,
    Flawed,
    OptionDraft,
    Problem,
    QuestionContent,
    Response,
    WrongShape,
    renamed,
)
from studium.assessment.kinds.kind import Kind

__all__ = [
    "DEFAULT",
    "IN_WORDS",
    "KINDS",
    "NEED_PERSON",
    "Draft",
    "Flawed",
    "Kind",
    "OptionDraft",
    "Problem",
    "QuestionContent",
    "Response",
    "WrongShape",
    "kind",
    "renamed",
]

DEFAULT = "short_text"
"""What a question is when nothing says so: it has a text and an answer, and nothing else."""


def _found() -> dict[str, Kind]:
    """The kinds by name, as authors choose from them: one for each folder."""
    folders = [module.name for module in iter_modules(__path__) if module.ispkg]
    kinds: list[Kind] = [import_module(f"{__name__}.{folder}").KIND for folder in folders]
    for folder, one in zip(folders, kinds, strict=True):
        if one.name != folder:
            raise ImportError(f"The folder {folder} holds a kind called {one.name}.")
    return {one.name: one for one in sorted(kinds, key=lambda one: (one.place, one.name))}


KINDS = _found()
NEED_PERSON = tuple(name for name, one in KINDS.items() if one.needs_person)
"""Kinds that a person marks; practice does not ask them."""
IN_WORDS = tuple(name for name, one in KINDS.items() if one.in_words)
"""Kinds that are answered in words of one's own."""


def kind(name: str) -> Kind:
    """The kind of that name; raises `ValueError` for a name that is none."""
    if name not in KINDS:
        raise ValueError(f"“{name}” is no kind of question; there are {', '.join(KINDS)}.")
    return KINDS[name]
