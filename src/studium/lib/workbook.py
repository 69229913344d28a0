"""Spreadsheets in which every text is text: nothing is read as a formula, a link or a number."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime

import xlsxwriter

Cell = str | int | float | bool | datetime | None
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LONGEST = 32_767
"""Characters that a cell holds, by the format."""
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_xlsx(name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """One sheet called `name`, its head and first column standing while one scrolls."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", name)[:31])
        strong = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        for column, text in enumerate(head):
            sheet.write_string(0, column, _plain(text), strong)
        for line, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                _write(sheet, line, column, value)
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 1, 28)
        sheet.set_column(2, max(2, len(head) - 1), 14)
    return out.getvalue()


def _write(sheet: xlsxwriter.worksheet.Worksheet, line: int, column: int, value: Cell) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(line, column, value)
    elif isinstance(value, int | float):
        sheet.write_number(line, column, value)
    elif isinstance(value, datetime):
        sheet.write_string(line, column, value.isoformat(timespec="seconds"))
    else:
        sheet.write_string(line, column, _plain(value))


def _plain(text: str) -> str:
    """Text that XML can hold, within what a cell holds."""
    return _CONTROL.sub("", text)[:_LONGEST]
