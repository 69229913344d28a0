"""Sheets for people to judge, and what filled sheets say.

A sheet is a CSV file in a drawn order: what is judged, the passage it rests on, and one empty
column a question to the reader. Some rows may be spoilt on purpose; which ones stands in a file
beside the sheet, so that a reader who does not look cannot know.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from studium.ai.evaluation.counting import kappa, wilson
from studium.ai.evaluation.figures import Figure, share
from studium.ai.evaluation.gold import Case
from studium.ai.evaluation.run import Evaluation
from studium.ai.model import Item, NoteSentence
from studium.ai.verify.judge import evidence_of
from studium.ai.verify.lesson import known

Of = Literal["items", "definitions"]
VERDICTS: dict[str, tuple[str, ...]] = {
    "items": ("key_right", "one_key", "from_passage"),
    "definitions": ("definition_right",),
}
"""The columns a reader fills with yes or no."""

_BOUNDS = {"key_right": 0.97, "one_key": 0.9, "definition_right": 0.85}
_WORDS = {"yes": "yes", "y": "yes", "1": "yes", "no": "no", "n": "no", "0": "no"}
Row = dict[str, str]


class BadSheet(Exception):
    """A sheet that cannot be read back, with a sentence for people."""


@dataclass(frozen=True, slots=True)
class Audit:
    """What filled sheets say: shares of the first pass, planted ones caught, agreement."""

    figures: tuple[Figure, ...]
    caught: tuple[tuple[int, int], ...] = ()
    agreement: dict[str, tuple[float, float]] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """The same as plain data."""
        return {
            "figures": [one.as_json() for one in self.figures],
            "planted_caught": [list(one) for one in self.caught],
            "agreement": {name: list(pair) for name, pair in self.agreement.items()},
        }


def drawn(done: Evaluation, *, count: int, planted: int, of: Of) -> tuple[list[Row], list[str]]:
    """The rows of a sheet in a drawn order, and the ids of those that are spoilt.

    Of questions, choices are drawn first as far as they go for half of the sheet, then all kinds.
    """
    if of == "definitions":
        defined = [_definition_row(case, one) for case, one in done.definitions]
        return _lot(defined)[:count], []
    rows = [(_item_row(case, one), one) for case, one in done.items]
    place = {row["id"]: (case, one) for (row, one), (case, _) in zip(rows, done.items, strict=True)}
    order = _lot([row for row, _ in rows])
    choices = [row for row in order if place[row["id"]][1].kind == "single_choice"]
    first = choices[: (count + 1) // 2]
    chosen = [*first, *(row for row in order if row not in first)][:count]
    bad = [row["id"] for row in chosen if row in choices][:planted]
    for at, row in enumerate(chosen):
        if row["id"] in bad:
            case, one = place[row["id"]]
            chosen[at] = {**_item_row(case, _spoilt(one)), "id": row["id"]}
    return _lot(chosen), sorted(bad)


def _lot(rows: Sequence[Row]) -> list[Row]:
    """Rows in an order that looks drawn by lot and is the same every time."""
    return sorted(rows, key=lambda row: hashlib.sha256(f"lot {row['id']}".encode()).digest())


def _spoilt(one: Item) -> Item:
    """A choice whose key is one of its wrong options."""
    wrong = sorted(option for option in one.options if option not in one.key)
    return replace(one, key=(wrong[len(one.stem) % len(wrong)],))


def _item_row(case: Case, one: Item) -> Row:
    passage = evidence_of(one.sources, known(case.lesson))
    shown = " | ".join(one.options)
    row = {
        "id": _id(case.name, one.form, one.stem, one.code, shown),
        "lesson": case.lesson.topic,
        "form": f"{one.form}, {one.kind}",
        "stem": one.stem + (f"\n{one.code}" if one.code else ""),
        "options": shown,
        "key": " | ".join(one.key),
        "passage": passage,
    }
    return row | dict.fromkeys([*VERDICTS["items"], "remark"], "")


def _definition_row(case: Case, one: NoteSentence) -> Row:
    row = {
        "id": _id(case.name, one.term, one.text),
        "lesson": case.lesson.topic,
        "term": one.term,
        "definition": one.definition or one.text,
        "passage": evidence_of(one.sources, known(case.lesson)),
    }
    return row | dict.fromkeys([*VERDICTS["definitions"], "remark"], "")


def _id(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:10]


def key_path(sheet: Path) -> Path:
    """Where it stands which rows of a sheet are spoilt."""
    return sheet.with_suffix(".planted.json")


def write(rows: Sequence[Row], planted: Sequence[str], sheet: Path) -> None:
    """Write a sheet, and beside it which rows are spoilt, if any."""
    with sheet.open("w", encoding="utf-8", newline="") as into:
        writer = csv.DictWriter(
            into, fieldnames=list(rows[0]) if rows else ["id"], lineterminator="\n"
        )
        writer.writeheader()
        writer.writerows(rows)
    if planted:
        key_path(sheet).write_text(json.dumps(list(planted), indent=1) + "\n", "utf-8")


def read(sheets: Sequence[Path]) -> Audit:
    """What one or more filled copies of a sheet say; the first one gives the shares."""
    passes = [_filled(sheet) for sheet in sheets]
    of: Of = "definitions" if "definition_right" in next(iter(passes[0].values())) else "items"
    planted = _planted(sheets)
    first = {row: said for row, said in passes[0].items() if row not in planted}
    figures = [
        share("items", column, _count(first, column), len(first), least=_BOUNDS.get(column))
        for column in VERDICTS[of]
    ]
    caught = tuple(
        (sum("no" in one[row].values() for row in planted if row in one), len(planted))
        for one in passes
        if planted
    )
    return Audit(tuple(figures), caught, _agreement(passes, VERDICTS[of]))


def _count(rows: dict[str, Row], column: str) -> int:
    return sum(1 for said in rows.values() if said[column] == "yes")


def _filled(sheet: Path) -> dict[str, Row]:
    """The verdicts of one sheet by row; every row must have all of them."""
    try:
        with sheet.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadSheet(f"{sheet} cannot be read: {error}.") from error
    if not rows:
        raise BadSheet(f"{sheet} has no rows.")
    columns = [one for held in VERDICTS.values() for one in held if one in rows[0]]
    if not columns or "id" not in rows[0]:
        raise BadSheet(f"{sheet} is not a sheet of this command.")
    return {row["id"]: _verdicts(row, columns, sheet) for row in rows}


def _verdicts(row: Row, columns: Sequence[str], sheet: Path) -> Row:
    said = {one: _WORDS.get((row[one] or "").strip().lower(), "") for one in columns}
    for column, word in said.items():
        if not word:
            raise BadSheet(f"{sheet}: row {row['id']} needs yes or no under {column}.")
    return said


def _planted(sheets: Sequence[Path]) -> set[str]:
    """The ids of spoilt rows, from the file beside the first sheet that has one."""
    held = next((key_path(one) for one in sheets if key_path(one).is_file()), None)
    return set(json.loads(held.read_text("utf-8"))) if held else set()


def _agreement(
    passes: Sequence[dict[str, Row]], columns: Sequence[str]
) -> dict[str, tuple[float, float]]:
    """By column, the share of rows on which the first two passes agree, and Cohen's kappa."""
    if len(passes) < 2:
        return {}
    rows = [row for row in passes[0] if row in passes[1]]
    found = {}
    for column in columns:
        left = [passes[0][row][column] for row in rows]
        right = [passes[1][row][column] for row in rows]
        same = sum(one == other for one, other in zip(left, right, strict=True))
        found[column] = (same / len(rows) if rows else 0.0, kappa(left, right))
    return found


def told(found: Audit) -> str:
    """What was read, as lines of text."""
    lines = []
    for one in found.figures:
        low, high = wilson(one.right or 0, one.n)
        bound = "" if one.met is None else f", asked ≥ {one.least}: {'yes' if one.met else 'no'}"
        lines.append(
            f"{one.name}: {one.right} of {one.n} = {one.value:.3f} [{low:.2f}–{high:.2f}]{bound}"
        )
    for at, (caught, planted) in enumerate(found.caught):
        lines.append(f"spoilt ones caught in pass {at + 1}: {caught} of {planted}")
    for column, (same, beyond) in found.agreement.items():
        lines.append(f"{column}: the passes agree on {same:.3f} (kappa {beyond:.2f})")
    return "\n".join(lines)
