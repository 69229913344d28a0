"""Everything that is kept about a person as one zip: JSON, the same as CSV, receipts, a README.

It is made by a job and lies in the data folder for a week, one file a person, whole or not at all.
"""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings

from studium.analytics import own_data
from studium.assessment import queries as assessment

if TYPE_CHECKING:
    from studium.identity.models import User

KEPT_FOR = timedelta(days=7)
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
Told = Callable[[int, int, str], None]


def written(viewer: User, now: datetime, told: Told) -> bytes:
    """The archive's bytes. `told` hears how many parts of how many are done, and what comes."""
    out, total = io.BytesIO(), len(own_data.PARTS) + 1
    made = (now.year, now.month, now.day, now.hour, now.minute, now.second)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:

        def put(name: str, data: str | bytes) -> None:
            packed.writestr(zipfile.ZipInfo(name, made), data, zipfile.ZIP_DEFLATED)

        tables = []
        for place, part in enumerate(own_data.PARTS):
            step = part.name.replace("_", " ")
            told(place, total, f"Reading {step}.")

            def hears(done: int, all: int, place: int = place, step: str = step) -> None:
                told(place, total, f"Reading {step}: {done} of {all}.")

            found = own_data.plain(part.read(viewer, now, hears))
            put(f"{part.name}.json", json.dumps(found, ensure_ascii=False, indent=1))
            if table := _table(found):
                put(f"{part.name}.csv", table)
                tables.append(part.name)
        told(total - 1, total, "Reading receipts.")
        for name, receipt in _receipts(viewer, now):
            put(f"receipts/{name}.json", receipt)
        put("README.txt", _readme(viewer, now, tables))
    return out.getvalue()


def kept(viewer_id: UUID, *, now: datetime) -> Path | None:
    """The person's archive, if there is one that is not too old."""
    place = _place(viewer_id)
    return place if place.is_file() and not _is_old(place, now) else None


def made_at(place: Path) -> datetime:
    """When an archive was made."""
    return datetime.fromtimestamp(place.stat().st_mtime, tz=UTC)


def keep(viewer_id: UUID, data: bytes, *, now: datetime) -> None:
    """Put the archive where its owner finds it, in place of an earlier one."""
    place = _place(viewer_id)
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=place.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        os.utime(draft, (now.timestamp(), now.timestamp()))
        os.replace(draft, place)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def forget(viewer_id: UUID) -> None:
    """Delete the person's archive, if there is one."""
    _place(viewer_id).unlink(missing_ok=True)


def prune(*, now: datetime) -> int:
    """Delete archives that are too old, and drafts of those; gives how many."""
    old = [one for one in _folder().glob("*") if one.is_file() and _is_old(one, now)]
    for one in old:
        one.unlink(missing_ok=True)
    return len(old)


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "exports"


def _place(viewer_id: UUID) -> Path:
    return _folder() / f"{viewer_id.hex}.zip"


def _is_old(place: Path, now: datetime) -> bool:
    return place.stat().st_mtime < (now - KEPT_FOR).timestamp()


def _receipts(viewer: User, now: datetime) -> list[tuple[str, bytes]]:
    """The receipt of each attempt that was handed in: what the journal says of it."""
    return [
        (str(one.id), assessment.receipt_file(viewer=viewer, attempt_id=one.id))
        for one in assessment.own_attempts(viewer=viewer, now=now)
        if assessment.final_receipt(one.id) is not None
    ]


def _table(found: Any) -> str:
    """A list of objects as CSV, the lists and objects in its cells as JSON; "" for others."""
    if not (isinstance(found, list) and found):
        return ""
    names = list(dict.fromkeys(name for row in found for name in row))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(names)
    writer.writerows([_cell(row.get(name)) for name in names] for row in found)
    return "\ufeff" + out.getvalue()


def _cell(value: Any) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    # Text that a spreadsheet would take for a formula gets an apostrophe before it.
    return f"'{text}" if text.lstrip(" \u00a0").startswith(_STARTS_FORMULA) else text


def _readme(viewer: User, now: datetime, tables: Sequence[str]) -> str:
    lines = [
        f"Everything that Studium keeps about {viewer.name}",
        f"Made on {now:%Y-%m-%d at %H:%M} UTC. All times are UTC, shares run from 0 to 1.",
        "",
    ]
    for part in own_data.PARTS:
        files = f"{part.name}.json" + (f", {part.name}.csv" if part.name in tables else "")
        lines += [files, f"    {part.says}"]
    lines += [
        "receipts/",
        "    What the journal says of each exam you handed in. Anybody can check such a file on",
        "    the page “Check a receipt” of the site.",
        "",
        "What is not here: scores, marks and keys that are not released to you, and what other",
        "people wrote. The names of the columns and fields are those of the API (/api/v1/docs).",
        "",
    ]
    return "\n".join(lines)
