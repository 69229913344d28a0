"""Study notes of a lesson: propose, verify, write down."""

from __future__ import annotations

import re
from itertools import groupby

from studium.ai.model import CheckedNotes, Engine, LessonText, NoteSentence, Progress
from studium.ai.verify import verify_notes

_SPECIAL = re.compile(r"[\\`*_\[\]<>&{}|~$]")


def make_notes(
    lesson: LessonText, engine: Engine, *, progress: Progress | None = None
) -> CheckedNotes:
    """Notes in which every sentence was checked against the lesson.

    Without sentences, ``reason`` says in words why there are none.
    """
    proposed = engine.propose_notes(lesson, progress=progress)
    # An engine that writes in its own words brings a second reader; the built-in one needs none.
    return verify_notes(lesson, proposed, judge=getattr(engine, "judge", None))


def render_markdown(notes: CheckedNotes) -> str:
    """The notes as Markdown, ending in a line break; "" when there are none."""
    parts = []
    summary = [one for one in notes.sentences if one.kind == "summary"]
    points = [one for one in notes.sentences if one.kind == "key_point"]
    terms = [one for one in notes.sentences if one.kind == "key_term"]
    if summary:
        parts.append("## In short\n\n" + "\n\n".join(_marked_up(one) for one in summary))
    if points:
        parts.append("## Key points\n\n" + "\n\n".join(_section(points)))
    if terms:
        entries = "\n".join(_entry(one) for one in terms)
        parts.append("## Key terms\n\n" + entries)
    return "\n\n".join(parts) + "\n" if parts else ""


def _section(points: list[NoteSentence]) -> list[str]:
    """The points of each section under its name."""
    sections = []
    for heading, held in groupby(points, key=lambda one: one.heading):
        items = "\n".join(f"- {_marked_up(one)}" for one in held)
        sections.append(f"### {_escaped(heading)}\n\n{items}" if heading else items)
    return sections


def _entry(one: NoteSentence) -> str:
    """A term and its sentence; one that already reads "term: meaning" is not said twice."""
    text = _marked_up(one)
    label = re.match(r"[`“\"']*(.+?)[`”\"']*(?::| [—–-]) +", text)
    if label and label[1].casefold() == _escaped(one.term).casefold():
        text = text[label.end() :]
    return f"- **{_escaped(one.term)}**: {text}"


def _marked_up(one: NoteSentence) -> str:
    """The sentence with its code as code and everything else as it reads."""
    parts, at = [], 0
    for start, end in sorted(one.code):
        if start < at:
            continue
        parts += [_escaped(one.text[at:start]), _as_code(one.text[start:end])]
        at = end
    return "".join([*parts, _escaped(one.text[at:])])


def _as_code(code: str) -> str:
    longest = max((len(run) for run in re.findall(r"`+", code)), default=0)
    fence = "`" * (longest + 1)
    room = " " if code.startswith("`") or code.endswith("`") else ""
    return f"{fence}{room}{code}{room}{fence}"


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is."""
    escaped = _SPECIAL.sub(lambda found: "\\" + found[0], text)
    return re.sub(r"^(\s*)([#+-]|\d+(?=[.)]))", r"\1\\\2", escaped)
