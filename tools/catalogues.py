"""The catalogues of messages: take the words out of the source, and see what they lack.

    python -m tools.catalogues           # renew messages.po and messages.mo of every language
    python -m tools.catalogues --all     # with staff's messages too, to go on with them
    python -m tools.catalogues report    # how much of each is translated; writes nothing
    python -m tools.catalogues missing de  # the student's messages that a language lacks

Django reads the compiled files (`django.mo`). They are committed beside their source
(`django.po`), so that an installation needs no tool; a test compares the two.

A message belongs to the student's pages when one of its places does (`STUDENT`). A translation
that nobody has read yet carries the comment `drafted, to be reviewed` and is used all the same;
gettext's own mark `fuzzy` would take it out of use. Deleting the comment is the review.
"""

from __future__ import annotations

import argparse
import io
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src/studium"
LOCALES = SOURCE / "web/locale"
LANGUAGES = ("de", "fr", "es", "ar")
_SAME = datetime(2026, 11, 23, tzinfo=UTC)  # a date that moves would be a change in every file
DRAFTED = "drafted, to be reviewed"

# The order of the forms where Babel's own is not that of Django and CLDR: none, one, two, few
# (3 to 10), many (11 to 99), and hundreds.
PLURALS = {
    "ar": "(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5)",
}
# What a student meets, beside the templates at the top (base, errors, help): by folder or file.
STUDENT = re.compile(
    r"web/templates/(?:[a-z0-9_]+\.html|"
    r"(?:account|appeals|errors|exam|help|learn|mfa|notifications|offline|parts|practice|"
    r"progress|quiz|reading|receipts|search|study|author/teach|gradebook/(?:own|parts)|jobs/(?:card|job|parts))\b)"
    r"|web/(?:account|account_adapter|answers|appeals|exam|forms|help|http|jinja|language|learn|"
    r"mail_choices|notifications|own_data|own_notes|preferences|progress|quiz|reader|reading|"
    r"receipts|register|search|sessions|sitting|study|timeline|tutor|undo)\b"
    r"|web/charts/(?!examples)|^analytics/(?:telling|wording|choosing_words|explained|jobs)\b"
    r"|^lib/|^identity/|^content/(?:rights|actions/(?:enrollments|own_notes|progress))\b"
    r"|^assessment/(?:access|appealing|grading|kinds|late|rights|queries/running"
    r"|actions/(?:appeal|begin|plain_form|practise|sessions|signals|sit))\b"
    r"|^notes/(?:conversation|tutor_rights|rules/tutor|tutor_job|actions/tutor)\b"
)
STAFF = re.compile(
    r"styleguide|study/(?:notes_review|course_tutor)|charts/examples|kinds/\w+/author|first_run"
)

_REFUSALS = ("Refused", "Conflict", "Invalid", "NotAllowed", "NotFound", "TooLarge", "TooMany")
KEYWORDS: dict[str, Any] = {
    "_": None, "gettext": None, "gettext_lazy": None, "lazy": None, "phrase": None,
    "ngettext": (1, 2), "counted_phrase": (1, 2), "pgettext": ((1, "c"), 2),
    **dict.fromkeys(_REFUSALS), "WrongShape": (2,),
}  # fmt: skip
METHODS = {
    re.compile(r"(?:/templates/.*|^assessment/kinds/.*)\.html$|/templates/.*\.txt$"): "jinja2",
    re.compile(r"\.py$"): "python",
}
OPTIONS: dict[str, dict[str, str]] = {
    "jinja2": {"extensions": "jinja2.ext.i18n", "silent": "false"},
    "python": {},
}


def extracted(*, students: bool = False) -> Catalog:
    """Every message of the source with its places (relative to src/studium), or the student's."""
    catalog = Catalog(project="Studium", version="1", charset="utf-8", fuzzy=False)
    for path in sorted(SOURCE.rglob("*")):
        place = path.relative_to(SOURCE).as_posix()
        method = next((method for ending, method in METHODS.items() if ending.search(place)), "")
        if not method or (students and not _is_students(place)):
            continue
        found = extract_from_file(method, path, KEYWORDS, ("Translators:",), OPTIONS[method], True)
        for line, message, comments, context in found:
            if any(message) if isinstance(message, tuple) else message.strip():
                catalog.add(message, None, [(place, line)], auto_comments=comments, context=context)
    return catalog


def is_students(message: Message) -> bool:
    """Whether one of the message's places is among the student's."""
    return any(_is_students(place) for place, _ in message.locations)


def _is_students(place: str) -> bool:
    return bool(STUDENT.search(place)) and not STAFF.search(place)


def read(language: str) -> Catalog:
    """A language's catalogue as it is stored; an empty one where there is none yet."""
    path = _path(language)
    catalog = Catalog(locale=language, charset="utf-8", fuzzy=False)
    if path.exists():
        catalog = read_po(io.BytesIO(path.read_bytes()), locale=language)
    if rule := PLURALS.get(language):
        catalog._plural_expr = rule  # type: ignore[assignment]  # Babel's own text, typed None
    return catalog


def renewed(language: str, source: Catalog, *, whole: bool = False) -> Catalog:
    """The catalogue brought in line with the source: gone messages leave, new ones are empty.

    It holds the student's messages and whatever else is translated; `whole` adds the rest.
    """
    catalog = read(language)
    # Guesses from similar messages would be wrong in use, since nobody looked at them.
    catalog.update(source, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    for message in list(catalog):
        if message.id and not (whole or is_students(message) or is_translated(message)):
            catalog.delete(message.id, message.context)
            continue
        # A line moves with every edit; the file is what a translator needs.
        places = dict.fromkeys(place for place, _ in message.locations)
        message.locations = [(place, 0) for place in sorted(places)]
    return catalog


def as_po(catalog: Catalog) -> bytes:
    """The text of a catalogue, the same for the same messages."""
    out = io.BytesIO()
    catalog.revision_date = catalog.creation_date = _SAME
    write_po(out, catalog, width=100, include_lineno=False, sort_output=True, omit_header=False)
    return out.getvalue()


def as_mo(catalog: Catalog) -> bytes:
    """The compiled form that Django reads: English shows through where a translation is missing."""
    out = io.BytesIO()
    # Empty forms of a plural would be compiled as they are, and be shown.
    for one in missing(catalog, students=False):
        catalog.delete(one.id, one.context)
    write_mo(out, catalog)
    return out.getvalue()


def is_translated(message: Message) -> bool:
    """Whether every form of the message has words."""
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return bool(strings) and all(strings)


def missing(catalog: Catalog, *, students: bool = True) -> list[Message]:
    """The messages without a translation; those of the student's pages, or all."""
    return [
        one
        for one in catalog
        if one.id and not is_translated(one) and (is_students(one) or not students)
    ]


def renew(*, whole: bool = False) -> None:
    """Write both files of every language."""
    source = extracted()
    for language in LANGUAGES:
        catalog, path = renewed(language, source, whole=whole), _path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(as_po(catalog))
        path.with_suffix(".mo").write_bytes(as_mo(read(language)))


def report() -> str:
    """A line for each language: the student's messages, all messages, those to be reviewed."""
    lines = []
    for language in LANGUAGES:
        every = [one for one in read(language) if one.id]
        ours = [one for one in every if is_students(one)]
        drafted = sum(DRAFTED in one.user_comments for one in every)
        lines.append(
            f"{language}: student's pages {_done(ours)} of {len(ours)}, "
            f"all {_done(every)} of {len(every)}, drafted and to be reviewed {drafted}"
        )
    return "\n".join(lines)


def _done(messages: list[Message]) -> int:
    return sum(is_translated(one) for one in messages)


def _path(language: str) -> Path:
    return LOCALES / language / "LC_MESSAGES" / "django.po"


def main() -> None:
    """Renew, or only report."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("act", nargs="?", default="renew", choices=("renew", "report", "missing"))
    parser.add_argument("language", nargs="?", default="de", choices=LANGUAGES)
    parser.add_argument("--all", action="store_true", help="staff's messages too, to go on with")
    given = parser.parse_args()
    if given.act == "renew":
        renew(whole=given.all)
    if given.act == "missing":
        for one in missing(read(given.language)):
            print(one.id)
    else:
        print(report())


if __name__ == "__main__":
    main()
