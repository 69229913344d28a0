"""Tables as CSV files that a spreadsheet opens without running anything."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.http import HttpResponse

Cell = str | int | float | bool | datetime | None
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def csv_file(name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """A CSV download in UTF-8; `name` is the file name without its ending.

    Text that a spreadsheet would take for a formula gets an apostrophe before it, in headings too.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([_plain(cell) for cell in head])
    for row in rows:
        writer.writerow([_plain(cell) for cell in row])
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _plain(cell: Cell) -> str | int | float:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="seconds")
    if isinstance(cell, str):
        cell = cell.replace("\x00", "")
        return f"'{cell}" if cell.lstrip(" \u00a0").startswith(_STARTS_FORMULA) else cell
    return cell
