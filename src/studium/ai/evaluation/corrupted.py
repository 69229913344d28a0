"""What the verifier makes of sentences that are known to be wrong.

Sentences of the authors' summaries are the good ones: true, and in other words than the lesson's.
Each is changed in three ways. A model that wrote it would cite the places it is most like, so those
are cited here, up to three. Flips are drawn from the list of opposites the verifier itself knows,
so its share of rejected flips is the best case.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from studium.ai import sentences
from studium.ai.evaluation.figures import Figure, share
from studium.ai.evaluation.gold import Case, names_of
from studium.ai.language import language, words
from studium.ai.model import LessonText, NoteSentence, ProposedNotes, Source
from studium.ai.standing import fault
from studium.ai.verify import Verdict, verify_notes
from studium.ai.verify.lesson import Lesson, Said, known

Change = Literal["good", "off-lesson", "term swap", "polarity flip"]
CHANGES: tuple[Change, ...] = ("good", "off-lesson", "term swap", "polarity flip")
JUDGE_ERRORS = (0.05, 0.2)
"""Error rates of the simulated judges."""

MOST_CITED = 3
_LEAST_GAIN = 0.05  # share of its content a further citation must add
_VERB = re.compile(r"\b(is|are|was|were|can|may|will|must|should|has|have|does|do)\b(?! not)")


@dataclass(frozen=True, slots=True)
class Changed:
    """A sentence to be judged, what was done to it, and whether it is true of the lesson."""

    change: Change
    text: str
    lesson: LessonText


@dataclass(slots=True)
class CorruptedCounts:
    """How many were judged and how many got through, by change and by who judged."""

    judged: dict[tuple[str, Change], int] = field(default_factory=dict)
    passed: dict[tuple[str, Change], int] = field(default_factory=dict)
    erred: dict[tuple[str, Change], int] = field(default_factory=dict)
    shown_verified: int = 0


def corrupted_sentences(cases: Sequence[Case]) -> Iterator[Changed]:
    """The good sentences of every lesson and their changed forms, in a fixed order."""
    for at, case in enumerate(cases):
        foreign = _foreign(cases, at)
        for place, text in enumerate(_good(case)):
            yield Changed("good", text, case.lesson)
            if foreign:
                yield Changed("off-lesson", foreign[place % len(foreign)], case.lesson)
            swapped = _swapped(text, case)
            if swapped:
                yield Changed("term swap", swapped, case.lesson)
            flipped = _flipped(text, case)
            if flipped:
                yield Changed("polarity flip", flipped, case.lesson)


def _good(case: Case) -> list[str]:
    """Sentences of the author's summary that can be read alone."""
    spoken = language(case.lesson.language)
    ranges = sentences.split(case.summary, spoken)
    texts = [case.summary[start:end] for start, end in ranges]
    return [text for text in texts if not fault(text, spoken)]


def _foreign(cases: Sequence[Case], at: int) -> list[str]:
    """Good sentences of another lesson, of the same book when there is one."""
    own = cases[at]
    others = [*cases[at + 1 :], *cases[:at]]
    same = [one for one in others if one.book == own.book] or others
    return _good(same[len(same) // 2]) if same else []


def _swapped(text: str, case: Case) -> str:
    """The sentence with one of the lesson's terms in the place of another."""
    terms = sorted((names_of(term)[0] for term in case.glossary), key=lambda one: (-len(one), one))
    for term in terms:
        found = re.search(rf"\b{re.escape(term)}", text, re.IGNORECASE)
        others = [one for one in terms if one.lower() not in text.lower() and one != term]
        if found and others:
            return text[: found.start()] + _drawn(others, text) + text[found.end() :]
    return ""


def _flipped(text: str, case: Case) -> str:
    """The sentence with a word turned into its opposite, a denial dropped, or one put in."""
    opposites = known(case.lesson).turns.opposites
    for word in words(text):
        if word in opposites:
            other = sorted(opposites[word])[0]
            return re.sub(rf"\b{re.escape(word)}\b", other, text, count=1, flags=re.IGNORECASE)
    if re.search(r"\bnot ", text):
        return re.sub(r"\bnot ", "", text, count=1)
    return _VERB.sub(lambda found: f"{found[0]} not", text, count=1) if _VERB.search(text) else ""


def _drawn(options: Sequence[str], seed: str) -> str:
    return min(options, key=lambda one: hashlib.sha256(f"{seed} {one}".encode()).digest())


@dataclass(slots=True)
class SimulatedJudge:
    """A judge that knows the truth and errs on a set share, drawn from the text itself."""

    error: float
    truth: dict[str, bool]
    asked: int = 0
    wrong: int = 0

    def verdict(self, *, evidence: str, statement: str) -> Verdict:
        """The truth, or with the set probability its contrary."""
        drawn = int.from_bytes(hashlib.sha256(f"judge {statement}".encode()).digest()[:6], "big")
        errs = drawn / 2**48 < self.error
        self.asked += 1
        self.wrong += errs
        holds = self.truth[statement] != errs
        return Verdict("supported", evidence.split("\n")[0]) if holds else Verdict("contradicted")

    def solve(self, *, evidence: str, stem: str, options: Sequence[str]) -> str:
        """It judges sentences only."""
        return ""

    def second_key(self, *, evidence: str, stem: str, options: Sequence[str], key: str) -> str:
        """It judges sentences only."""
        return ""


def count_corrupted(cases: Sequence[Case]) -> CorruptedCounts:
    """Let the verifier judge every sentence alone, with no judge and with each simulated one."""
    counts = CorruptedCounts()
    for said in corrupted_sentences(cases):
        cited = most_alike(said.text, known(said.lesson))
        if not cited:
            continue
        alone = _kept(said, cited, None)
        _count(counts, "alone", said.change, passed=bool(alone))
        if said.change != "good":  # a good one may well stand in the lesson word for word
            counts.shown_verified += sum(one.supported for one in alone)
        for error in JUDGE_ERRORS:
            judge = SimulatedJudge(error, {said.text: said.change == "good"})
            kept = _kept(said, cited, judge)
            if judge.asked:  # what falls before is no matter of the judge
                name = f"judge {error}"
                _count(counts, name, said.change, passed=bool(kept))
                held = counts.erred.get((name, said.change), 0)
                counts.erred[name, said.change] = held + judge.wrong
    return counts


def _kept(
    said: Changed, cited: tuple[Source, ...], judge: SimulatedJudge | None
) -> tuple[NoteSentence, ...]:
    proposed = ProposedNotes("corrupted", "1", (NoteSentence(said.text, "key_point", cited),))
    return verify_notes(said.lesson, proposed, judge=judge, keep_unverified=judge is None).sentences


def _count(counts: CorruptedCounts, name: str, change: Change, *, passed: bool) -> None:
    counts.judged[name, change] = counts.judged.get((name, change), 0) + 1
    counts.passed[name, change] = counts.passed.get((name, change), 0) + passed


def most_alike(text: str, lesson: Lesson) -> tuple[Source, ...]:
    """Up to three sentences of the lesson that together cover a text best, as citations."""
    wanted, held = frozenset(lesson.stems(text)), frozenset[str]()
    chosen: list[Said] = []
    for _ in range(MOST_CITED if lesson.said else 0):
        best = max(
            lesson.said, key=lambda one: (lesson.share(wanted, held | one.stems), -one.index)
        )
        gained = lesson.share(wanted, held | best.stems) - lesson.share(wanted, held)
        if chosen and gained < _LEAST_GAIN:
            break
        chosen.append(best)
        held |= best.stems
    source = lesson.text.source
    return tuple(
        Source(one.block_id, one.start, one.end, source[one.start : one.end]) for one in chosen
    )


def corrupted_figures(counts: CorruptedCounts) -> list[Figure]:
    """Shares of what was rejected and let through, with what is asked of them."""
    figures = []
    for change in CHANGES:
        of = counts.judged.get(("alone", change), 0)
        passed = counts.passed.get(("alone", change), 0)
        if change == "good":
            figures.append(share("verifier", "good sentences not rejected", passed, of))
            continue
        least = 0.97 if change == "off-lesson" else None
        name = f"{change} sentences rejected, verifier alone"
        figures.append(share("verifier", name, of - passed, of, least=least))
    of = sum(counts.judged.get(("alone", change), 0) for change in CHANGES[1:])
    figures.append(
        share(
            "verifier",
            "changed ones shown as verified without a judge",
            counts.shown_verified,
            of,
            most=0.0,
        )
    )
    return figures + [one for error in JUDGE_ERRORS for one in _of_judge(counts, error)]


def _of_judge(counts: CorruptedCounts, error: float) -> list[Figure]:
    """With a judge: the share let through of what is wrong, and how often that judge erred."""
    name = f"judge {error}"
    wrong = CHANGES[1:]
    of = sum(counts.judged.get((name, change), 0) for change in wrong)
    passed = sum(counts.passed.get((name, change), 0) for change in wrong)
    erred = sum(counts.erred.get((name, change), 0) for change in wrong)
    return [
        share(
            "verifier", f"changed sentences accepted with a judge erring on {error:.0%}",
            passed, of, note=f"that judge erred on {erred} of them",
        ),
        Figure(
            "verifier", f"accepted beyond the errors of that judge ({error:.0%})",
            float(passed - erred), of, most=0.0,
        ),
    ]  # fmt: skip
