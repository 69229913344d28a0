"""The one verifier of notes: engines propose, this decides.

Checks run in order and the first that fails gives the reason. What is not kept is returned
with its reason, so that it can be counted and shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from studium.ai.model import (
    KINDS,
    CheckedNotes,
    LessonText,
    NoteSentence,
    ProposedNotes,
    Rejection,
)
from studium.ai.standing import fault
from studium.ai.verify import spans
from studium.ai.verify.judge import Judge, judge_sentence
from studium.ai.verify.lesson import Lesson, known
from studium.ai.verify.reasons import MESSAGES
from studium.ai.verify.support import fault_in_words

LIMITS = {"summary": 6, "key_point": 40, "key_term": 30}
LONGEST_TEXT = 600
_SAME = 0.85  # share of common words from which two sentences say the same


@dataclass(slots=True)
class Kept:
    """What was kept so far, which later sentences are compared with."""

    sentences: list[NoteSentence] = field(default_factory=list)
    stems: list[tuple[str, frozenset[str]]] = field(default_factory=list)
    terms: set[str] = field(default_factory=set)


Check = Callable[[NoteSentence, Lesson, Kept], str]


def verify_notes(
    lesson: LessonText,
    proposed: ProposedNotes,
    *,
    judge: Judge | None = None,
    keep_unverified: bool = False,
) -> CheckedNotes:
    """Keep the sentences that pass every check; the others are returned with their reasons.

    A sentence that is word for word in the lesson is ``supported``. One in other words is only when
    a ``judge`` finds it so; without a judge it is rejected, or, with ``keep_unverified``, kept with
    ``supported`` false, to be shown as what it is: a model's unverified text.
    """
    read = known(lesson)
    kept = Kept()
    rejected = list(proposed.rejected)
    for claimed in proposed.sentences:
        one, code = _judged(claimed, read, kept, judge)
        if not code and not one.supported and not keep_unverified:
            code = "not_verified"
        if code:
            rejected.append(Rejection(one.text[:LONGEST_TEXT], one.kind, code, MESSAGES[code]))
        else:
            _keep(one, read, kept)
    reason = proposed.reason
    if proposed.sentences and not kept.sentences:
        reason = "No proposed sentence passed the checks."
    return CheckedNotes(
        proposed.engine, proposed.engine_version, tuple(kept.sentences), tuple(rejected), reason
    )


def _judged(
    one: NoteSentence, lesson: Lesson, kept: Kept, judge: Judge | None
) -> tuple[NoteSentence, str]:
    """The sentence with exact places and our word on its support, and why it falls, if so."""
    exact = _resolved(one, lesson)
    if isinstance(exact, str):
        return one, exact
    verbatim = _is_verbatim(exact, lesson)
    exact = replace(exact, supported=verbatim)
    for check in CHECKS:
        code = check(exact, lesson, kept)
        if code:
            return exact, code
    if judge and not verbatim:
        return replace(exact, supported=True), judge_sentence(exact, lesson, judge)
    return exact, ""


def _resolved(one: NoteSentence, lesson: Lesson) -> NoteSentence | str:
    """The sentence with each quotation at its exact place, or the code of one that has none."""
    places = []
    for cited in one.sources:
        place = spans.resolve(cited, lesson) if cited.start == cited.end == 0 else cited
        if isinstance(place, str):
            return place
        places.append(place)
    return replace(one, sources=tuple(places))


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
    return next((code for each in one.sources if (code := spans.fault_of(each, lesson))), "")


def _is_verbatim(one: NoteSentence, lesson: Lesson) -> bool:
    """Whether the sentence is the plain text of the places it cites, in order."""
    said: list[str] = []
    for cited in one.sources:
        said += [
            passage.plain.between(cited.start, cited.end)
            for passage in lesson.passages.get(cited.block_id, ())
        ]
    return _folded(" ".join(piece for piece in said if piece)) == _folded(one.text)


def check_support(one: NoteSentence, lesson: Lesson, kept: Kept) -> str:
    """It is what the cited places say, word for word; or nothing shows that it is not."""
    if any(cited.block_id not in lesson.passages for cited in one.sources):
        return "not_prose"
    if one.supported:
        return ""
    return fault_in_words(one.text, lesson.near(one.sources), lesson)


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


def _keep(one: NoteSentence, lesson: Lesson, kept: Kept) -> None:
    kept.sentences.append(one)
    if one.kind == "key_term":
        kept.terms.add(_term_key(one, lesson))
    else:
        stems = frozenset(lesson.language.content(one.text)) or frozenset([_folded(one.text)])
        kept.stems.append((one.kind, stems))


def _term_key(one: NoteSentence, lesson: Lesson) -> str:
    return " ".join(lesson.language.stem(word) for word in one.term.casefold().split())


def _folded(text: str) -> str:
    return " ".join(text.split())
