"""Decisions of identity that need no database."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from studium.lib.words import phrase


def canonical_email(address: str) -> str:
    """The form in which two spellings of one address are equal, in ASCII only.

    Blanks at the ends go, letter case is folded and Unicode forms are unified (NFKC, then case
    fold, then NFKC again). Parts that are not ASCII are written in Punycode behind `xn--`, so the
    database can check with plain SQL that a canonical address is ASCII and in lower case, and its
    UNIQUE then holds on both engines whatever their collation.
    """
    folded = unicodedata.normalize("NFKC", address.strip()).casefold()
    folded = unicodedata.normalize("NFKC", folded)
    return "@".join(
        part if part.isascii() else "xn--" + part.encode("punycode").decode().lower()
        for part in folded.split("@")
    )


NAME_LENGTH = 200
EMAIL_LENGTH = 254
_EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f.]+(\.[^@\s\x00-\x1f\x7f.]+)*")


def wrong_with_name(name: str) -> str:
    """What is wrong with a person's name, or nothing."""
    if not name.strip():
        return phrase("Give a name.")
    if len(name) > NAME_LENGTH:
        return phrase("A name has at most %(most)s characters.", most=NAME_LENGTH)
    if any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in name):
        return phrase("The name contains characters that cannot be shown; type it anew.")
    return ""


def wrong_with_email(email: str) -> str:
    """What is wrong with an e-mail address, or nothing."""
    if not email.strip():
        return phrase("Give an e-mail address.")
    if len(email) > EMAIL_LENGTH or any(unicodedata.category(c) == "Cs" for c in email):
        return phrase(
            "An e-mail address has at most %(most)s printable characters.", most=EMAIL_LENGTH
        )
    if not _EMAIL.fullmatch(email.strip()):
        return phrase("This is not an e-mail address; it should look like name@example.org.")
    return ""


# --- waiting after wrong passwords ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Patience:
    """How many failures pass freely, how the wait then grows, and when all is forgotten."""

    free: int
    first: timedelta
    longest: timedelta
    forgotten_after: timedelta = timedelta(hours=2)

    def wait(self, failures: int) -> timedelta:
        """How long the next try waits after so many failures: doubling up to the longest."""
        over = failures - self.free
        if over < 0:
            return timedelta(0)
        return min(self.first * (1 << min(over, 20)), self.longest)


# One account tried from one address: ten tries, then minutes.
PAIR = Patience(10, timedelta(minutes=1), timedelta(hours=1))
# One account tried from everywhere: slowed, never locked, so nobody can shut its owner out.
ACCOUNT = Patience(50, timedelta(seconds=1), timedelta(seconds=60))
# One address trying many accounts; high, because a whole school may share an address.
ADDRESS = Patience(100, timedelta(minutes=1), timedelta(minutes=15))


# --- people from a list --------------------------------------------------------------------------

LIST_BYTES = 1_000_000
LIST_LINES = 5_000


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """One line of a list of people as read: `problem` says why it cannot be taken, or is empty."""

    line: int
    name: str
    email: str
    role: str
    problem: str = ""


def read_people(data: bytes, *, roles: Sequence[str]) -> list[ListedPerson]:
    """The people of a CSV with the columns name, email and (optional) role.

    The separator may be a comma, a semicolon or a tab. Nothing is raised for what a line holds:
    each problem stands with its line. A file that is no such list gives one line with a problem.
    """
    if len(data) > LIST_BYTES:
        return [ListedPerson(0, "", "", "", "The file is larger than 1 MB; split it.")]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return [ListedPerson(0, "", "", "", "The file is not UTF-8 text; save it as CSV UTF-8.")]
    head = text.split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=separator, strict=True))
    except csv.Error as broken:
        return [ListedPerson(0, "", "", "", f"The file is not a CSV: {broken}.")]
    columns = [name.strip().lower() for name in rows[0]] if rows else []
    if "name" not in columns or "email" not in columns:
        wanted = "The first line must name the columns: name, email and, if you like, role."
        return [ListedPerson(1, "", "", "", wanted)]
    if len(rows) > LIST_LINES + 1:
        return [ListedPerson(0, "", "", "", f"More than {LIST_LINES} people; split the list.")]
    return _listed(columns, rows[1:], roles)


def _listed(columns: list[str], rows: list[list[str]], roles: Sequence[str]) -> list[ListedPerson]:
    seen: dict[str, int] = {}
    people = []
    for number, row in enumerate(rows, 2):
        if not any(cell.strip() for cell in row):
            continue
        cells = {key: cell.strip() for key, cell in zip(columns, row, strict=False)}
        name, email = cells.get("name", ""), cells.get("email", "")
        role = cells.get("role", "").upper() or roles[0]
        problem = wrong_with_name(name) or wrong_with_email(email)
        if not problem and role not in roles:
            problem = phrase(
                "The role is %(role)s; it should be one of %(roles)s.",
                role=role,
                roles=", ".join(roles),
            )
        known = canonical_email(email) if not problem else ""
        if known in seen:
            problem = phrase("The same address as in line %(seen)s.", seen=seen[known])
        elif known:
            seen[known] = number
        people.append(ListedPerson(number, name, email, role, problem))
    return people


def next_try(patience: Patience, failures: int, now: datetime) -> datetime | None:
    """When the next try may come, or None when it may come at once."""
    wait = patience.wait(failures)
    return now + wait if wait else None


NO_SETUP_CODE = "none"
"""The set-up code of a server that listens on its own machine alone: none is asked for."""


def plain_code(code: str) -> str:
    """A set-up code without what people add when they copy it: blanks, dashes, capitals."""
    return re.sub(r"[\s-]", "", code).casefold()


# A browser names those whose pages it wants to be given, too; so the most particular come first.
_BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("Chrome", "Chrome"), ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
    ("CrOS", "ChromeOS"), ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def browser_words(user_agent: str) -> str:
    """The names of a browser and its system, "Firefox · Linux"; of another program what it says."""
    found = [
        next((name for sign, name in signs if sign in user_agent), "")
        for signs in (_BROWSERS, _SYSTEMS)
    ]
    return " · ".join(filter(None, found)) if found[0] else user_agent
