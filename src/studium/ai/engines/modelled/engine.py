"""An engine that asks a model. It only proposes; the verifier decides about every sentence.

The model sees one lesson and nothing else, is asked for quotations instead of places, and has no
tools. What it claims of its own truth is not even asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Literal

from studium.ai.chat import Chat, Check, Piece
from studium.ai.engines.modelled.asking import answered
from studium.ai.engines.modelled.judge import ModelJudge
from studium.ai.engines.modelled.portions import (
    MOST_CHARACTERS,
    PER_SPAN,
    Portion,
    fixed_plan,
    portions,
)
from studium.ai.engines.modelled.shapes import AnswerSaid, ItemSaid, ItemsSaid, NotesSaid
from studium.ai.model import (
    Item,
    LessonText,
    NoteSentence,
    PlanLine,
    Progress,
    ProposedItems,
    ProposedNotes,
    Source,
)
from studium.ai.prompts import EDITABLE, Prompt, prompt

Manner = Literal["explain", "hint", "check"]
MANNERS: dict[str, str] = {
    "explain": "Explain it.",
    "hint": "Give a hint that leads on, and do not say the answer itself.",
    "check": "The student gives an answer of their own: say what of it the passages confirm.",
}
_KINDS = ("single_choice", "true_false", "short_text")
_NOTES_TOKENS, _ITEM_TOKENS = 4_000, 400
_LONGEST_MODEL = 40


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """A sentence a model wrote, with the quotations it says prove it; nobody has checked them."""

    text: str
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ModelEngine:
    """`words` are a course's own prompts by name; `most_characters` is what the model can hold."""

    chat: Chat
    words: Mapping[str, Prompt] = field(default_factory=dict)
    most_characters: int = MOST_CHARACTERS

    @property
    def name(self) -> str:
        """The dialect: what is shown to people beside the model."""
        return self.chat.dialect

    @property
    def version(self) -> str:
        """The model and, as a hash, the prompts it is asked with."""
        told = "\n".join([self.chat.model, *(self._prompt(one).version for one in EDITABLE)])
        return f"{self.chat.model[:_LONGEST_MODEL]}@{sha256(told.encode()).hexdigest()[:8]}"

    @property
    def judge(self) -> ModelJudge:
        """The second reader of what this engine proposed: the same model, asked alone each time."""
        return ModelJudge(self.chat)

    def propose_notes(
        self, lesson: LessonText, *, progress: Progress | None = None
    ) -> ProposedNotes:
        """Notes of a lesson, portion by portion; raises `EngineFailed` rather than give half."""
        parts = portions(lesson, most=self.most_characters)
        found: list[NoteSentence] = []
        for number, part in enumerate(parts):
            found += self._notes_of(lesson, part, _share(progress, number, len(parts)))
        reason = "" if found else "The lesson holds no running text, so there is nothing to note."
        return ProposedNotes(self.name, self.version, tuple(found), reason=reason)

    def propose_items(
        self,
        lesson: LessonText,
        plan: Sequence[PlanLine] = (),
        *,
        course: object = None,
        progress: Progress | None = None,
    ) -> ProposedItems:
        """Questions by a fixed plan, one span a call; raises `EngineFailed` rather than give half.

        `course` is for engines that know the whole course: a model is shown this lesson alone.
        """
        lines = fixed_plan(lesson, plan)
        found: list[Item] = []
        for number, line in enumerate(lines):
            found += self._items_of(lesson, line, _share(progress, number, len(lines)))
        wanted = sum(line.count for line in lines)
        reason = "" if len(found) >= wanted else f"{len(found)} of {wanted} questions came back."
        return ProposedItems(self.name, self.version, tuple(found), reason=reason)

    def answer(
        self,
        question: str,
        passages: Sequence[str],
        *,
        manner: Manner = "explain",
        language: str = "en",
        check: Check | None = None,
        piece: Piece | None = None,
    ) -> tuple[AnswerSentence, ...]:
        """Sentences that answer a question from these passages; none when they do not tell."""
        said = answered(
            self.chat,
            AnswerSaid,
            self._prompt("answer"),
            data={"question": question, "passages": "\n\n".join(passages)},
            words={"language": language, "manner": MANNERS[manner]},
            most_tokens=1_200,
            check=check,
            piece=piece,
        )
        return tuple(AnswerSentence(one.text, tuple(one.quotes)) for one in said.sentences)

    def _prompt(self, name: str) -> Prompt:
        return self.words.get(name) or prompt(name)

    def _notes_of(self, lesson: LessonText, part: Portion, check: Check) -> list[NoteSentence]:
        check()
        said = answered(
            self.chat,
            NotesSaid,
            self._prompt("notes"),
            data={"topic": lesson.topic, "lesson": part.text},
            words={"language": lesson.language},
            most_tokens=_NOTES_TOKENS,
            check=check,
        )
        summary = [NoteSentence(one.text, "summary", _quoted(one.quotes)) for one in said.summary]
        points = [
            NoteSentence(one.text, "key_point", _quoted(one.quotes), heading=one.heading)
            for one in said.key_points
        ]
        terms = [
            NoteSentence(one.text, "key_term", _quoted(one.quotes), term=one.term)
            for one in said.key_terms
        ]
        return [*summary, *points, *terms]

    def _items_of(self, lesson: LessonText, line: PlanLine, check: Check) -> list[Item]:
        check()
        source = line.source
        if source is None:
            raise ValueError("A line of a fixed plan has its span.")
        kinds = tuple(one for one in (line.kinds or _KINDS) if one in _KINDS) or _KINDS
        count = max(1, line.count)
        said = answered(
            self.chat,
            ItemsSaid,
            self._prompt("items"),
            data={"topic": lesson.topic, "passage": lesson.source[source.start : source.end]},
            words={
                "language": lesson.language,
                "count": str(count),
                "kinds": ", ".join(kinds),
                "difficulty": _wish(line.difficulty),
            },
            most_tokens=_ITEM_TOKENS * max(count, PER_SPAN),
            check=check,
        )
        asked_for = [one for one in said.items if one.kind in kinds]
        return [_item(one, line) for one in asked_for[:count]]


def _quoted(quotes: Sequence[str]) -> tuple[Source, ...]:
    """Quotations without a place: the verifier looks each up in the lesson."""
    return tuple(Source("", 0, 0, one) for one in quotes)


def _item(said: ItemSaid, line: PlanLine) -> Item:
    return Item(
        form="model",
        kind=said.kind,
        stem=said.stem,
        key=tuple(said.key),
        sources=_quoted([said.quote]),
        options=tuple(said.options),
        explanation=said.explanation,
        term=said.term,
        difficulty=line.difficulty,
    )


def _wish(difficulty: float | None) -> str:
    if difficulty is None:
        return ""
    return f"About {difficulty:.0%} of students who have read the passage should get it right."


def _share(progress: Progress | None, number: int, whole: int) -> Check:
    """What is called while an answer is awaited: it tells how far we are, and may raise."""

    def check() -> None:
        if progress is not None:
            progress(number / whole)

    return check
