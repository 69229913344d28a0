"""Questions from code: what it prints, by what the lesson itself says, and which name is meant.

Nothing is run. An output is asked for only where the lesson gives it: in an interactive session,
in a comment of the program, or in the sentence or block right behind it.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterator
from dataclasses import dataclass

from studium.ai.engines.extractive.items.bank import Bank
from studium.ai.engines.extractive.items.facts import Fact
from studium.ai.engines.extractive.items.gaps import quotable
from studium.ai.engines.extractive.structure import Program
from studium.ai.model import Item, Source

_LONGEST_OUTPUT = 60
_MOST_LINES = 18
_NAMES = re.compile(r"(?<![\w.'\"])[A-Za-z_]\w*(?!['\"\w])")
_STRINGS = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")
_PRINTS = re.compile(r"\b(?:print|printf|puts|echo|console\.log|System\.out)\b|\bprintln?!")
_RUNNING = re.compile(r"^\s*(?:Running|Finished|Compiling|\$|>).*\n", re.MULTILINE)
_PLAIN = frozenset({"", "text", "console", "output", "txt", "bash", "shell"})


@dataclass(frozen=True, slots=True)
class Output:
    """A program and the one line it prints, both as places of the lesson."""

    program: Program
    start: int
    end: int
    text: str
    said: Source
    is_value: bool


def ask_programs(held: list[Fact], bank: Bank) -> Iterator[Item]:
    """Outputs first, then names in code."""
    if bank.wording.has("output", "value", "code_gap"):
        found = list(outputs(bank))
        for one in found:
            yield _ask_output(one, found, bank)
        for fact in held:
            yield from _ask_name(fact, held, bank)


def outputs(bank: Bank) -> Iterator[Output]:
    """The outputs the lesson gives, in reading order."""
    reading = bank.study.reading
    for at, program in enumerate(reading.programs):
        if ">>> " in program.code:
            yield from _of_session(program)
            continue
        if not _PRINTS.search(program.code) or program.code.count("\n") > _MOST_LINES:
            continue
        following = reading.programs[at + 1] if at + 1 < len(reading.programs) else None
        found = (
            _of_comment(program, bank) or _of_sentence(program, bank)
            or _of_block(program, following, bank)
        )  # fmt: skip
        if found:
            yield found


def _of_session(program: Program) -> Iterator[Output]:
    """Each prompt of an interactive session that gives one line."""
    at = program.start
    lines = program.code.splitlines(keepends=True)
    places = []
    for line in lines:
        places.append(at)
        at += len(line)
    for number, line in enumerate(lines[:-1]):
        answer = lines[number + 1].strip()
        last = number + 2 >= len(lines) or lines[number + 2].startswith(">>>")
        last = last or not lines[number + 2].strip()
        if not line.startswith(">>> ") or not _is_output(answer) or not last:
            continue
        shown = "".join(lines[: number + 1])
        if number >= _MOST_LINES or not _is_whole(line[4:], shown[: -len(line)]):
            continue
        start = places[number + 1] + len(lines[number + 1]) - len(lines[number + 1].lstrip())
        said = Source(program.block.id, start, start + len(answer), answer)
        stop = places[number] + len(line.rstrip("\n"))
        yield Output(program, program.start, stop, answer, said, is_value="print(" not in line)


def _is_output(text: str) -> bool:
    return (
        0 < len(text) <= _LONGEST_OUTPUT
        and not text.startswith((">>>", "...", "Traceback", "File", "<"))
        and "Error" not in text
    )


def _is_whole(expression: str, before: str) -> bool:
    """Whether every name the expression uses is given in what is shown, or known to everyone."""
    known = set(dir(builtins)) | set(keyword.kwlist)
    names = set(_NAMES.findall(_STRINGS.sub("", expression)))
    names -= {name for name in names if re.search(rf"\b{name}\s*=(?!=)", expression)}
    return all(name in known or re.search(rf"\b{name}\b", before) for name in names - {"f", "r"})


def _of_comment(program: Program, bank: Bank) -> Output | None:
    """A comment at the end of a line that says what is printed."""
    found = []
    for line in re.finditer(r"[^\n]+", program.code):
        told = bank.wording.pattern("code.comment_output").search(line[0])
        if told:
            begun = line.start()
            found.append(
                _Placed(begun + told.start(), begun + told.start("output"), told["output"])
            )
    if len(found) != 1 or len(_PRINTS.findall(program.code)) != 1:
        return None
    text = found[0].text.strip("`\"' .")
    start = program.start + program.code.index(text, found[0].output)
    said = Source(program.block.id, start, start + len(text), text)
    stop = program.start + len(program.code[: found[0].start].rstrip())
    return Output(program, program.start, stop, text, said, is_value=False)


@dataclass(frozen=True, slots=True)
class _Placed:
    start: int
    output: int
    text: str


def _of_sentence(program: Program, bank: Bank) -> Output | None:
    """The sentence behind the program says, in code, what it prints."""
    after = program.after
    if after is None or len(_PRINTS.findall(program.code)) != 1:
        return None
    for start, end in after.code:
        before = after.text[:start]
        text = after.text[start:end]
        if bank.wording.pattern("code.said_output").search(before) and _is_output(text):
            return _shown(program, text, after.source(bank.study.reading.lesson))
    return None


def _of_block(program: Program, following: Program | None, bank: Bank) -> Output | None:
    """The next block holds one line of output, and the sentence before it says so."""
    if following is None or following.language not in _PLAIN or following.before is None:
        return None
    begun = following.before.source_range[0]
    if begun < program.end or begun - program.end > 300:
        return None
    if not bank.wording.pattern("code.before_output").search(following.before.text):
        return None
    lines = [line for line in _RUNNING.sub("", following.code).splitlines() if line.strip()]
    if len(lines) != 1 or not _is_output(lines[0].strip()):
        return None
    text = lines[0].strip()
    start = following.start + following.code.index(text)
    return _shown(program, text, Source(following.block.id, start, start + len(text), text))


def _shown(program: Program, text: str, said: Source) -> Output:
    stop = program.start + len(program.code.rstrip())
    return Output(program, program.start, stop, text, said, is_value=False)


def _ask_output(one: Output, found: list[Output], bank: Bank) -> Item:
    lesson = bank.study.reading.lesson
    others = [each.text for each in found if each.is_value == one.is_value]
    wrong = [text for text in dict.fromkeys(others) if _kind(text) == _kind(one.text)]
    wrong = [text for text in wrong if text != one.text][:3]
    options = (one.text, *wrong) if len(wrong) == 3 else ()
    code = lesson.source[one.start : one.end]
    place = Source(one.program.block.id, one.start, one.end, code)
    return Item(
        form="code",
        kind="single_choice" if options else "short_text",
        stem=bank.wording.say("value" if one.is_value else "output"),
        key=(one.text,),
        options=options,
        sources=(place, one.said),
        explanation=bank.wording.say("explanation_output", output=one.text),
        section=bank.study.reading.headings[one.program.section],
        rule="code_output",
        difficulty=0.6,
        code=code,
    )


def _kind(text: str) -> str:
    """Whether an output is a number, a quoted text, a collection or words."""
    if re.fullmatch(r"[-+]?[\d.,]+(?:e[-+]?\d+)?", text):
        return "number"
    return text[0] if text[0] in "'\"[({" else "word" if " " not in text else "words"


def _ask_name(fact: Fact, held: list[Fact], bank: Bank) -> Iterator[Item]:
    """The keyword, function or other name a sentence begins with, from what it says of it."""
    found = _named(fact, bank)
    if not found:
        return
    start, end, kind = found
    name = fact.text[start:end]
    rest = fact.text[:start] + fact.text[end:]
    bare = re.escape(re.sub(r"\W+$", "", name))
    if re.search(rf"\b{bare}\b", rest, re.IGNORECASE) or len(set(fact.sentence.stems)) < 6:
        return
    stem = fact.text[:start] + bank.wording.gap + fact.text[end:]
    wrong = _other_names(name, kind, fact, bank, held)
    if len(wrong) == 3:
        said = bank.wording.say("code_gap", sentence=quotable(stem))
        yield _item(fact, bank, said, name, (name, *wrong))


def _named(fact: Fact, bank: Bank) -> tuple[int, int, str] | None:
    """The name in code a sentence opens with and the kind of thing it is said to be."""
    for start, end in fact.sentence.code[:1]:
        kind = bank.wording.pattern("code.kinds").match(fact.text[end:])
        if kind and fact.text[:start].strip().lower() in ("", "the", "a", "an"):
            return start, end, kind["kind"].lower()
    return None


def _other_names(name: str, kind: str, fact: Fact, bank: Bank, held: list[Fact]) -> list[str]:
    """Other names of the lesson of the same look, those called the same kind of thing first."""
    same: dict[str, None] = {}
    other: dict[str, None] = {}
    for one in bank.study.reading.sentences:
        for start, end in one.code:
            text = one.text[start:end]
            if _look(text) != _look(name) or text in fact.text or _base(text) == _base(name):
                continue
            found = bank.wording.pattern("code.kinds").match(one.text[end:])
            (same if found and found["kind"].lower() == kind else other)[text] = None
    return [text for text in {**same, **other} if text != name][:3]


def _base(name: str) -> str:
    """What a name is without its arguments: "Option" of "Option<T>"."""
    return re.split(r"[<(\[!]", name, maxsplit=1)[0]


def _look(name: str) -> tuple[str, bool, bool, bool]:
    """The outward look of a name: its end, its case, and whether it has inner marks or spaces."""
    end = re.search(r"\W*$", name)
    inner = bool(re.search(r"\w[^\w\s]+\w", name))
    return (end[0] if end else "", name[:1].isupper(), inner, " " in name)


def _item(fact: Fact, bank: Bank, stem: str, name: str, options: tuple[str, ...]) -> Item:
    return Item(
        form="code",
        kind="single_choice",
        stem=stem,
        key=(name,),
        options=options,
        sources=(fact.source,),
        explanation=bank.wording.say("explanation", sentence=fact.text),
        term=name,
        section=fact.section,
        rule="code_name",
        difficulty=0.65,
    )
