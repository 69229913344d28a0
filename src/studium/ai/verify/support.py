"""Check 3: the cited place says what is claimed.

Text taken word for word is compared word for word. For other text only cheap signs are looked at:
whether its words are there, and whether it holds numbers, denials or opposites that are not.
These catch what comes from elsewhere; they cannot tell a fact turned round by other means.
"""

from __future__ import annotations

from collections.abc import Sequence

from studium.ai.language import words
from studium.ai.model import Item
from studium.ai.verify.lesson import Lesson, Said, folded, loosely, numbers, quantities
from studium.ai.verify.wording import GAP, statement_of

_MOST_COMPARED = 50  # sentences that hold every word of a statement; a lesson rarely has two
LEAST_SAID = 0.55
"""Share of a sentence's content (by rarity) that the evidence must hold; see docs/ai.md."""
LEAST_TURNED = 0.95
"""The same for a true statement that a rule made of the cited sentence alone."""
LEAST_KEY = 0.8
"""The same for the key of a question."""


def fault_in_words(text: str, evidence: Sequence[Said], lesson: Lesson) -> str:
    """Why other words than the lesson's are not borne out by the evidence; "" when they may be.

    Measured on sentences of authors' summaries of the 40 lessons (docs/ai.md), each with the places
    it is most like: 3 of 253 from other lessons accepted, 82 of 134 with a term swapped, 47 of 183
    turned into their opposite; 51 of 253 true ones refused. So this alone verifies nothing.
    """
    held = frozenset(stem for one in evidence for stem in one.stems)
    if lesson.coverage(text, held) < LEAST_SAID:
        return "not_supported"
    together = " ".join(one.text for one in evidence)
    told = quantities(together, lesson)
    if not numbers(text) <= told or (quantities(text, lesson) - told and len(evidence) == 1):
        return "number_not_said"
    return "turned_round" if turned_round(text, evidence, lesson) else ""


def turned_round(text: str, evidence: Sequence[Said], lesson: Lesson) -> bool:
    """Whether a text denies, or holds the opposite of, the sentence it is nearest to."""
    stems = frozenset(lesson.stems(text))
    nearest = max(
        evidence, key=lambda one: (lesson.share(stems, one.stems), -one.index), default=None
    )
    if nearest is None:
        return False
    if denials(text, lesson) % 2 != denials(nearest.text, lesson) % 2:
        return True
    mine, theirs = set(words(text)), set(words(nearest.text))
    opposites = lesson.turns.opposites
    return any(
        word not in theirs and opposites[word] & theirs - mine for word in mine & opposites.keys()
    )


def denials(text: str, lesson: Lesson) -> int:
    """How often a text says no."""
    said = words(text)
    return sum(1 for word in said if word in lesson.turns.negations or word.endswith("n't"))


def check_support(one: Item, lesson: Lesson) -> str:
    """Check 3: the cited place, with the sentence before and behind it, gives the key.

    Measured alone on the 40 lessons (docs/ai.md): 1 of 797 spoilt questions
    accepted, 24 of 65 authors' own refused (they are in the
    authors' own words, and few are answered by one place).
    """
    if one.kind == "true_false":
        return _statement(one, lesson)
    if one.form == "cloze":
        return _cloze(one, lesson)
    evidence = _evidence(one, lesson)
    held = frozenset(lesson.stems(evidence))
    keys = one.key if one.kind == "multiple_choice" else one.key[:1]
    if any(not _given(key, evidence, held, lesson) for key in keys):
        return "key_not_in_source"
    if one.form == "model" and lesson.coverage(one.stem, held) < 0.35:
        return "not_supported"
    return ""


def _evidence(one: Item, lesson: Lesson) -> str:
    near = [said.text for said in lesson.near(one.sources)]
    return " ".join([*near, *(place.quote for place in one.sources)])


def _given(key: str, evidence: str, held: frozenset[str], lesson: Lesson) -> bool:
    if f" {lesson.name(key)} " in f" {lesson.name(evidence)} ":
        return True
    if folded(key).casefold() in folded(evidence).casefold():
        return True
    if not lesson.stems(key):
        return False
    return lesson.coverage(key, held) >= LEAST_KEY and numbers(key) <= numbers(evidence)


def _cloze(one: Item, lesson: Lesson) -> str:
    """With the gap filled it is the sentence of the lesson, word for word."""
    filled = GAP.sub(lambda _: one.key[0], one.stem)
    if loosely(one.key[0]) not in loosely(_evidence(one, lesson)):
        return "key_not_in_source"
    cited = [said.text for said in lesson.cited(one.sources)]
    whole = [*cited, " ".join(cited), *(place.quote for place in one.sources)]
    return "" if loosely(filled) in map(loosely, whole) else "not_the_sentence"


def _statement(one: Item, lesson: Lesson) -> str:
    """True statements are borne out; false ones differ from everything the lesson says."""
    said = statement_of(one.stem, lesson)
    same = loosely(said)
    cited = lesson.cited(one.sources)
    if one.key == ("true",):
        exact = same in (
            loosely(" ".join(each.text for each in cited)),
            *(each.plain for each in cited),
        )
        return "" if exact else _true_in_words(said, one, lesson)
    if any(same == each.plain for each in lesson.said):
        return "still_true"
    if _said_elsewhere(said, lesson):
        return "still_true"
    held = frozenset(stem for each in lesson.near(one.sources) for stem in each.stems)
    return "" if lesson.coverage(said, held) >= 0.4 else "not_supported"


def _said_elsewhere(said: str, lesson: Lesson) -> bool:
    """Whether some sentence of the lesson says all that a statement says, and in its order."""
    stems, much = frozenset(lesson.stems(said)), quantities(said, lesson)
    if len(stems) <= 2:
        return False
    holding = [each for each in lesson.said if stems <= each.stems][:_MOST_COMPARED]
    for each in holding:
        if quantities(each.text, lesson) == much and not turned_round(said, [each], lesson):
            return not _reordered(said, each, lesson)
    return False


def _true_in_words(said: str, one: Item, lesson: Lesson) -> str:
    """A true statement in other words: a rule may turn the cited sentence, not add to it."""
    if one.form == "model":
        return fault_in_words(said, lesson.near(one.sources), lesson)
    cited = lesson.cited(one.sources)
    held = frozenset(stem for each in cited for stem in each.stems)
    together = " ".join(each.text for each in cited)
    if not quantities(said, lesson) <= quantities(together, lesson):
        return "number_not_said"
    if lesson.coverage(said, held) < LEAST_TURNED:
        return "not_supported"
    return "turned_round" if turned_round(said, cited, lesson) else ""


def _reordered(text: str, said: Said, lesson: Lesson) -> bool:
    """Whether the same words stand in another order, which may well be another claim."""
    mine = lesson.stems(text)
    theirs = [stem for stem in lesson.stems(said.text) if stem in mine]
    return [stem for stem in mine if stem in theirs] != theirs
