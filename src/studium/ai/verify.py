"""The one verifier of notes: engines propose, this decides.

Checks run in order and the first that fails gives the reason. What is not kept is returned
with its reason, so that it can be counted and shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from studium.ai.language import Language, language
from studium.ai.model import (
    KINDS,
    Block,
    CheckedNotes,
    LessonText,
    NoteSentence,
    ProposedNotes,
    Rejection,
    Source,
)
from studium.ai.prose import Passage, passages
from studium.ai.standing import fault

MESSAGES = {
    "schema": "It lacks its text, a known kind, its sources, or the term it defines.",
    "too_many": "There are already as many of its kind as notes may hold.",
    "text_too_long": "It has more than 600 characters.",
    "no_such_block": "It cites a block the lesson does not have.",
    "outside": "It cites a place outside the lesson or outside the block it names.",
    "misquoted": "Its quotation is not what stands at that place in the lesson.",
    "not_prose": "It cites code, a table, raw HTML or something else that is not running text.",
    "not_supported": "It does not say what the cited place says, word for word.",
    "bad_definition": "Its definition or its term is not part of the sentence.",
    "no_end": "It has no full stop: it may be cut off.",
    "question": "It asks instead of telling.",
    "too_short": "It is too short to say something.",
    "too_long": "It is too long for a note.",
    "leftover": "It holds markup that nothing renders.",
    "fragment": "It is a clause without its sentence.",
    "unbalanced": "It opens a parenthesis or quotation it does not close.",
    "dangling": "It leans on the sentence before it.",
    "pointing": "It points at a figure, a listing or a place that is not beside it.",
    "duplicate": "Another sentence says the same.",
    "same_term": "The term is already defined.",
}
"""Every reason code with a sentence for people."""

LIMITS = {"summary": 6, "key_point": 40, "key_term": 30}
LONGEST_TEXT = 600
_SAME = 0.85  # share of common words from which two sentences say the same


@dataclass(slots=True)
class Kept:
    """What was kept so far, which later sentences are compared with."""

    sentences: list[NoteSentence] = field(default_factory=list)
    stems: list[tuple[str, frozenset[str]]] = field(default_factory=list)
    terms: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Lesson:
    """The lesson as the checks look things up in it."""

    text: LessonText
    language: Language
    blocks: dict[str, Block]
    passages: dict[str, list[Passage]]


Check = Callable[[NoteSentence, Lesson, Kept], str]


def verify_notes(lesson: LessonText, proposed: ProposedNotes) -> CheckedNotes:
    """Keep the sentences that pass every check; the others are returned with their reasons."""
    known = _known(lesson)
    kept = Kept()
    rejected = list(proposed.rejected)
    for one in proposed.sentences:
        code = next((found for check in CHECKS if (found := check(one, known, kept))), "")
        if code:
            rejected.append(Rejection(one.text[:LONGEST_TEXT], one.kind, code, MESSAGES[code]))
        else:
            _keep(one, known, kept)
    reason = proposed.reason
    if proposed.sentences and not kept.sentences:
        reason = "No proposed sentence passed the checks."
    return CheckedNotes(
        proposed.engine, proposed.engine_version, tuple(kept.sentences), tuple(rejected), reason
    )


def check_schema(one: NoteSentence, lesson: Lesson, kept: Kept) -> str:
    """Complete, and within the limits."""
    has_term = bool(one.term.strip())
    if one.kind not in KINDS or not one.text.strip() or not one.sources:
        return "schema"
    if has_term != (one.kind == "key_term"):
        return "schema"
    if len(one.text) > LONGEST_TEXT or len(one.term) > 80:
        return "text_too_long"
    same_kind = sum(1 for other in kept.sentences if other.kind == one.kind)
    return "too_many" if same_kind >= LIMITS[one.kind] else ""


def check_span(one: NoteSentence, lesson: Lesson, kept: Kept) -> str:
    """Every cited place exists and reads as quoted."""
    return next((code for each in one.sources if (code := _span(each, lesson))), "")


def _span(cited: Source, lesson: Lesson) -> str:
    block = lesson.blocks.get(cited.block_id)
    if block is None:
        return "no_such_block"
    if not block.start <= cited.start < cited.end <= min(block.end, len(lesson.text.source)):
        return "outside"
    return "" if lesson.text.source[cited.start : cited.end] == cited.quote else "misquoted"


def check_support(one: NoteSentence, lesson: Lesson, kept: Kept) -> str:
    """The sentence is the plain text of the places it cites, in order."""
    said: list[str] = []
    for cited in one.sources:
        held = lesson.passages.get(cited.block_id)
        if not held:
            return "not_prose"
        said += [passage.plain.between(cited.start, cited.end) for passage in held]
    joined = " ".join(piece for piece in said if piece)
    return "" if _folded(joined) == _folded(one.text) else "not_supported"


def check_definition(one: NoteSentence, lesson: Lesson, kept: Kept) -> str:
    """A term and its definition are words of the sentence itself; code lies inside it."""
    text = _folded(one.text).casefold()
    if _folded(one.term).casefold() not in text or _folded(one.definition).casefold() not in text:
        return "bad_definition"
    inside = all(0 <= start < end <= len(one.text) for start, end in one.code)
    return "" if inside else "schema"


def check_standing(one: NoteSentence, lesson: Lesson, kept: Kept) -> str:
    """It can be read without the page. An entry "term: …" needs no full sentence."""
    found = fault(one.text, lesson.language, code=one.code)
    is_entry = one.kind == "key_term" and (
        one.text.lstrip("“\"'").casefold().startswith(one.term.casefold())
    )
    return "" if is_entry and found in ("no_end", "dangling") else found


def check_duplicate(one: NoteSentence, lesson: Lesson, kept: Kept) -> str:
    """Nothing kept says the same. A term may repeat a sentence of the text, not a term."""
    if one.kind == "key_term":
        return "same_term" if _term_key(one, lesson) in kept.terms else ""
    stems = frozenset(lesson.language.content(one.text)) or frozenset([_folded(one.text)])
    for _, other in kept.stems:
        if len(stems & other) >= _SAME * len(stems | other):
            return "duplicate"
    return ""


CHECKS: tuple[Check, ...] = (
    check_schema,
    check_span,
    check_support,
    check_definition,
    check_standing,
    check_duplicate,
)


def _known(lesson: LessonText) -> Lesson:
    held: dict[str, list[Passage]] = {}
    for passage in passages(lesson):
        if not passage.is_heading:
            held.setdefault(passage.block.id, []).append(passage)
    blocks = {block.id: block for block in lesson.blocks}
    return Lesson(lesson, language(lesson.language), blocks, held)


def _keep(one: NoteSentence, lesson: Lesson, kept: Kept) -> None:
    kept.sentences.append(replace(one, supported=True))
    if one.kind == "key_term":
        kept.terms.add(_term_key(one, lesson))
    else:
        stems = frozenset(lesson.language.content(one.text)) or frozenset([_folded(one.text)])
        kept.stems.append((one.kind, stems))


def _term_key(one: NoteSentence, lesson: Lesson) -> str:
    return " ".join(lesson.language.stem(word) for word in one.term.casefold().split())


def _folded(text: str) -> str:
    return " ".join(text.split())
