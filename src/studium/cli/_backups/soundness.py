"""What is wrong with the database of a backup, before anybody works with it."""

from __future__ import annotations

from collections.abc import Sequence

from studium.cli import _checks
from studium.cli._backups import copies
from studium.cli._backups.archives import Manifest
from studium.lib.errors import Refused

_MOST = 10  # faults that are listed


def faults(manifest: Manifest) -> tuple[list[str], list[str]]:
    """What is wrong with the database that `connection` is to, and what is good to know."""
    found = _checks.integrity()[0]
    there, wanted = copies.counts(), manifest.counts
    for table in sorted(there.keys() | wanted.keys()):
        if there.get(table) != wanted.get(table):
            found.append(
                f"The table {table} has {there.get(table, 'no')} rows and should have "
                f"{wanted.get(table, 'none')}."
            )
    lacking = {f"files/{one[:2]}/{one}" for one in copies.file_hashes()} - set(manifest.members)
    told = [f"The uploaded file {name} was not saved." for name in sorted(lacking)[:_MOST]]
    if _checks.migrations()[0]:
        told.append(
            "The database is of an older version. Run `studium migrate`, then `studium doctor "
            "--journal`, which looks at its rules and journals."
        )
        return found, told
    for look in (_checks.rules_of_the_database, _checks.schema, _checks.journals):
        found += look()[0]
    return found, told


def require_none(faults: Sequence[str]) -> None:
    if faults:
        more = len(faults) - _MOST
        listed = "".join(f"\n  {fault}" for fault in faults[:_MOST])
        rest = f"\n  and {more} more" if more > 0 else ""
        raise Refused(f"The database in this backup has faults:{listed}{rest}")
