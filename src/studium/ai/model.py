"""The words engines, the verifier and their callers share.

All offsets count characters of the lesson's Markdown source; ``source[start:end]`` is the
place a reader is sent to.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

Kind = Literal["summary", "key_point", "key_term"]
KINDS: tuple[Kind, ...] = ("summary", "key_point", "key_term")
Progress = Callable[[float], None]
"""Told the share of the work that is done, from 0 to 1. May raise to cancel."""


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a lesson as the renderer saw it; ``text`` is its plain text."""

    id: str
    kind: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class LessonText:
    """What an engine may know of a lesson: its topic, its Markdown and the blocks in it."""

    topic: str
    source: str
    blocks: tuple[Block, ...]
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Source:
    """A place in the lesson: ``quote`` is ``source[start:end]``, character by character."""

    block_id: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class NoteSentence:
    """One sentence of the notes with the places in the lesson that say so.

    ``text`` is plain text; ``code`` holds the ranges of ``text`` the lesson sets as code.
    ``heading`` is the section of a key point, ``term`` what a key term defines, and
    ``definition`` the part of ``text`` that says what the term is ("" when not told apart).
    ``supported`` is the verifier's word: an engine's own claim counts for nothing.
    """

    text: str
    kind: Kind
    sources: tuple[Source, ...]
    supported: bool = False
    heading: str = ""
    term: str = ""
    definition: str = ""
    code: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Rejection:
    """A sentence that was not kept, and why: a reason code and a sentence for people."""

    text: str
    kind: Kind
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class ProposedNotes:
    """What an engine offers. Nothing in it is stored before the verifier has seen it.

    ``rejected`` are candidates the engine itself dropped; ``reason`` says in a sentence why
    there is nothing when ``sentences`` is empty.
    """

    engine: str
    engine_version: str
    sentences: tuple[NoteSentence, ...]
    rejected: tuple[Rejection, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CheckedNotes:
    """Notes after verification: every sentence here is supported by its sources."""

    engine: str
    engine_version: str
    sentences: tuple[NoteSentence, ...]
    rejected: tuple[Rejection, ...] = ()
    reason: str = ""


ItemForm = Literal[
    "definition_term",  # a definition is given, the term is asked
    "term_definition",  # a term is given, its definition is asked
    "cloze",  # a sentence with a gap; with options it is a single choice, without a short text
    "true_false",
    "list",  # name the points of a list of the lesson
    "short",  # a short answer in words
    "code",  # about a program or a keyword of the lesson
    "model",  # worded by a model
]
"""How a question was built from the lesson; decides which checks and figures apply to it."""

ItemKind = Literal["single_choice", "multiple_choice", "true_false", "short_text"]
"""The kind of question it becomes; names as in the question bank."""


@dataclass(frozen=True, slots=True)
class Item:
    """A question an engine proposes, with the places of the lesson that prove its key.

    ``options`` stand in the order they are shown in (the verifier shuffles, never an engine);
    ``key`` holds what is right: texts of options for choices, accepted forms for a short text
    (the best one first), ``("true",)`` or ``("false",)``. ``term`` is the key term it is about,
    ``section`` its heading, ``difficulty`` an expected share of right answers from 0 to 1 or None.
    """

    form: ItemForm
    kind: ItemKind
    stem: str
    key: tuple[str, ...]
    sources: tuple[Source, ...]
    options: tuple[str, ...] = ()
    explanation: str = ""
    term: str = ""
    section: str = ""
    rule: str = ""
    difficulty: float | None = None
    code: str = ""  # a program shown under the stem, word for word from the lesson
    checks: tuple[str, ...] = ()  # the verifier's word: the checks it passed


@dataclass(frozen=True, slots=True)
class RejectedItem:
    """A question that was not kept, and why: a reason code and a sentence for people."""

    item: Item
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class PlanLine:
    """What is wished of one engine call: so many items, of these forms, about this span."""

    count: int
    kinds: tuple[ItemKind, ...] = ()
    source: Source | None = None
    difficulty: float | None = None


@dataclass(frozen=True, slots=True)
class ProposedItems:
    """Questions an engine offers; nothing is stored before the verifier has seen it."""

    engine: str
    engine_version: str
    items: tuple[Item, ...]
    rejected: tuple[RejectedItem, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CheckedItems:
    """Questions after verification: each has one defensible key and the place that proves it."""

    engine: str
    engine_version: str
    items: tuple[Item, ...]
    rejected: tuple[RejectedItem, ...] = ()
    reason: str = ""


class Engine(Protocol):
    """Something that proposes notes. It may be a model or a few rules; it is never trusted."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    def propose_notes(
        self, lesson: LessonText, *, progress: Progress | None = None
    ) -> ProposedNotes: ...
