"""Figures of notes: exact places, key terms, definitions, and the summary against the author's."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import sqrt

from studium.ai import sentences
from studium.ai.evaluation.counting import mean, rouge_1
from studium.ai.evaluation.figures import Figure, share
from studium.ai.evaluation.gold import Case, names_of
from studium.ai.language import Language, language, words
from studium.ai.model import CheckedNotes, Engine, LessonText, Source
from studium.ai.prose import passages

TERMS_LOOKED_AT = 25
_DRAWS = 10  # random summaries a lesson, for a steady mean


@dataclass(slots=True)
class NotesCounts:
    """What is added up lesson by lesson."""

    exact: int = 0
    cited: int = 0
    recall: list[float] = field(default_factory=list)
    recall_stripped: list[float] = field(default_factory=list)
    terms_found: int = 0
    terms: int = 0
    in_glossary: int = 0
    defined: int = 0
    agreement: list[float] = field(default_factory=list)
    rouge: dict[str, list[float]] = field(default_factory=dict)
    stored: list[int] = field(default_factory=list)


def count_notes(case: Case, notes: CheckedNotes, engine: Engine, counts: NotesCounts) -> None:
    """Add the checked notes of one lesson to the counts."""
    count_places(case.lesson, (place for one in notes.sentences for place in one.sources), counts)
    counts.stored.append(len(notes.sentences))
    _count_terms(case, engine, counts)
    _count_definitions(case, notes, counts)
    _count_summary(case, notes, counts)


def count_places(lesson: LessonText, places: Iterable[Source], counts: NotesCounts) -> None:
    """Whether each cited place reads, character by character, as it is quoted."""
    for place in places:
        counts.cited += 1
        counts.exact += lesson.source[place.start : place.end] == place.quote


def ranked_terms(engine: Engine, lesson: LessonText, most: int) -> list[str]:
    """An engine's key terms, best first: its own list, or the terms its notes explain."""
    if engine.name == "extractive":
        from studium.ai.engines.extractive.reading import read
        from studium.ai.engines.extractive.terms import key_terms

        return [one.term for one in key_terms(read(lesson), most=most)]
    proposed = engine.propose_notes(lesson).sentences
    return list(dict.fromkeys(one.term for one in proposed if one.term))[:most]


def _count_terms(case: Case, engine: Engine, counts: NotesCounts) -> None:
    spoken = language(case.lesson.language)
    wanted = [{_key(name, spoken) for name in names_of(term)} for term in case.glossary]
    if not wanted:
        return
    for lesson, into in (
        (case.lesson, counts.recall),
        (case.stripped, counts.recall_stripped),
    ):
        offered = ranked_terms(engine, lesson, TERMS_LOOKED_AT)
        held = {_key(term, spoken) for term in offered}
        found = sum(1 for names in wanted if names & held)
        into.append(found / len(wanted))
        if lesson is case.lesson:
            counts.terms_found += found
            counts.terms += len(wanted)


def _key(term: str, spoken: Language) -> str:
    return " ".join(spoken.stem(word) for word in words(term))


def _count_definitions(case: Case, notes: CheckedNotes, counts: NotesCounts) -> None:
    spoken = language(case.lesson.language)
    meant = {
        _key(name, spoken): text for term, text in case.glossary.items() for name in names_of(term)
    }
    for one in notes.sentences:
        if one.kind != "key_term":
            continue
        counts.defined += 1
        wanted = meant.get(_key(one.term, spoken))
        if wanted is not None:
            counts.in_glossary += 1
            counts.agreement.append(_likeness(one.definition or one.text, wanted, spoken))


def _likeness(left: str, right: str, spoken: Language) -> float:
    """Cosine of two sets of content stems (Ochiai's coefficient)."""
    mine, other = set(spoken.content(left)), set(spoken.content(right))
    return len(mine & other) / sqrt(len(mine) * len(other)) if mine and other else 0.0


def _count_summary(case: Case, notes: CheckedNotes, counts: NotesCounts) -> None:
    """The engine's sentences and three simple ways to choose, all cut to the author's length."""
    spoken = language(case.lesson.language)
    wanted = spoken.content(case.summary)
    if not wanted:
        return
    room = len(words(case.summary))
    every = _sentences(case.lesson, spoken)
    first = [one for one in every if one[1]]
    ways: dict[str, Sequence[str]] = {
        "engine": _engine_choice(notes),
        "first sentences": [text for text, _ in first],
        "lead": [text for text, _ in every],
    }
    for name, chosen in ways.items():
        counts.rouge.setdefault(name, []).append(_overlap(chosen, room, wanted, spoken))
    drawn = [
        _overlap(_drawn([text for text, _ in every], draw), room, wanted, spoken)
        for draw in range(_DRAWS)
    ]
    counts.rouge.setdefault("random", []).append(mean(drawn))


def _engine_choice(notes: CheckedNotes) -> list[str]:
    """The summary, then the key points, each sentence once."""
    chosen = [one.text for one in notes.sentences if one.kind == "summary"]
    chosen += [one.text for one in notes.sentences if one.kind == "key_point"]
    return list(dict.fromkeys(chosen))


def _sentences(lesson: LessonText, spoken: Language) -> list[tuple[str, bool]]:
    """Every sentence of the lesson, and whether it opens its paragraph."""
    found = []
    for passage in passages(lesson):
        if not passage.is_heading:
            text = passage.plain.text
            for place, (start, end) in enumerate(sentences.split(text, spoken)):
                found.append((text[start:end], place == 0))
    return found


def _drawn(texts: Sequence[str], draw: int) -> list[str]:
    """The sentences in an order that looks drawn by lot, the same every time."""
    return sorted(texts, key=lambda text: hashlib.sha256(f"{draw} {text}".encode()).digest())


def _overlap(chosen: Sequence[str], room: int, wanted: list[str], spoken: Language) -> float:
    """ROUGE-1 F over content stems of the sentences that fit into ``room`` words."""
    taken: list[str] = []
    used = 0
    for text in chosen:
        size = len(words(text))
        if used and used + size > room * 1.1:
            continue
        taken += spoken.content(text)
        used += size
        if used >= room:
            break
    return rouge_1(taken, wanted)


def notes_figures(counts: NotesCounts) -> list[Figure]:
    """The figures of notes with what is asked of them."""
    lessons = len(counts.recall)
    rouge = {name: mean(values) for name, values in counts.rouge.items()}
    simple = max(rouge.get("first sentences", 0.0), rouge.get("lead", 0.0))
    summaries = len(counts.rouge.get("engine", ()))
    return [
        share("notes", "span-exact", counts.exact, counts.cited, least=1.0),
        Figure("notes", "term recall@25, with markup", mean(counts.recall), lessons, least=0.9),
        Figure(
            "notes", "term recall@25, stripped", mean(counts.recall_stripped), lessons, least=0.55
        ),
        share(
            "notes",
            "defined terms that are in the glossary",
            counts.in_glossary,
            counts.defined,
            least=0.7,
        ),
        Figure("notes", "definition agreement", mean(counts.agreement), len(counts.agreement)),
        Figure(
            "notes",
            "ROUGE-1 to the author's summary",
            rouge.get("engine", 0.0),
            summaries,
            least=0.31,
        ),
        Figure(
            "notes",
            "ROUGE-1 above first sentences and lead",
            rouge.get("engine", 0.0) - simple,
            summaries,
            least=0.001,
        ),
        *(
            Figure("notes", f"ROUGE-1 of {name}", rouge[name], summaries)
            for name in ("first sentences", "lead", "random")
            if name in rouge
        ),
        Figure(
            "notes",
            "sentences stored a lesson",
            mean(list(map(float, counts.stored))),
            len(counts.stored),
        ),
    ]
