"""Lessons with what their authors wrote about them: ``NAME.md`` beside ``NAME.gold.json``."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from studium.ai.model import Block, LessonText
from studium.lib.markdown import render

OWN_SET = Path(__file__).parent / "lessons"
"""Thirty lessons that come with the project; see ATTRIBUTION.md there."""

_EMPHASIS = re.compile(r"(?<![\\\w*])(\*{1,3})(?=\S)([^*\n]+?)(?<=\S)\1(?![\w*])")
_UNDERSCORED = re.compile(r"(?<![\\\w_])(_{1,3})(?=\S)([^_\n]+?)(?<=\S)\1(?![\w_])")
_ALSO = re.compile(r"\(\s*(?:also,?|or,?)?\s*([^)]*)\)")


class BadSet(Exception):
    """A folder that is no set of lessons, with a sentence for people."""


@dataclass(frozen=True, slots=True)
class Question:
    """A review question of the authors; ``right`` is the place of the right option, from 0."""

    stem: str
    options: tuple[str, ...]
    right: int


@dataclass(frozen=True, slots=True)
class Case:
    """One lesson of a set: as it is, without the author's bold and italics, and its gold."""

    name: str
    book: str
    lesson: LessonText
    stripped: LessonText
    glossary: dict[str, str]
    summary: str
    questions: tuple[Question, ...]


def load_set(folder: Path, *, most: int | None = None) -> list[Case]:
    """The lessons of a folder in the order of their names; `BadSet` says what is wrong with it."""
    names = sorted(path.name.removesuffix(".gold.json") for path in folder.glob("*.gold.json"))
    if not names:
        raise BadSet(f"{folder} holds no NAME.gold.json beside a NAME.md.")
    return [_case(folder, name) for name in names[:most]]


def _case(folder: Path, name: str) -> Case:
    try:
        source = (folder / f"{name}.md").read_text("utf-8")
        gold = json.loads((folder / f"{name}.gold.json").read_text("utf-8"))
        title = str(gold["title"])
        return Case(
            name=name,
            book=str(gold.get("book", "")),
            lesson=lesson_of(source, title),
            stripped=lesson_of(stripped(source), title),
            glossary={str(term): str(text) for term, text in gold.get("glossary", {}).items()},
            summary=str(gold.get("summary", "")),
            questions=tuple(_question(one) for one in gold.get("questions", ())),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadSet(f"{folder / name}: {type(error).__name__}: {error}") from error


def _question(entry: dict[str, object]) -> Question:
    options = entry.get("options", ())
    if not isinstance(options, list):
        raise TypeError("options is not a list")
    return Question(str(entry["stem"]), tuple(map(str, options)), int(str(entry["answer"])))


@cache
def lesson_of(source: str, topic: str) -> LessonText:
    """A lesson with the blocks the product's own renderer finds in it."""
    blocks = tuple(
        Block(block.id, block.kind, block.start, block.end, block.text)
        for block in render(source).blocks
    )
    return LessonText(topic, source, blocks)


def stripped(source: str) -> str:
    """A lesson without bold and italics, so that an engine must find the terms itself."""
    return _UNDERSCORED.sub(r"\2", _EMPHASIS.sub(r"\2", source))


def names_of(term: str) -> tuple[str, ...]:
    """A glossary entry's names: "triacylglycerol (also, triglyceride)" has two."""
    others = [found.strip() for found in _ALSO.findall(term)]
    return tuple(one for one in (_ALSO.sub("", term).strip(), *others) if one)
