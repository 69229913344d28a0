"""Questions as a table that a spreadsheet opens.

One question a row. `kind` and `question` are needed; every other column may be left out:
`id`, `points`, `explanation`, `tags` (with commas), `concepts` (with semicolons, or one a line),
`option 1`, `why 1`, `share 1`, `option 2` …,
`right` (the numbers of the right options), `answer` (the key of every other kind: text, number,
true or false, or JSON), `accepted` (further accepted answers, one a line), `tolerance`, and `spec`
(JSON) for whatever else a kind can do. A cell that a spreadsheet would take for a formula has an
apostrophe before it, which is taken off again when it is read.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from studium.assessment.actions.bank import OptionDraft, QuestionDraft
from studium.content.rules import joined_concepts, split_concepts
from studium.formats.question_rows import (
    MAX_QUESTIONS,
    Missed,
    Outgoing,
    QuestionFile,
    QuestionRow,
    headline,
    limited,
    refused_file,
    text_of,
)

COLUMNS = ("id", "kind", "question", "answer", "accepted", "tolerance", "right")
AFTER = ("points", "explanation", "tags", "concepts", "spec")
MAX_OPTIONS = 100
MAX_CELL = 60_000
MAX_DEPTH = 20
_OPTION = re.compile(r"(option|why|share) ([1-9][0-9]{0,2})")
_FORMULA = re.compile(r"'*[ \u00a0]*[=+\-@|%\t\r\n]")
_CHOICES = ("single_choice", "multiple_choice")
_LISTS = (*_CHOICES, "ordering")
_FIELD_COLUMNS = {
    "question_text": "question",
    "options": "option",
    "answer": "answer",
    "spec": "spec",
    "points": "points",
    "explanation": "explanation",
    "kind": "kind",
    "external_id": "id",
}


def column_of(field: str) -> str:
    """The column in which a field of a draft stands."""
    return _FIELD_COLUMNS.get(field, field)


# --- out -------------------------------------------------------------------------------------


def write(questions: Iterable[Outgoing]) -> QuestionFile:
    """A CSV file of the questions; it carries all of each."""
    listed = list(questions)
    most = max([2, *(len(one.draft.options or ()) for one in listed)])
    head = [*COLUMNS]
    for number in range(1, most + 1):
        head += [f"option {number}", f"why {number}", f"share {number}"]
    head += AFTER
    out = io.StringIO()
    writer = csv.DictWriter(out, head, restval="", lineterminator="\r\n")
    writer.writeheader()
    for one in listed:
        writer.writerow({name: _safe(text) for name, text in _cells(one).items()})
    missed: tuple[Missed, ...] = ()
    return QuestionFile(("\ufeff" + out.getvalue()).encode(), len(listed), missed)


def _cells(one: Outgoing) -> dict[str, str]:
    draft = one.draft
    spec = dict(draft.spec)
    cells = {
        "id": draft.external_id or "",
        "kind": draft.kind,
        "question": draft.question_text,
        "points": str(draft.points),
        "explanation": draft.explanation,
        "tags": ", ".join(one.tags),
        "concepts": joined_concepts(one.concepts),
    }
    for number, option in enumerate(draft.options or (), start=1):
        cells[f"option {number}"] = option.text
        cells[f"why {number}"] = option.explanation
        cells[f"share {number}"] = option.share or ""
    if draft.kind in _CHOICES:
        right = [str(at) for at, one in enumerate(draft.options or (), start=1) if one.right]
        cells["right"] = ", ".join(right)
    elif draft.kind == "short_text":
        cells["answer"] = str(draft.answer)
        if _is_plain(spec.get("accepted"), draft.answer):
            cells["accepted"] = "\n".join(spec.pop("accepted")[1:])
            if not cells["accepted"]:
                spec["accepted"] = [draft.answer]
    elif draft.kind not in _LISTS and draft.answer is not None:
        cells["answer"] = _answer_cell(draft.answer)
    if draft.kind == "numeric" and isinstance(spec.get("tolerance"), str):
        cells["tolerance"] = spec.pop("tolerance")
    if spec:
        cells["spec"] = json.dumps(spec, ensure_ascii=False)
    return cells


def _is_plain(accepted: object, answer: object) -> bool:
    return (
        isinstance(accepted, list)
        and bool(accepted)
        and accepted[0] == answer
        and all(isinstance(one, str) and one == one.strip() and one for one in accepted)
        and not any(re.search(r"[\r\n]", one) for one in accepted)
    )


def _answer_cell(answer: Any) -> str:
    if isinstance(answer, bool):
        return "true" if answer else "false"
    return answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)


def _safe(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


# --- in --------------------------------------------------------------------------------------


def read(data: bytes) -> list[QuestionRow]:
    """The questions of a CSV file as rows, in its order; never raises for what it holds."""
    text = text_of(data)
    if isinstance(text, list):
        return text
    head = text.lstrip("\r\n").split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[QuestionRow] = []
    names: list[str] = []
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as broken:
            words = f"The table is broken here: {broken}. Look for a quotation mark too many."
            rows.append(QuestionRow(len(rows) + 1, f"line {line}", "", problem=words))
            break
        if not any(cell.strip() for cell in cells):
            continue
        if not names:
            names = [cell.strip().lower() for cell in cells]
            if problem := _head_problem(names):
                return refused_file(problem, place=f"line {line}")
            continue
        if len(rows) >= MAX_QUESTIONS:
            return limited([*rows, *rows[:1]])
        rows.append(_row(names, cells, number=len(rows) + 1, line=line))
    return rows or refused_file("The file has no question. Write one a row, below the columns.")


def _head_problem(names: Sequence[str]) -> str:
    missing = [one for one in ("kind", "question") if one not in names]
    if missing:
        return (
            f"The first row must name the columns; there is no {' and no '.join(missing)}. "
            "Export a quiz to see all of them."
        )
    twice = sorted({one for one in names if one and names.count(one) > 1})
    if twice:
        return f"The column {twice[0][:40]} is there twice. Rename one."
    known = {*COLUMNS, *AFTER}
    unknown = [one for one in names if one and one not in known and not _is_option(one)]
    if unknown:
        return f"“{unknown[0][:40]}” is no column. Take it out or rename it."
    return ""


def _is_option(name: str) -> bool:
    found = _OPTION.fullmatch(name)
    return found is not None and int(found[2]) <= MAX_OPTIONS


class _Wrong(Exception):
    """A cell cannot be read: its column, and why."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column, self.message = column, message


def _row(names: Sequence[str], cells: Sequence[str], *, number: int, line: int) -> QuestionRow:
    given = {name: _unsafe(cell) for name, cell in zip(names, cells, strict=False) if name}
    title = headline(given.get("question", ""))
    kind = given.get("kind", "").strip()
    try:
        if len(cells) > len(names):
            raise _Wrong("", f"The row has {len(cells)} cells, the first row {len(names)}.")
        long = next((name for name in given if len(given[name]) > MAX_CELL), None)
        if long is not None:
            raise _Wrong(long, f"This is longer than {MAX_CELL:,} characters. Shorten it.")
        draft = _draft(given, kind)
        tags = tuple(dict.fromkeys(filter(None, map(str.strip, _split(given.get("tags", ""))))))
    except _Wrong as wrong:
        place = f"line {line}, column {wrong.column}" if wrong.column else f"line {line}"
        return QuestionRow(number, place, title, kind=kind[:40], problem=wrong.message)
    concepts = tuple(split_concepts(given.get("concepts", "")))
    return QuestionRow(
        number, f"line {line}", title, kind=kind, draft=draft, tags=tags, concepts=concepts
    )


def _draft(given: Mapping[str, str], kind: str) -> QuestionDraft:
    if not kind:
        raise _Wrong("kind", "Say what kind of question it is, for example single_choice.")
    spec = _spec(given.get("spec", ""))
    options = _options(given, kind)
    answer: Any = None
    if kind not in _LISTS:
        answer = _answer(given.get("answer", ""), kind)
    if kind == "short_text" and "accepted" not in spec:
        others = [one.strip() for one in given.get("accepted", "").splitlines() if one.strip()]
        if others:
            spec["accepted"] = [answer, *(one for one in others if one != answer)]
    if kind == "numeric" and given.get("tolerance", "").strip():
        spec["tolerance"] = given["tolerance"].strip()
    return QuestionDraft(
        kind=kind,
        question_text=_lines(given.get("question", "")),
        answer=answer,
        options=options,
        spec=spec,
        points=_points(given.get("points", "")),
        explanation=_lines(given.get("explanation", "")),
        origin="import",
        external_id=_id(given.get("id", "")),
    )


def _options(given: Mapping[str, str], kind: str) -> list[OptionDraft] | None:
    numbers = sorted(
        int(found[2])
        for name in given
        if (found := _OPTION.fullmatch(name)) and found[1] == "option" and given[name].strip()
    )
    if kind not in _LISTS:
        if numbers:
            raise _Wrong(f"option {numbers[0]}", "This kind of question has no options.")
        return None
    right = _right(given.get("right", ""), numbers) if kind in _CHOICES else set()
    return [
        OptionDraft(
            _lines(given[f"option {number}"]),
            right=number in right,
            explanation=_lines(given.get(f"why {number}", "")),
            share=given.get(f"share {number}", "").strip() or None,
        )
        for number in numbers
    ]


def _right(cell: str, numbers: Sequence[int]) -> set[int]:
    found = set()
    for part in filter(None, map(str.strip, _split(cell))):
        if not (part.isascii() and part.isdigit() and len(part) < 4 and int(part) in numbers):
            raise _Wrong("right", f"“{part[:20]}” is no number of an option of this row.")
        found.add(int(part))
    return found


def _answer(cell: str, kind: str) -> Any:
    text = _lines(cell)
    if kind == "true_false":
        words = {"true": True, "false": False, "1": True, "0": False}
        truth = words.get(text.strip().lower())
        if truth is None:
            raise _Wrong("answer", "Write true or false.")
        return truth
    if kind in ("tracing", "cloze", "matching"):
        return _json(text, "answer", dict) if text.strip() else None
    return text.strip() if kind == "numeric" else text


def _spec(cell: str) -> dict[str, Any]:
    if not cell.strip():
        return {}
    made: dict[str, Any] = _json(cell, "spec", dict)
    return made


def _json(text: str, column: str, wanted: type) -> Any:
    try:
        made = json.loads(text, parse_constant=_no_number, parse_float=_finite)
    except (ValueError, RecursionError):
        raise _Wrong(column, 'This must be a JSON object, for example {"name": "value"}.') from None
    if not isinstance(made, wanted) or _depth(made) > MAX_DEPTH:
        raise _Wrong(column, 'This must be a JSON object, for example {"name": "value"}.')
    return made


def _no_number(text: str) -> float:
    raise ValueError(text)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _depth(value: Any) -> int:
    """How deep objects and lists stand in each other; looks no deeper than is allowed."""
    level, depth = [value], 0
    while level and depth <= MAX_DEPTH:
        depth += 1
        level = [
            one
            for outer in level
            if isinstance(outer, dict | list)
            for one in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(one, dict | list)
        ]
    return depth


def _points(cell: str) -> int:
    text = cell.strip() or "1"
    if not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= 1000):
        raise _Wrong("points", "Points are a whole number from 1 to 1,000.")
    return int(text)


def _id(cell: str) -> str | None:
    text = cell.strip()
    if len(text) > 200:
        raise _Wrong("id", "This is longer than 200 characters.")
    return text or None


def _split(cell: str) -> list[str]:
    return re.split(r"[,;]", cell)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _unsafe(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:]) else cell
