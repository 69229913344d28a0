"""Every word of a student's page comes from the catalogues, and each language has it.

The pages are those of the matrix of rights. They are asked for once with a translator that puts
marks around what it is given: a word outside of marks is neither a message nor anybody's data, so
it was written into the page. The messages that were asked for are then looked up in each language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any
from zoneinfo import available_timezones

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.test import Client
from django.utils import translation
from django.utils.translation import trans_real

from studium.lib import localized
from studium.web import jinja, kept_questions, reading
from tests.security.matrix import ACTORS, filled, undone
from tests.security.pages import PAGES

LANGUAGES = [code for code, _name in settings.LANGUAGES if code != "en"]
MARKED = re.compile(r"⟦[^⟦⟧]*⟧")
VALUE = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
# Attributes that are read out or shown, and those in which pages hand words to scripts.
SPOKEN = ("alt", "title", "placeholder", "aria-label", "aria-description", "content")
# Names that are the same in every language: initials, keys, formats, units.
NAMES = re.compile(
    r"\b([A-Z]{2}|Ctrl|Esc|Enter|Studium|UTC|GIFT|CSV|JSON|XLSX|PDF|SVG|PNG|zip|API|README|Markdown|Logits?|LaTeX|TOTP|min|"
    r"QR|PIN|ID|ms)\b"
)
# Pages whose text is not the interface's: the guide's Markdown, machine-readable files.
ELSEWHERE = {"guide", "guide_page", "help", "help_page", "styleguide"}


class _Texts(HTMLParser):
    """The words of a page as people meet them: text, and attributes that are said."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "meta" and given.get("name") != "description":
            return
        self.found += [given[name] or "" for name in SPOKEN if name in given]
        if tag in {"script", "style", "code", "math", "title"}:
            self._inside.append(tag)
        if tag == "input" and given.get("type") in {"submit", "button"}:
            self.found.append(given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self.found.append(data)


def _bare(text: str) -> list[str]:
    """What is left of a text without messages and names, in pieces."""
    before = None
    while before != text:
        before, text = text, MARKED.sub("·", text)
    pieces = NAMES.sub("·", " ".join(text.split())).split("·")
    return [piece.strip(" ,:;…()–-") for piece in pieces]


def _data() -> str:
    """Every text that people or the world have put into the database."""
    columns = (
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField | models.JSONField)
    )
    found = [name for _code, name in settings.LANGUAGES]
    found += [name.replace("_", " ") for name in available_timezones()]
    with connection.cursor() as cursor:
        for table, column in columns:
            cursor.execute(
                f'SELECT DISTINCT "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL'
            )
            found += [str(row[0]) for row in cursor.fetchall()]
    whole = "\n".join(found)
    plain = re.sub(r"<[^>]*>|[*_`\\]", "", whole)
    return " ".join(f"{whole}\n{plain}".split())


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """A translator that marks what it is asked for; the set of what was asked."""
    asked: set[str] = set()

    def mark(message: str) -> str:
        asked.add(str(message))
        return f"⟦{message}⟧" if message else ""

    def mark_number(one: str, many: str, n: int) -> str:
        asked.add(str(one))
        return f"⟦{one if n == 1 else many}⟧"

    def forget() -> None:
        jinja._said.cache_clear()
        jinja._said_of.cache_clear()
        jinja._KEPT.clear()
        jinja._row.cache_clear()
        kept_questions._pieces.cache_clear()
        localized._ago_in.cache_clear()
        localized._month.cache_clear()
        reading._MAINS.clear()
        reading._PANELS.clear()

    forget()
    monkeypatch.setattr(trans_real, "gettext", mark)
    monkeypatch.setattr(trans_real, "ngettext", mark_number)
    monkeypatch.setattr(trans_real, "pgettext", lambda _context, message: mark(message))
    for name in ("gettext", "ngettext", "pgettext"):
        translation._trans.__dict__.pop(name, None)
    yield asked
    forget()
    for name in ("gettext", "ngettext", "pgettext"):
        translation._trans.__dict__.pop(name, None)


def _pages(people: dict[str, Any], client_of: Callable[..., Client]) -> Iterator[tuple[str, str]]:
    """What a visitor and a student get: name and HTML of each page that opens for them."""
    world = people["world"]
    for actor in ("anonymous", "student"):
        client = client_of(people["actors"][actor], raise_request_exception=False)
        for name, (address, rows) in PAGES.items():
            for row in rows:
                if row.method != "GET" or row.expect[ACTORS.index(actor)] != 200:
                    continue
                if name in ELSEWHERE:
                    continue
                with undone():
                    answer = client.get(address.format(**world), filled(row.data or {}, world))
                if answer.headers.get("Content-Type", "").startswith("text/html"):
                    yield f"{name} ({actor})", answer.content.decode()
                elif answer.streaming:
                    answer.getvalue()  # reading it to the end closes the file


@pytest.mark.django_db
def test_every_word_of_a_students_page_is_a_message_that_each_language_has(
    kept_people: dict[str, Any], client_of: Callable[..., Client], marked: set[str]
) -> None:
    data, wrong, seen = _data(), [], 0
    for page, html in _pages(kept_people, client_of):
        seen += 1
        texts = _Texts()
        texts.feed(html.replace("\\u27e6", "⟦").replace("\\u27e7", "⟧"))
        for text in texts.found:
            for left in _bare(text):
                if re.search(r"[^\W\d_]{2}", left) and left not in data:
                    wrong.append(f"{page}: {left!r} in {' '.join(text.split())[:90]!r}")
    assert seen > 60, seen
    assert sorted(set(wrong)) == []
    assert [f"{code}: {one}" for code in LANGUAGES for one in _lacking(code, marked)] == []


def _lacking(language: str, messages: set[str]) -> list[str]:
    """Those of the messages that a language has no words for, neither ours nor a library's."""
    known = trans_real.translation(language)._catalog
    # What only puts sentences one after the other has no words of its own.
    spoken = [one for one in sorted(messages) if re.search(r"[^\W\d_]", VALUE.sub("", one))]
    return [one for one in spoken if one not in known and (one, 0) not in known]
