"""Questions about what terms mean: from the definition to the term, and back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from studium.ai.engines.extractive.definitions import Definition
from studium.ai.engines.extractive.items.bank import WRONG, Bank, Entry, is_name, is_plural
from studium.ai.engines.extractive.items.facts import FEWEST_WORDS
from studium.ai.engines.extractive.items.wording import Wording
from studium.ai.engines.extractive.terms import term_key
from studium.ai.language import words
from studium.ai.model import Item

LEAST_WEIGHT = 0.85
"""Precision of a rule below which its definitions are not asked for."""
_LONGEST = 150


@dataclass(frozen=True, slots=True)
class Meaning:
    """A definition that reads alone, cut before it goes on to something else."""

    found: Definition
    text: str


def meanings(bank: Bank) -> list[Meaning]:
    """The definitions that can be asked for, best first."""
    made = []
    for one in bank.study.definitions:
        text = trimmed(_with_article(one, bank.wording), bank.wording)
        if one.weight >= LEAST_WEIGHT and is_meaning(one.term, text, bank):
            made.append(Meaning(one, text))
    return [one for one in made if not _also_said(one, bank)]


def _also_said(one: Meaning, bank: Bank) -> bool:
    """Whether the lesson says much the same of another term."""
    spoken = bank.study.reading.language
    mine = set(spoken.content(one.text))
    for other in bank.study.definitions:
        theirs = set(spoken.content(other.definition))
        least = min(len(mine), len(theirs) or len(mine))
        if other.key != one.found.key and len(mine & theirs) >= 0.6 * least:
            return True
    return False


def _with_article(one: Definition, wording: Wording) -> str:
    """The definition with the article that stands before it in its sentence."""
    if not one.definition:
        return ""
    before = one.sentence.text.partition(one.definition)[0].lower()
    article = before.rsplit(" ", 2)[-2:-1] if before.endswith(" ") else []
    if article and article[0] in wording.phrases.get("words.articles", ()):
        return f"{article[0]} {one.definition}"
    return one.definition


def trimmed(definition: str, wording: Wording) -> str:
    """A definition without what the sentence goes on to say, and without its full stop."""
    return wording.pattern("words.beyond").sub("", definition).strip().rstrip(".;,: ")


def is_meaning(term: str, text: str, bank: Bank) -> bool:
    """Whether it says enough, reads like the name of a thing and does not hold the term."""
    spoken = bank.study.reading.language
    content = spoken.content(text)
    key = term_key(term, spoken)
    if len(set(content)) < 4 or len(text) > _LONGEST or len(words(text)) < FEWEST_WORDS - 2:
        return False
    if set(key.split()) & set(content) or key in " ".join(content):
        return False
    wording = bank.wording
    code = bank.find(key)
    if not (is_name(term, bank.study) or (code and code.shape.is_code)):
        return False
    if spoken.word_class(words(text)[0]) == "verb":
        return False
    opening = wording.pattern("words.defining").search(text)
    if not opening:
        return False
    head = opening.groupdict().get("head")
    if head and spoken.word_class(head.lower()) not in ("noun", "general"):
        return False
    if words(term)[0] in wording.phrases.get("words.not_first", ()):
        return False
    if wording.pattern("words.undefining").search(text) or text.count("(") != text.count(")"):
        return False
    return not any(each in text for each in ('"', "“", "”", "\n"))


def ask_meanings(bank: Bank) -> Iterator[Item]:
    """Two questions a term: which term this defines, and what the term means."""
    held = meanings(bank)
    for one in held:
        yield from _which_term(one, bank)
        yield from _what_meaning(one, held, bank)


def _which_term(one: Meaning, bank: Bank) -> Iterator[Item]:
    found = one.found
    if not bank.wording.has("definition_term", "short_term"):
        return
    source = found.sentence.index
    wrong = bank.wrong(found.term, one.text, source=source, is_code=_is_code(found, bank))
    if wrong:
        stem = bank.wording.say("definition_term", definition=one.text)
        yield _item(one, bank, "definition_term", stem, found.term, wrong)
    size = bank.wording.size(found.term)
    stem = bank.wording.say("short_term", definition=one.text, size=size)
    yield Item(
        form="short",
        kind="short_text",
        stem=stem,
        key=forms_of(found.term),
        sources=(found.sentence.source(bank.study.reading.lesson),),
        explanation=bank.wording.say("explanation", sentence=found.sentence.text),
        term=found.term,
        section=bank.study.reading.headings[found.sentence.section],
        rule=found.rule,
        difficulty=0.55,
    )


def _what_meaning(one: Meaning, held: list[Meaning], bank: Bank) -> Iterator[Item]:
    found = one.found
    if not bank.wording.has("term_definition"):
        return
    key = term_key(found.term, bank.study.reading.language)
    others = [(each.found.key, each.text) for each in held if each.found.key != found.key]
    for entry in bank.entries:
        text = trimmed(entry.definition, bank.wording)
        if not entry.own and entry.weight >= LEAST_WEIGHT and is_meaning(entry.term, text, bank):
            others.append((entry.key, text))
    fitting = [text for other, text in others if _may_stand(key, one.text, other, text, bank)]
    own = frozenset(each.text for each in held)
    wrong = _nearest(one.text, fitting, own, bank)
    if wrong:
        stem = bank.wording.say("term_definition", term=found.term)
        yield _item(one, bank, "term_definition", stem, one.text, wrong)


def _may_stand(key: str, right: str, other: str, text: str, bank: Bank) -> bool:
    """Whether another definition is wrong here and gives nothing away."""
    spoken = bank.study.reading.language
    mine, theirs = set(spoken.content(right)), set(spoken.content(text))
    if len(mine & theirs) > 0.5 * min(len(mine), len(theirs)):
        return False
    entry = bank.find(other)
    if entry and not bank.apart(key, entry, right):
        return False
    plural = is_plural_phrase(right)
    return not set(key.split()) & theirs and is_plural_phrase(text) == plural


def is_plural_phrase(text: str) -> bool:
    """Whether a definition speaks of many: "laws that …", "the goods …", not "a law …"."""
    parts = text.split()
    if parts[0].lower() in ("a", "an", "any", "one"):
        return False
    head = parts[1] if parts[0].lower() in ("the", "those") and len(parts) > 1 else parts[0]
    return is_plural(head)


def _nearest(right: str, fitting: list[str], own: frozenset[str], bank: Bank) -> list[str]:
    """Three options of like length: the lesson's own first, then those nearest in meaning.

    At least one is longer or nearly as long as the right one.
    """
    near = [text for text in dict.fromkeys(fitting) if 0.5 <= len(text) / len(right) <= 2.0]
    if len(near) < WRONG:
        return []
    close = dict(zip(near, bank.study.course.likenesses(right, near), strict=True))
    near.sort(key=lambda text: (text not in own, -round(close[text], 2), text))
    longer = next((text for text in near if len(text) >= 0.95 * len(right)), "")
    if not longer:
        return []
    return [longer, *[text for text in near if text != longer][: WRONG - 1]]


def _item(one: Meaning, bank: Bank, form: str, stem: str, key: str, wrong: list[str]) -> Item:
    found = one.found
    return Item(
        form=form,  # type: ignore[arg-type]  # one of two literals, given just above
        kind="single_choice",
        stem=stem,
        key=(key,),
        options=(key, *wrong),
        sources=(found.sentence.source(bank.study.reading.lesson),),
        explanation=bank.wording.say("explanation", sentence=found.sentence.text),
        term=found.term,
        section=bank.study.reading.headings[found.sentence.section],
        rule=found.rule,
        difficulty=0.7,
    )


def _is_code(found: Definition, bank: Bank) -> bool:
    held: Entry | None = bank.find(found.key)
    return held.shape.is_code if held else False


def forms_of(term: str) -> tuple[str, ...]:
    """What is accepted for a term: as it stands, and without or only with its short form."""
    forms = [term]
    bare, _, short = term.partition(" (")
    if short:
        forms += [bare.strip(), short.rstrip(") ")]
    return tuple(dict.fromkeys(form for form in forms if form))
